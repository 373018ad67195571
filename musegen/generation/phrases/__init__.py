"""Phrases of a fixed length for four voices, made by a generator that learned against a critic (docs/phrases.md)."""
