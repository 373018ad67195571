"""The chords of an analysis as columns, and which of them notes and moments fall in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musegen.score.pitch import step_of
from musegen.score.table import NoteTable
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.graph.schema import NO, NON_CHORD_TONES, Tendency
from musegen.theory.sonority import NONE, Harmony

Times = npt.NDArray[np.int64]
Indices = npt.NDArray[np.intp]
Ints = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Chords:
    """The chords in order of time, -1 everywhere where there are none."""

    spans: tuple[ChordSpan, ...]
    onset: Times
    end: Times
    columns: Harmony
    degrees: Ints  # (chord, 7): the scale of its key on the line of fifths
    members: Ints  # (chord, most): every chord tone, NONE where there is none

    @classmethod
    def of(cls, analysis: Analysis | None) -> Chords:
        """The chords of an analysis; none without one."""
        spans = analysis.chords if analysis else ()
        onset = np.array([chord.onset for chord in spans], dtype=np.int64)
        end = onset + np.array([chord.duration for chord in spans], dtype=np.int64)
        tones = [chord.tones for chord in spans]
        most = max(map(len, tones), default=1)
        members = np.array([[*sound, *[NONE] * (most - len(sound))] for sound in tones], dtype=np.int16)
        degrees = np.array([chord.key.degrees for chord in spans], dtype=np.int16).reshape(-1, 7)
        columns = Harmony.of([(chord.key, chord.numeral) for chord in spans])
        return cls(spans, onset, end, columns, degrees, members.reshape(-1, most))

    def at(self, moments: Times) -> Indices:
        """The chord that lasts at each of these times, -1 for none."""
        return span_at(moments, self.onset, self.end)

    def during(self, notes: NoteTable) -> tuple[Indices, Indices]:
        """(note, chord) for every chord during which a note sounds, in order of notes."""
        first = np.searchsorted(self.end, notes["onset"], side="right")
        last = np.searchsorted(self.onset, notes.end, side="left")
        return ranges(first, last)

    def member(self, chord: Indices, fifths: npt.NDArray[np.integer]) -> npt.NDArray[np.int8]:
        """1 for the root, 3 for the third, ...; 0 where a note is no member of the chord or there is none."""
        if not len(self.spans):
            return np.zeros(len(chord), dtype=np.int8)
        belongs = (self.members[chord] == fifths[:, None]).any(axis=1) & (chord != NO)
        letters = (step_of(fifths) - step_of(self.members[chord, 0])) % 7
        return np.where(belongs, letters + 1, 0).astype(np.int8)

    def degree(self, chord: Indices, fifths: npt.NDArray[np.integer]) -> tuple[npt.NDArray[np.int8], Ints]:
        """(scale degree 1 to 7, alteration in semitones) in the key of the chord; 0 without one."""
        if not len(self.spans):
            return np.zeros(len(chord), dtype=np.int8), np.zeros(len(chord), dtype=np.int16)
        scale = self.degrees[chord]
        degree = (step_of(fifths) - step_of(scale[:, 0])) % 7
        altered = (fifths - scale[np.arange(len(chord)), degree]) // 7
        inside = chord != NO
        return np.where(inside, degree + 1, 0).astype(np.int8), np.where(inside, altered, 0)

    def tendency(self, chord: Indices, fifths: npt.NDArray[np.integer]) -> npt.NDArray[np.int8]:
        """The `Tendency` that a note has as a member of a chord."""
        if not len(self.spans):
            return np.zeros(len(chord), dtype=np.int8)
        column = self.columns
        leans = column.is_cadential[chord] & (
            (fifths == column.members[chord, 0]) | (fifths == column.members[chord, 1])
        )
        cases = [fifths == column.leading_tone[chord], fifths == column.seventh[chord], leans]
        kinds = [Tendency.LEADING_TONE, Tendency.SEVENTH, Tendency.SIX_FOUR]
        found = np.select(cases, [int(kind) for kind in kinds], int(Tendency.NONE))
        return np.where(chord == NO, 0, found).astype(np.int8)


def figures_of(analysis: Analysis, notes: npt.NDArray[np.integer], onset: Times) -> list[int]:
    """The code of the non-chord tone that each of these notes (ids) makes at its time; 0 for none."""
    kinds = {(tone.note, tone.onset): NON_CHORD_TONES.index(tone.kind) for tone in analysis.non_chord_tones}
    return [kinds.get(place, 0) for place in zip(notes.tolist(), onset.tolist(), strict=True)]


def span_at(moments: Times, onset: Times, end: Times) -> Indices:
    """The span that lasts at each of these times, -1 for none; spans in order, none over another.

    >>> span_at(np.array([0, 5, 9]), np.array([0, 6]), np.array([4, 10])).tolist()
    [0, -1, 1]
    """
    if not len(onset):
        return np.full(len(moments), NO, dtype=np.intp)
    found = np.searchsorted(onset, moments, side="right") - 1
    return np.where((found >= 0) & (moments < end[found]), found, NO)


def ranges(first: Indices, last: Indices) -> tuple[Indices, Indices]:
    """(owner, item) for the items `first` to `last` (left out) of each owner.

    >>> ranges(np.array([0, 2]), np.array([2, 3]))
    (array([0, 0, 1]), array([0, 1, 2]))
    """
    lengths = np.maximum(last - first, 0)
    owner = np.repeat(np.arange(len(first)), lengths)
    starts = np.cumsum(lengths) - lengths
    return owner, np.arange(len(owner)) - starts[owner] + first[owner]
