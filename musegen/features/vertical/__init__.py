"""Vertical features: what sounds together, over which bass, how consonant, how far apart, how dissonances are met."""

from musegen.features.vertical import dissonance, intervals, spacing  # noqa: F401
