"""Style: what tells corpora apart, whose a piece may be, and mood by rule of thumb."""
