"""Song statistics: how chords follow each other and sit under melodies in lead sheets, counted once, shipped small.

Made by `musegen.theory.songs.counting`; the card `data/song_statistics.toml` beside the counts says from what. Chords
are states: a root in semitones above the tonic and a kind (`KINDS`), 72 in all: `state_of(7, "7")` is V7. Tables are
by mode (major, minor) and by how often a chord may change (`slots.EVERY`).

| table | shape | what |
|---|---|---|
| `follow` | (every, mode, downbeat, state, state) | slots whose chord came after another, in one key |
| `sung` | (mode, state, pitch class) | eighths of melody over a chord, from the tonic |
| `first`, `last` | (mode, state) | first and last chords of a sheet |
| `closing` | (every, mode, state) | chords of slots in which a phrase ends |
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.theory.songs.slots import EVERY
from musegen.theory.statistics import DATA

Floats = npt.NDArray[np.float64]

KINDS = ("M", "m", "7", "h", "o", "+")
"""Major (sixths, major sevenths, suspensions too), minor (sevenths too), dominant, half-diminished, diminished, aug."""
_KIND_OF = {"M": "M", "M7": "M", "s": "M", "m": "m", "m7": "m", "7": "7", "h": "h", "d": "o", "d7": "o", "+": "+"}
STATES = 12 * len(KINDS)
SHAPES: dict[str, tuple[int, ...]] = {
    "follow": (len(EVERY), 2, 2, STATES, STATES), "sung": (2, STATES, 12), "first": (2, STATES), "last": (2, STATES),
    "closing": (len(EVERY), 2, STATES),
}  # fmt: skip
_RARE = 4
"""Slots of one mode in which a chord must have been counted to be proposed."""
_SHELL = {"M": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10), "h": (0, 3, 6, 10), "o": (0, 3, 6, 9), "+": (0, 4, 8)}
_MEMBER, _SCALE, _OTHER = 6.0, 1.0, 0.3
_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10, 11)


def state_of(semitones: int, kind: str) -> int:
    """The number of a chord.

    >>> state_of(7, "7"), state_of(0, "M")
    (31, 0)
    """
    return semitones % 12 + 12 * KINDS.index(kind)


def kind_of(quality: str) -> str:
    """The kind of a `SheetChord.quality`."""
    return _KIND_OF[quality]


@dataclass(frozen=True, eq=False)
class SongStatistics:
    """Counts, and smoothed log-probabilities over the chords that are counted often enough."""

    counts: dict[str, npt.NDArray[np.int32]]

    def plus(self, other: SongStatistics, sign: int = 1) -> SongStatistics:
        """Both together; with `sign` -1 the other taken away."""
        return SongStatistics({name: table + sign * other.counts[name] for name, table in self.counts.items()})

    def states(self, mode: int) -> npt.NDArray[np.intp]:
        """The chords of a mode that are counted often enough to be proposed."""
        return np.flatnonzero(self.counts["closing"][0, mode] + self._unigram(mode) >= _RARE)

    def _unigram(self, mode: int) -> npt.NDArray[Any]:
        return np.asarray(self.counts["follow"][0, mode].sum(axis=(0, 1)))

    def follow(self, every: int, mode: int) -> Floats:
        """(downbeat, before, chord): log P(chord, chord before)."""
        states = self.states(mode)
        counted = self.counts["follow"][every, mode][:, states][:, :, states].astype(float)
        alone = counted.sum(axis=1, keepdims=True) + 0.5
        alone /= alone.sum(axis=2, keepdims=True)
        mixed = counted + 6.0 * alone
        return np.asarray(np.log(mixed / mixed.sum(axis=2, keepdims=True)))

    def sung(self, mode: int) -> Floats:
        """(chord, pitch class): log P(pitch class, chord)."""
        states, scale = self.states(mode), _MINOR if mode else _MAJOR
        prior = np.full((len(states), 12), _OTHER)
        prior[:, list(scale)] = _SCALE
        for row, state in enumerate(states):
            for step in _SHELL[KINDS[state // 12]]:
                prior[row, (state % 12 + step) % 12] = _MEMBER
        prior *= 30 / prior.sum(axis=1, keepdims=True)
        counted = self.counts["sung"][mode][states] + prior
        return np.asarray(np.log(counted / counted.sum(axis=1, keepdims=True)))

    def ends(self, name: str, mode: int, every: int | None = None) -> Floats:
        """(chord,): log P of a first or last chord, or of one where a phrase ends, against that of any chord."""
        states = self.states(mode)
        alone = self._unigram(mode)[states] + 0.5
        table = self.counts[name][mode] if every is None else self.counts[name][every, mode]
        counted = table[states] + 4.0 * alone / alone.sum()
        return np.asarray(np.log(counted / counted.sum()) - np.log(alone / alone.sum()))


@cache
def song_statistics() -> SongStatistics:
    """The shipped counts.

    >>> counted = song_statistics()
    >>> follow = counted.follow(EVERY.index("measure"), 0)[1]
    >>> states = counted.states(0).tolist()
    >>> tonic, dominant = states.index(state_of(0, "M")), states.index(state_of(7, "7"))
    >>> bool(np.exp(follow[dominant, tonic]) > 0.4)
    True
    """
    with np.load(DATA / "song_statistics.npz", allow_pickle=False) as loaded:
        return SongStatistics({name: _dense(loaded[name], shape) for name, shape in SHAPES.items()})


def sparse(table: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """(2, n): the places that hold something, and what."""
    flat = table.ravel()
    held = np.flatnonzero(flat)
    return np.stack([held, flat[held]]).astype(np.int32)


def _dense(rows: npt.NDArray[np.int32], shape: tuple[int, ...]) -> npt.NDArray[np.int32]:
    found = np.zeros(int(np.prod(shape)), dtype=np.int32)
    found[rows[0]] = rows[1]
    return found.reshape(shape)
