"""How long each note name sounds in any span of a piece, and how long each is in the bass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.score.keeping import kept
from musegen.score.model import Score
from musegen.score.voices import assign_voices, slices_of

LOWEST, NAMES = -21, 57
"""Places on the line of fifths that are counted: from triple flats to triple sharps."""
_SILENT, _NO_NAME = 999, -1
Floats = npt.NDArray[np.float64]


class NoteTime:
    """The sounding time of a piece by note name, summed from its beginning: any span is one subtraction.

    >>> from musegen.score.textgrid import parse_grid
    >>> time = NoteTime(parse_grid("meter: 2/4\\nS: e5 d5\\nB: c4 ."))
    >>> time.share((0, 4, 1), 0, 20160), time.bass_share(0, 0, 20160)
    (0.75, 1.0)
    """

    def __init__(self, score: Score) -> None:
        slices = slices_of(assign_voices(score))
        rows = np.arange(len(slices))
        self.edges = np.append(slices.onset, slices.onset[-1] + slices.duration[-1]) if len(slices) else np.zeros(1)
        names = _places(slices.column("fifths"))
        notes, bass = np.zeros((2, len(slices), NAMES))
        for voice in range(names.shape[1]):
            notes[rows, names[:, voice]] += slices.duration * slices.sounds[:, voice]
        lowest, heard = slices.lowest, slices.lowest >= 0
        self.lowest = np.where(heard, slices.notes["pitch"][lowest], _SILENT)
        self.lowest_name = np.where(heard, _places(slices.notes["fifths"][lowest]), _NO_NAME)
        bass[rows[heard], self.lowest_name[heard]] = slices.duration[heard]
        self.notes, self.bass = _summed(notes), _summed(bass)

    def between(self, onset: Any, end: Any) -> Floats:
        """Note time by name in a span, or a row for each of many spans."""
        return self._at(self.notes, end) - self._at(self.notes, onset)

    def bass_between(self, onset: Any, end: Any) -> Floats:
        """The same of the lowest notes."""
        return self._at(self.bass, end) - self._at(self.bass, onset)

    def share(self, tones: Iterable[int], onset: int, end: int) -> float:
        """The share of the note time in a span that these places on the line of fifths have; 0 in silence."""
        return _share(self.between(onset, end), tones)

    def has_bass(self, tone: int, onset: int, end: int) -> float:
        """How well a note is the bass of a span: half for being its deepest note, half for its time at the bottom.

        An Alberti bass is known by its deepest note, a chorale's bass by the time that it lasts.

        >>> from musegen.score.textgrid import parse_grid
        >>> time = NoteTime(parse_grid("meter: 4/4; unit: 1/4\\nS: e5 . . .\\nB: c3 g3 e3 g3"))
        >>> time.has_bass(0, 0, 40320), time.has_bass(1, 0, 40320)
        (0.625, 0.25)
        """
        last = int(np.searchsorted(self.edges, end))
        first = max(int(np.searchsorted(self.edges, onset, side="right")) - 1, 0)
        pitches = self.lowest[first:last]
        deepest = len(pitches) and int(self.lowest_name[first + int(pitches.argmin())]) == tone - LOWEST
        return (float(bool(deepest)) + self.bass_share(tone, onset, end)) / 2

    def bass_share(self, tone: int, onset: int, end: int) -> float:
        """The share of the time in a span in which a note is in the bass."""
        return _share(self.bass_between(onset, end), (tone,))

    def _at(self, summed: Floats, time: Any) -> Floats:
        """Sums up to a time; inside a slice they grow evenly."""
        if len(self.edges) < 2:
            return np.zeros((*np.shape(time), NAMES))
        clipped = np.clip(np.asarray(time, dtype=float), self.edges[0], self.edges[-1])
        place = np.clip(np.searchsorted(self.edges, clipped, side="right") - 1, 0, len(self.edges) - 2)
        inside = (clipped - self.edges[place]) / (self.edges[place + 1] - self.edges[place])
        found: Floats = summed[place] + inside[..., None] * (summed[place + 1] - summed[place])
        return found


def _places(fifths: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Note names as numbers from 0; what is spelled more strangely still counts as the strangest."""
    return np.clip(fifths.astype(np.int64) - LOWEST, 0, NAMES - 1)


def _summed(times: Floats) -> Floats:
    return np.concatenate([np.zeros((1, NAMES)), np.cumsum(times, axis=0)])


def _share(time: Floats, tones: Iterable[int]) -> float:
    places = [tone - LOWEST for tone in set(tones) if 0 <= tone - LOWEST < NAMES]
    total = float(time.sum())
    return float(time[places].sum()) / total if total else 0.0


def note_time(score: Score) -> NoteTime:
    """The note time of a score, summed once."""
    return kept(score, "note_time", NoteTime)


def mask(tones: Iterable[int]) -> Floats:
    """1 at these places on the line of fifths."""
    found = np.zeros(NAMES)
    found[[tone - LOWEST for tone in tones if 0 <= tone - LOWEST < NAMES]] = 1
    return found
