"""Songs: lead sheets read from their chord symbols, and chords found for a melody that has none."""
