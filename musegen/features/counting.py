"""Shares, ratios and moments of what was counted: NaN where there was nothing to count, never a warning."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[Any]
NAN = float("nan")


def undefined(size: int) -> Floats:
    """So many values that are not to be told.

    >>> undefined(2).tolist()
    [nan, nan]
    """
    return np.full(size, NAN)


def parts(counts: Numbers) -> Floats:
    """Counts as parts of their sum along the last axis.

    >>> parts(np.array([1, 3])).tolist(), parts(np.array([0, 0])).tolist()
    ([0.25, 0.75], [nan, nan])
    """
    if counts.ndim == 1:  # most are, and each piece asks some hundred times
        total = np.add.reduce(counts)
        return np.asarray(counts / total) if total else undefined(len(counts))
    return each(counts, np.add.reduce(counts, axis=-1, keepdims=True))


def shares(codes: Numbers, size: int, weights: Numbers | None = None) -> Floats:
    """(size,): how many of the codes, or how much of their weight, each code has.

    >>> shares(np.array([0, 2, 2, 2]), 3).tolist()
    [0.25, 0.0, 0.75]
    """
    return parts(np.bincount(codes, weights, minlength=size))


def each(above: Numbers, below: Numbers) -> Floats:
    """One by the other, NaN where there is nothing to divide by.

    >>> each(np.array([1, 2]), np.array([0, 4])).tolist()
    [nan, 0.5]
    """
    divisor = below.astype(np.float64)
    divisor[divisor == 0] = NAN
    return np.asarray(above / divisor)


def share(some: Any, every: Any, per: float = 1) -> float:
    """So much of so much; or so much in each `per` of it.

    >>> share(1, 0), share(1, 4), share(1, 4, 100)
    (nan, 0.25, 25.0)
    """
    return per * float(some) / float(every) if every else NAN


def mean(values: Numbers, weights: Numbers | None = None) -> float:
    """The mean, weighted or not.

    >>> mean(np.array([1, 4]), np.array([1, 2])), mean(np.zeros(0))
    (3.0, nan)
    """
    if weights is None:
        return share(np.add.reduce(values), len(values))
    return share(values.dot(weights), np.add.reduce(weights))


def deviation(values: Numbers, weights: Numbers | None = None) -> float:
    """The standard deviation of a population.

    >>> deviation(np.array([1, 3]))
    1.0
    """
    apart = values - mean(values, weights)
    return float(np.sqrt(mean(apart * apart, weights)))


def entropy(parts: Floats) -> float:
    """The entropy of shares, in bits.

    >>> entropy(np.array([0.5, 0.5, 0.0])), entropy(np.array([NAN]))
    (1.0, nan)
    """
    some = parts[parts != 0]
    return float(abs(some.dot(np.log2(some)))) if len(parts) else NAN


def middle(values: Numbers) -> float:
    """The median; of an even number the greater of the two, so that it is one of the values.

    >>> middle(np.array([3, 1, 2, 8])), middle(np.zeros(0))
    (3.0, nan)
    """
    return float(np.sort(values)[len(values) // 2]) if len(values) else NAN


def weighted_quantiles(values: Numbers, weights: Numbers, parts: tuple[float, ...]) -> Floats:
    """The values below which these parts of the weight lie.

    >>> weighted_quantiles(np.array([5, 1, 3]), np.array([1, 1, 2]), (0.1, 0.5)).tolist()
    [1.0, 3.0]
    """
    if not len(values):
        return np.full(len(parts), NAN)
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    found: Floats = values[order[np.searchsorted(reached, np.array(parts) * reached[-1])]].astype(np.float64)
    return found
