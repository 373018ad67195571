"""Whether a piece is of the kind that a corpus holds at all: how far it stands from its nearest pieces."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.style.measurements import Floats

NEIGHBOURS = 5
"""The distance of a piece is its mean distance to so many."""
STRANGE = 0.05
"""Below this share of pieces that stand as far off, a piece is called a stranger."""
_ENOUGH = 20
"""Of fewer pieces of a label all pieces of the corpus are the measure."""
_MORE_UNDEFINED = 0.05


class Space(NamedTuple):
    """The pieces of a corpus as points, and how far each stands from others of its label and another group."""

    points: Floats
    labels: npt.NDArray[np.object_]
    groups: npt.NDArray[np.object_]
    distances: Floats
    undefined: Floats  # the share of numbers that each piece lacks

    @classmethod
    def of(
        cls, points: Floats, labels: npt.NDArray[np.object_], groups: npt.NDArray[np.object_], undefined: Floats
    ) -> Space:
        """The space of these points."""
        squares = (points**2).sum(axis=1)
        between = np.sqrt(np.maximum(squares[:, None] + squares - 2 * points @ points.T, 0))
        near = (labels[:, None] == labels) & (groups[:, None] != groups)
        return cls(points, labels, groups, _nearest(np.where(near, between, np.inf)), undefined)

    def from_point(self, point: Floats) -> Floats:
        """The distance of each piece from a point."""
        found: Floats = np.sqrt(((self.points - point) ** 2).sum(axis=1))
        return found

    def typicality(self, point: Floats, undefined: float, label: str) -> float:
        """The share of the label's pieces that stand at least as far from their nearest, or lack as many numbers.

        0.5 is a piece like any other; near 0 it is none of these.
        """
        inside = self.labels == label
        distance = _nearest(np.where(inside, self.from_point(point), np.inf)[None])[0]
        measure = inside if inside.sum() >= _ENOUGH else np.ones(len(inside), dtype=bool)
        known = measure & np.isfinite(self.distances)
        farther = float((self.distances[known] >= distance).mean()) if known.any() else np.nan
        lacking = float((self.undefined >= undefined - _MORE_UNDEFINED).mean())
        return min(farther, lacking)


def _nearest(distances: Floats) -> Floats:
    """The mean of the smallest distances of each row; infinity where there is none."""
    smallest = np.sort(distances, axis=1)[:, :NEIGHBOURS]
    there = np.isfinite(smallest)
    with np.errstate(invalid="ignore"):
        return np.where(there.any(axis=1), np.where(there, smallest, 0).sum(axis=1) / there.sum(axis=1), np.inf)
