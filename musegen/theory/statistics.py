"""Chorale statistics: what human analysts of Bach's chorales found, counted once and shipped as a small file.

Made by `musegen.theory.counting`; the card `data/chorale_statistics.toml` says from what. Counts are kept piece by
piece, so that a piece's own can be left out (`statistics().without("bach/bwv269")`).

Axes. *figure*: the place in `vocabulary.figures(minor)`. *before*: the same, with one more row at the end for
"no chord before, or one that has no name in this key". *degree*: `degree_index(fifths above the tonic)`, 21 places
(tonic = 10). *strength*: `strength_class`: 0 downbeat, 1 mid-measure, 2 other pulses, 3 off the pulse. *interval*:
semitones + 12, clipped to an octave, 25 places. *key*: `key_index(key, home)`, 26 places. All logarithms are natural.

| method | shape | what |
|---|---|---|
| `bigram(minor)` | (before, figure) | log P(figure, the chord before, read in this key) inside a phrase |
| `boundary(minor)` | (before, figure) | the same across a phrase end |
| `unigram(minor)` | (figure,) | log P(figure) |
| `given_soprano(minor)` | (degree, strength, figure) | log P(figure, soprano degree and beat strength) |
| `approach(minor)` | (before, figure) | log P(last figure of a phrase, the chord before it) |
| `cadence(minor)` | (degree, figure) | log P(last figure of a phrase, soprano degree) |
| `cadences(minor)` | rows | (three figures, their soprano degrees, count): the last chords of phrases |
| `key_change()` | (home minor, key, key) | log P(key of the next chord, key of this one) |
| `cadence_key()` | (home minor, key) | log P(key of a cadence) |
| `profile()` | (home minor, degree) | log P(note of the piece), by sounding time |
| `bass_motion(minor)` | (interval,) | log P(bass interval between neighbouring chords) |
| `rhythm()` | (strength,) | P(a new chord begins), on the half-pulse grid |
| `melody()` | (voice, interval) | log P(melodic interval), voices S A T B |
| `spacing()` | (gap, semitones) | log P(semitones S-A, A-T, T-B), 0 to 24 |
| `doubling()` | (quality, inversion, member, times) | log P(member sounds 0, 1, 2, 3+ times) |
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.score.measure_grid import full_length
from musegen.score.meter import TimeSignature
from musegen.score.model import Score
from musegen.theory.keys import Key
from musegen.theory.vocabulary import figures, numerals

Floats = npt.NDArray[np.float64]

DATA = Path(__file__).parent / "data"
"""The folder of what was counted and learned."""
DEGREES = 21
KEYS = 26
QUALITIES = ("major", "minor", "dim", "aug", "dom7", "maj7", "min7", "dim7", "hdim7", "It", "Fr", "Ger", "other")


def degree_index(fifths_above_tonic: int) -> int:
    """0 to 20: places on the line of fifths above the tonic, clipped to ten either way."""
    return min(max(fifths_above_tonic, -10), 10) + 10


def interval_index(semitones: int) -> int:
    """0 to 24: semitones clipped to an octave either way."""
    return min(max(semitones, -12), 12) + 12


def key_index(key: Key, home: Key) -> int:
    """0 to 25: tonic six fifths either way of home, major keys first."""
    return min(max(key.tonic - home.tonic, -6), 6) + 6 + 13 * key.minor


def strength_class(score: Score, onset: int) -> int:
    """0 on a downbeat, 1 mid-measure, 2 on another pulse, 3 off the pulse."""
    measure = score.measures[score.measure_index_at(onset)]
    missing = full_length(measure.time_signature, score.ticks_per_quarter) - measure.length if measure.is_pickup else 0
    return _class_at(measure.time_signature, missing + onset - measure.onset, score.ticks_per_quarter)


@lru_cache(maxsize=4096)
def _class_at(meter: TimeSignature, ticks: int, ticks_per_quarter: int) -> int:
    offset = Fraction(ticks, ticks_per_quarter)
    strength = meter.strength(offset)
    if strength == 1:
        return 0
    if offset % meter.pulse_quarters:
        return 3
    pulses = meter.quarters / meter.pulse_quarters
    return 1 if strength == Fraction(1, 2) and pulses % 2 == 0 else 2


@dataclass(frozen=True, eq=False)
class ChoraleStatistics:
    """Counts by piece, and smoothed log-probabilities of all pieces together (see the table above)."""

    pieces: tuple[str, ...]
    rows: dict[str, npt.NDArray[np.int16]]  # table to rows of (piece, indices..., count)

    def without(self, piece: str) -> ChoraleStatistics:
        """The same without a piece, by its music21 name; itself where the piece was never counted."""
        if piece not in self.pieces:
            return self
        left_out = [number for number, name in enumerate(self.pieces) if name == piece]
        kept = {table: found[~np.isin(found[:, 0], left_out)] for table, found in self.rows.items()}
        return ChoraleStatistics(self.pieces, kept)

    def counts(self, table: str, shape: tuple[int, ...]) -> Floats:
        """A table of raw counts."""
        found = self.rows.get(table)
        if found is None or not len(found):
            return np.zeros(shape)
        place = np.ravel_multi_index(tuple(found[:, 1:-1].T.astype(np.intp)), shape)
        total = np.bincount(place, weights=found[:, -1], minlength=math.prod(shape))
        return np.asarray(total, dtype=np.float64).reshape(shape)

    def unigram(self, minor: bool) -> Floats:
        """log P(figure)."""
        counted = self.counts(f"figure.{_mode(minor)}", (len(figures(minor)),))
        return np.asarray(np.log(_normal(counted + 0.1)))

    def bigram(self, minor: bool) -> Floats:
        """log P(figure | figure before) inside a phrase."""
        return self._successions("bigram", minor)

    def boundary(self, minor: bool) -> Floats:
        """log P(figure | figure before) across a phrase end."""
        return self._successions("boundary", minor)

    def approach(self, minor: bool) -> Floats:
        """log P(last figure of a phrase | figure before)."""
        return self._successions("approach", minor)

    @lru_cache(maxsize=64)  # noqa: B019 - of few statistics, each asked for once a key
    def _successions(self, table: str, minor: bool) -> Floats:
        size = len(figures(minor))
        counted = self.counts(f"{table}.{_mode(minor)}", (size + 1, size))
        alone = _normal(counted.sum(axis=0) + 2 * np.exp(self.unigram(minor)))
        classes = _classes(minor)
        members = classes == np.arange(classes.max() + 1)[:, None]
        together = members.astype(float) @ counted
        by_class = _backed_off(together, alone, 8.0)[classes]
        return np.asarray(np.log(_backed_off(counted, by_class, 6.0)))

    def given_soprano(self, minor: bool) -> Floats:
        """log P(figure | soprano degree, beat strength)."""
        size = len(figures(minor))
        counted = self.counts(f"soprano.{_mode(minor)}", (DEGREES, 4, size))
        by_degree = _backed_off(counted.sum(axis=1), np.exp(self.unigram(minor)), 4.0)
        return np.asarray(np.log(_backed_off(counted, by_degree[:, None, :], 8.0)))

    def cadence(self, minor: bool) -> Floats:
        """log P(last figure of a phrase | soprano degree)."""
        size = len(figures(minor))
        counted = self.counts(f"cadence.{_mode(minor)}", (DEGREES, size))
        alone = _normal(counted.sum(axis=0) + np.exp(self.unigram(minor)))
        return np.asarray(np.log(_backed_off(counted, alone, 2.0)))

    def cadences(self, minor: bool) -> npt.NDArray[np.int64]:
        """Rows of (three figures, their three soprano degrees, count): the chords that end phrases in one key."""
        found = self.rows.get(f"cadences.{_mode(minor)}", np.zeros((0, 8), dtype=np.int16))[:, 1:]
        if not len(found):
            return np.zeros((0, 7), dtype=np.int64)
        distinct, inverse = np.unique(found[:, :-1], axis=0, return_inverse=True)
        total = np.bincount(inverse.ravel(), weights=found[:, -1]).astype(np.int64)
        return np.column_stack([distinct.astype(np.int64), total])[np.argsort(-total, kind="stable")]

    def key_change(self) -> Floats:
        """log P(key of the next chord | key of this one), both against the home key."""
        counted = self.counts("key_change", (2, KEYS, KEYS))
        alone = _normal(counted.sum(axis=1) + 0.05)
        return np.asarray(np.log(_backed_off(counted, alone[:, None, :], 1.0)))

    def cadence_key(self) -> Floats:
        """log P(key of a cadence | mode of the home key)."""
        return np.asarray(np.log(_normal(self.counts("cadence_key", (2, KEYS)) + 0.05)))

    def profile(self) -> Floats:
        """log P(degree | mode of the home key), by sounding time."""
        return np.asarray(np.log(_normal(self.counts("profile", (2, DEGREES)) + 1.0)))

    def bass_motion(self, minor: bool) -> Floats:
        """log P(interval)."""
        return np.asarray(np.log(_normal(self.counts(f"bass.{_mode(minor)}", (25,)) + 0.5)))

    def rhythm(self) -> Floats:
        """P(a new chord begins | strength)."""
        counted = self.counts("rhythm", (4, 2)) + 0.5
        return np.asarray(counted[:, 1] / counted.sum(axis=1))

    def melody(self) -> Floats:
        """log P(melodic interval | voice)."""
        return np.asarray(np.log(_normal(self.counts("melody", (4, 25)) + 0.5)))

    def spacing(self) -> Floats:
        """log P(semitones between neighbouring voices)."""
        return np.asarray(np.log(_normal(self.counts("spacing", (3, 25)) + 0.5)))

    def doubling(self) -> Floats:
        """log P(how often a member sounds in four voices | quality, inversion)."""
        return np.asarray(np.log(_normal(self.counts("doubling", (len(QUALITIES), 4, 4, 4)) + 0.5)))


@cache
def statistics() -> ChoraleStatistics:
    """The shipped counts.

    >>> table = statistics().bigram(minor=False)
    >>> before, after = figures(False).index("V7"), figures(False).index("I")
    >>> bool(np.exp(table[before, after]) > 0.5)
    True
    """
    with np.load(DATA / "chorale_statistics.npz", allow_pickle=False) as loaded:
        rows = {name: loaded[name] for name in loaded.files if name not in ("pieces", "degrees")}
        return ChoraleStatistics(tuple(str(name) for name in loaded["pieces"]), rows)


def _mode(minor: bool) -> str:
    return "minor" if minor else "major"


def _normal(counted: Floats) -> Floats:
    """Each last axis made to sum to one."""
    return np.asarray(counted / counted.sum(axis=-1, keepdims=True))


def _backed_off(counted: Floats, backoff: Floats, strength: float) -> Floats:
    """Counts mixed with a backoff distribution, which weighs as much as `strength` observations."""
    total = counted.sum(axis=-1, keepdims=True) + strength
    return np.asarray((counted + strength * backoff) / total)


@cache
def _classes(minor: bool) -> npt.NDArray[np.intp]:
    """A class for every figure (root, applied tonic, third) and one for "no chord": what bigrams back off to."""
    seen: dict[Any, int] = {}
    found = [
        seen.setdefault((one.root, one.applied_tonic, one.members[1], one.is_cadential), len(seen))
        for one in numerals(minor)
    ]
    return np.array([*found, len(seen)], dtype=np.intp)
