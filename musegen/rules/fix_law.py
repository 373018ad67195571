"""The law of fixes: which pitches a note may take, and what no change may do to chords, basses and cadences.

A note takes notes of its chord only, those of every chord that it is held through; of a chord that is uncertain, only
notes that sound there. The bass keeps its chord in the same position, and that of a cadence its very pitch; root, third
and seventh stay where they sounded. Heard again, numerals, cadences and phrases are what they were. Where no chords are
known, as in species counterpoint, a note takes those of the scale.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cached_property

import numpy as np

from musegen.rules.view import View
from musegen.score.pitch import SpelledPitch, pitch_class_of
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.sonority import Bools

_FARTHEST = 9
"""Semitones that a note may move."""
_BEYOND = 4
"""Semitones that a voice may go beyond what it sings elsewhere in the piece."""
_OUTER = 2
"""What it costs, in semitones, to change the highest or the lowest voice: the tune and the ground of the piece."""
_THIN = 3
"""What it costs, in semitones, that a chord loses its fifth."""
_RESPELLED = ((0, -12), (0, 12))
"""Another spelling of a note: (semitones, places on the line of fifths)."""
_USUAL = 13
"""Notes farther from C on the line of fifths, beyond B double sharp and its like, are no better name."""
_CHROMATIC = ((-1, -7), (1, 7))
"""Its chromatic forms, in the same way."""
_RAISED = (3, 5)
"""The raised sixth and seventh degree of a minor key, on the line of fifths from its tonic."""

Changes = Mapping[int, SpelledPitch]
"""Other pitches for notes, by their rows."""


class Law:
    """What may be changed in one version of a piece; chords less certain than `least` are not leaned on."""

    def __init__(self, view: View, least: float) -> None:
        self._view, self._least = view, least

    def pitches(self, row: int) -> list[tuple[int, SpelledPitch]]:
        """(cost in semitones, pitch): what a note may become, in the range of its voice, nearest first."""
        view = self._view
        pitch, fifths = view.pitches[row], view.fifths[row]
        fitting = self._fitting(row)
        places = [(SpelledPitch(pitch + way, fifths + size), 1) for way, size in _CHROMATIC if fifths + size in fitting]
        spelled = fitting | self._scale(row)
        places += [(SpelledPitch(pitch, fifths + size), 1) for _, size in _RESPELLED if fifths + size in spelled]
        for tone in fitting:
            away = range(pitch - _FARTHEST, pitch + _FARTHEST + 1)
            alike = (other for other in away if other % 12 == pitch_class_of(tone) and other != pitch)
            places += [(SpelledPitch(other, tone), abs(other - pitch)) for other in alike]
        sung = view.notes["pitch"][view.voices.line == view.voices.line[row]]
        low, high = int(sung.min()) - _BEYOND, int(sung.max()) + _BEYOND
        cheapest: dict[SpelledPitch, int] = {}
        for place, cost in places:
            if low <= place.pitch <= high:
                cheapest[place] = min(cost, cheapest.get(place, cost))
        outer = _OUTER * (view.chord is not None and view.voices.line[row] in (0, len(view.voices.names) - 1))
        return sorted((cost + outer, place) for place, cost in cheapest.items())

    def spellings(self, row: int) -> list[SpelledPitch]:
        """The other names of a note, those of the chord and of the scale first."""
        pitch, fifths = self._view.pitches[row], self._view.fifths[row]
        known = self._fitting(row) | self._scale(row)
        other = [fifths + size for _, size in _RESPELLED if abs(fifths + size) <= _USUAL]
        return [SpelledPitch(pitch, name) for name in sorted(other, key=lambda name: (name not in known, abs(name)))]

    def price(self, changes: Changes) -> int | None:
        """What the chords lose by these changes, in semitones; None where the law forbids them."""
        chord = self._view.chord
        if chord is None:
            return 0
        touched = np.flatnonzero(np.isin(self._view.row, list(changes)).any(axis=1))
        if not all(self._keeps_bass(position, changes) for position in touched.tolist()):
            return None
        lost = [self._lost(number, changes) for number in dict.fromkeys(chord[touched].tolist())]
        return None if any(tones - fifth for tones, fifth in lost) else _THIN * sum(len(tones) for tones, _ in lost)

    def _fitting(self, row: int) -> set[int]:
        """The notes that a note may become, on the line of fifths."""
        chords = self._chords_under(row)
        if not chords:
            return self._scale(row)
        return set.intersection(*(self._tones(chord) for chord in chords))

    def _chords_under(self, row: int) -> list[ChordSpan]:
        """The chords through which a note is held."""
        numbers = self._view.chord
        if numbers is None or self._view.analysis is None:
            return []
        held = numbers[(self._view.row == row).any(axis=1)]
        return [self._view.analysis.chords[number] for number in dict.fromkeys(held.tolist())]

    def _tones(self, chord: ChordSpan) -> set[int]:
        """The notes of a chord; of an uncertain one those that are sung."""
        tones = set(chord.tones)
        return tones if chord.confidence >= self._least else tones & self._sung(chord, {})

    def _scale(self, row: int) -> set[int]:
        """The notes of the key signature, and in minor the raised ones."""
        onset = int(self._view.notes["onset"][row])
        score = self._view.score
        signature = score.measures[score.measure_index_at(onset)].key_signature
        scale = set(range(signature.fifths - 1, signature.fifths + 6))
        keys = {chord.key for chord in self._chords_under(row) if chord.key.minor}
        return scale | {key.tonic + place for key in keys for place in _RAISED}

    def _keeps_bass(self, position: int, changes: Changes) -> bool:
        """The lowest note stays the same note of the chord or becomes its bass; at a cadence it stays altogether."""
        rows = self._view.row[position][self._view.row[position] >= 0].tolist()
        pitches, chord = self._view.pitches, self._view.chord_at(position)
        before = min(rows, key=lambda row: pitches[row])
        after = min(rows, key=lambda row: changes[row].pitch if row in changes else pitches[row])
        now = changes.get(after, SpelledPitch(pitches[after], self._view.fifths[after]))
        if chord is None or self._cadential[position]:
            return bool(now.pitch == pitches[before])
        return now.fifths in (self._view.fifths[before], chord.key.tonic + chord.numeral.bass)

    @cached_property
    def _cadential(self) -> Bools:
        """(positions,): the chord is one of the last two before a phrase ends in a cadence, or the six-four before."""
        analysis, numbers = self._view.analysis, self._view.chord
        if analysis is None or numbers is None:
            return np.zeros(len(self._view), dtype=bool)
        found: set[int] = set()
        for last in analysis.chord_indices(
            np.array([item.onset for item in analysis.cadences], dtype=np.int64)
        ).tolist():
            found |= {last, last - 1}
            if last > 1 and analysis.chords[last - 2].numeral.is_cadential:
                found.add(last - 2)
        return np.isin(numbers, list(found))

    def _lost(self, number: int, changes: Changes) -> tuple[set[int], set[int]]:
        """The notes of a chord that would sound in it no more, and its fifth, if it has one."""
        assert self._view.analysis is not None
        chord = self._view.analysis.chords[number]
        tones = chord.tones
        lost = (self._sung(chord, {}) - self._sung(chord, changes)) & set(tones)
        return lost, set(tones[2:3])

    def _sung(self, chord: ChordSpan, changes: Changes) -> set[int]:
        """What sounds while a chord lasts, on the line of fifths."""
        start, stop = np.searchsorted(self._view.onset, (chord.onset, chord.onset + chord.duration)).tolist()
        rows = set(self._view.row[start:stop].ravel().tolist()) - {-1}
        return {changes[row].fifths if row in changes else self._view.fifths[row] for row in rows}


def same_reading(before: Analysis | None, after: Analysis | None) -> bool:
    """Keys, numerals, cadences and phrases are the same in both."""
    return _reading(before) == _reading(after)


def _reading(analysis: Analysis | None) -> Hashable:
    if analysis is None:
        return None
    chords = tuple((chord.onset, chord.key, chord.numeral) for chord in analysis.chords)
    cadences = tuple((cadence.onset, cadence.kind, cadence.key) for cadence in analysis.cadences)
    return chords, cadences, analysis.phrases
