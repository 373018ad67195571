"""Melodies judged: what is told of each, how far two sets are apart, what is shared, what was asked for and is kept."""
