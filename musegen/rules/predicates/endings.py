"""How phrases and pieces end, and where harmonies begin against the barline."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np

from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.theory.analysis import ChordSpan


@predicate("phrase", needs_harmony=True)
def weak_ending(view: View) -> Iterator[Hit]:
    """The last chord of the piece is not the tonic in root position; a Picardy third is."""
    if view.analysis is None or not view.analysis.chords or not len(view):
        return
    last = view.analysis.chords[-1]
    numeral = last.numeral
    if not (numeral.degree == 1 and numeral.inversion == 0 and not numeral.applied_to):
        yield at_onset(view, last.onset)


@predicate("phrase", needs_harmony=True)
def no_cadence(view: View) -> Iterator[Hit]:
    """A phrase ends without any cadence."""
    if view.analysis is None or not view.analysis.chords or not len(view):
        return
    chords = view.analysis.chords
    starts = np.array([chord.onset for chord in chords])
    made = {int(np.searchsorted(starts, item.onset, side="right")) - 1 for item in view.analysis.cadences}
    for end in sorted({*view.phrase_ends.tolist(), int(view.end[-1])}):
        last = int(np.searchsorted(starts, end, side="left")) - 1
        if last >= 0 and last not in made:
            yield at_onset(view, chords[last].onset)


@predicate("phrase", needs_harmony=True)
def syncopated_harmony(view: View) -> Iterator[Hit]:
    """A chord comes on a weak beat and goes on over the barline.

    Not the first chord of a piece or phrase, nor one that has filled a measure, nor one over a bass held from before.
    """
    if view.analysis is None or not len(view):
        return
    ends = set(view.phrase_ends.tolist())
    measures = view.score.measures[1:]
    bars = [measure.onset for measure in measures]
    for start, stop, before in _harmonies(view.analysis.chords):
        for measure in measures[bisect_right(bars, start) : bisect_left(bars, stop)]:
            bar = measure.onset
            if bar in ends or view.score.strength(start) == 1:
                continue
            full = view.score.ticks(measure.time_signature.quarters)
            if before is not None and bar - start < full and not _pedal(view, start, bar):
                yield at_onset(view, bar)
            break


def _harmonies(chords: tuple[ChordSpan, ...]) -> Iterator[tuple[int, int, ChordSpan | None]]:
    """(onset, end, chord before) of every harmony, whatever its inversions and sevenths."""
    start = 0
    for number, chord in enumerate(chords):
        after = chords[number + 1] if number + 1 < len(chords) else None
        if after is None or (after.key, after.numeral.root) != (chord.key, chord.numeral.root):
            yield chords[start].onset, chord.onset + chord.duration, chords[start - 1] if start else None
            start = number + 1


def _pedal(view: View, start: int, bar: int) -> bool:
    """The bass has held or repeated its note since before the harmony began, and still does at the barline."""
    lowest = view.row[:, -1]
    places = np.searchsorted(view.onset, [start - 1, start, bar], side="right") - 1
    rows = lowest[np.maximum(places, 0)]
    return bool((rows >= 0).all() and len(set(view.notes["pitch"][rows].tolist())) == 1)


def at_onset(view: View, onset: int, facts: Mapping[str, str] = MappingProxyType({})) -> Hit:
    """A finding about the chord that sounds at a time, in ticks."""
    place = max(int(np.searchsorted(view.onset, onset, side="right")) - 1, 0)
    return Hit(place, place, (), facts=facts, onset=onset)
