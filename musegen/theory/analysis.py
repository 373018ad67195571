"""Analysis: what the theory layer says of a piece, as frozen spans with onset, duration, measure and beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from musegen.theory.keys import Key
from musegen.theory.numerals import Function, Numeral
from musegen.theory.sonority import Harmony

Reading = Literal["tonal", "modal"]
"""In keys, or, before about 1650, by mode (`theory.modal`): then functions are withheld."""
CadenceKind = Literal["PAC", "IAC", "HC", "DC", "PC", "EC"]
NonChordToneKind = Literal[
    "passing", "neighbor", "suspension", "anticipation", "appoggiatura", "escape", "retardation", "pedal", "unexplained"
]


class KeySpan(NamedTuple):
    """A local key and how long it lasts. Times in ticks."""

    onset: int
    duration: int
    key: Key
    confidence: float

    @property
    def end(self) -> int:
        """When it ends."""
        return self.onset + self.duration


class ChordSpan(NamedTuple):
    """A chord with its numeral in the local key. Times in ticks."""

    onset: int
    duration: int
    measure: str
    beat: Fraction
    key: Key
    numeral: Numeral
    function: Function | None  # in context; None where functions are withheld
    confidence: float = 1.0
    runner_up: str = ""

    @property
    def end(self) -> int:
        """When it ends."""
        return self.onset + self.duration

    @property
    def tones(self) -> tuple[int, ...]:
        """Its notes on the line of fifths, root first."""
        return self.numeral.tones(self.key)

    def is_completed_by(self, other: ChordSpan) -> bool:
        """The same root in the same key, the notes of one chord among those of the other: V and V7."""
        if self.key != other.key or self.numeral.root != other.numeral.root:
            return False
        notes, others = set(self.numeral.members), set(other.numeral.members)
        return notes <= others or others <= notes


class Cadence(NamedTuple):
    """A cadence at a phrase end; `onset` is that of its last chord."""

    onset: int
    measure: str
    beat: Fraction
    kind: CadenceKind
    key: Key
    evidence: str  # one clause: what made it this kind


class Phrase(NamedTuple):
    """From its first onset to the end of its last chord, in ticks."""

    onset: int
    end: int


class NonChordTone(NamedTuple):
    """A note outside its chord and what kind of figure it makes."""

    note: int  # id
    onset: int
    kind: NonChordToneKind


@dataclass(frozen=True)
class Analysis:
    """The reading of one piece."""

    key: Key
    keys: tuple[KeySpan, ...]
    chords: tuple[ChordSpan, ...]
    cadences: tuple[Cadence, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    non_chord_tones: tuple[NonChordTone, ...] = ()
    given: bool = False  # the numerals were stated by the score or the user, not inferred
    symbols: bool = False  # the chords are those of the score's chord symbols
    reading: Reading = "tonal"

    def chord_indices(
        self, onsets: np.ndarray[tuple[int], np.dtype[np.int64]]
    ) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """The index into `chords` for each of these times in ticks (the first chord before the piece begins)."""
        return np.maximum(np.searchsorted(self._onsets, onsets, side="right") - 1, 0)

    def harmony_at(self, onsets: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Harmony | None:
        """Chord columns for each of these times; None where no chord was found at all."""
        return self._columns[self.chord_indices(onsets)] if self.chords else None

    @cached_property
    def _onsets(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Of the chords."""
        return np.array([chord.onset for chord in self.chords], dtype=np.int64)

    @cached_property
    def _columns(self) -> Harmony:
        """The chord columns of every chord: each view of a piece reads them."""
        return Harmony.of(
            [(chord.key, chord.numeral) for chord in self.chords], [chord.confidence for chord in self.chords]
        )


def key_spans(chords: Sequence[ChordSpan]) -> tuple[KeySpan, ...]:
    """The keys of chords, one at least: each lasts until a chord has another, and is as sure as a stated one."""
    starts = [chord for number, chord in enumerate(chords) if number == 0 or chord.key != chords[number - 1].key]
    ends = [*(chord.onset for chord in starts[1:]), chords[-1].end]
    return tuple(KeySpan(item.onset, end - item.onset, item.key, 1.0) for item, end in zip(starts, ends, strict=True))
