"""Means over pieces with their uncertainty over works: groups are drawn, never notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.bootstraps import intervals
from musegen.features.counting import Floats


class Mean(NamedTuple):
    """The mean over pieces of one number, and its interval; NaN where there is none."""

    name: str
    mean: float
    low: float
    high: float


def means(names: Sequence[str], values: Floats, groups: Sequence[str], seed: int) -> tuple[Mean, ...]:
    """The mean of each column of (pieces, names); rows of NaN are pieces in which nothing is to be counted.

    >>> values = np.array([[1.0], [0.0], [1.0], [0.0], [1.0]])
    >>> [round(mean.mean, 2) for mean in means(["V"], values, list("abcde"), 0)]
    [0.6]
    """
    kept = np.isfinite(values).all(axis=1)
    rows = values[kept]
    if not len(rows):
        return tuple(Mean(name, float("nan"), float("nan"), float("nan")) for name in names)
    works = np.asarray(groups, dtype=str)[kept].tolist()
    low, high = intervals(rows, np.ones(len(rows)), works, np.random.default_rng(seed))
    centre = rows.mean(axis=0)
    return tuple(Mean(name, *map(float, told)) for name, *told in zip(names, centre, low, high, strict=True))


def shares(counts: Sequence[Mapping[str, float]], names: Sequence[str], totals: Sequence[float] = ()) -> Floats:
    """(pieces, names): what share of a piece's count each name has; NaN for a piece with none at all.

    >>> shares([{"PAC": 3, "HC": 1}, {}], ["PAC", "HC"]).tolist()
    [[0.75, 0.25], [nan, nan]]
    """
    found = np.array([[count.get(name, 0) for name in names] for count in counts], dtype=np.float64)
    total = np.array(totals or [sum(count.values()) for count in counts], dtype=np.float64)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, found.reshape(len(counts), len(names)) / total, np.nan)


def commonest(counts: Sequence[Mapping[str, float]], most: int, totals: Sequence[float] = ()) -> tuple[str, ...]:
    """The names with the largest mean share over the pieces, the largest first."""
    every = sorted({name for count in counts for name in count})
    if not every:
        return ()
    sizes = dict.fromkeys(every, 0.0)
    for count, total in zip(counts, totals or [sum(count.values()) for count in counts], strict=True):
        for name, number in count.items():
            sizes[name] += number / total if total else 0.0
    return tuple(sorted(every, key=lambda name: (-sizes[name], name))[:most])


def counter_of(values: npt.ArrayLike, edges: Sequence[float]) -> dict[str, float]:
    """How many of the values lie in each bin; a bin is named by its lower edge."""
    numbers, _ = np.histogram(np.asarray(values, dtype=np.float64), [*edges, np.inf])
    return {f"{edge:g}": float(number) for edge, number in zip(edges, numbers, strict=True)}
