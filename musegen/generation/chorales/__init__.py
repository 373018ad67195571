"""Whole chorales: phrases, cadences and keys planned before a note is drawn."""
