"""Notes tied over the barline: prepared, dissonant, resolved; the fourth species and what the fifth keeps of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from musegen.rules.bounds import Count
from musegen.rules.predicates.bars import Tie, bars_of, clashing, counterpoints, position_at, struck_downbeats, ties_of
from musegen.rules.predicates.lines import Lines, chosen, runs_of
from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.theory.sonority import Bools

_SECOND, _SEVENTH, _OCTAVE = 1, 6, 7


@predicate("phrase", "voices", needs=("cantus_firmus",))
def broken_syncopation(view: View, *, most: Count = 1) -> Iterator[Hit]:
    """A downbeat is struck, not tied, more often than `most`; the first measure and the last do not count."""
    for voice in counterpoints(view):
        struck = [bar[0] for bar in bars_of(view, voice)[1:-1] if bar and not bar[0].held and not bar[0].start]
        for item in struck[most:]:
            yield _at_note(view, voice, item.row)


@predicate("phrase", "voices")
def unprepared_syncopation(view: View) -> Iterator[Hit]:
    """A note that is tied over the barline is dissonant where it begins."""
    dissonant = clashing(view)
    for tie in _ties(view):
        begins = position_at(view, int(view.notes["onset"][tie.row]))
        first = view.score.measure_index_at(int(view.notes["onset"][tie.row])) == tie.measure - 1
        if first and dissonant[begins, tie.voice]:
            yield _at_note(view, tie.voice, tie.row)


@predicate("phrase", "voices")
def unresolved_syncopation(view: View) -> Iterator[Hit]:
    """A tied note is dissonant on the downbeat and does not step down to a consonance by the middle of the measure.

    It may go through consonances on its way, or come early and be ornamented. Found at the note after it.
    """
    dissonant = clashing(view)
    hanging = {tie.row: tie for tie in _suspensions(view, dissonant) if not _resolves(view, tie, dissonant)}
    for row, tie in hanging.items():
        after = view.next_row(row)
        yield _at_note(view, tie.voice, after if after >= 0 else row, row)


@predicate("phrase", "voices", needs=("cantus_firmus",))
def weak_suspension(view: View) -> Iterator[Hit]:
    """A suspension falls into the unison above the cantus (2-1), or into the octave below it (7-8)."""
    dissonant = clashing(view)
    for tie in _suspensions(view, dissonant):
        above = _above_cantus(view, tie)
        if above == _SECOND or (above < 0 and -above % 7 == _SEVENTH):
            yield _here(tie)


@predicate("phrase", "voices", needs=("cantus_firmus",))
def suspended_octaves(view: View) -> Iterator[Hit]:
    """A suspended ninth above the cantus in a measure after another: 9-8, 9-8."""
    dissonant = clashing(view)
    ninths = {
        (tie.voice, tie.measure): tie
        for tie in _suspensions(view, dissonant)
        if _above_cantus(view, tie) > _OCTAVE and _above_cantus(view, tie) % 7 == _SECOND
    }
    for (voice, measure), tie in ninths.items():
        if (voice, measure - 1) in ninths:
            yield _here(tie)


@predicate("phrase", "voices")
def repeated_note(view: View, *, lines: Lines = "counterpoint") -> Iterator[Hit]:
    """A note is struck again at once; a resolution that came early and is struck again in its place may be.

    Of three voices, one that goes in whole notes beside one that does not is left out.
    """
    dissonant = clashing(view)
    early = {view.next_row(tie.row): tie for tie in _suspensions(view, dissonant) if _resolves(view, tie, dissonant)}
    pitch = view.notes["pitch"]
    judged = counterpoints(view)
    for voice in chosen(view, lines):
        for run in runs_of(view, voice) if voice in judged else ():
            for before, here in pairwise(run):
                if pitch[before] == pitch[here] and not (before in early and _in_place(view, early[before], here)):
                    yield _at_note(view, voice, here, before)


def _ties(view: View) -> list[Tie]:
    """All ties of all voices but the cantus."""
    return [tie for voice in chosen(view, "counterpoint") for tie in ties_of(view, voice)]


def _suspensions(view: View, dissonant: Bools) -> list[Tie]:
    """The ties that are dissonant on a downbeat that some voice strikes."""
    struck = {at for at in struck_downbeats(view) if at >= 0 and view.sonority.attack[at].any()}
    return [tie for tie in _ties(view) if tie.at in struck and dissonant[tie.at, tie.voice]]


def _resolves(view: View, tie: Tie, dissonant: Bools) -> bool:
    """The step down is reached by the middle of the measure, over nothing but consonances."""
    measure = view.score.measures[tie.measure]
    goal, row = int(view.notes.diatonic[tie.row]) - 1, view.next_row(tie.row)
    while row >= 0 and 2 * (int(view.notes["onset"][row]) - measure.onset) <= measure.length:
        at = view.places[row]
        if dissonant[at, tie.voice] or not view.connected_voices[at - 1, tie.voice]:
            return False
        if int(view.notes.diatonic[row]) == goal:
            return True
        row = view.next_row(row)
    return False


def _in_place(view: View, tie: Tie, row: int) -> bool:
    """The note before is the resolution, a step below the tie, and this one stands in the middle of the measure."""
    measure = view.score.measures[tie.measure]
    resolves = view.steps[view.previous_row(row)] == view.steps[tie.row] - 1
    return resolves and 2 * (int(view.notes["onset"][row]) - measure.onset) == measure.length


def _above_cantus(view: View, tie: Tie) -> int:
    """Staff steps from the cantus up to the tied note."""
    cantus = int(view.row[tie.at, view.cantus])
    return int(view.notes.diatonic[tie.row] - view.notes.diatonic[cantus]) if cantus >= 0 else 0


def _here(tie: Tie) -> Hit:
    return Hit(tie.at, tie.at, (tie.voice,))


def _at_note(view: View, voice: int, row: int, before: int = -1) -> Hit:
    """A finding at a note of a voice, and the note before it where it belongs to it."""
    at = position_at(view, int(view.notes["onset"][row]))
    names = {"note_from": view.note_name(before if before >= 0 else row), "note_to": view.note_name(row)}
    rows = (before, row) if before >= 0 else (row,)
    return Hit(at, at, (voice,), facts=names, rows=rows)
