"""Which numbers tell a label's pieces from the others: effect sizes by piece, with bootstraps over groups, and FDR."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.features.bootstraps import FEWEST
from musegen.features.style.measurements import Floats, Measurements, feature_of

DRAWS = 200
"""Bootstraps for an interval of 95 %."""
SIZES = ((0.474, "large"), (0.33, "medium"), (0.147, "small"), (0.0, "negligible"))
"""Limits of Cliff's delta: Romano, Kromrey, Coraggio & Skowronek 2006."""
_FEWEST = 3
"""Of fewer pieces on a side nothing is told."""
Mask = npt.NDArray[np.bool_]


class Effect(NamedTuple):
    """How one number of a label's pieces differs from that of all others."""

    column: str
    label: str
    delta: float  # Cliff's: how much oftener a piece of the label has the higher value than the lower; -1 to 1
    low: float  # the middle 95 % of bootstraps over groups; NaN where a side has fewer than five
    high: float
    p: float  # Mann-Whitney on the means of groups, two-sided, by the normal distribution
    q: float  # the same, by Benjamini and Hochberg over all numbers and labels
    median: float
    median_of_others: float
    pieces: tuple[int, int]  # of the label and of the others, where the number is defined

    @property
    def size(self) -> str:
        """`large`, `medium`, `small` or `negligible`."""
        return next(word for limit, word in SIZES if abs(self.delta) >= limit)

    @property
    def direction(self) -> str:
        """Whether the label's pieces have `higher` or `lower` values."""
        return "higher" if self.delta > 0 else "lower"

    @property
    def confounds(self) -> tuple[str, ...]:
        """What of the edition the number may tell."""
        return feature_of(self.column).confounds


def effects(
    measured: Measurements, labels: Sequence[str], rng: Generator, *, top: int = 5, draws: int = DRAWS
) -> tuple[Effect, ...]:
    """For each label the `top` features that set its pieces apart from all others, the largest difference first.

    Of a feature with several dimensions the strongest one is named. The false discovery rate is over all columns and
    labels that were looked at, not only those that are named.
    """
    masks = [measured.labels == label for label in labels]
    found = np.array([deltas(measured.values, mask) for mask in masks])
    p = np.array([p_values(*group_means(measured, mask)) for mask in masks])
    q = discovery_rates(p)
    return tuple(
        _effect(measured, label, column, found[number], p[number], q[number], rng, draws)
        for number, label in enumerate(labels)
        for column in strongest(found[number], measured, top)
    )


def deltas(values: Floats, mask: Mask) -> Floats:
    """Cliff's delta of each column, the masked rows against the others; NaN where a side has fewer than three values.

    >>> deltas(np.array([[3.0], [4], [5], [1], [2], [3]]), np.array([1, 1, 1, 0, 0, 0], bool)).round(3).tolist()
    [0.889]
    """
    ranks, defined = _ranks(values)
    inside, outside = defined[mask].sum(axis=0), defined[~mask].sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        above = np.nansum(ranks[mask], axis=0) - inside * (inside + 1) / 2
        found: Floats = 2 * above / (inside * outside) - 1
    return np.where((inside < _FEWEST) | (outside < _FEWEST), np.nan, found)


def p_values(values: Floats, mask: Mask) -> Floats:
    """Mann-Whitney's p of each column, two-sided, by the normal distribution with ties; NaN where nothing varies."""
    from scipy.stats import norm

    ranks, defined = _ranks(values)
    inside, total = defined[mask].sum(axis=0), defined.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = inside * (total + 1) / 2
        spread = np.nansum((ranks - (total + 1) / 2) ** 2, axis=0)
        deviation = np.sqrt(inside * (total - inside) / (total * (total - 1)) * spread)
        score = np.abs(np.nansum(ranks[mask], axis=0) - expected) / deviation
    found: Floats = 2 * norm.sf(score)
    return found


