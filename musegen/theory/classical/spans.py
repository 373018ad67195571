"""Spans: the states of neighbouring frames joined to chords and local keys, with how sure they are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.theory.analysis import ChordSpan, KeySpan
from musegen.theory.classical.decoding import Decoded
from musegen.theory.classical.frames import Frames
from musegen.theory.keys import Key
from musegen.theory.lattice import Lattice, lattice
from musegen.theory.vocabulary import figures, numerals


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
        fresh = np.concatenate([[True], (path[1:] != path[:-1]) | self.frames.starts_phrase[1:]])
        bounds = [*np.flatnonzero(fresh).tolist(), len(path)]
        return tuple(self._chord(first, last) for first, last in pairwise(bounds))

    def keys(self) -> tuple[KeySpan, ...]:
        """Neighbouring frames of one key become one span; its confidence is the mean probability of the key."""
        which = self.states.key[self.decoded.path]
        first_of_key = np.searchsorted(self.states.key, np.arange(len(self.states.keys)))
        sure = np.add.reduceat(self.decoded.states, first_of_key, axis=1)[np.arange(len(which)), which]
        bounds = [0, *(np.flatnonzero(np.diff(which)) + 1).tolist(), len(which)]
        return tuple(
            KeySpan(*self._times(first, last), self._key(int(which[first])), self._confidence(sure[first:last]))
            for first, last in pairwise(bounds)
        )

    def _chord(self, first: int, last: int) -> ChordSpan:
        state = int(self.decoded.path[first])
        key = self._key(int(self.states.key[state]))
        numeral = numerals(key.minor)[self.states.figure[state]]
        shares = self.decoded.states[first:last]
        onset, duration = self._times(first, last)
        sure, second = self._confidence(shares[:, state]), self._runner_up(shares.mean(axis=0), state)
        return ChordSpan(onset, duration, *self.score.place(onset), key, numeral, numeral.function, sure, second)

    def _times(self, first: int, last: int) -> tuple[int, int]:
        onset = int(self.frames.onset[first])
        return onset, int(self.frames.onset[last - 1] + self.frames.duration[last - 1]) - onset

    def _confidence(self, shares: npt.NDArray[np.float32]) -> float:
        return round(float(shares.mean()) * self.trust, 3)

    def _key(self, number: int) -> Key:
        near = self.states.keys[number]
        return Key(near.tonic + self.home.tonic, near.minor)

    def _runner_up(self, shares: npt.NDArray[np.float32], state: int) -> str:
        """The next most probable reading, with its key where that differs: `ii6`, `D: V`."""
        second = int(np.argmax(np.where(np.arange(len(shares)) == state, -1.0, shares)))
        key = int(self.states.key[second])
        figure = figures(self.states.keys[key].minor)[self.states.figure[second]]
        return figure if key == self.states.key[state] else f"{self._key(key)}: {figure}"
