"""The sonorities of a piece as columns, and what each set of notes over a bass is called, as tables of all 4,096 sets.

A `shape` is a set of pitch classes counted from the bass: bit 0 is the bass itself, bit 7 a fifth over it. Shapes are
told by sound, so that files without spelling are measured like all others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.accents import accents
from musegen.features.chord_columns import is_chordal
from musegen.features.counting import Ints
from musegen.features.piece_view import PieceView
from musegen.score.keeping import kept

_DYADS = tuple(f"ic{size}" for size in range(1, 7))
_TRICHORDS = "012 013 014 015 016 024 025 026 027 036 minor major 048".split()
_SEVENTHS = "dom7 hdim7 min7 maj7 dim7".split()
SET_CLASSES = ("unison", *_DYADS, *_TRICHORDS, *_SEVENTHS, "other_four", "five_or_more")
"""Sets of pitch classes by prime form (Forte), minor and major, dominant and half-diminished told apart."""
FIGURES = (
    "unison", "third", "fifth", "sixth", "fourth", "dissonant_dyad", "53", "6", "64", "7", "65", "43", "42", "other",
)  # fmt: skip
"""Dyads over the bass; then major, minor, diminished and augmented triads and the five common sevenths by inversion."""
CONSONANCES = ("perfect", "imperfect", "mild", "sharp")
"""Bare fifths and octaves; thirds and sixths too; a fourth over the bass, a tritone, a tone or minor seventh; a
semitone or major seventh between any two."""
_NAMED = {
    "012": (0, 1, 2), "013": (0, 1, 3), "014": (0, 1, 4), "015": (0, 1, 5), "016": (0, 1, 6), "024": (0, 2, 4),
    "025": (0, 2, 5), "026": (0, 2, 6), "027": (0, 2, 7), "036": (0, 3, 6), "048": (0, 4, 8),
    "min7": (0, 3, 7, 10), "maj7": (0, 4, 7, 11), "dim7": (0, 3, 6, 9),
}  # fmt: skip
_BY_ROOT = {
    "major": (0, 4, 7), "minor": (0, 3, 7), "036": (0, 3, 6), "048": (0, 4, 8), "dom7": (0, 4, 7, 10),
    "hdim7": (0, 3, 6, 10), "min7": (0, 3, 7, 10), "maj7": (0, 4, 7, 11), "dim7": (0, 3, 6, 9),
}  # fmt: skip
_TRIADS, _FOURS = ("53", "6", "64"), ("7", "65", "43", "42")
_DYAD_FIGURES = {3: "third", 4: "third", 7: "fifth", 8: "sixth", 9: "sixth", 5: "fourth"}
_ALL = np.arange(4096)


@dataclass(frozen=True)
class Sonorities:
    """The slices in which two lines or more sound; never empty."""

    onset: Ints
    duration: Ints  # ticks
    above: Ints  # (time, line) semitones over the lowest note; 0 in silence
    sounds: npt.NDArray[np.bool_]  # (time, line)
    shape: Ints
    accent: npt.NDArray[np.intp]

    @cached_property
    def falling(self) -> Ints:
        """(time, line): heights over the lowest note from the top down; -1 behind the last."""
        return np.asarray(-np.sort(-np.where(self.sounds, self.above, -1), axis=1))

    @cached_property
    def count(self) -> npt.NDArray[np.intp]:
        """(time,): how many lines sound."""
        return np.asarray(self.sounds.sum(axis=1))


class Shapes(NamedTuple):
    """(4096,) each: what every shape is."""

    set_class: npt.NDArray[np.intp]  # place in SET_CLASSES
    figure: npt.NDArray[np.intp]  # place in FIGURES
    consonance: npt.NDArray[np.intp]  # place in CONSONANCES
    root: npt.NDArray[np.intp]  # of a major or minor triad, in semitones over the bass; -1
    intervals: Ints  # (4096, 6): pairs of pitch classes a semitone, ... a tritone apart


def sonorities(view: PieceView) -> Sonorities | None:
    """The sonorities of a piece, found once; None for a piece of one line."""
    return kept(view, "sonorities", _sonorities)


def _sonorities(view: PieceView) -> Sonorities | None:
    if not is_chordal(view):
        return None
    slices = view.slices
    heard = np.flatnonzero(slices.sounds.sum(axis=1) > 1)
    row = slices.row[heard]
    sounds = row >= 0
    pitch = slices.notes["pitch"].astype(np.int64)
    above = (pitch[row] - pitch[slices.lowest[heard]][:, None]) * sounds
    shape = np.bitwise_or.reduce(np.left_shift(1, above % 12), axis=1)
    onset = slices.onset[heard]
    return Sonorities(onset, slices.duration[heard], above, sounds, shape, accents(view.grid, onset))


@cache
def shapes() -> Shapes:
    """What every shape is.

    >>> found = shapes()
    >>> sixth = 1 | 1 << 3 | 1 << 8  # E G C
    >>> SET_CLASSES[found.set_class[sixth]], FIGURES[found.figure[sixth]], int(found.root[sixth])
    ('major', '6', 8)
    """
    intervals = _interval_vectors()
    return Shapes(_set_classes(), _figures(), _consonances(intervals), _roots(), intervals)


def _turned(shape: npt.NDArray[np.int64] | int, by: int) -> Ints:
    """A shape counted from a note `by` semitones higher."""
    return np.asarray(((shape >> by) | (shape << (12 - by))) & 4095)


def _bits(notes: tuple[int, ...]) -> int:
    return sum(1 << note for note in notes)


def _turns(notes: tuple[int, ...]) -> list[int]:
    """The shape of these notes over each of its own notes in turn."""
    return [int(_turned(_bits(notes), note)) for note in notes]


def _interval_vectors() -> Ints:
    found = [np.bitwise_count(_ALL & _turned(_ALL, size)).astype(np.int64) for size in range(1, 7)]
    return np.stack([*found[:5], found[5] // 2], axis=1)


def _set_classes() -> npt.NDArray[np.intp]:
    names = {name: place for place, name in enumerate(SET_CLASSES)}
    size = np.bitwise_count(_ALL)
    found = np.where(size <= 1, 0, np.where(size == 4, names["other_four"], names["five_or_more"]))
    for interval in range(1, 7):
        found[[*_every_turn((0, interval))]] = interval
    for name, notes in _NAMED.items():
        found[[*_every_turn(notes), *_every_turn(tuple(-note % 12 for note in notes))]] = names[name]
    for name, notes in _BY_ROOT.items():
        found[[*_every_turn(notes)]] = names[name]
    return np.asarray(found, dtype=np.intp)


def _every_turn(notes: tuple[int, ...]) -> list[int]:
    return [int(_turned(_bits(notes), by)) for by in range(12)]


def _figures() -> npt.NDArray[np.intp]:
    found = np.full(4096, FIGURES.index("other"))
    found[:2] = 0
    for interval in range(1, 12):
        found[_bits((0, interval))] = FIGURES.index(_DYAD_FIGURES.get(interval, "dissonant_dyad"))
    for notes in reversed(_BY_ROOT.values()):
        signs = _TRIADS if len(notes) == 3 else _FOURS
        for sign, turned in reversed(list(zip(signs, _turns(notes), strict=True))):
            found[turned] = FIGURES.index(sign)
    return np.asarray(found, dtype=np.intp)


def _consonances(intervals: Ints) -> npt.NDArray[np.intp]:
    only_fifth = (_ALL | 0b10000001) == 0b10000001
    mild = (intervals[:, 1] > 0) | (intervals[:, 5] > 0) | (_ALL & (1 << 5) > 0)
    return np.asarray(np.select([intervals[:, 0] > 0, mild, only_fifth], [3, 2, 0], 1), dtype=np.intp)


def _roots() -> npt.NDArray[np.intp]:
    found = np.full(4096, -1)
    for name in ("major", "minor"):
        notes = _BY_ROOT[name]
        for note, turned in zip(notes, _turns(notes), strict=True):
            found[turned] = -note % 12
    return np.asarray(found, dtype=np.intp)
