"""Inner voices under an outline: which voicings each state has, and which may follow which under a level's pack.

The beam over outlines asks this as it goes, so that no outline survives that alto and tenor could not sing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.decode import pair_masks, slice_masks
from musegen.generation.exercises.states import States, states_for
from musegen.generation.voicings import voicings_of
from musegen.theory.keys import Key
from musegen.theory.sonority import Harmony, Sonority

Array = npt.NDArray[Any]

_TOGETHER = 60_000  # pairs of voicings judged in one call: enough to be fast, few enough to be small


class InnerVoices:
    """The voicings of all states of a level in some keys. Answers never depend on earlier ones."""

    def __init__(self, states: States, pack: str) -> None:
        self.pairs = pair_masks(pack)
        self.harmony = Harmony.of([(chord.key, chord.numeral) for chord in states.chords])
        pitch, fifths, owner = _all_voicings(states)
        sounding = self._sonority(pitch, fifths, states.chord[owner])
        lawful = ~slice_masks(pack)(sounding)
        self.pitch, self.fifths, self.owner = pitch[lawful], fifths[lawful], owner[lawful]
        self.chord = states.chord[self.owner]
        self.start = np.searchsorted(self.owner, np.arange(len(states.chord)))
        self.count = np.bincount(self.owner, minlength=len(states.chord))
        self._known: dict[tuple[int, int], Array] = {}

    def _sonority(self, pitch: Array, fifths: Array, chord: Array) -> Sonority:
        everywhere = np.ones(pitch.shape, dtype=bool)
        return Sonority(pitch.astype(np.int16), fifths.astype(np.int16), everywhere, everywhere, self.harmony[chord])

    def rows(self, state: int) -> Array:
        """The voicings of a state, as row numbers."""
        return np.arange(self.start[state], self.start[state] + self.count[state])

    def successions(self, pairs: list[tuple[int, int]]) -> list[Array]:
        """For each pair of states a boolean matrix: which voicing of the first may go to which of the second."""
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._known]
        batch: list[tuple[int, int]] = []
        size = 0
        for pair in new:
            batch.append(pair)
            size += int(self.count[pair[0]] * self.count[pair[1]])
            if size > _TOGETHER:
                self._judge(batch)
                batch, size = [], 0
        self._judge(batch)
        return [self._known[pair] for pair in pairs]

    def _judge(self, pairs: list[tuple[int, int]]) -> None:
        if not pairs:
            return
        grids = [np.meshgrid(self.rows(one), self.rows(two), indexing="ij") for one, two in pairs]
        first = np.concatenate([grid[0].ravel() for grid in grids])
        second = np.concatenate([grid[1].ravel() for grid in grids])
        fits = ~self.pairs(self._at(first), self._at(second)) if len(first) else np.zeros(0, dtype=bool)
        ends = np.cumsum([grid[0].size for grid in grids])
        for pair, grid, part in zip(pairs, grids, np.split(fits, ends[:-1]), strict=True):
            self._known[pair] = part.reshape(grid[0].shape)

    def _at(self, rows: Array) -> Sonority:
        return self._sonority(self.pitch[rows], self.fifths[rows], self.chord[rows])

    def held(self, one: int, two: int) -> Array:
        """The matrix for a chord that goes on: alto, tenor and bass stay where they are."""
        first, second = self.pitch[self.rows(one), 1:], self.pitch[self.rows(two), 1:]
        return np.asarray((first[:, None, :] == second[None, :, :]).all(axis=2))


@lru_cache(maxsize=16)
def inner_voices(keys: tuple[Key, ...], level: int) -> InnerVoices:
    """The inner voices of a level's states in some keys, under the level's pack."""
    return InnerVoices(states_for(keys, level), f"level-{level}")


def _all_voicings(states: States) -> tuple[Array, Array, Array]:
    """(pitch, fifths, state) of every voicing of every state, in order of states."""
    pitches, spellings, owners = [], [], []
    for number, chord in enumerate(states.chord):
        every = voicings_of(states.chords[int(chord)])
        outer = (every.pitch[:, 0] == states.soprano[number]) & (every.pitch[:, 3] == states.bass[number])
        chosen = np.flatnonzero(outer)
        pitches.append(every.pitch[chosen])
        spellings.append(every.fifths[chosen])
        owners.append(np.full(len(chosen), number))
    return np.concatenate(pitches), np.concatenate(spellings), np.concatenate(owners)
