"""Suspensions: prepared by a consonance, on the stronger beat, and without the note that they resolve to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View


class Suspension(NamedTuple):
    """A note held or struck again into a chord where it is foreign, and the step below that follows."""

    row: int
    voice: int
    at: int  # position where it becomes foreign
    onset: int
    resolution: int  # row, -1 where the voice rests


def suspensions(view: View) -> Iterator[Suspension]:
    """The suspensions that the analysis names, each where it becomes foreign first."""
    if view.analysis is None:
        return
    seen = {-1}
    for tone in view.analysis.non_chord_tones:
        row = view.row_of.get(tone.note, -1) if tone.kind == "suspension" else -1
        if row in seen or view.voices.line[row] < 0:
            continue
        seen.add(row)
        at = max(int(np.searchsorted(view.onset, tone.onset, side="right")) - 1, 0)
        yield Suspension(row, int(view.voices.line[row]), at, tone.onset, _resolution(view, row))


def _resolution(view: View, row: int) -> int:
    """The step below as one of the next three notes: a resolution may be ornamented. Else the next note."""
    following = view.next_row(row)
    for _ in range(3):
        if following >= 0 and view.steps[following] - view.steps[row] == -1:
            return following
        following = view.next_row(following)
    return view.next_row(row)


@predicate("phrase", "voices", needs_harmony=True)
def suspension_unprepared(view: View) -> Iterator[Hit]:
    """The note that prepares a suspension is itself foreign to its chord."""
    if view.harmony is None:
        return
    for item in suspensions(view):
        first = _first_struck(view, item.row)
        start = int(np.searchsorted(view.onset, view.notes["onset"][first]))
        chords = view.harmony.members[start : item.at]
        if len(chords) and not (chords == view.notes["fifths"][item.row]).any():
            yield Hit(item.at, item.at, (item.voice,), onset=item.onset)


def _first_struck(view: View, row: int) -> int:
    """The first of the notes of one pitch that lead up to a note without a rest."""
    before = view.previous_row(row)
    while before >= 0 and view.pitches[before] == view.pitches[row] and _touch(view, before, row):
        row, before = before, view.previous_row(before)
    return row


def _touch(view: View, before: int, row: int) -> bool:
    return int(view.notes.end[before]) == int(view.notes["onset"][row])


@predicate("phrase", "voices", needs_harmony=True)
def suspension_on_weak_beat(view: View) -> Iterator[Hit]:
    """A suspension sounds on a weaker beat than its resolution."""
    for item in suspensions(view):
        if item.resolution < 0:
            continue
        score, resolved = view.score, int(view.notes["onset"][item.resolution])
        if score.strength(item.onset) < score.strength(resolved):
            yield Hit(item.at, item.at, (item.voice,), onset=item.onset)


@predicate("phrase", "pairs", needs_harmony=True)
def suspension_with_resolution(view: View) -> Iterator[Hit]:
    """Another voice sounds the note of resolution during a suspension; only the bass may, an octave or more below."""
    notes = view.notes
    for item in suspensions(view):
        if item.resolution < 0:
            continue
        goal = int(notes["fifths"][item.resolution])
        lowest = view.row.shape[1] - 1
        for voice in range(view.row.shape[1]):
            row = int(view.row[item.at, voice])
            if voice == item.voice or row < 0 or int(notes["fifths"][row]) != goal:
                continue
            if voice == lowest and int(notes["pitch"][item.resolution]) - int(notes["pitch"][row]) >= 12:
                continue
            pair = (min(voice, item.voice), max(voice, item.voice))
            yield Hit(item.at, item.at, pair, onset=item.onset, rows=(item.row, row))
