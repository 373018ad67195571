"""What outer voices sing where something is asked for: the bass of a chord; 2 or 7 to 1 in a PAC, 3 or 5 in an IAC."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.chord_tables import bass_table, figure_numbers, inversion_table, root_table
from musegen.generation.neural.drawn import Task
from musegen.generation.neural.frames import A_QUARTER, VOICES, Bools
from musegen.generation.neural.jarring import is_rest
from musegen.generation.neural.listening import LOWEST, NOTES
from musegen.generation.neural.said import CADENCES, UNSAID, Said
from musegen.score.pitch import pitch_class_of
from musegen.theory.vocabulary import numerals

Array = npt.NDArray[Any]
Chord = tuple[Array, Array]
_DOMINANT = 7
_BY_STEP = (11, 0, 2)
"""Semitones over the tonic: Bach's sopranos come to every perfect cadence by step, or stay."""
_STEP = 2
_APPROACH = A_QUARTER // 2
"""Frames before the last chord in which the soprano stands where it can step to the tonic."""
_PAC, _IAC = CADENCES.index("PAC"), CADENCES.index("IAC")


def closing(said: Said, owner: Array, time: int) -> Bools:
    """(rows,): where the last chord of a phrase begins; `owner` is the number of each row's task."""
    left = said.to_phrase_end
    return np.asarray((left[owner, time] == 0) & (left[owner, max(time - 1, 0)] != 0))


def other_notes(
    said: Said, owner: Array, time: int, chords: tuple[Chord, Chord], joined: Bools, before: Array
) -> dict[int, Bools]:
    """Of soprano and bass (rows, notes): what would not be what is asked for in a frame.

    Args:
        said: of all tasks, (tasks, frames) a column.
        owner: (rows,) the number of each row's task.
        time: the frame.
        chords: keys and figures, as `Said` has them, of this frame and of the one before.
        joined: (rows,) whether the frame goes on from the one before.
        before: (rows, voices) the notes there.
    """
    (local, figure), earlier = chords
    tonic, at_once = pitch_class_of(local // 2 - 12), max(time - 1, 0)
    left = said.to_phrase_end[owner, time]
    goes_on = (left == 0) & (said.to_phrase_end[owner, at_once] == 0) & joined
    sopranos = other_sopranos(said.cadence[owner, time], left, goes_on, tonic, figure_numbers(*earlier), before[:, 0])
    is_new = np.full(len(owner), time == 0)
    for column in (said.local, said.figure):
        is_new |= column[owner, time] != column[owner, at_once]
    begins = is_new & (said.figure[owner, time] != UNSAID)
    return {0: sopranos, VOICES - 1: other_basses(begins, figure_numbers(local, figure), tonic)}


def other_sopranos(cadence: Array, left: Array, goes_on: Bools, tonic: Array, before: Array, sung: Array) -> Bools:
    """(rows, notes): what would make the cadence another one, or a PAC one that the soprano leaps into.

    `cadence` is as `Said` has it, `left` the frames to the last chord of the phrase, in which a soprano stays where it
    is where that `goes_on`; `tonic` the pitch class of the local tonic, `before` the number of the chord in the frame
    before, `sung` the soprano's note there. An IAC after a dominant in root position needs another note than the tonic,
    after an inverted one it does not.

    >>> row = [np.array([value]) for value in (_PAC, 0, False, 9, 0, 71 - LOWEST)]
    >>> (np.flatnonzero(~other_sopranos(*row)[0])[-1:] + LOWEST).tolist()
    [69]
    """
    note = np.arange(NOTES)
    degree = (note + LOWEST - tonic[:, None]) % 12
    perfect, last = (cadence == _PAC)[:, None], (left == 0)[:, None]
    is_tonic, leads = degree == 0, np.isin(degree, _BY_STEP)
    leaps = (np.abs(note - sung[:, None]) > _STEP) & (sung > 0)[:, None]
    imperfect = (cadence == _IAC) & _root_dominants()[before]
    found = (perfect & last & (~is_tonic | leaps)) | (imperfect[:, None] & last & is_tonic)
    found |= perfect & ((left > 0) & (left <= _APPROACH))[:, None] & ~leads
    found |= (goes_on & (sung > 0))[:, None] & (note != sung[:, None])
    found[:, 0] = False
    return np.asarray(found)


def other_basses(begins: Bools, figure: Array, tonic: Array) -> Bools:
    """(rows, notes): what would make another chord, or inversion, where one that is asked for begins.

    `figure` is the number of the chord, `tonic` the pitch class of the local tonic.

    >>> in_d = other_basses(np.array([True]), np.array([1]), np.array([2]))
    >>> (np.flatnonzero(~in_d[0])[1:4] + LOWEST).tolist()
    [38, 50, 62]
    """
    found = begins[:, None] & ((np.arange(NOTES) + LOWEST - (tonic + bass_table()[figure])[:, None]) % 12 != 0)
    found[:, 0] = False
    return np.asarray(found)


@cache
def _root_dominants() -> Bools:
    """(figures,): V and V7 in root position."""
    applied = [0, *(numeral.applied_tonic for minor in (False, True) for numeral in numerals(minor))]
    found = (root_table() == _DOMINANT) & (inversion_table() == 0) & (np.array(applied) == 0)
    return np.asarray(found)


def unclosed(task: Task, pitch: Array) -> list[int]:
    """The frames in which a phrase of new notes closes on no triad in root position with its third.

    >>> from musegen.generation.conditions import Condition
    >>> from musegen.generation.neural.asking import task_for
    >>> from musegen.score.textgrid import parse_grid
    >>> task = task_for(parse_grid("key: C major; meter: 4/4\\nS: e5 d5 c5 c5"), Condition())
    >>> six_four = np.array([[72, 64, 60, 55]] * 16)
    >>> unclosed(task, six_four), unclosed(task, np.array([[72, 64, 55, 48]] * 16))
    ([12], [])
    """
    left = task.said.to_phrase_end
    closes = (left == 0) & (np.append(1, left[:-1]) != 0) & task.free.any(axis=1) & (pitch > 0).all(axis=1)
    return np.flatnonzero(closes & ~is_rest(pitch, pitch > 0)).tolist()
