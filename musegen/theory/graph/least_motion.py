"""The least voice leading between chords: every note of both takes part, and the semitones moved are as few as can be.

After Tymoczko, A Geometry of Music, ch. 2 and appendix C: chords of different size double notes as is cheapest, and in
pitch space some least voice leading has no crossings, so that dynamic programming over the notes in order is exact.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
_SCALE = 1 << 16
"""A semitone, in units in which fewer links and notes that stay decide between equal motions."""
_HELD = 2
_FAR = 1 << 40
_BOTH, _FIRST_ONLY, _SECOND_ONLY = 0, 1, 2


class Links(NamedTuple):
    """For each pair of chords the places, from the top, of the notes that lead to each other; -1 where no link is."""

    first: npt.NDArray[np.int16]  # (pair, link)
    second: npt.NDArray[np.int16]


def least_sizes(first: Ints, second: Ints, counts: Ints, counts_after: Ints) -> Ints:
    """The semitones of the least motion between chords: (pair, note) MIDI pitches in falling order, and their counts.

    >>> least_sizes(np.array([[67, 64, 60]]), np.array([[67, 62, 59]]), np.array([3]), np.array([3])).tolist()
    [3]
    """
    total, _ = _programme(_distance(first, second))
    return np.asarray(total[np.arange(len(total)), counts - 1, counts_after - 1])


def least_links(first: Ints, second: Ints, counts: Ints, counts_after: Ints, held: npt.NDArray[np.bool_]) -> Links:
    """The links of a least motion, from the top; of equal ones, one with few links in which notes stay that are held.

    `held` is (pair, note, note after): the two are one note that goes on sounding.

    >>> one = np.ones((1, 1, 2), dtype=bool)
    >>> least_links(np.array([[60]]), np.array([[64, 60]]), np.array([1]), np.array([2]), ~one)
    Links(first=array([[0, 0]], dtype=int16), second=array([[0, 1]], dtype=int16))
    """
    cost = _distance(first, second) * _SCALE + 1 - _HELD * held
    _, choice = _programme(cost)
    return _traced(choice, counts, counts_after)


def _distance(first: Ints, second: Ints) -> Ints:
    """(pair, note, note after): the semitones between them."""
    return np.asarray(np.abs(first[:, :, None] - second[:, None, :]))


def _programme(cost: Ints) -> tuple[Ints, npt.NDArray[np.int8]]:
    """(pair, note, note after): the least sum up to there, and which of the two notes (or both) came last."""
    pairs, high, wide = cost.shape
    total = np.full((pairs, high + 1, wide + 1), _FAR, dtype=np.int64)
    total[:, 0, 0] = 0
    choice = np.zeros(cost.shape, dtype=np.int8)
    for place in range(high):
        for after in range(wide):
            ways = np.stack([total[:, place, after], total[:, place, after + 1], total[:, place + 1, after]])
            choice[:, place, after] = ways.argmin(axis=0)
            total[:, place + 1, after + 1] = ways.min(axis=0) + cost[:, place, after]
    return total[:, 1:, 1:], choice


def _traced(choice: npt.NDArray[np.int8], counts: Ints, counts_after: Ints) -> Links:
    """The links of the best way back from the lowest notes, all pairs at once."""
    pairs, high, wide = choice.shape
    most = max(high + wide - 1, 0)
    first, second = (np.full((pairs, most), -1, dtype=np.int16) for _ in range(2))
    place, after, each = counts - 1, counts_after - 1, np.arange(pairs)
    length = np.zeros(pairs, dtype=np.int64)
    alive = np.ones(pairs, dtype=bool)
    for step in range(most):
        first[alive, step], second[alive, step] = place[alive], after[alive]
        length += alive
        way = choice[each, np.maximum(place, 0), np.maximum(after, 0)]
        alive = alive & ((place > 0) | (after > 0))
        place = np.where(alive & (way != _SECOND_ONLY), place - 1, place)
        after = np.where(alive & (way != _FIRST_ONLY), after - 1, after)
    from_top = length[:, None] - 1 - np.arange(most)
    order = np.where(from_top >= 0, from_top, np.arange(most))
    used = max(int(length.max(initial=0)), 1)
    return Links(*(np.take_along_axis(item, order, axis=1)[:, :used] for item in (first, second)))


@lru_cache(maxsize=65536)
def least_between_classes(first: frozenset[int], second: frozenset[int]) -> int:
    """The least voice leading between two sets of pitch classes, in semitones, octaves being free.

    >>> least_between_classes(frozenset({0, 4, 7}), frozenset({11, 2, 7}))  # I to V
    3
    >>> least_between_classes(frozenset({0, 4, 7}), frozenset({0, 4, 9}))  # I to vi
    2
    """
    after = sorted(second)
    if not first or not after:
        return 0
    costs = [[min((tone - other) % 12, (other - tone) % 12) for other in after] for tone in sorted(first)]
    best = {0: 0}
    for row in costs:
        grown: dict[int, int] = {}
        for reached, size in best.items():
            for number, cost in enumerate(row):
                key = reached | 1 << number
                grown[key] = min(grown.get(key, _FAR), size + cost)
        best = grown
    nearest = [min(row[number] for row in costs) for number in range(len(after))]
    return min(
        size + sum(cost for number, cost in enumerate(nearest) if not reached >> number & 1)
        for reached, size in best.items()
    )
