"""The lawful progression that is nearest to a given one: that itself where it keeps the task, found exactly."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from musegen.generation.progressions.tasks import CLOSING, Task
from musegen.theory.progressions.chords import Bools, Ints, vocabulary

Floats64 = npt.NDArray[np.float64]

_SHARED, _ROOT, _BASS = 0.3, 0.1, 0.05
"""By so much a chord is nearer that shares all notes, the root, the bass with the one it stands for."""


def nearest(task: Task, chords: Ints) -> Ints:
    """(pulse,): of all progressions that keep a task the one that differs from these chords at fewest pulses.

    Of equals the one whose chords share more with those that they stand for. The task must be possible.

    >>> from musegen.generation.progressions.asking import ChordsAsked, task_of
    >>> from musegen.theory.keys import Key
    >>> task = task_of(ChordsAsked(Key.parse("C"), measures=2))
    >>> one, five = (vocabulary().sounds.index(sound) for sound in (((0, 4, 1), 0, False), ((1, 5, 2), 1, False)))
    >>> found = nearest(task, np.array([one, one, five, five, five, five, five, five]))
    >>> bool((found[:4] == [one, one, five, five]).all()), int(vocabulary().root[found[-1]])
    (True, 0)
    """
    price = _apart()[chords]  # (pulse, chord)
    size, count = len(vocabulary()), len(chords)
    cost = np.full((CLOSING + 1, size), np.inf)
    cost[int(task.grid.strength[0])] = np.where(task.allowed[0], price[0], np.inf)
    back = np.zeros((count, CLOSING + 1, size), dtype=np.int64)
    for pulse in range(1, count):
        cost, back[pulse] = _stepped(task, pulse, cost)
        cost += np.where(task.allowed[pulse], price[pulse], np.inf)
    found, place = np.zeros(count, dtype=np.int64), CLOSING * size + int(cost[CLOSING].argmin())
    for pulse in range(count - 1, -1, -1):
        found[pulse] = place % size
        place = int(back[pulse].ravel()[place])
    return found


def _stepped(task: Task, pulse: int, cost: Floats64) -> tuple[Floats64, Ints]:
    """(state, chord) at a pulse: the least that the way there costs, and the place of (state, chord) before."""
    size, strength = cost.shape[1], int(task.grid.strength[pulse])
    after, back = np.full_like(cost, np.inf), np.zeros(cost.shape, dtype=np.int64)
    here = np.arange(size)

    def reach(state: int, price: Floats64, source: Ints) -> None:
        better = price < after[state]
        after[state][better], back[state][better] = price[better], source[better]

    if task.grid.ends_phrase[pulse - 1]:
        reach(strength, cost[CLOSING], CLOSING * size + here)
        reach(strength, *_changed(cost[CLOSING], CLOSING * size + here, task.across))
        return after, back
    for state in range(strength, CLOSING):
        reach(state, cost[state], state * size + here)
    reach(CLOSING, cost[CLOSING], CLOSING * size + here)
    best = cost[:CLOSING].argmin(axis=0)
    opened, source = cost[best, here], best * size + here
    reach(strength, *_changed(opened, source, task.follows))
    if task.may_close[pulse]:
        reach(CLOSING, *_changed(opened, source, task.closes[int(task.phrase[pulse])]))
    return after, back


def _changed(cost: Floats64, source: Ints, table: Bools) -> tuple[Floats64, Ints]:
    """(chord,): the least that a change into each costs, and from where."""
    reached = np.where(table, cost[:, None], np.inf)
    best = reached.argmin(axis=0)
    return reached[best, np.arange(len(best))], source[best]


@cache
def _apart() -> Floats64:
    """(chord, chord): how far one is from another; 0 only from itself, 1 at the most."""
    sounds = vocabulary().sounds
    held = np.array([np.isin(range(12), [7 * tone % 12 for tone in sound.members]) for sound in sounds], dtype=float)
    size = held.sum(axis=1)
    shared = held @ held.T / np.maximum(size[:, None], size[None, :])
    root = np.array([7 * sound.root % 12 for sound in sounds])
    bass = np.array([7 * sound.bass % 12 for sound in sounds])
    found = 1.0 - _SHARED * shared - _ROOT * np.equal.outer(root, root) - _BASS * np.equal.outer(bass, bass)
    np.fill_diagonal(found, 0.0)
    return np.asarray(found)
