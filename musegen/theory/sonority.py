"""Sonority: simultaneous notes as arrays with any leading axes, the one shape that rules and the decoder both read.

The last axis is the voices, top to bottom; leading axes are time when a piece is checked, candidates when one is made.
Two sonorities of shapes (K, 1, V) and (1, N, V) broadcast to K x N successions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.score.pitch import diatonic_of
from musegen.score.voices import Slices
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral

NONE = 127
"""Stands where a chord has no such member."""

Ints = npt.NDArray[np.int16]
Bools = npt.NDArray[np.bool_]

_NOTE_ARRAYS = ("pitch", "fifths", "sounds", "attack")


@dataclass(frozen=True)
class Harmony:
    """The chord and key of each sonority: arrays of the leading axes alone. Places on the line of fifths, absolute."""

    tonic: Ints
    minor: Bools
    members: Ints  # (..., 4): root, third, fifth, seventh; NONE where there is none
    bass: Ints
    inversion: Ints
    degree: Ints  # 1 to 7 in its own (applied) key
    leading_tone: Ints  # NONE unless the chord is a dominant (home or applied) that contains it
    seventh: Ints  # NONE unless the chord has one
    is_cadential: Bools  # a cadential six-four
    label: Ints  # equal numbers: the same chord going on (key, root, quality); inversions do not matter
    confidence: npt.NDArray[np.float32]

    @classmethod
    def of(cls, chords: list[tuple[Key, Numeral]], confidence: list[float] | None = None) -> Harmony:
        """Columns for a list of chords: leading axis = position in the list.

        >>> from musegen.theory.numerals import parse_numeral
        >>> dominant = Harmony.of([(Key.parse("C"), parse_numeral("V65", minor=False))])
        >>> dominant.members.tolist(), dominant.bass.tolist(), dominant.leading_tone.tolist()
        ([[1, 5, 2, -1]], [5], [5])
        """
        names: dict[tuple[Key, frozenset[int]], int] = {}
        rows = [_chord_row(key, numeral) for key, numeral in chords]
        labels = [
            names.setdefault((key, frozenset(row[:4])), len(names)) for (key, _), row in zip(chords, rows, strict=True)
        ]
        columns = np.array(rows, dtype=np.int16).reshape(-1, _ROW).T
        return cls(
            tonic=columns[4],
            minor=columns[5].astype(bool),
            members=np.ascontiguousarray(columns[:4].T),
            bass=columns[6],
            inversion=columns[7],
            degree=columns[8],
            leading_tone=columns[9],
            seventh=columns[10],
            is_cadential=columns[11].astype(bool),
            label=np.array(labels, dtype=np.int16),
            confidence=np.array(confidence or [1.0] * len(rows), dtype=np.float32),
        )

    def __getitem__(self, index: Any) -> Harmony:
        """Index the leading axes: a slice, a mask, numbers, or None to add an axis."""
        return Harmony(**{name: getattr(self, name)[index] for name in self.__dataclass_fields__})


_ROW = 12


@lru_cache(maxsize=4096)
def _chord_row(key: Key, numeral: Numeral) -> tuple[int, ...]:
    """The four members of a chord, NONE where it has fewer, and its other columns; few chords come many times."""

    def absolute(relative: int | None) -> int:
        return NONE if relative is None else key.tonic + relative

    return (
        *[*numeral.tones(key)[:4], NONE, NONE][:4], key.tonic, key.minor, key.tonic + numeral.bass, numeral.inversion,
        numeral.degree, absolute(numeral.leading_tone), absolute(numeral.seventh), numeral.is_cadential,
    )  # fmt: skip


@dataclass(frozen=True)
class Sonority:
    """Notes that sound together; `harmony` is None where no analysis was made."""

    pitch: Ints  # (..., voices) MIDI; 0 where silent
    fifths: Ints  # (..., voices)
    sounds: Bools  # (..., voices)
    attack: Bools  # (..., voices): begins here (not held or tied over)
    harmony: Harmony | None = None

    @classmethod
    def of(cls, slices: Slices, harmony: Harmony | None = None) -> Sonority:
        """The slices of a piece; leading axis = time."""
        pitch, fifths = slices.column("pitch"), slices.column("fifths")
        return cls(pitch.astype(np.int16), fifths.astype(np.int16), slices.sounds, slices.attack, harmony)

    def __getitem__(self, index: Any) -> Sonority:
        """Index the leading axes."""
        arrays = (self.pitch[index], self.fifths[index], self.sounds[index], self.attack[index])
        return Sonority(*arrays, None if self.harmony is None else self.harmony[index])

    @property
    def voices(self) -> int:
        """How many voices the last axis holds.

        >>> from musegen.score.textgrid import parse_grid
        >>> from musegen.score.voices import assign_voices, slices_of
        >>> sound = Sonority.of(slices_of(assign_voices(parse_grid("meter: 2/4\\nS: e5 f5\\nB: c3 d3"))))
        >>> sound.voices
        2
        """
        return int(self.pitch.shape[-1])

    @cached_property
    def diatonic(self) -> Ints:
        """Staff steps from C0.

        >>> from musegen.score.textgrid import parse_grid
        >>> from musegen.score.voices import assign_voices, slices_of
        >>> sound = Sonority.of(slices_of(assign_voices(parse_grid("meter: 2/4\\nS: e5 f5\\nB: c4 d4"))))
        >>> sound.diatonic.tolist()
        [[37, 28], [38, 29]]
        """
        return np.asarray(diatonic_of(self.pitch, self.fifths)).astype(np.int16)

    @cached_property
    def together(self) -> Bools:
        """(..., pairs): both voices of the pair sound; read-only."""
        upper, lower = self.pairs
        return _shared(self.sounds[..., upper] & self.sounds[..., lower])

    @cached_property
    def apart(self) -> Ints:
        """(..., pairs): the interval on the line of fifths, from the lower note of the pair up; read-only."""
        upper, lower = self.pairs
        distance = self.fifths[..., upper] - self.fifths[..., lower]
        return _shared(np.where(self.pitch[..., upper] < self.pitch[..., lower], -distance, distance))

    @property
    def pairs(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """(upper, lower) voice numbers of every pair of voices: (S,A) (S,T) (S,B) (A,T) (A,B) (T,B) in four parts."""
        return _pairs_of(self.voices)


def _shared(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.setflags(write=False)
    return array


def joined(sonorities: Sequence[Sonority]) -> Sonority:
    """Sonorities of as many voices, one after another along their first axis; chords are kept where all have them."""
    harmonies = [item.harmony for item in sonorities if item.harmony is not None]
    together = _joined_harmony(harmonies) if len(harmonies) == len(sonorities) else None
    pitch, fifths, sounds, attack = (
        np.concatenate([getattr(item, name) for item in sonorities]) for name in _NOTE_ARRAYS
    )
    return Sonority(pitch, fifths, sounds, attack, together)


def _joined_harmony(harmonies: Sequence[Harmony]) -> Harmony:
    return Harmony(**{
        name: np.concatenate([getattr(item, name) for item in harmonies]) for name in Harmony.__dataclass_fields__
    })  # fmt: skip


@cache
def _pairs_of(voices: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    listed = np.array(list(combinations(range(voices), 2)), dtype=np.intp).reshape(-1, 2)
    listed.setflags(write=False)
    return listed[:, 0], listed[:, 1]
