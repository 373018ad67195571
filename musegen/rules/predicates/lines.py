"""One voice over several notes: leaps and their recovery, what a line outlines, its range, climax and repetitions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Literal

import numpy as np

from musegen.rules.bounds import Count
from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View, without_repetitions

Lines = Literal["all", "upper", "soprano", "counterpoint"]
"""`upper` is every voice but the lowest, `counterpoint` every voice but the cantus firmus."""

_OUTLINES: dict[str, dict[int, tuple[int, ...]]] = {"tritone": {3: (6,), 4: (-6,)}, "seventh": {6: (5, -2, -9)}}
_TRIADS = ({0, 1, 4}, {0, 3, 4})
"""Major and minor, on the line of fifths, the flattest note first."""
_FOURTH, _FIFTH, _SIXTH, _OCTAVE = 3, 4, 5, 7


@predicate("phrase", "voices")
def unrecovered_leap(view: View, *, lines: Lines = "upper", least: Count = _FIFTH) -> Iterator[Hit]:
    """A leap of at least so many staff steps (4 = a fifth) is neither left nor prepared by a step the other way.

    After a sixth or more a third back will do, after an octave any move back. Repetitions are looked through.
    """
    for voice in chosen(view, lines):
        for line in view.moving[voice]:
            steps = [view.steps[row] for row in line]
            moves = [after - before for before, after in pairwise(steps)]
            for place, (move, after) in enumerate(pairwise(moves)):
                if abs(move) >= least and not _recovers(move, moves[place - 1] if place else 0, after):
                    yield _hit(view, voice, line[place], line[place + 1])


@predicate("phrase", "voices")
def unmelodic_leaps(view: View, *, lines: Lines = "upper") -> Iterator[Hit]:
    """Two leaps in one direction that make no major or minor triad, or go beyond an octave."""
    for voice in chosen(view, lines):
        for run in runs_of(view, voice):
            steps = [view.steps[row] for row in run]
            moves = [after - before for before, after in pairwise(steps)]
            for place, (one, two) in enumerate(pairwise(moves)):
                if one * two > 0 and abs(one) > 1 and abs(two) > 1 and not _is_triad(view, *run[place : place + 3]):
                    yield _hit(view, voice, run[place + 1], run[place + 2])


@predicate("phrase", "voices")
def outlined_interval(view: View, *, interval: Literal["tritone", "seventh"], lines: Lines = "all") -> Iterator[Hit]:
    """Between two turning points, by way of other notes, a line spans a tritone or a seventh.

    A diminished fifth or a seventh that then turns inwards by step is resolved.
    """
    for voice in chosen(view, lines):
        for line in view.moving[voice]:
            for start, stop in _stretches([view.steps[row] for row in line]):
                steps, fifths = _move(view, line[start], line[stop])
                if (fifths if steps > 0 else -fifths) not in _OUTLINES[interval].get(abs(steps), ()):
                    continue
                after = line[stop + 1] if stop + 1 < len(line) else -1
                resolves = after >= 0 and _turns_back(view, steps, line[stop], after)
                if resolves and abs(steps) != _FOURTH:
                    continue
                yield _hit(view, voice, line[start], line[stop])


@predicate("phrase", "voices")
def wide_melody(view: View, *, most: Count = 9, lines: Lines = "soprano") -> Iterator[Hit]:
    """A line spans more staff steps than `most` (9 = a tenth): the first note that makes it so."""
    for voice in chosen(view, lines):
        low = high = None
        for row in line_of(view, voice):
            step = int(view.notes.diatonic[row])
            low, high = min(step, step if low is None else low), max(step, step if high is None else high)
            if high - low > most:
                yield _hit(view, voice, row, row)
                break


@predicate("phrase", "voices")
def no_climax(view: View, *, lines: Lines = "soprano", fewest: Count = 8, most: Count = 64) -> Iterator[Hit]:
    """The highest note of a melody comes back; repetitions in one place are one note."""
    for voice in chosen(view, lines):
        line = without_repetitions(line_of(view, voice), view.pitches)
        measures = sum(not measure.is_pickup for measure in view.score.measures)
        if not fewest <= len(line) <= most or measures > most // 4:
            continue
        pitches = view.notes["pitch"][line]
        tops = np.flatnonzero(pitches == pitches.max())
        if len(tops) > 1:
            yield _hit(view, voice, line[int(tops[1])], line[int(tops[1])])


@predicate("phrase", "voices")
def static_melody(view: View, *, most: Count = 3, lines: Lines = "soprano") -> Iterator[Hit]:
    """A note is repeated more than `most` times in succession."""
    for voice in chosen(view, lines):
        for run in runs_of(view, voice):
            for _, group in groupby(run, key=view.pitches.__getitem__):
                same = list(group)
                if len(same) > most + 1:
                    yield _hit(view, voice, same[most], same[most + 1])


@predicate("phrase", "voices")
def literal_repetition(view: View, *, lines: Lines = "soprano", fewest: Count = 3) -> Iterator[Hit]:
    """Three measures in a row are the same, note for note."""
    for voice in chosen(view, lines):
        bars = _bars(view, line_of(view, voice))
        for number, ((_, one), (_, two), (rows, three)) in enumerate(zip(bars, bars[1:], bars[2:], strict=False), 2):
            if len(rows) >= fewest and one == two == three:
                at = _position(view, rows[0])
                yield Hit(at, at, (voice,), onset=view.score.measures[number].onset, rows=tuple(rows))


def chosen(view: View, lines: Lines) -> list[int]:
    """The voices that a rule of melody looks at."""
    count = len(view.voices.names)
    if lines == "soprano":
        return [0][:count]
    if lines == "upper":
        return list(range(max(count - 1, 1)))[:count]
    return [voice for voice in range(count) if lines == "all" or voice != view.cantus]


def runs_of(view: View, voice: int) -> list[list[int]]:
    """The notes of a voice, cut where a phrase ends or a rest of a denominator unit lies between."""
    return view.runs[voice]


def line_of(view: View, voice: int) -> list[int]:
    """The notes of a voice, in time."""
    return view.lines[voice]


def _position(view: View, row: int) -> int:
    return view.places[row]


def _hit(view: View, voice: int, before: int, here: int) -> Hit:
    """A finding at the note `here` of a voice, with what came before."""
    at = _position(view, here)
    names = {"note_from": view.note_name(before), "note_to": view.note_name(here)}
    return Hit(at, at, (voice,), facts=names, rows=tuple(dict.fromkeys((before, here))))


def _move(view: View, before: int, after: int) -> tuple[int, int]:
    """(staff steps, places on the line of fifths) from one note to another."""
    return view.steps[after] - view.steps[before], view.fifths[after] - view.fifths[before]


def _turns_back(view: View, steps: int, here: int, after: int) -> bool:
    return _move(view, here, after)[0] == -int(np.sign(steps))


def _recovers(move: int, before: int, after: int) -> bool:
    way = -int(np.sign(move))
    back = after * way
    prepared = before == way
    inside = back > 0 and (abs(move) == _OCTAVE or (abs(move) >= _SIXTH and back <= 2))
    return back == 1 or inside or prepared


def _is_triad(view: View, *rows: int) -> bool:
    fifths = [int(view.notes["fifths"][row]) for row in rows]
    shape = {note - min(fifths) for note in fifths}
    within = abs(_move(view, rows[0], rows[-1])[0]) <= _OCTAVE
    return within and any({note - low for note in triad if note >= low} >= shape for triad in _TRIADS for low in triad)


def _stretches(steps: list[int]) -> Iterator[tuple[int, int]]:
    """The places of the first and the last note of every stretch that goes one way by way of other notes."""
    start = way = 0
    for place, (before, after) in enumerate(pairwise(steps)):
        onward = (after > before) - (after < before)
        if onward != way:
            if place - start > 1:
                yield start, place
            start, way = place, onward
    if len(steps) - start > 2:
        yield start, len(steps) - 1


def _bars(view: View, line: list[int]) -> list[tuple[list[int], list[tuple[int, ...]]]]:
    """The notes of a line in each measure, and of each the time since the barline, the duration and the pitch."""
    starts = [measure.onset for measure in view.score.measures]
    onset, duration, pitch = (view.notes[name][line].tolist() for name in ("onset", "duration", "pitch"))
    notes = list(zip(onset, duration, pitch, strict=True))
    cuts = [*np.searchsorted(onset, starts).tolist(), len(line)]
    return [
        (line[first:stop], [(time - start, *what) for time, *what in notes[first:stop]])
        for start, (first, stop) in zip(starts, pairwise(cuts), strict=True)
    ]
