"""Chord after chord: six-fours, retrogressions, the leading tone of minor keys, read from the analysis."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View
from musegen.theory.analysis import ChordSpan
from musegen.theory.sonority import NONE

_DOMINANTS, _SUBDOMINANTS = (5, 7), (2, 4)
_AUGMENTED_SIXTHS = ("It", "Fr", "Ger")


@predicate("phrase", needs_harmony=True)
def improper_six_four(view: View) -> Iterator[Hit]:
    """A six-four chord that is neither cadential, passing, pedal nor arpeggiated."""
    chords = _chords(view)
    for number, chord in enumerate(chords):
        if chord.numeral.inversion != 2 or chord.numeral.is_seventh:
            continue
        before = chords[number - 1] if number else None
        after = chords[number + 1] if number + 1 < len(chords) else None
        ways = (
            _is_cadential(view, chord, after),
            _is_linear(view, before, chord, after),
            _is_arpeggiated(view, before, chord, after),
        )
        if not any(ways):
            at = _position(view, chord)
            yield Hit(at, at, (), facts={"chord": chord.numeral.figure})


@predicate("phrase", needs_harmony=True)
def retrogression(view: View) -> Iterator[Hit]:
    """A dominant falls back to ii or IV, ii to I, or iii goes to viio, within one phrase.

    Free are IV6 under which the bass steps, the plagal ii65-I, augmented sixths and sequences.
    """
    chords = _chords(view)
    for number, (chord, after) in enumerate(pairwise(chords)):
        if chord.key != after.key or chord.numeral.applied_to or after.numeral.applied_to:
            continue
        if not _goes_back(view, chord, after) or _phrase_ends_between(view, chord, after):
            continue
        if not _in_sequence(chords, number):
            at = _position(view, after)
            facts = {"chord_before": chord.numeral.figure, "chord": after.numeral.figure}
            yield Hit(at, at, (), facts=facts)


@predicate("phrase", "together", needs_harmony=True)
def unraised_leading_tone(view: View) -> Iterator[Hit]:
    """The seventh degree of a minor key is left natural in a chord that acts as its dominant."""
    chords, places = _chords(view), _places(view)
    sung = np.where(view.sonority.sounds, view.sonority.fifths, NONE).tolist()
    for number, chord in enumerate(chords):
        if not chord.key.minor and not chord.numeral.applied_to:
            continue
        after = chords[number + 1] if number + 1 < len(chords) else None
        if chord.numeral.is_dominant:
            natural = chord.key.tonic + (chord.numeral.leading_tone or 0) - 7
        elif not chord.numeral.applied_to and _acts_as_dominant(view, chord, after):
            natural = chord.key.tonic - 2
        else:
            continue
        yield from _natural_for_raised(sung, places[number], natural)


def _chords(view: View) -> tuple[ChordSpan, ...]:
    return () if view.analysis is None or not len(view) else view.analysis.chords


def _position(view: View, chord: ChordSpan) -> int:
    return max(int(np.searchsorted(view.onset, chord.onset, side="right")) - 1, 0)


def _places(view: View) -> list[range]:
    """The positions inside each chord; of one in which none begins, that where it sounds."""
    onset = np.array([chord.onset for chord in _chords(view)], dtype=np.int64)
    end = np.array([chord.onset + chord.duration for chord in _chords(view)], dtype=np.int64)
    first, stop = np.searchsorted(view.onset, onset), np.searchsorted(view.onset, end)
    sounding = np.maximum(np.searchsorted(view.onset, onset, side="right") - 1, 0)
    first = np.where(first < stop, first, sounding)
    return [range(*ends) for ends in zip(first.tolist(), np.maximum(stop, first + 1).tolist(), strict=True)]


def _bass_voice(view: View, at: int) -> int:
    sounding = np.flatnonzero(view.row[at] >= 0)
    return int(sounding[-1]) if len(sounding) else view.row.shape[1] - 1


def _bass_note(view: View, at: int) -> tuple[int, int]:
    """(pitch, staff step) of the lowest voice at a position."""
    row = int(view.row[at, _bass_voice(view, at)])
    return view.pitches[row], view.steps[row]


def _is_cadential(view: View, chord: ChordSpan, after: ChordSpan | None) -> bool:
    """On a beat at least as strong as the dominant that follows over the same bass note."""
    if after is None or after.numeral.degree != 5 or after.numeral.inversion or not after.numeral.is_dominant:
        return False
    same_bass = chord.key.tonic + chord.numeral.bass == after.key.tonic + after.numeral.bass
    return same_bass and view.score.strength(chord.onset) >= view.score.strength(after.onset)


def _is_linear(view: View, before: ChordSpan | None, chord: ChordSpan, after: ChordSpan | None) -> bool:
    """Passing (the bass goes through by step) or pedal (the bass stays)."""
    if before is None or after is None:
        return False
    at, on = _position(view, chord), _position(view, after)
    (low, start), (pitch, middle), (high, end) = (_bass_note(view, place) for place in (max(at - 1, 0), at, on))
    passing = abs(middle - start) == 1 and end - middle == middle - start
    return passing or low == pitch == high


def _is_arpeggiated(view: View, before: ChordSpan | None, chord: ChordSpan, after: ChordSpan | None) -> bool:
    """The same triad, or its seventh chord, stands beside it in another inversion; no leap to or from another chord."""
    same = [item is not None and _is_inverted(chord, item) for item in (before, after)]
    if not any(same):
        return False
    comes = same[0] or before is None or _bass_steps(view, chord)
    goes = same[1] or after is None or _bass_steps(view, after)
    return comes and goes


def _is_inverted(chord: ChordSpan, other: ChordSpan) -> bool:
    """The same root, third and fifth over another bass."""
    same = set(chord.tones) == set(other.tones[:3])
    return same and other.numeral.inversion != 2


def _bass_steps(view: View, chord: ChordSpan) -> bool:
    """The bass keeps its note, in any octave, or moves by step where this chord comes."""
    at = _position(view, chord)
    steps = _bass_note(view, at)[1] - _bass_note(view, max(at - 1, 0))[1]
    return abs(steps) == 1 or steps % 7 == 0


def _goes_back(view: View, chord: ChordSpan, after: ChordSpan) -> bool:
    first, second = chord.numeral, after.numeral
    if first.degree in _DOMINANTS and first.is_dominant and second.degree in _SUBDOMINANTS:
        goes_back = not (second.degree == 4 and second.inversion == 1 and _bass_steps(view, after))
    elif first.degree == 3 and second.degree == 7:
        goes_back = second.is_dominant
    else:
        is_plagal = first.is_seventh and first.inversion == 1  # ii65: IV with its added sixth
        goes_back = first.degree == 2 and second.degree == 1 and second.inversion == 0 and not is_plagal
    return goes_back and not {first.quality, second.quality} & set(_AUGMENTED_SIXTHS)


def _phrase_ends_between(view: View, chord: ChordSpan, after: ChordSpan) -> bool:
    ends = view.phrase_ends
    return bool(((ends > chord.onset) & (ends <= after.onset)).any())


def _in_sequence(chords: tuple[ChordSpan, ...], number: int) -> bool:
    """The root motion of this pair of chords returns two chords earlier or later, at another pitch."""
    roots = [chord.key.tonic + chord.numeral.root for chord in chords]
    for start in (number - 2, number + 2):
        if start >= 0 and start + 1 < len(roots):
            same = roots[start + 1] - roots[start] == roots[number + 1] - roots[number]
            if same and roots[start] != roots[number]:
                return True
    return False


def _acts_as_dominant(view: View, chord: ChordSpan, after: ChordSpan | None) -> bool:
    """v before i or VI, or at a phrase end; VII only where i then ends the phrase, and only if it was named so."""
    numeral = chord.numeral
    if numeral.degree == 5 and numeral.quality in ("minor", "min7"):
        resolves = after is not None and after.key == chord.key and after.numeral.degree in (1, 6)
        return resolves or _ends_phrase(view, chord)
    if numeral.degree == 7 and numeral.root == -2 and view.analysis is not None and view.analysis.given:
        resolves = after is not None and after.key == chord.key and after.numeral.degree == 1
        return resolves and after is not None and _ends_phrase(view, after) and not _ends_phrase(view, chord)
    return False


def _ends_phrase(view: View, chord: ChordSpan) -> bool:
    """A phrase ends while the chord stands, or with it; or the piece does."""
    assert view.analysis is not None
    ends = view.phrase_ends
    inside = (ends > chord.onset) & (ends <= chord.onset + chord.duration)
    return bool(inside.any()) or chord == view.analysis.chords[-1]


def _natural_for_raised(sung: list[list[int]], places: range, natural: int) -> Iterator[Hit]:
    """The voices that sing the natural seventh degree while nobody sings the raised one in this chord."""
    if any(natural + 7 in sung[place] for place in places):
        return
    first = next((place for place in places if natural in sung[place]), None)
    if first is not None:
        yield Hit(first, first, tuple(voice for voice, fifths in enumerate(sung[first]) if fifths == natural))
