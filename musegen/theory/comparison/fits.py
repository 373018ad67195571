"""How much of the notes under each chord of a reading belongs to it, there or elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from musegen.theory.analysis import ChordSpan
from musegen.theory.comparison.note_time import NAMES, Floats, NoteTime, mask


class Fits:
    """How much of the notes under each chord belongs to it."""

    def __init__(self, chords: Sequence[ChordSpan], time: NoteTime, others: Sequence[ChordSpan] = ()) -> None:
        self.chords, self.time = chords, time
        self.onset = np.array([chord.onset for chord in chords])
        self.end = np.array([chord.end for chord in chords])
        self.tones = _masks(chords)
        sounding = time.between(self.onset, self.end)
        self.shares = _part(self.tones, sounding, in_silence=1.0)
        self.voices = sounding.sum(axis=1) / np.maximum(self.end - self.onset, 1)
        self.rival = self._explained_by(others, sounding)

    def _explained_by(self, others: Sequence[ChordSpan], sounding: Floats) -> Floats:
        """The share of the notes under each chord that another reading's chords there explain."""
        inside = np.zeros(len(self.chords))
        for other in others:
            first = int(np.searchsorted(self.end, other.onset, side="right"))
            for number in range(first, len(self.chords)):
                onset, end = max(other.onset, self.onset[number]), min(other.end, self.end[number])
                if onset >= end:
                    break
                inside[number] += self.time.between(onset, end) @ mask(other.tones)
        shares: Floats = inside / np.maximum(sounding.sum(axis=1), 1)
        return shares

    def holds_on(self, lowest: int, number: int) -> bool:
        """Whether the bass note of a chord is that of the chords beside it too: a pedal."""
        first, last = max(number - 1, 0), min(number + 2, len(self.chords))
        return all(
            self.time.bass_between(self.onset[beside], self.end[beside]).argmax() == lowest
            for beside in range(first, last)
        )

    def moved_by(self, ticks: int) -> Floats:
        """The share of the notes that each chord would explain, so many ticks later; NaN in silence."""
        return _part(self.tones, self.time.between(self.onset + ticks, self.end + ticks), in_silence=np.nan)

    def read_as(self, chords: Sequence[ChordSpan], first: int) -> Floats:
        """The shares of these chords in the place of as many from `first` on."""
        last = first + len(chords)
        return _part(_masks(chords), self.time.between(self.onset[first:last], self.end[first:last]), in_silence=1.0)


def _masks(chords: Sequence[ChordSpan]) -> Floats:
    """(chord, name): 1 at the tones of each chord."""
    return np.array([mask(chord.tones) for chord in chords]).reshape(-1, NAMES)


def _part(tones: Floats, sounding: Floats, *, in_silence: float) -> Floats:
    total = sounding.sum(axis=1)
    return np.where(total > 0, (tones * sounding).sum(axis=1) / np.maximum(total, 1), in_silence)
