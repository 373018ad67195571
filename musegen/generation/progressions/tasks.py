"""A task: which chords may stand at every pulse of a grid and what may lead into them; and what can still be finished.

While a progression is drawn it is in a state: the chord that sounds, and how strong the pulse was on which that began
(0 to 2), or CLOSING: it is the last chord of its phrase. Laws of time, after Kostka & Payne, ch. 1, and Aldwell &
Schachter, ch. 3: a chord is not held over a pulse stronger than that on which it began; the last chord of a phrase
begins in its last measure, on the downbeat or in the middle, or under a plan of functions with the last of them, and
lasts until the phrase is over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from musegen.theory.progressions.chords import Bools, vocabulary
from musegen.theory.progressions.progression import Grid

CLOSING = 3
"""Of states: the last chord of a phrase."""


def last_measures(grid: Grid) -> Bools:
    """(pulse,): the strong pulses of the last measure of each phrase, where its last chord may begin.

    >>> from musegen.score.meter import TimeSignature
    >>> from musegen.theory.progressions.progression import grid_of
    >>> last_measures(grid_of(TimeSignature(4, 4), 2, phrase=2)).tolist()
    [False, False, False, False, True, False, True, False]
    """
    ends = grid.ends_phrase.astype(np.int64)
    last = grid.measure[np.flatnonzero(grid.ends_phrase)][np.cumsum(ends) - ends]
    alone = np.bincount(grid.measure)[grid.measure] == 1
    return np.asarray((grid.measure == last) & ((grid.strength > 0) | alone))


@dataclass(frozen=True, eq=False)
class Task:
    """What a progression must keep."""

    grid: Grid
    allowed: Bools  # (pulse, chord)
    follows: Bools  # (before, chord), within a phrase
    across: Bools  # (before, chord), from the end of a phrase into the next
    closes: tuple[Bools, ...]  # (before, chord), for each phrase: its last two chords
    may_close: Bools  # (pulse,): the last chord of a phrase may begin here

    @property
    def phrase(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """(pulse,): in which phrase it is, from 0."""
        ends = self.grid.ends_phrase.astype(np.int64)
        return np.cumsum(ends) - ends

    def restricted(self, pulses: Bools, chords: Bools) -> Task:
        """The task with only these chords at these pulses."""
        allowed = self.allowed.copy()
        allowed[pulses] &= chords
        return replace(self, allowed=allowed)


class Options(NamedTuple):
    """How a progression may go on at a pulse from one state."""

    holds: bool
    begins: Bools  # (chord,): a new chord that is not the last of its phrase
    closes: Bools  # (chord,): a new chord that is


class Reach:
    """From which states, at every pulse, a task can be finished."""

    def __init__(self, task: Task) -> None:
        self.task = task
        count, size = task.allowed.shape
        self.open = np.zeros((count, CLOSING + 1, size), dtype=np.bool_)
        self._boundary = np.concatenate([[False], task.grid.ends_phrase[:-1]])
        self._strength, self._may_close, self._phrase = task.grid.strength, task.may_close, task.phrase
        self.open[-1, CLOSING] = task.allowed[-1]
        for pulse in range(count - 2, -1, -1):
            self.open[pulse] = self._before(pulse + 1) & task.allowed[pulse]

    def _before(self, pulse: int) -> Bools:
        """(state, chord) before a pulse from which one can go on at it."""
        task, ahead, strength = self.task, self.open[pulse], int(self._strength[pulse])
        found = np.zeros_like(ahead)
        if self._boundary[pulse]:
            found[CLOSING] = ahead[strength] | (task.across & ahead[strength]).any(axis=1)
            return np.asarray(found)
        begins = (task.follows & ahead[strength]).any(axis=1)
        if self._may_close[pulse]:
            begins |= (task.closes[int(self._phrase[pulse])] & ahead[CLOSING]).any(axis=1)
        for state in range(CLOSING):
            found[state] = begins | (ahead[state] if state >= strength else False)
        found[CLOSING] = ahead[CLOSING]
        return np.asarray(found)

    @property
    def can_begin(self) -> Bools:
        """(chord,): with what the task can begin so that it can be finished."""
        return np.asarray(self.open[0, int(self._strength[0])])

    @property
    def is_possible(self) -> bool:
        """Whether there is any progression that keeps the task."""
        return bool(self.can_begin.any())

    def options(self, pulse: int, state: int, chord: int) -> Options:
        """How a progression that is in a state may go on at this pulse, so that it can be finished."""
        task, ahead, strength = self.task, self.open[pulse], int(self._strength[pulse])
        none = np.zeros(len(vocabulary()), dtype=np.bool_)
        if self._boundary[pulse]:
            return Options(bool(ahead[strength, chord]), task.across[chord] & ahead[strength], none)
        if state == CLOSING:
            return Options(bool(ahead[CLOSING, chord]), none, none)
        closes = task.closes[int(self._phrase[pulse])][chord] & ahead[CLOSING] if self._may_close[pulse] else none
        holds = state >= strength and bool(ahead[state, chord])
        return Options(holds, task.follows[chord] & ahead[strength], closes)

    def next_state(self, pulse: int, state: int, *, begins: bool, closes: bool) -> int:
        """The state after a pulse at which a chord went on, began or closed."""
        if closes:
            return CLOSING
        return int(self._strength[pulse]) if begins or self._boundary[pulse] else state
