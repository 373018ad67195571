"""What a reading of chords and keys tells: functions, prolongations, modulations, tonicizations, harmonic rhythm."""
