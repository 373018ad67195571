"""How far made melodies are from a corpus, description by description, beside how far its own held-out tunes are.

After L.-C. Yang and A. Lerch, On the evaluation of generative models in music, Neural Computing and Applications 32
(2020): Euclidean distances inside a set and between two sets, their densities, and what these have in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.evaluation.melodies.descriptions import DESCRIPTIONS, Description, described
from musegen.evaluation.melodies.lines import Floats, MelodyLine

MOST = 400
"""So many tunes of each set are compared, all with all."""
DRAWS = 100
"""Bootstraps over the tunes of the made and of the held-out set."""
_CELLS = 256
_REACH = 1.1
_TINY = 1e-9


class Distance(NamedTuple):
    """One description: what distances inside the corpus have in common with those from a set to the corpus."""

    name: str
    what: str
    overlap: float  # overlapping area of densities, made tunes: 1 alike, 0 nothing in common
    own_overlap: float  # the same of the corpus's held-out tunes
    divergence: float  # Kullback and Leibler's, of the distances to made tunes from those inside the corpus, in nats
    own_divergence: float
    made: float  # of a single number, its mean; else NaN
    own: float
    low: float  # the middle 95 % of the ratio's bootstraps
    high: float

    @property
    def ratio(self) -> float:
        """How much farther made tunes are than the corpus's own: the areas not in common, one by the other."""
        return (1 - self.overlap) / max(1 - self.own_overlap, _TINY)


class Distances(NamedTuple):
    """All descriptions, and the ratio of their means."""

    each: tuple[Distance, ...]
    ratio: float  # the mean area not in common over all descriptions, made by own
    low: float
    high: float
    tunes: tuple[int, int, int]  # made, held out, of the corpus


def distances(
    made: Sequence[MelodyLine], own: Sequence[MelodyLine], corpus: Sequence[MelodyLine], rng: Generator,
    descriptions: Sequence[Description] = DESCRIPTIONS,
) -> Distances:  # fmt: skip
    """How far `made` is from `corpus`, beside `own`, tunes of the same kind that are not in `corpus`.

    Of the larger of `made` and `own` only so many tunes are taken, by `rng`, as the smaller has, `MOST` at most:
    smaller sets are farther from everything by chance alone.

    Raises:
        ValueError: a set has fewer than two tunes.
    """
    count = min(len(made), len(own), MOST)
    sets = (_some(made, count, rng), _some(own, count, rng), _some(corpus, MOST, rng))
    if min(map(len, sets)) < 2:
        raise ValueError("a set of tunes to compare has two at least")
    draws = [(_times(count, rng), _times(count, rng)) for _ in range(DRAWS)]
    found, apart = [], []
    for description in descriptions:
        values = [described(tunes, description) for tunes in sets]
        compared = _compared(values, draws)
        apart.append(compared)
        found.append(_distance(description, values, compared))
    told = np.mean([1 - one.overlaps for one in apart], axis=0)
    low, high = _interval(told)
    return Distances(tuple(found), _ratio(told[0]), low, high, (count, count, len(sets[2])))


class _Compared(NamedTuple):
    """(1 + DRAWS, 2): of made and own tunes, as they are and as they were drawn anew."""

    overlaps: Floats
    divergences: Floats


def _distance(description: Description, values: Sequence[Floats], compared: _Compared) -> Distance:
    is_number = len(description.dims) == 1
    made, own = (float(rows.mean()) if is_number else float("nan") for rows in values[:2])
    (overlap, own_overlap), (divergence, own_divergence) = compared.overlaps[0], compared.divergences[0]
    low, high = _interval(1 - compared.overlaps)
    return Distance(description.name, description.what, float(overlap), float(own_overlap), float(divergence),
                    float(own_divergence), made, own, low, high)  # fmt: skip


def _compared(values: Sequence[Floats], draws: Sequence[tuple[Floats, Floats]]) -> _Compared:
    made, own, corpus = values
    inside = pair_distances(corpus, corpus)[np.triu_indices(len(corpus), 1)]
    between = [pair_distances(rows, corpus) for rows in (made, own)]
    most = max(_TINY, *(float(part.max()) for part in (inside, *between))) * _REACH
    width = _bandwidth(inside) / most * _CELLS
    inner = _density(_cells(inside, most), np.ones(inside.size), width)
    places = [_cells(part, most) for part in between]
    ones = np.ones(len(made))
    overlaps, divergences = [], []
    for times in [(ones, ones), *draws]:
        outer = [
            _density(place, np.repeat(drawn, len(corpus)), width) for place, drawn in zip(places, times, strict=True)
        ]
        overlaps.append([float(np.minimum(inner, one).sum()) for one in outer])
        divergences.append([_divergence(inner, one) for one in outer])
    return _Compared(np.array(overlaps), np.array(divergences))


def pair_distances(one: Floats, other: Floats) -> Floats:
    """(rows, rows): Euclidean distances.

    >>> pair_distances(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[5.0, 0.0]]
    """
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1) - 2 * one @ other.T
    return np.asarray(np.sqrt(np.maximum(squares, 0)))


def _bandwidth(values: Floats) -> float:
    """Scott's, of the distances in the corpus; one for all densities, so that none looks wider for its size."""
    return float(values.std() * len(values) ** -0.2)


def _cells(values: Floats, most: float) -> npt.NDArray[np.int64]:
    return np.minimum((values.ravel() / most * _CELLS).astype(np.int64), _CELLS - 1)


def _density(cells: npt.NDArray[np.int64], weights: Floats, width: float) -> Floats:
    """(_CELLS,): the density on the grid, smoothed by a Gaussian, turned back at nought; its sum is 1."""
    counts = np.bincount(cells, weights, minlength=_CELLS)
    reach = min(max(int(np.ceil(4 * width)), 1), _CELLS)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(width, 0.3)) ** 2)
    smooth = np.convolve(np.concatenate([counts[:reach][::-1], counts, np.zeros(reach)]), kernel, "same")
    found = smooth[reach : reach + _CELLS]
    return np.asarray(found / found.sum())


def _divergence(true: Floats, other: Floats) -> float:
    kept = true > _TINY
    return float((true[kept] * np.log(true[kept] / np.maximum(other[kept], _TINY))).sum())


def _times(count: int, rng: Generator) -> Floats:
    """How often each tune is drawn."""
    return np.bincount(rng.integers(0, count, count), minlength=count).astype(np.float64)


def _ratio(apart: Floats) -> float:
    return float(max(apart[0], _TINY) / max(apart[1], _TINY))


def _interval(apart: Floats) -> tuple[float, float]:
    """The middle 95 % of drawn ratios, about the ratio itself: drawn tunes are fewer, so farther apart."""
    drawn = np.log([_ratio(row) for row in apart])
    low, high = np.exp(np.percentile(drawn[1:], [2.5, 97.5]) - drawn[1:].mean() + drawn[0])
    return float(low), float(high)


def _some(tunes: Sequence[MelodyLine], most: int, rng: Generator) -> list[MelodyLine]:
    if len(tunes) <= most:
        return list(tunes)
    return [tunes[number] for number in sorted(rng.permutation(len(tunes))[:most].tolist())]
