"""Spans: the states of neighbouring frames joined to chords and local keys, with how sure they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.theory.analysis import ChordSpan, KeySpan
from musegen.theory.classical.decoding import Decoded
from musegen.theory.classical.frames import Frames
from musegen.theory.keys import Key
from musegen.theory.lattice import Lattice, lattice
from musegen.theory.vocabulary import figures, numerals

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """One state for each frame of a piece, around its home key; `trust` scales every confidence."""

    score: Score
    frames: Frames
    decoded: Decoded
    home: Key
    trust: float

    @property
    def states(self) -> Lattice:
        """What the numbers of states mean."""
        return lattice(self.home.minor)

    def chords(self) -> tuple[ChordSpan, ...]:
        """Equal neighbours become one span; a phrase begins with a span of its own."""
        path = self.decoded.path
        first = _starts((path[1:] != path[:-1]) | self.frames.starts_phrase[1:])
        sure, seconds = self._confidences(self.decoded.likely.share(path), first), self._runners_up(first)
        spans = zip(first.tolist(), [*first[1:].tolist(), len(path)], sure, seconds, strict=True)
        return tuple(self._chord(*span) for span in spans)

    def keys(self) -> tuple[KeySpan, ...]:
        """Neighbouring frames of one key become one span; its confidence is the mean probability of the key."""
        which = self.states.key[self.decoded.path]
        first = _starts(which[1:] != which[:-1])
        sure = self._confidences(self.decoded.likely.share(which, self.states.key), first)
        spans = zip(first.tolist(), [*first[1:].tolist(), len(which)], sure, strict=True)
        return tuple(KeySpan(*self._times(one, end), self._key(int(which[one])), told) for one, end, told in spans)

    def _chord(self, first: int, last: int, sure: float, second: int) -> ChordSpan:
        state = int(self.decoded.path[first])
        key = self._key(int(self.states.key[state]))
        numeral = numerals(key.minor)[self.states.figure[state]]
        onset, duration = self._times(first, last)
        told = self._told(second, state)
        return ChordSpan(onset, duration, *self.score.place(onset), key, numeral, numeral.function, sure, told)

    def _times(self, first: int, last: int) -> tuple[int, int]:
        onset = int(self.frames.onset[first])
        return onset, int(self.frames.onset[last - 1] + self.frames.duration[last - 1]) - onset

    def _confidences(self, shares: Floats, first: Ints) -> list[float]:
        """The mean of each span, scaled."""
        means = np.add.reduceat(shares, first) / np.diff(first, append=len(shares))
        return [round(mean * self.trust, 3) for mean in means.tolist()]

    def _key(self, number: int) -> Key:
        near = self.states.keys[number]
        return Key(near.tonic + self.home.tonic, near.minor)

    def _runners_up(self, first: Ints) -> list[int]:
        """The next most probable state of each span."""
        found, size = self.decoded.likely, len(self.states.key)
        span = np.searchsorted(first, np.arange(len(found.state)), side="right") - 1
        code, place = np.unique(span[:, None] * size + found.state, return_inverse=True)
        summed = np.bincount(place.ravel(), found.probable.ravel())
        summed[np.searchsorted(code, np.arange(len(first)) * size + self.decoded.path[first])] = -1
        ranked = np.lexsort((-code, summed, code // size))  # of equals the one that the lattice names first
        return [
            int(state)
            for state in code[ranked[np.append(_starts(np.diff(code // size) > 0)[1:], len(code)) - 1]] % size
        ]

    def _told(self, second: int, state: int) -> str:
        """A reading with its key where that differs: `ii6`, `D: V`."""
        key = int(self.states.key[second])
        figure = figures(self.states.keys[key].minor)[self.states.figure[second]]
        return figure if key == self.states.key[state] else f"{self._key(key)}: {figure}"


def _starts(changes: npt.NDArray[np.bool_]) -> Ints:
    """The first frames of spans; `changes` says of every frame but the first whether it begins one."""
    return np.concatenate([[0], np.flatnonzero(changes) + 1])
