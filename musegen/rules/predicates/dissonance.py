"""Dissonance in four parts: notes that no figure explains, suspensions that do not come down."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.score.pitch import step_of
from musegen.theory.dissonance.non_chord_tones import is_foreign_throughout
from musegen.theory.sonority import NONE, Ints


@predicate("phrase", "voices", needs_harmony=True)
def unexplained_dissonance(view: View) -> Iterator[Hit]:
    """A note belongs to no chord and to no legal figure, nor does it come down in a roundabout way."""
    assert view.analysis is not None
    for tone in view.analysis.non_chord_tones:
        row = view.row_of.get(tone.note, -1)
        if tone.kind != "unexplained" or row < 0 or view.voices.line[row] < 0:
            continue
        at = max(int(np.searchsorted(view.onset, tone.onset, side="right")) - 1, 0)
        if _lasts_as_long(view, at, row) or not _comes_down(view, row):
            yield Hit(at, at, (int(view.voices.line[row]),), facts={"note_to": view.note_name(row)})


def _lasts_as_long(view: View, at: int, row: int) -> bool:
    """As its chord."""
    chord = view.chord_at(at)
    if chord is None or view.analysis is None:
        return False
    note = int(view.notes["onset"][row]), int(view.notes.end[row]), view.fifths[row]
    return is_foreign_throughout(view.score, chord, note, given=view.analysis.given)


@predicate("phrase", "voices", needs_harmony=True)
def unresolved_suspension(view: View) -> Iterator[Hit]:
    """A note held into a chord that it does not belong to, and left otherwise than by a step down.

    It may rise where the step below is no chord note (a retardation). An ornamented resolution counts: the step below
    arrives within three notes.
    """
    if view.harmony is None or view.chord is None:
        return
    held = (view.row[1:] == view.row[:-1]) & (view.chord[1:] != view.chord[:-1])[:, None]
    for time, voice in np.argwhere(held & view.in_chord[:-1] & ~view.in_chord[1:]).tolist():
        row = int(view.row[time + 1, voice])
        is_pedal = view.in_chord[time + 1 : _left_at(view, row, voice, time + 1), voice].any()
        last, after = (row, -1) if is_pedal else _left(view, row, voice)
        if after >= 0 and not _resolves(view, last, after, view.harmony.members[time + 1]):
            yield Hit(_left_at(view, last, voice, view.places[last]) - 1, view.places[after], (voice,))


def _left_at(view: View, row: int, voice: int, position: int) -> int:
    """The position where the voice leaves a note that it holds at `position`."""
    while position < len(view) and view.row[position, voice] == row:
        position += 1
    return position


def _left(view: View, row: int, voice: int) -> tuple[int, int]:
    """The note as it is struck for the last time, and the next one; -1 where there is none, or a chord has it again."""
    after = view.next_row(row)
    while after >= 0 and view.pitches[after] == view.pitches[row]:
        if view.in_chord[view.places[after], voice]:
            return row, -1
        row, after = after, view.next_row(after)
    return row, after


def _resolves(view: View, row: int, after: int, chord: Ints) -> bool:
    """By the next note, or by one of the two after it."""
    if view.steps[after] - view.steps[row] == 1:
        below = view.steps[row] - 1
        return bool((step_of(chord[chord != NONE]) != below % 7).all())
    return _comes_down(view, row)


def _comes_down(view: View, row: int) -> bool:
    """The step below a note comes as one of the three next notes of its voice: an ornamented resolution."""
    following = row
    for _ in range(3):
        following = view.next_row(following)
        if following < 0:
            return False
        if view.steps[following] - view.steps[row] == -1:
            return True
    return False
