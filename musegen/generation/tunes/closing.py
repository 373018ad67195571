"""How the phrases of a melody close: on which degree and beat, and from which notes that can still be reached."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.tunes.chord_laws import ChordLaws
from musegen.generation.tunes.plans import Plan
from musegen.theory.tunes.symbols import DURATIONS, FIRST, GRID, IS_NOTE, LENGTHS, PLACES, REST, Ints

Bools = npt.NDArray[np.bool_]
_AHEAD = 8
"""Notes before its last one in which a phrase looks where it must go."""
_HALF_WAY = np.isin(PLACES % 7, (1, 4))
"""The second degree and the fifth, of which every range that melodies may have holds one."""


class Closes(NamedTuple):
    """A row a phrase. Times in parts of the grid."""

    boundary: Ints  # (phrases,): where it ends
    first: Ints  # (phrases,): where its last note begins at the earliest, and at the latest
    latest: Ints
    every: Ints  # (phrases,): the last note begins so many parts after `first`, or twice as many ...
    shortest: int  # the shortest note
    ends: Bools  # (phrases, SYMBOLS): what may come last
    reach: Bools  # (phrases, _AHEAD, SYMBOLS): from what an end is reached with so many notes between

    def is_due(self, onset: Ints) -> Bools:
        """(tunes,): whether the last note of the phrase must begin now."""
        return np.asarray(onset >= self.latest_at(onset))

    def ends_at(self, onset: Ints) -> Bools:
        """(tunes, SYMBOLS): what may close the phrase that each onset is in."""
        return self.ends[self._phrase(onset)]

    def boundary_at(self, onset: Ints) -> Ints:
        """(tunes,): where that phrase ends."""
        return self.boundary[self._phrase(onset)]

    def latest_at(self, onset: Ints) -> Ints:
        """(tunes,): where its last note begins at the latest."""
        return self.latest[self._phrase(onset)]

    def closing(self, onset: Ints) -> Bools:
        """(tunes, SYMBOLS, LENGTHS): what closes the phrase now, and fills it."""
        phrase = self._phrase(onset)
        since = onset - self.first[phrase]
        on_time = (since >= 0) & (since % self.every[phrase] == 0) & (onset <= self.latest[phrase])
        fills = (onset[:, None] + DURATIONS == self.boundary[phrase][:, None]) & on_time[:, None]
        return np.asarray(fills[:, None] & self.ends[phrase][:, :, None])

    def reachable(self, onset: Ints, last: Ints) -> Bools:
        """(tunes, SYMBOLS, LENGTHS): after what a last note can still be come to; a rest leaves the note `last`."""
        phrase = self._phrase(onset)
        end = onset[:, None] + DURATIONS
        left = self.latest[phrase][:, None] - end
        between = np.clip(left // self.shortest, 0, _AHEAD - 1)
        fine = self.reach[phrase[:, None], between].transpose(0, 2, 1)
        tunes = np.arange(len(onset))
        fine[:, REST] = fine[tunes, last] | (last < FIRST)[:, None]
        return np.asarray(fine | (end >= self.boundary[phrase][:, None])[:, None])

    def onward(self, onset: Ints) -> Bools:
        """(tunes, LENGTHS, SYMBOLS): what may follow each length, so that a last note can still be come to."""
        phrase = self._phrase(onset)
        end = onset[:, None] + DURATIONS
        latest = self.latest[phrase][:, None]
        between = np.clip((latest - end) // self.shortest - 1, 0, _AHEAD - 1)
        following = np.where(
            (end == latest)[..., None], self.ends[phrase][:, None], self.reach[phrase[:, None], between]
        )
        return np.asarray(following | (end > latest)[..., None])

    def _phrase(self, onset: Ints) -> Ints:
        """(tunes,): the phrase that each onset is in."""
        return np.minimum(np.searchsorted(self.boundary, onset, side="right"), len(self.boundary) - 1)


def closes_of(plan: Plan, notes: Bools, steps: Bools, shortest: int, chords: ChordLaws | None = None) -> Closes:
    """How the phrases of a plan close, with the `notes` (SYMBOLS,) and `steps` (SYMBOLS, SYMBOLS) that are allowed."""
    boundaries = plan.phrase_ends
    goals = plan.form.goal[[*(start - 1 for start in plan.phrases[1:]), plan.bars - 1]]
    degree = _or_else(notes & ((goals[:, None] == PLACES % 7) | (goals[:, None] < 0)), notes & _HALF_WAY)
    since = chords.begun_at(np.array(boundaries) - 1).tolist() if chords else [0] * len(boundaries)
    times = [_times(plan, shortest, boundary, begin) for boundary, begin in zip(boundaries, since, strict=True)]
    first, latest, every = (np.array(column) for column in zip(*times, strict=True))
    ends = degree
    if chords:
        members = chords.members_at(np.array(boundaries) - 1)
        ends = _or_else(degree & members, members)
    reach = np.array([_reach(end, steps, plan.approach) for end in ends])
    return Closes(np.array(boundaries), first, latest, every, shortest, ends, reach)


def _or_else(wanted: Bools, others: Bools) -> Bools:
    """(phrases, SYMBOLS): of each phrase what is wanted, or where there is nothing of it in range, the others."""
    return np.where(wanted.any(axis=1, keepdims=True), wanted, others)


def _reach(ends: Bools, steps: Bools, approach: tuple[int, int]) -> Bools:
    """(_AHEAD, SYMBOLS): from what one of the ends is reached, with at most so many notes between."""
    far = abs(PLACES[:, None] - PLACES)
    near = steps & (far >= approach[0]) & (far <= approach[1]) & IS_NOTE & IS_NOTE[:, None]
    found = [(near & ends).any(axis=1)]
    for _ in range(_AHEAD - 1):
        found.append(found[-1] | (steps & found[-1] & IS_NOTE).any(axis=1))
    return np.array(found)


def _times(plan: Plan, shortest: int, boundary: int, since: int) -> tuple[int, int, int]:
    """Where the last note before a boundary begins: earliest, latest, and how far these places lie apart.

    `since` is where the last chord begins.
    """
    pulse, beat = (int(value * GRID) for value in (plan.meter.pulse_quarters, plan.meter.beat_quarters))
    line = boundary + plan.pickup - plan.bar
    if plan.is_phrased:
        every, least = plan.strong, max(shortest, 2 * pulse if plan.bar > 2 * pulse else pulse)
    else:
        every, least = pulse, max(shortest, min(2 * beat if plan.meter.is_compound else beat // 2, pulse))
    for apart, fewest in ((every, least), (every, shortest), (pulse, shortest), (pulse, 1)):
        found = [onset for onset in range(line, boundary, apart) if boundary - onset >= fewest]
        found = [onset for onset in found if boundary - onset in LENGTHS and onset >= since]
        if found:
            return found[0], found[-1], apart
    return line, line, plan.bar
