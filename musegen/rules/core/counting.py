"""Where the thirteen core rules are broken: masks over the chords of a piece, no exceptions, every sonority."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from musegen.rules.core.chords import Bools, Chords
from musegen.rules.core.templates import (
    doubled_leading_tones,
    readings_of,
    unresolved_leading_tones,
    unresolved_sevenths,
)
from musegen.score.pitch import diatonic_of

CORE = (
    "parallel fifths", "parallel octaves", "direct", "crossing", "overlap", "range", "spacing",
    "doubled leading tone", "unresolved leading tone", "unresolved seventh", "augmented second", "tritone", "wide leap",
)  # fmt: skip
"""The thirteen; all of them together are the total."""
CONTRARY = ("antiparallel fifths", "antiparallel octaves")
"""Counted apart: the same intervals in contrary motion."""
RANGES = np.array([[60, 79], [55, 74], [48, 67], [40, 60]])
"""Lowest and highest pitch of soprano, alto, tenor, bass."""
_PAIRS = tuple((upper, lower) for upper in range(4) for lower in range(upper + 1, 4))


class Counted(NamedTuple):
    """What was counted in one piece."""

    chords: int
    quarters: float
    found: Mapping[str, int]  # a number for each of CORE and CONTRARY

    @property
    def total(self) -> int:
        """All of the thirteen together."""
        return sum(self.found[name] for name in CORE)

    @property
    def parallels(self) -> int:
        """Fifths, octaves and unisons in similar motion."""
        return self.found["parallel fifths"] + self.found["parallel octaves"]

    @property
    def everything(self) -> int:
        """All that was found, contrary motion included."""
        return sum(self.found.values())

    @property
    def is_clean(self) -> bool:
        """Nothing was found, contrary motion included."""
        return not self.everything


def counted(chords: Chords) -> Counted:
    """How often each rule is broken.

    >>> from musegen.rules.core.chords import chords_of
    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4\\nS: e5 f5\\nA: c5 c5\\nT: g4 a3\\nB: c4 f3")
    >>> {name: number for name, number in counted(chords_of(piece)).found.items() if number}
    {'overlap': 1, 'spacing': 1, 'wide leap': 1}
    """
    found = dict.fromkeys((*CORE, *CONTRARY), 0)
    for name, mask in _masks(chords):
        found[name] += int(np.count_nonzero(mask))
    return Counted(chords.size, float(chords.quarters.sum()), found)


def places(chords: Chords) -> dict[str, list[float]]:
    """When each rule is broken, in quarters from the start; rules that are kept are left out."""
    onset = np.cumsum(chords.quarters) - chords.quarters
    found: dict[str, list[float]] = {}
    for name, mask in _masks(chords):
        where = np.argwhere(mask)[:, 0] + (chords.size - len(mask))
        if len(where):
            found.setdefault(name, []).extend(onset[where].tolist())
    return {name: sorted(times) for name, times in found.items()}


def _masks(chords: Chords) -> Iterator[tuple[str, Bools]]:
    """(rule, mask); the first axis of a mask is the chords, or the arrivals, which are one fewer."""
    read = readings_of(chords)
    new, pitch = chords.new, chords.pitch
    low, high = RANGES.T
    yield "range", new & ((pitch < low) | (pitch > high))
    yield "doubled leading tone", doubled_leading_tones(pitch, read)
    yield from _side_by_side(chords, new)
    if chords.size < 2:
        return
    succession = pitch[:-1], chords.moves, read.part(slice(None, -1)), read.part(slice(1, None))
    yield "unresolved leading tone", unresolved_leading_tones(*succession)
    yield "unresolved seventh", unresolved_sevenths(*succession)
    yield from _melodic(chords)
    for upper, lower in _PAIRS:
        yield from _of_pair(chords, upper, lower)


def _side_by_side(chords: Chords, new: Bools) -> Iterator[tuple[str, Bools]]:
    """Crossing and spacing of neighbours, wherever one of the two has a new note."""
    together = chords.sounds[:, :-1] & chords.sounds[:, 1:] & (new[:, :-1] | new[:, 1:])
    apart = chords.pitch[:, :-1] - chords.pitch[:, 1:]
    yield "crossing", together & (apart < 0)
    yield "spacing", (together & (apart > 12))[:, :2]


def _melodic(chords: Chords) -> Iterator[tuple[str, Bools]]:
    moves = np.abs(chords.moves)
    steps = np.abs(np.diff(diatonic_of(chords.pitch, chords.fifths), axis=0))
    yield "augmented second", (moves == 3) & (steps == 1)
    yield "tritone", moves == 6
    yield "wide leap", (moves == 10) | (moves == 11) | (moves > 12)


def _of_pair(chords: Chords, upper: int, lower: int) -> Iterator[tuple[str, Bools]]:
    both = chords.sounds[:, upper] & chords.sounds[:, lower]
    both = both[:-1] & both[1:]
    above, below = chords.pitch[:, upper], chords.pitch[:, lower]
    ways = np.sign(chords.moves[:, [upper, lower]])
    similar, contrary = (both & (ways[:, 0] * ways[:, 1] == sign) for sign in (1, -1))
    apart = (above - below) % 12
    for size, name in ((7, "fifths"), (0, "octaves")):
        stays = (apart[:-1] == size) & (apart[1:] == size)
        yield f"parallel {name}", similar & stays
        yield f"antiparallel {name}", contrary & stays
        if (upper, lower) == (0, 3):
            leaps = np.abs(chords.moves[:, 0]) > 2
            yield "direct", similar & leaps & (apart[:-1] != size) & (apart[1:] == size)
    if lower - upper == 1:
        yield "overlap", both & (below[1:] > above[:-1])
        yield "overlap", both & (above[1:] < below[:-1])
