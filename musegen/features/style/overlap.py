"""How far two sets of pieces overlap in one number, by distances between pieces; halves of one set beside it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.features.style.measurements import Floats

MOST = 200
"""Pieces of a set, drawn, whose distances are measured."""
SPLITS = 10
"""Ways in which a set is halved."""
_BINS = 256
_FLOOR = 1e-9


class Overlap(NamedTuple):
    """Distances within a set beside those to another (Yang & Lerch 2020); NaN of fewer than three pieces."""

    area: float  # shared by both densities: 1 is the same, 0 nothing
    divergence: float  # Kullback-Leibler, from the distances within to those across, in nats
    area_of_halves: float  # the same of halves of the first set, no group in both: what can be reached
    divergence_of_halves: float


def overlap(first: Floats, second: Floats, groups: npt.NDArray[np.object_], rng: Generator) -> Overlap:
    """The overlap of two columns of numbers; `groups` are those of the first one's pieces."""
    whole = _of_sets(_known(first), _known(second), rng)
    names, owner = np.unique(groups.astype(str), return_inverse=True)
    halves = []
    for _ in range(SPLITS):
        inside = (rng.permutation(len(names)) < len(names) / 2)[owner]
        halves.append(_of_sets(_known(first[inside]), _known(first[~inside]), rng))
    known = [half for half in halves if np.isfinite(half[0])]
    area, divergence = np.mean(known, axis=0) if known else (np.nan, np.nan)
    return Overlap(*whole, float(area), float(divergence))


def _of_sets(first: Floats, second: Floats, rng: Generator) -> tuple[float, float]:
    """Area and divergence of the distances within the first and those between both."""
    if min(len(first), len(second)) < 3:
        return np.nan, np.nan
    first, second = (rng.permutation(side)[:MOST] for side in (first, second))
    rows, columns = np.triu_indices(len(first), 1)
    within = np.abs(first[rows] - first[columns])
    across = np.abs(first[:, None] - second).ravel()
    farthest = max(within.max(), across.max())
    if not farthest:
        return 1.0, 0.0
    p, q = (_density(distances / farthest) for distances in (within, across))
    return float(np.minimum(p, q).sum()), float((p * np.log((p + _FLOOR) / (q + _FLOOR))).sum())


def _density(distances: Floats) -> Floats:
    """The shares of distances from 0 to 1, smoothed by a Gaussian as wide as Scott's rule has it."""
    from scipy.ndimage import gaussian_filter1d

    shares = np.histogram(distances, _BINS, (0, 1))[0].astype(np.float64)
    width = distances.std() * len(distances) ** -0.2 * _BINS
    smooth: Floats = gaussian_filter1d(shares, max(float(width), 1.0), mode="reflect")
    found: Floats = smooth / smooth.sum()
    return found


def _known(values: Floats) -> Floats:
    return values[np.isfinite(values)]
