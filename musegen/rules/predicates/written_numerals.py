"""What numerals say: chords that a level does not know, and labels that the notes contradict."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from musegen.rules.bounds import MajorFigures, MinorFigures
from musegen.rules.predicates.endings import at_onset
from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.theory.analysis import ChordSpan
from musegen.theory.numerals import Numeral, parse_numeral


@predicate("phrase", needs_harmony=True, needs=("vocabulary",))
def outside_vocabulary(
    view: View, *, major: MajorFigures | None = None, minor: MinorFigures | None = None
) -> Iterator[Hit]:
    """A chord that lasts a pulse is none of those that the pack allows in its mode.

    The lists come from the pack's [allow] table; a tonic six-four before its dominant is the cadential one.
    """
    if view.analysis is None:
        return
    chords = view.analysis.chords
    for number, chord in enumerate(chords):
        allowed = (minor if chord.key.minor else major) or []
        known = {_meant(parse_numeral(figure, minor=chord.key.minor)) for figure in allowed}
        names = {_meant(chord.numeral)}
        after = chords[number + 1] if number + 1 < len(chords) else None
        if chord.numeral.figure in ("I64", "i64") and after is not None and after.numeral.degree == 5:
            names.add(_meant(parse_numeral("Cad64", minor=chord.key.minor)))
        measure = view.score.measures[view.score.measure_index_at(chord.onset)]
        brief = chord.duration < view.score.ticks(measure.time_signature.pulse_quarters)
        if not brief and not names & known:
            yield at_onset(view, chord.onset, {"chord": chord.numeral.figure, "key": chord.key.words})


def _meant(numeral: Numeral) -> tuple[object, ...]:
    """What tells one chord from another, however its figure is written: V2 is V42."""
    return numeral.members, numeral.inversion, numeral.is_cadential, numeral.applied_to


@predicate("phrase", needs_harmony=True, facts=("heard",), needs=("numerals",))
def numeral_mismatch(view: View) -> Iterator[Hit]:
    """A written numeral contradicts its notes: others stand for its root or third, or another note is the bass."""
    if view.analysis is None or not view.analysis.given:
        return
    for chord in view.analysis.chords:
        inside = np.flatnonzero((view.onset < chord.onset + chord.duration) & (view.end > chord.onset))
        if len(inside) and not _says_so(view, chord, inside):
            rows = view.row[inside[0]]
            heard = "-".join(view.note_name(int(row))[:-1] for row in rows[::-1] if row >= 0)
            yield at_onset(view, chord.onset, {"chord": chord.numeral.figure, "key": chord.key.words, "heard": heard})


def _says_so(view: View, chord: ChordSpan, inside: np.ndarray[tuple[int], np.dtype[np.intp]]) -> bool:
    tones = [tone % 12 for tone in chord.tones]  # a misspelled note has a rule of its own
    rows, sound = view.row[inside], view.notes["fifths"] % 12
    heard = set(sound[rows[rows >= 0]].tolist())
    if not set(tones[:2]) <= heard and heard - set(tones):
        return False
    lowest = [int(row[row >= 0][-1]) for row in rows if (row >= 0).any()]
    if not lowest:
        return True
    bass = tones[chord.numeral.inversion % len(tones)]
    first = int(sound[lowest[0]])
    if first == bass:
        return True
    foreign = first not in tones  # a suspended or passing bass: its own note must follow
    return foreign and (bass in sound[lowest].tolist() or _is_pedal(view, inside))


def _is_pedal(view: View, inside: np.ndarray[tuple[int], np.dtype[np.intp]]) -> bool:
    """The bass has one note from before these positions to after them."""
    before, after = int(inside[0]) - 1, int(inside[-1]) + 1
    if before < 0 or after >= len(view):
        return False
    rows = view.row[before : after + 1, -1]
    return bool((rows >= 0).all()) and len({view.pitches[row] for row in rows.tolist()}) == 1
