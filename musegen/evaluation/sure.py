"""Figures of a set of pieces with how sure they are: rates, medians and means, pieces of one group drawn together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.evaluation.readings import plain
from musegen.features.bootstraps import DRAWS, FEWEST, intervals
from musegen.score.model import Score

SEED = 20
Floats = npt.NDArray[np.float64]
_NAN = float("nan")


class Sample(NamedTuple):
    """Chorales that are measured together; `groups` are witnesses: settings of one melody are one."""

    name: str
    scores: tuple[Score, ...]
    groups: tuple[str, ...]

    @classmethod
    def of(cls, name: str, scores: Sequence[Score], groups: Sequence[str] = ()) -> Sample:
        """A sample of these chorales by their notes alone (`readings.plain`); without groups each is its own.

        Raises:
            UnreadableFile: one has not four voices.
        """
        own = tuple(groups) or tuple(f"{name} {number}" for number in range(len(scores)))
        return cls(name, tuple(map(plain, scores)), own)


class Figure(NamedTuple):
    """A number with the middle 95 % of its bootstrap; NaN where there is none."""

    name: str
    value: float
    low: float = _NAN
    high: float = _NAN


def rate(name: str, above: Sequence[float], below: Sequence[float], sample: Sample, times: float = 1.0) -> Figure:
    """A sum over a sum, so many `times`: findings per hundred chords.

    >>> rate("faults", [1, 0], [50, 50], Sample("made", (), ("a", "b")), 100)
    Figure(name='faults', value=1.0, low=nan, high=nan)
    """
    over, under = (np.asarray(column, dtype=np.float64) for column in (above, below))
    low, high = intervals(over[:, None], under, sample.groups, np.random.default_rng(SEED))
    value = times * over.sum() / under.sum() if under.sum() else _NAN
    return Figure(name, float(value), float(times * low[0]), float(times * high[0]))


def mean(name: str, values: Sequence[float], sample: Sample, times: float = 1.0) -> Figure:
    """The mean of the pieces."""
    return rate(name, values, [1.0] * len(values), sample, times)


def median(name: str, values: Sequence[float], sample: Sample) -> Figure:
    """The median of the pieces.

    >>> median("grade", [1.0, 2.0, 9.0], Sample("made", (), ("a", "b", "c"))).value
    2.0
    """
    column = np.asarray(values, dtype=np.float64)
    return drawn(name, sample, lambda rows: float(np.median(column[rows])) if len(rows) else _NAN)


def drawn(
    name: str, sample: Sample, statistic: Callable[[npt.NDArray[np.intp]], float], *, centred: bool = False
) -> Figure:
    """Any statistic of rows, on all of them and on groups drawn anew; intervals only where there are enough groups.

    Distances grow where fewer different pieces are drawn; `centred` takes that off the interval.
    """
    names, owner = np.unique(np.asarray(sample.groups, dtype=str), return_inverse=True)
    value = statistic(np.arange(len(owner)))
    if len(names) < FEWEST:
        return Figure(name, value)
    rng = np.random.default_rng(SEED)
    members = [np.flatnonzero(owner == group) for group in range(len(names))]
    draws = rng.integers(0, len(names), (DRAWS, len(names)))
    found = [statistic(np.concatenate([members[group] for group in row])) for row in draws.tolist()]
    low, high = np.nanpercentile(found, [2.5, 97.5]) - (np.nanmean(found) - value if centred else 0.0)
    return Figure(name, value, float(low), float(high))
