"""Chords, figures, cadences and notes that are asked for: voicings that keep them all, or which of them conflict."""
