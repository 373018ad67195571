"""Whether a piece is of the kind that a corpus holds at all, whatever label is the likeliest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.style.measurements import Floats
from musegen.features.style.pipeline import Fold, scaling

NEIGHBOURS = 5
"""The distance of a piece is its mean distance to so many."""
STRANGE = 0.05
"""Below this share of pieces that stand as far off, a piece is called a stranger."""
_NEAR = 5
"""Components in which distances are measured: in many, all pieces are about as far from each other."""
_COMPONENTS = 20
"""Components that a piece of this kind should be made of; the rest of it is what the corpus does not know."""
_MORE_UNDEFINED = 0.05
"""A share of numbers that a piece may lack beyond those of the corpus."""


class _Plane(NamedTuple):
    """The main ways in which pieces differ, and where those that were learned from lie."""

    scaled: Any
    components: Any
    points: Floats

    @classmethod
    def of(cls, values: Floats) -> _Plane:
        from sklearn.decomposition import PCA
        from sklearn.pipeline import make_pipeline

        scaled = make_pipeline(*scaling()).fit(values)
        size = min(_COMPONENTS, *(side - 1 for side in values.shape))
        components = PCA(max(size, 1), svd_solver="randomized", random_state=0).fit(scaled.transform(values))
        return cls(scaled, components, components.transform(scaled.transform(values)))

    def strangeness(self, values: Floats) -> Floats:
        """(pieces, 2): the distance to the nearest pieces, and what is left beside the components."""
        scaled = self.scaled.transform(values)
        points = self.components.transform(scaled)
        between = np.linalg.norm(points[:, None, :_NEAR] - self.points[:, :_NEAR], axis=2)
        near = np.sort(between, axis=1)[:, :NEIGHBOURS].mean(axis=1)
        rest = np.linalg.norm(scaled - self.components.inverse_transform(points), axis=1)
        return np.column_stack([near, rest])


class Typicality(NamedTuple):
    """How strange the pieces of a corpus are to the rest of it, against which a new piece is held."""

    plane: _Plane
    own: Floats  # (pieces, 2), each from a plane that its group had no part in
    undefined: npt.NDArray[np.float64]  # the share of numbers that each piece lacks

    @classmethod
    def of(cls, values: Floats, folds: Sequence[Fold]) -> Typicality:
        """The measure that a corpus gives, by folds with no group on both sides."""
        own = np.zeros((len(values), 2))
        for learned, told in folds:
            own[told] = _Plane.of(values[learned]).strangeness(values[told])
        return cls(_Plane.of(values), own, _lacking(values))

    def shares(self, values: Floats) -> Floats:
        """For each row, the share of the corpus that is at least as strange to the rest of it.

        0.5 is a piece like any other; near 0 it is none of these. One that lacks more numbers than any piece of the
        corpus is none of these either.
        """
        strange = self._rarest(self.plane.strangeness(values))
        ours = np.sort(self._rarest(self.own))
        found = np.searchsorted(ours, strange, side="right") / len(ours)
        lacking = np.sort(self.undefined)
        fuller = np.searchsorted(lacking, _lacking(values) - _MORE_UNDEFINED, side="left")
        shares: Floats = np.minimum(found, 1 - fuller / len(lacking))
        return shares

    def _rarest(self, strangeness: Floats) -> Floats:
        """Of both measures the smaller share of the corpus's pieces that reach as much."""
        ours = np.sort(self.own, axis=0)
        reached = [1 - np.searchsorted(ours[:, side], strangeness[:, side], side="left") / len(ours) for side in (0, 1)]
        return np.minimum(*reached)


def _lacking(values: Floats) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = 1 - np.isfinite(values).mean(axis=1)
    return found
