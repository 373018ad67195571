"""How phrases and pieces end, and where harmonies begin against the barline."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.score.table import Flag
from musegen.theory.analysis import ChordSpan
from musegen.theory.form.cadences import close_of


@predicate("phrase", needs_harmony=True)
def weak_ending(view: View) -> Iterator[Hit]:
    """The last chord of the piece is not the tonic in root position; a Picardy third is."""
    if view.analysis is None or not view.analysis.chords or not len(view):
        return
    last = view.analysis.chords[-1]
    numeral = last.numeral
    is_triad = numeral.quality in ("major", "minor") and numeral.inversion == 0
    if not (numeral.degree == 1 and is_triad and not numeral.applied_to):
        yield at_onset(view, last.onset)


@predicate("phrase", needs_harmony=True)
def no_cadence(view: View) -> Iterator[Hit]:
    """A phrase ends without any cadence; a last tonic counts in every position that it takes."""
    if view.analysis is None or not view.analysis.chords or not len(view):
        return
    chords = view.analysis.chords
    starts = np.array([chord.onset for chord in chords])
    lasts = np.searchsorted(starts, _ends(view), side="left") - 1
    for before, last in pairwise([-1, *sorted(set(lasts.tolist()))]):
        phrase = chords[before + 1 : last + 1]
        if phrase and not any(close_of(phrase[:stop]) for stop in _stops(phrase)):
            yield at_onset(view, phrase[-1].onset)


def _ends(view: View) -> list[int]:
    """The ends of the phrases and of the piece; of fermatas that overlap the last."""
    ends = {*view.phrase_ends.tolist(), int(view.end[-1])}
    held = view.notes.where(view.notes.has(Flag.FERMATA))
    spans = list(zip(held["onset"].tolist(), held.end.tolist(), strict=True))
    return sorted(end for end in ends if not any(start < end < stop and stop in ends for start, stop in spans))


def _stops(phrase: tuple[ChordSpan, ...]) -> Iterator[int]:
    """How many chords of a phrase lead up to its last one, or to the tonic where that only changes its position."""
    last = phrase[-1]
    yield len(phrase)
    if last.numeral.degree == 1:
        for stop in range(len(phrase) - 1, 0, -1):
            if not _alike(phrase[stop - 1], last):
                return
            yield stop


def _alike(one: ChordSpan, other: ChordSpan) -> bool:
    """The same chord, whatever its inversion."""
    return one.key == other.key and set(one.numeral.members) == set(other.numeral.members)


@predicate("phrase", needs_harmony=True)
def syncopated_harmony(view: View) -> Iterator[Hit]:
    """A chord comes on a weak beat and goes on over the barline.

    Not the first chord of a piece or phrase, nor one that has filled a measure, nor one over a bass held from before.
    """
    if view.analysis is None or not len(view):
        return
    ends = np.append(view.phrase_ends, [phrase.end for phrase in view.analysis.phrases])
    measures = view.score.measures[1:]
    bars = [measure.onset for measure in measures]
    for start, stop, before in _harmonies(view.analysis.chords):
        crossed = measures[bisect_right(bars, start) : bisect_left(bars, stop)]
        if before is None or not crossed or view.score.strength(start) == 1:
            continue
        bar = crossed[0].onset
        opens_phrase = ((ends >= start) & (ends <= bar)).any()
        fills = bar - start >= view.score.ticks(crossed[0].time_signature.quarters)
        if not (opens_phrase or fills or _pedal(view, start, bar)) and _sounds(view, bar):
            yield at_onset(view, bar)


def _sounds(view: View, time: int) -> bool:
    """Not all voices rest."""
    place = int(np.searchsorted(view.onset, time, side="right")) - 1
    return bool(view.end[place] > time and (view.row[place] >= 0).any())


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
