"""Melody: the intervals of the lines, what follows upon what, and the shapes that they draw."""

from musegen.features.melody import contour, degrees, figures, intervals, pairs

__all__ = ["contour", "degrees", "figures", "intervals", "pairs"]
