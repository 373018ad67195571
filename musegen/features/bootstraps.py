"""How sure a rate or a mean over pieces is: works drawn anew, never notes, for pieces of one work are one witness."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.features.counting import Floats, undefined

DRAWS = 1000
"""Bootstrap samples of groups; the middle 95 % of them is the interval."""
FEWEST = 5
"""Of fewer groups than these no interval is told: there is too little to draw from."""
_TOGETHER = 100


def intervals(above: Floats, below: Floats, groups: Sequence[str], rng: Generator) -> tuple[Floats, Floats]:
    """(numbers,) twice: where the middle 95 % of sums over sums lie when groups are drawn anew, with replacement.

    `above` is (pieces, numbers), `below` the same, or (pieces,) for all numbers; NaN where there are too few groups, or
    nothing to divide by.

    >>> low, high = intervals(np.ones((5, 1)), np.full(5, 2.0), list("abcde"), np.random.default_rng(0))
    >>> low.tolist(), high.tolist()
    ([0.5], [0.5])
    """
    names, owner = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    count, width = len(names), above.shape[1]
    if count < FEWEST or not below.any():
        return undefined(width), undefined(width)
    sums, bases = (_by_group(values.reshape(len(owner), -1), owner, count) for values in (above, below))
    found = []
    for _ in range(0, DRAWS, _TOGETHER):
        drawn = rng.integers(0, count, size=(_TOGETHER, count))
        times = np.array([np.bincount(row, minlength=count) for row in drawn], dtype=np.float64)
        base = times @ bases
        found.append(times @ sums / np.where(base > 0, base, np.nan))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice", RuntimeWarning)
        low, high = np.nanpercentile(np.concatenate(found), [2.5, 97.5], axis=0)
    return low, high


def _by_group(values: Floats, owner: npt.NDArray[np.intp], count: int) -> Floats:
    """(groups, numbers): the sums over the pieces of each."""
    found = np.zeros((count, values.shape[1]))
    np.add.at(found, owner, values)
    return found
