"""The thirteen core rules as a stranger counts them: from pitches alone, every sonority, chords read by their sound."""
