"""Where the second to fifth species may be dissonant: passing notes, neighbours, the cambiata, bass fourths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np

from musegen.rules.predicates.bars import clashing, counterpoints, downbeats, position_at
from musegen.rules.predicates.counterpoint import clashes, fourths_over_bass
from musegen.rules.predicates.lines import line_of
from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.theory.sonority import Bools

Figure = Literal["passing", "neighbour", "cambiata", "double neighbour"]
_FEW = 3


@predicate("phrase", "pairs")
def downbeat_dissonance(view: View) -> Iterator[Hit]:
    """Two voices are dissonant on a downbeat, neither of them tied over to it."""
    upper, lower = view.sonority.pairs
    struck = view.sonority.attack
    free = clashes(view.sonority) & struck[:, upper] & struck[:, lower]
    for at in downbeats(view):
        for pair in np.flatnonzero(free[at]).tolist() if at >= 0 else ():
            yield Hit(at, at, (int(upper[pair]), int(lower[pair])))


@predicate("phrase", "voices")
def dissonance_by_leap(view: View, *, figures: list[Figure]) -> Iterator[Hit]:
    """A dissonance begins off the downbeat and is none of these figures: passing note, neighbour, cambiata, ...

    A neighbour does not stand in the middle of the measure. A note that is tied on belongs to `unprepared_syncopation`.
    """
    dissonant = clashing(view)
    for voice in counterpoints(view):
        for row in line_of(view, voice):
            at = position_at(view, int(view.notes["onset"][row]))
            if not dissonant[at, voice] or not _inside(view, row):
                continue
            if not any(_FIGURES[figure](view, voice, row, dissonant) for figure in figures):
                yield Hit(at, at, (voice,), rows=(row,))


@predicate("phrase", "pairs")
def bass_fourth(view: View) -> Iterator[Hit]:
    """Of three voices or more, one stands a fourth above the lowest, neither in passing nor suspended."""
    if view.row.shape[1] < _FEW:
        return
    fourths = fourths_over_bass(view.sonority)
    upper, lower = view.sonority.pairs
    for at, pair in np.argwhere(fourths).tolist():
        voices = int(upper[pair]), int(lower[pair])
        rows = [int(view.row[at, voice]) for voice in voices]
        lasts = at > 0 and all(view.row[at - 1, voice] == row for voice, row in zip(voices, rows, strict=True))
        if not lasts and not _excused(view, at, rows):
            yield Hit(at, at, voices)


def _excused(view: View, at: int, rows: list[int]) -> bool:
    """One note is held from before and steps down, or begins by step off the downbeat and goes on by step.

    If it is tied over first it must go down: Palestrina's consonant fourth.
    """
    now = int(view.onset[at])
    for row in rows:
        before, after = _steps(view, row)
        if view.notes["onset"][row] < now:
            if after == -1:
                return True
        elif _weak(view, row) and abs(before) == 1 and (after == -1 or (after == 1 and _inside(view, row))):
            return True
    return False


def _weak(view: View, row: int) -> bool:
    """The note begins off the downbeat."""
    return view.score.offset_in_measure(int(view.notes["onset"][row])) > 0


def _inside(view: View, row: int) -> bool:
    """The note begins off the downbeat and ends by the next one."""
    onset, end = int(view.notes["onset"][row]), int(view.notes.end[row])
    measure = view.score.measures[view.score.measure_index_at(onset)]
    return onset > measure.onset and end <= measure.onset + measure.length


def _steps(view: View, row: int) -> tuple[int, int]:
    """Staff steps into a note and out of it; 0 where nothing comes before or after."""
    before, after, steps = view.previous_row(row), view.next_row(row), view.notes.diatonic
    into = int(steps[row] - steps[before]) if before >= 0 else 0
    return into, int(steps[after] - steps[row]) if after >= 0 else 0


def _passes(view: View, _voice: int, row: int, _dissonant: Bools) -> bool:
    before, after = _steps(view, row)
    return before == after and abs(before) == 1


def _neighbours(view: View, _voice: int, row: int, _dissonant: Bools) -> bool:
    before, after = _steps(view, row)
    onset = int(view.notes["onset"][row])
    measure = view.score.measures[view.score.measure_index_at(onset)]
    return before == -after and abs(before) == 1 and 2 * (onset - measure.onset) != measure.length


def _is_cambiata(view: View, voice: int, row: int, dissonant: Bools) -> bool:
    """Down a step to the dissonance, down a third, up a step; the notes around the dissonance are consonant."""
    around = [view.previous_row(row), view.next_row(row)]
    if min(around) < 0 or _steps(view, row) != (-1, -2) or _steps(view, around[1])[1] != 1:
        return False
    places = [position_at(view, int(view.notes["onset"][other])) for other in around]
    return not dissonant[places, voice].any()


def _is_double_neighbour(view: View, _voice: int, row: int, _dissonant: Bools) -> bool:
    """A note, a neighbour of it, the other neighbour, the note again: the dissonance is one of the neighbours."""
    before, after = _steps(view, row)
    if abs(before) == 1 and after == -2 * before:
        return _steps(view, view.next_row(row))[1] == before
    if abs(after) == 1 and before == -2 * after:
        return _steps(view, view.previous_row(row))[0] == after
    return False


_FIGURES: dict[Figure, Callable[[View, int, int, Bools], bool]] = {
    "passing": _passes,
    "neighbour": _neighbours,
    "cambiata": _is_cambiata,
    "double neighbour": _is_double_neighbour,
}
