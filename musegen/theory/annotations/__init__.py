"""Analyses by people, in and out: RomanText, DCML tables, numerals that a score carries; how they lie on a score."""
