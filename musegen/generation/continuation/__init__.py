"""Going on: from a score to its end, and from what somebody plays to the next note, in time."""
