"""Where the second to fifth species may be dissonant: passing notes, neighbours, the cambiata, bass fourths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np

from musegen.rules.predicates.bars import (
    Moves,
    clashing,
    counterpoints,
    moves_of,
    position_at,
    struck_downbeats,
)
from musegen.rules.predicates.counterpoint import clashes, fourths_over_bass
from musegen.rules.predicates.lines import line_of
from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.theory.sonority import Bools

Figure = Literal["passing", "neighbour", "cambiata", "double neighbour"]
_FEW = 3
_HIGH = 999
_TURNS: tuple[Figure, ...] = ("cambiata", "double neighbour")


@predicate("phrase", "pairs")
def downbeat_dissonance(view: View) -> Iterator[Hit]:
    """Two voices are dissonant on a downbeat, neither of them tied over to it."""
    upper, lower = view.sonority.pairs
    struck = view.sonority.attack
    free = clashes(view.sonority) & struck[:, upper] & struck[:, lower]
    for at in struck_downbeats(view):
        for pair in np.flatnonzero(free[at]).tolist() if at >= 0 else ():
            yield Hit(at, at, (int(upper[pair]), int(lower[pair])))


@predicate("phrase", "voices")
def dissonance_by_leap(view: View, *, figures: list[Figure]) -> Iterator[Hit]:
    """A dissonance begins off the downbeat and is none of these figures: passing note, neighbour, cambiata, ...

    A neighbour does not stand in the middle of the measure. A note that is tied on belongs to `unprepared_syncopation`.
    """
    dissonant, moves = clashing(view), moves_of(view)
    for voice in counterpoints(view):
        for row in line_of(view, voice):
            at = position_at(view, int(view.notes["onset"][row]))
            if not dissonant[at, voice] or not _inside(view, row):
                continue
            if not any(_FIGURES[figure](view, row, moves, dissonant[:, voice]) for figure in figures):
                yield Hit(at, at, (voice,), rows=(row,))


@predicate("phrase", "pairs")
def bass_fourth(view: View) -> Iterator[Hit]:
    """Of three voices or more, one stands a fourth above the lowest, neither in passing nor suspended."""
    if view.row.shape[1] < _FEW:
        return
    fourths = fourths_over_bass(view.sonority)
    upper, lower = view.sonority.pairs
    if not fourths.any():
        return
    moves, dissonant = moves_of(view), clashing(view)
    for at, pair in np.argwhere(fourths).tolist():
        voices = int(upper[pair]), int(lower[pair])
        rows = [int(view.row[at, voice]) for voice in voices]
        begins = any(view.notes["onset"][row] == view.onset[at] for row in rows)
        if not begins or _bass(view, at) not in voices:
            continue
        if not any(_excused(view, at, row, moves) for row in rows) and not _turns(view, at, rows, moves, dissonant):
            yield Hit(at, at, voices)


def _turns(view: View, at: int, rows: list[int], moves: Moves, dissonant: Bools) -> bool:
    """A note of the fourth begins here as the dissonance of a cambiata or of a double neighbour."""
    begun = [row for row in rows if view.notes["onset"][row] == view.onset[at] and _inside(view, row)]
    lines = [dissonant[:, int(view.voices.line[row])] for row in begun]
    return any(
        _FIGURES[figure](view, row, moves, line) for row, line in zip(begun, lines, strict=True) for figure in _TURNS
    )


def _bass(view: View, at: int) -> int:
    """The voice that is lowest, the lower one of two that sing the same note."""
    pitch = np.where(view.sonority.sounds[at], view.sonority.pitch[at], _HIGH)
    return int(np.flatnonzero(pitch == pitch.min())[-1])


def _excused(view: View, at: int, row: int, moves: Moves) -> bool:
    """A note of the fourth is held from before and steps down, or begins by step off the downbeat and goes on by step.

    What is held may go by way of one other note. What is tied over must go down: Palestrina's consonant fourth.
    """
    onset, into, away = int(view.notes["onset"][row]), moves.into[row], moves.away[row]
    if onset < view.onset[at]:
        return away == -1 or (away != 0 and away + moves.away[view.next_row(row)] == -1)
    weak = view.score.offset_in_measure(onset) > 0
    return weak and abs(into) == 1 and (away == -1 or (away == 1 and _inside(view, row)))


def _inside(view: View, row: int) -> bool:
    """The note begins off the downbeat and ends by the next one."""
    onset, end = int(view.notes["onset"][row]), int(view.notes.end[row])
    measure = view.score.measures[view.score.measure_index_at(onset)]
    return onset > measure.onset and end <= measure.onset + measure.length


def _passes(_view: View, row: int, moves: Moves, _dissonant: Bools) -> bool:
    return moves.into[row] == moves.away[row] and abs(moves.into[row]) == 1


def _neighbours(view: View, row: int, moves: Moves, _dissonant: Bools) -> bool:
    onset = int(view.notes["onset"][row])
    measure = view.score.measures[view.score.measure_index_at(onset)]
    turns = moves.into[row] == -moves.away[row] and abs(moves.into[row]) == 1
    return turns and _same(view, view.neighbours(row)) and 2 * (onset - measure.onset) != measure.length


def _is_cambiata(view: View, row: int, moves: Moves, dissonant: Bools) -> bool:
    """Down a step to the dissonance, down a third, up a step; the notes around the dissonance are consonant."""
    if (moves.into[row], moves.away[row]) != (-1, -2) or moves.away[view.next_row(row)] != 1:
        return False
    places = [position_at(view, int(view.notes["onset"][other])) for other in view.neighbours(row)]
    return not dissonant[places].any()


def _is_double_neighbour(view: View, row: int, moves: Moves, _dissonant: Bools) -> bool:
    """A note, a neighbour of it, the other neighbour, the note again: the dissonance is one of the neighbours."""
    into, away = moves.into[row], moves.away[row]
    if abs(into) == 1 and away == -2 * into:
        other = view.next_row(row)
        return moves.away[other] == into and _same(view, [view.previous_row(row), view.next_row(other)])
    if abs(away) == 1 and into == -2 * away:
        other = view.previous_row(row)
        return moves.into[other] == away and _same(view, [view.previous_row(other), view.next_row(row)])
    return False


def _same(view: View, rows: list[int]) -> bool:
    """The notes have one pitch: a figure comes back to where it began."""
    return len({view.pitches[row] for row in rows}) == 1


_FIGURES: dict[Figure, Callable[[View, int, Moves, Bools], bool]] = {
    "passing": _passes,
    "neighbour": _neighbours,
    "cambiata": _is_cambiata,
    "double neighbour": _is_double_neighbour,
}
