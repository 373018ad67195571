"""Learned features: what networks that ship make of a piece. Measured where they are named only."""

from musegen.features.learned import melody  # noqa: F401
