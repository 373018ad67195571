"""Chord progressions: drawn, blended and varied by a network under laws, and chords set over a given melody."""
