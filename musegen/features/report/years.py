"""Change over time: the years that pieces are dated by, and the numbers that go with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.bootstraps import FEWEST
from musegen.features.report.plots.points import Step
from musegen.features.style.effects import discovery_rates, drawn_rows, strongest
from musegen.features.style.measurements import Measurements

Floats = npt.NDArray[np.float64]
WIDEST = 30
"""A date of more years than these dates nothing."""
FEWEST_DATED = 10
_DRAWS = 200
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_STEPS = (1, 2, 5, 10, 25, 50, 100)


class Trend(NamedTuple):
    """A number that goes with the years."""

    column: str
    rho: float  # Spearman's, over pieces
    low: float  # the middle 95 % of bootstraps over groups
    high: float
    q: float  # false discovery rate of the same over the means of groups, among all columns
    pieces: int


def year_of(text: str) -> float:
    """The middle of a date; NaN where it says none, or a span too wide.

    >>> year_of("1798-1800"), year_of("1806"), year_of("1567-1643"), year_of("about 1600?")
    (1799.0, 1806.0, nan, 1600.0)
    """
    years = [int(found) for found in _YEAR.findall(text)]
    if not years or max(years) - min(years) > WIDEST:
        return float("nan")
    return (min(years) + max(years)) / 2


def trends(measured: Measurements, years: Floats, rng: np.random.Generator, top: int = 6) -> tuple[Trend, ...]:
    """The numbers that go with the years most, the strongest first, one of each feature."""
    dated = np.isfinite(years)
    values, when, groups = measured.values[dated], years[dated], measured.groups[dated]
    found = correlations(values, when)
    means, mean_years = _by_group(values, when, groups)
    p = _p_values(correlations(means, mean_years), np.isfinite(means).sum(axis=0))
    q = discovery_rates(p)
    draws = drawn_rows(groups, _DRAWS, rng)
    told = []
    for column in strongest(found, measured.rows(dated), top):
        one = values[:, [column]]
        bootstraps = [correlations(one[rows], when[rows])[0] for rows in draws]
        low, high = np.nanquantile(bootstraps, (0.025, 0.975)) if np.isfinite(bootstraps).any() else (np.nan, np.nan)
        count = int(np.isfinite(one).sum())
        rho, low, high, rate = map(float, (found[column], low, high, q[column]))
        told.append(Trend(measured.columns[column], rho, low, high, rate, count))
    return tuple(told)


def correlations(values: Floats, years: Floats) -> Floats:
    """Spearman's rank correlation of each column with the years; NaN where a column has few values, or all are one.

    >>> correlations(np.array([[1.0], [2], [3], [4], [9]]), np.arange(1700.0, 1750, 10)).round(2).tolist()
    [1.0]
    """
    from scipy.stats import rankdata

    found = np.full(values.shape[1], np.nan)
    full = np.isfinite(values).all(axis=0)
    patterns = {True: np.flatnonzero(full)}
    if len(patterns[True]) and len(values) >= FEWEST:
        found[patterns[True]] = _pearson(rankdata(values[:, full], axis=0), rankdata(years))
    for column in np.flatnonzero(~full).tolist():
        kept = np.isfinite(values[:, column])
        if kept.sum() >= FEWEST:
            found[column] = _pearson(rankdata(values[kept, column])[:, None], rankdata(years[kept]))[0]
    return found


def _pearson(values: Floats, years: Floats) -> Floats:
    centred, when = values - values.mean(axis=0), years - years.mean()
    with np.errstate(invalid="ignore", divide="ignore"):
        size = np.sqrt((centred**2).sum(axis=0) * (when**2).sum())
        return np.where(size > 0, when @ centred / size, np.nan)


def _p_values(rho: Floats, counts: npt.NDArray[np.intp]) -> Floats:
    from scipy.stats import t

    free = np.maximum(counts - 2, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = 2 * t.sf(np.abs(rho) * np.sqrt(free / np.maximum(1 - rho**2, 1e-12)), free)
    return found


def _by_group(values: Floats, years: Floats, groups: npt.NDArray[np.object_]) -> tuple[Floats, Floats]:
    """The mean of each group: pieces of one work are no independent witnesses."""
    _, owner = np.unique(groups.astype(str), return_inverse=True)
    every = np.column_stack([values, years])
    defined = np.isfinite(every)
    sums, counts = (np.zeros((owner.max() + 1, every.shape[1])) for _ in range(2))
    np.add.at(sums, owner, np.where(defined, every, 0))
    np.add.at(counts, owner, defined)
    with np.errstate(invalid="ignore"):
        means = sums / counts
    return means[:, :-1], means[:, -1]


def steps(values: Floats, years: Floats, groups: Sequence[str], seed: int) -> list[Step]:
    """The median of each span of years with its interval over groups; spans of a decade, or what suits the dates."""
    known = np.isfinite(values) & np.isfinite(years)
    when, what = years[known], values[known]
    owner = np.asarray(groups, dtype=object)[known]
    if not len(when):
        return []
    wide = next((size for size in _STEPS[3:] if (when.max() - when.min()) / size <= 14), _STEPS[-1])
    found, rng = [], np.random.default_rng(seed)
    for start in np.unique(when // wide * wide).tolist():
        inside = (when >= start) & (when < start + wide)
        low = high = float("nan")
        if len(set(owner[inside])) >= FEWEST:
            medians = [np.median(what[inside][rows]) for rows in drawn_rows(owner[inside], _DRAWS, rng)]
            low, high = map(float, np.quantile(medians, (0.025, 0.975)))
        found.append(Step(start, start + wide, float(np.median(what[inside])), low, high))
    return found
