"""Chord progressions as arrays: a closed list of chords, counted from the tonic, and which sounds at each pulse."""
