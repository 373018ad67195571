"""RomanText: its figures, documents read and written."""
