"""Blind listening tests: a page that plays real and made pieces and asks about them, and what the answers say."""
