"""What resembles what: an index of melodies, aligned passages, and how far a piece copies a corpus."""
