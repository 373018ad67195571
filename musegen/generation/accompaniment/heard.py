"""What sounds over an accompaniment while it is made: the melody, and the lowest note of the chords."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from musegen.generation.accompaniment.voicings import Sung
from musegen.score.model import Score
from musegen.score.table import distinct


class Sounding(NamedTuple):
    """A pitch and when it is heard, in ticks."""

    onset: int
    end: int
    pitch: int


class Heard:
    """Asked for what sounds at a time; everything is kept in order of onset."""

    def __init__(self, score: Score, lowest: Sequence[Sounding] = ()) -> None:
        self._score = score
        notes = score.notes.sounding()
        first = distinct(notes["part"])[:1]
        rows = notes.rows[notes["part"] == first[0]] if len(first) else notes.rows
        self.melody = [
            Sounding(int(row["onset"]), int(row["onset"] + row["duration"]), int(row["pitch"])) for row in rows
        ]
        self._melody, self._lowest = _Timeline(self.melody), _Timeline(lowest)

    def sung_between(self, onset: int, end: int) -> list[Sounding]:
        """Notes of the melody that sound in a stretch."""
        return self._melody.between(onset, end)

    def sung_at(self, time: int) -> list[int]:
        """Pitches of the melody at a time."""
        return [note.pitch for note in self._melody.between(time, time + 1)]

    def shares(self, stretches: Sequence[tuple[int, int]]) -> tuple[Sung, ...]:
        """The melody over some stretches, each pitch once, with its share of them."""
        total = sum(end - onset for onset, end in stretches) or 1
        found: dict[int, int] = {}
        for onset, end in stretches:
            for note in self.sung_between(onset, end):
                together = min(note.end, end) - max(note.onset, onset)
                found[note.pitch] = found.get(note.pitch, 0) + together
        return tuple(Sung(pitch, length / total) for pitch, length in sorted(found.items()))

    def lowest_above(self, onset: int, end: int) -> int | None:
        """The lowest note of chords and melody in a stretch."""
        notes = [*self._melody.between(onset, end), *self._lowest.between(onset, end)]
        return min((note.pitch for note in notes), default=None)

    def signature(self, time: int) -> int:
        """Sharps of the key signature, or minus its flats."""
        return self._score.measures[self._score.measure_index_at(time)].key_signature.fifths

    def in_scale(self, pitch: int, time: int) -> bool:
        """Whether the key signature has this note."""
        return (pitch * 7 - self.signature(time) + 1) % 12 < 7


class _Timeline:
    """Notes in order of onset, none longer than the longest."""

    def __init__(self, notes: Sequence[Sounding]) -> None:
        self.notes = sorted(notes)
        self.onsets = [note.onset for note in self.notes]
        self.longest = max((note.end - note.onset for note in self.notes), default=0)

    def between(self, onset: int, end: int) -> list[Sounding]:
        first = bisect_right(self.onsets, onset - self.longest - 1)
        last = bisect_right(self.onsets, end - 1)
        return [note for note in self.notes[first:last] if note.end > onset]
