"""Search: patterns of chords, melody, rhythm, counterpoint and motion, and the concordance of what is found."""
