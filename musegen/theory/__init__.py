"""What the notes mean: keys, chords, numerals, functions, cadences, non-chord tones and motion."""
