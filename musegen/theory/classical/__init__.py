"""The classical engine: chords and keys by counted habits of analysts and dynamic programming, no network."""
