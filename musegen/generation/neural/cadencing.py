"""Cadences of a given melody: where it steps to the tonic of the key that is foretold, a dominant is said before it."""

from __future__ import annotations

from numpy.random import Generator

from musegen.generation.cadence_keys import cadence_keys
from musegen.generation.melody import Melody
from musegen.generation.neural.drawn import Task
from musegen.generation.neural.frames import A_QUARTER
from musegen.generation.neural.said import UNSAID, key_number
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral
from musegen.theory.vocabulary import index_of

_FREE = 0.25
"""The share of inner closes that is left to the network."""
_STEPS_HOME = (2, 5)
"""Places on the line of fifths over the tonic from which sopranos step home: the second degree and the seventh."""


def with_cadences(task: Task, melody: Melody, rng: Generator) -> Task:
    """The task with dominant and tonic said where a melody steps to its tonic: at the end, at half the other closes.

    Left to itself the network closes 38 % of its phrases with a perfect cadence, so told at all such places 60 %, where
    Bach has 49 %: which ones are told is drawn. The key of each is the likeliest by `cadence_keys`. Where anything is
    said of the chords there already, or the tune ends otherwise, the network is left its choice.
    """
    local, figure = task.said.local.copy(), task.said.figure.copy()
    for number, costs in cadence_keys().costs(melody).items():
        if rng.random() < _FREE and not melody.slots[number].is_last:
            continue
        key = min(costs, key=lambda one: costs[one])
        slot = melody.slots[number]
        last = slot.onset * A_QUARTER // melody.score.ticks_per_quarter
        frames = range(max(last - A_QUARTER, 0), last)
        if not _steps_home(melody, slot.rows[0], key) or (figure[list(frames)] != UNSAID).any():
            continue
        fits = [frame for frame in frames if _holds(task, frame, key)]
        if len(fits) < len(frames) // 2 or (figure[last] != UNSAID and local[last] != key_number(key)):
            continue
        end = last + max(slot.duration * A_QUARTER // melody.score.ticks_per_quarter, 1)
        local[fits[0] : end] = key_number(key)
        figure[fits[0] : last] = index_of(parse_numeral("V", minor=key.minor)) or 0
        if figure[last] == UNSAID:
            figure[last:end] = index_of(parse_numeral("i" if key.minor else "I", minor=key.minor)) or 0
    return task._replace(said=task.said._replace(local=local, figure=figure))


def _steps_home(melody: Melody, row: int, key: Key) -> bool:
    """The note of a row is the tonic, and the one before it the second degree or the seventh."""
    fifths = melody.notes["fifths"]
    return row > 0 and fifths[row] == key.tonic and int(fifths[row - 1]) - key.tonic in _STEPS_HOME


def _holds(task: Task, frame: int, key: Key) -> bool:
    """All that is given in a frame belongs to the dominant."""
    sung = ~task.free[frame] & (task.given.pitch[frame] > 0)
    return all(int(fifths) - key.tonic in (1, 5, 2) for fifths in task.given.fifths[frame][sung])