def group_means(measured: Measurements, mask: Mask) -> tuple[Floats, Mask]:
    """A row for each group: the mean of its pieces inside the mask, and that of those outside; and which is which.

    Pieces of one work are no independent witnesses: a test counts the work once.
    """
    keys = np.array([f"{inside:d}{group}" for inside, group in zip(mask, measured.groups, strict=True)])
    names, owner = np.unique(keys, return_inverse=True)
    defined = np.isfinite(measured.values)
    sums, counts = (np.zeros((len(names), len(measured.columns))) for _ in range(2))
    np.add.at(sums, owner, np.where(defined, measured.values, 0))
    np.add.at(counts, owner, defined)
    with np.errstate(invalid="ignore"):
        return sums / counts, np.array([name[0] == "1" for name in names])


def discovery_rates(p: Floats) -> Floats:
    """The false discovery rate at which each of these would be taken for true (Benjamini & Hochberg 1995); NaN stays.

    >>> discovery_rates(np.array([0.01, 0.04, 0.03, np.nan])).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    flat = p.ravel()
    known = np.flatnonzero(np.isfinite(flat))
    order = known[np.argsort(flat[known], kind="stable")]
    raised = flat[order] * len(order) / np.arange(1, len(order) + 1)
    found = np.full(flat.shape, np.nan)
    found[order] = np.minimum.accumulate(raised[::-1])[::-1].clip(max=1)
    return found.reshape(p.shape)


def strongest(found: Floats, measured: Measurements, top: int) -> list[int]:
    """The columns of the largest differences, one for each feature; equal columns (of top line and bass) once."""
    order = np.argsort(-np.abs(np.nan_to_num(found)), kind="stable")
    first: dict[str, int] = {}
    seen: set[bytes] = set()
    for number in order[np.isfinite(found[order])].tolist():
        content, name = measured.values[:, number].tobytes(), feature_of(measured.columns[number]).name
        if content not in seen and name not in first:
            first[name] = number
        seen.add(content)
        if len(first) >= top:
            break
    return list(first.values())[:top]


def drawn_rows(groups: npt.NDArray[np.object_], draws: int, rng: Generator) -> list[npt.NDArray[np.intp]]:
    """The rows of bootstraps: as many groups as there are, drawn with replacement, each with all its rows."""
    names, owner = np.unique(groups.astype(str), return_inverse=True)
    members = np.split(np.argsort(owner, kind="stable"), np.cumsum(np.bincount(owner))[:-1])
    return [
        np.concatenate([members[number] for number in rng.integers(0, len(names), len(names))]) for _ in range(draws)
    ]


def _effect(
    measured: Measurements, label: str, column: int, found: Floats, p: Floats, q: Floats, rng: Generator, draws: int
) -> Effect:
    values, mask = measured.values[:, [column]], measured.labels == label
    sides = [np.isfinite(values[:, 0]) & side for side in (mask, ~mask)]
    inside, outside = (values[side, 0] for side in sides)
    bootstraps = [deltas(values[rows], mask[rows])[0] for rows in drawn_rows(measured.groups, draws, rng)]
    enough = all(len(set(measured.groups[side].astype(str))) >= FEWEST for side in sides)
    low, high = np.nanquantile(bootstraps, (0.025, 0.975)) if enough else (np.nan, np.nan)
    medians = float(np.median(inside)), float(np.median(outside))
    chance = float(p[column]), float(q[column])
    counts = len(inside), len(outside)
    return Effect(
        measured.columns[column], label, float(found[column]), float(low), float(high), *chance, *medians, counts
    )


def _ranks(values: Floats) -> tuple[Floats, Mask]:
    """Ranks from 1 down each column, ties at their mean, NaN where undefined; and what is defined."""
    from scipy.stats import rankdata

    defined = np.isfinite(values)
    ranks = rankdata(np.where(defined, values, np.inf), axis=0).astype(np.float64)
    return np.where(defined, ranks, np.nan), defined
