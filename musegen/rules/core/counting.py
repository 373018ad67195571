"""Where the thirteen core rules are broken: masks over the chords of a piece, no exceptions, every sonority."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from musegen.rules.core.chords import Bools, Chords, Ints
from musegen.rules.core.templates import (
    UNREAD,
    Readings,
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


class Arrivals(NamedTuple):
    """Chords beside those before them, a row each: (rows, 4) pitches, 0 where silent, and spellings, and readings."""

    left: Ints
    left_fifths: Ints
    before: Readings
    met: Ints
    met_fifths: Ints
    here: Readings

    @property
    def moves(self) -> Ints:
        """(rows, 4): semitones that each voice moves; 0 where it rests before or after."""
        return np.where((self.left > 0) & (self.met > 0), self.met - self.left, 0)

    @property
    def new(self) -> Bools:
        """(rows, 4): the voice takes another pitch, or begins to sound."""
        return np.asarray((self.met > 0) & (self.met != self.left))


def counted(chords: Chords) -> Counted:
    """How often each rule is broken.

    >>> from musegen.rules.core.chords import chords_of
    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4\\nS: e5 f5\\nA: c5 c5\\nT: g4 a3\\nB: c4 f3")
    >>> {name: number for name, number in counted(chords_of(piece)).found.items() if number}
    {'overlap': 1, 'spacing': 1, 'wide leap': 1}
    """
    found = dict.fromkeys((*CORE, *CONTRARY), 0)
    for name, mask in _masks(_arrivals(chords)):
        found[name] += int(np.count_nonzero(mask))
    return Counted(chords.size, float(chords.quarters.sum()), found)


def faults(arrivals: Arrivals) -> Ints:
    """(rows,): in how many places each arrival breaks a rule, contrary motion included; none where nothing is new."""
    found: Ints = np.zeros(len(arrivals.met), dtype=np.int64)
    for _, mask in _masks(arrivals):
        found += mask if mask.ndim == 1 else mask.sum(axis=1)
    return np.where(arrivals.new.any(axis=1), found, 0)


def places(chords: Chords) -> dict[str, list[float]]:
    """When each rule is broken, in quarters from the start; rules that are kept are left out."""
    onset = np.cumsum(chords.quarters) - chords.quarters
    found: dict[str, list[float]] = {}
    for name, mask in _masks(_arrivals(chords)):
        where = np.argwhere(mask)[:, 0]
        if len(where):
            found.setdefault(name, []).extend(onset[where].tolist())
    return {name: sorted(times) for name, times in found.items()}


def _arrivals(chords: Chords) -> Arrivals:
    """Each chord of a piece after the one before it, the first after silence."""
    silence = np.zeros((1, chords.pitch.shape[1]), dtype=np.int64)
    left, left_fifths = (np.vstack([silence, column])[: chords.size] for column in (chords.pitch, chords.fifths))
    here = readings_of(chords)
    before = Readings(*(np.append(UNREAD, column)[: chords.size] for column in here))
    return Arrivals(left, left_fifths, before, chords.pitch, chords.fifths, here)


def _masks(arrivals: Arrivals) -> Iterator[tuple[str, Bools]]:
    """(rule, mask); the first axis of a mask is the arrivals."""
    new, pitch, moves = arrivals.new, arrivals.met, arrivals.moves
    low, high = RANGES.T
    yield "range", new & ((pitch < low) | (pitch > high))
    yield "doubled leading tone", doubled_leading_tones(pitch, arrivals.here)
    yield from _side_by_side(pitch, new)
    succession = arrivals.left, moves, arrivals.before, arrivals.here
    yield "unresolved leading tone", unresolved_leading_tones(*succession)
    yield "unresolved seventh", unresolved_sevenths(*succession)
    yield from _melodic(arrivals, moves)
    for upper, lower in _PAIRS:
        yield from _of_pair(arrivals, np.sign(moves[:, [upper, lower]]), upper, lower)


def _side_by_side(pitch: Ints, new: Bools) -> Iterator[tuple[str, Bools]]:
    """Crossing and spacing of neighbours, wherever one of the two has a new note."""
    together = (pitch[:, :-1] > 0) & (pitch[:, 1:] > 0) & (new[:, :-1] | new[:, 1:])
    apart = pitch[:, :-1] - pitch[:, 1:]
    yield "crossing", together & (apart < 0)
    yield "spacing", (together & (apart > 12))[:, :2]


def _melodic(arrivals: Arrivals, moves: Ints) -> Iterator[tuple[str, Bools]]:
    sizes = np.abs(moves)
    left, met = (diatonic_of(*column) for column in (arrivals[:2], arrivals[3:5]))
    yield "augmented second", (sizes == 3) & (np.abs(met - left) == 1)
    yield "tritone", sizes == 6
    yield "wide leap", (sizes == 10) | (sizes == 11) | (sizes > 12)


def _of_pair(arrivals: Arrivals, ways: Ints, upper: int, lower: int) -> Iterator[tuple[str, Bools]]:
    (above, below), (over, under) = ((column[:, upper], column[:, lower]) for column in (arrivals.left, arrivals.met))
    both = (above > 0) & (below > 0) & (over > 0) & (under > 0)
    similar, contrary = (both & (ways[:, 0] * ways[:, 1] == sign) for sign in (1, -1))
    before, here = (above - below) % 12, (over - under) % 12
    for size, name in ((7, "fifths"), (0, "octaves")):
        stays = (before == size) & (here == size)
        yield f"parallel {name}", similar & stays
        yield f"antiparallel {name}", contrary & stays
        if (upper, lower) == (0, 3):
            yield "direct", similar & (np.abs(over - above) > 2) & (before != size) & (here == size)
    if lower - upper == 1:
        yield "overlap", both & (under > above)
        yield "overlap", both & (over < below)
