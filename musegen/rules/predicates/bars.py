"""Notes against the barlines: what each measure of a voice holds, which notes are tied over, which voices are free."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from musegen.rules.predicates.counterpoint import clashes
from musegen.rules.predicates.lines import line_of
from musegen.rules.view import View
from musegen.theory.sonority import Bools


class Segment(NamedTuple):
    """What a measure holds of a note; times in ticks from its barline."""

    row: int
    start: int
    end: int
    held: bool  # began before the barline
    goes_on: bool  # lasts beyond the next one

    @property
    def length(self) -> int:
        """How much of it the measure holds."""
        return self.end - self.start


class Tie(NamedTuple):
    """A note that is held over a barline."""

    voice: int
    row: int
    measure: int  # index of the measure that it is held into
    at: int  # the view position of that barline


def bars_of(view: View, voice: int) -> list[list[Segment]]:
    """The segments of every measure of a voice, in time."""
    measures = view.score.measures
    bars: list[list[Segment]] = [[] for _ in measures]
    for row in line_of(view, voice):
        onset, end = int(view.notes["onset"][row]), int(view.notes.end[row])
        number = view.score.measure_index_at(onset)
        while number < len(measures) and measures[number].onset < end:
            barline, stop = measures[number].onset, measures[number].onset + measures[number].length
            bars[number].append(
                Segment(row, max(onset, barline) - barline, min(end, stop) - barline, onset < barline, end > stop)
            )
            number += 1
    return bars


def counterpoints(view: View) -> list[int]:
    """The voices against the cantus firmus; with several, those in whole notes are left out unless all are."""
    others = [voice for voice in range(len(view.voices.names)) if voice != view.cantus]
    moving = [voice for voice in others if not all(is_whole(view, *bar) for bar in enumerate(bars_of(view, voice)))]
    return moving or others


def is_whole(view: View, number: int, bar: list[Segment]) -> bool:
    """The measure holds one note, which fills it."""
    length = view.score.measures[number].length
    return len(bar) == 1 and bar[0].length == length and not bar[0].held and not bar[0].goes_on


def ties_of(view: View, voice: int) -> list[Tie]:
    """The notes of a voice that are held over a barline, one tie a barline."""
    return [
        Tie(voice, segment.row, number, position_at(view, view.score.measures[number].onset))
        for number, bar in enumerate(bars_of(view, voice))
        for segment in bar[:1]
        if segment.held
    ]


def downbeats(view: View) -> list[int]:
    """The view position of every barline, -1 where nothing sounds."""
    return [position_at(view, measure.onset) for measure in view.score.measures]


def struck_downbeats(view: View) -> list[int]:
    """The view position that begins at every barline, -1 where none does because all voices rest or hold."""
    found = [(at, measure.onset) for at, measure in zip(downbeats(view), view.score.measures, strict=True)]
    return [at if at >= 0 and view.onset[at] == barline else -1 for at, barline in found]


class Moves(NamedTuple):
    """Staff steps into and out of each note, by rows; 0 next to a rest of a denominator unit or the end of a phrase."""

    into: list[int]
    away: list[int]


def moves_of(view: View) -> Moves:
    """How every voice comes to each of its notes and leaves it."""
    into, away = [0] * len(view.notes), [0] * len(view.notes)
    for runs in view.runs:
        for run in runs:
            for one, two in pairwise(run):
                away[one] = into[two] = view.steps[two] - view.steps[one]
    return Moves(into, away)


def position_at(view: View, time: int) -> int:
    """The view position that holds a time, or -1."""
    found = int(np.searchsorted(view.onset, time, side="right")) - 1
    return found if found >= 0 and time < int(view.end[found]) else -1


def clashing(view: View) -> Bools:
    """(positions, voices): the voice is dissonant with another one, and that does not answer for it.

    A suspension that goes down answers for its own dissonance, and so does a passing note off the downbeat; the cantus
    firmus is neither.
    """
    upper, lower = view.sonority.pairs
    pairs = clashes(view.sonority)
    answers = _answers(view)
    found = np.zeros_like(view.sonority.sounds)
    for pair in np.flatnonzero(pairs.any(axis=0)).tolist():
        for voice, other in ((upper[pair], lower[pair]), (lower[pair], upper[pair])):
            found[:, voice] |= pairs[:, pair] & ~answers[:, other]
    return found


def _answers(view: View) -> Bools:
    """(positions, voices): the voice is held and will step down, or passes by step off the downbeat."""
    falls, passes = np.zeros((2, len(view.notes) + 1), dtype=bool)  # the last place stands for a rest
    onset, end = view.notes["onset"], view.notes.end
    moves = moves_of(view)
    for row, (into, away) in enumerate(zip(moves.into, moves.away, strict=True)):
        falls[row] = away == -1
        if into == away and abs(into) == 1:
            measure = view.score.measures[view.score.measure_index_at(int(onset[row]))]
            passes[row] = onset[row] > measure.onset and end[row] <= measure.onset + measure.length
    found = (falls[view.row] & ~view.sonority.attack) | passes[view.row]
    if view.cantus >= 0:
        found[:, view.cantus] = False
    return found
