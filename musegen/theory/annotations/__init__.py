"""Analyses by people, in and out: RomanText, DCML tables, numerals that a score carries, other styles of numerals."""
