"""Notes outside their chords: their kinds, their forms, suspensions."""
