"""Texture: how many lines sound, how far apart they lie, whether they move together or each in its own time."""

from musegen.features.texture import coordination, density, spacing

__all__ = ["coordination", "density", "spacing"]
