"""Inner voices under an outline: the voicings of each state, and the price of going from one to another under a pack.

The beam over outlines asks this as it goes, so that no outline survives that alto and tenor could not sing, and those
under which they sing well are preferred.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.decode.laws import pair_masks, slice_masks
from musegen.generation.exercises.states import States, states_for
from musegen.generation.exercises.tendencies import Pulls, doubles_altered
from musegen.generation.voicings import voicings_of
from musegen.score.pitch import diatonic_of
from musegen.theory.keys import Key
from musegen.theory.sonority import Harmony, Sonority

Array = npt.NDArray[Any]

_TOGETHER = 60_000  # pairs of voicings judged in one call: enough to be fast, few enough to be small
_DISLIKE = 8.0  # a point of a warning, beside the motion of the voices
_UNISON = 2.0
_BASS_UNISON = 4.0
_NO_FIFTH = 1.2  # on top of the price of the voicing
_ONE_WAY = 5.0
_APART = 2.0  # a semitone between a voice and what it was wished to sing


class InnerVoices:
    """The voicings of all states of a level in some keys. Answers never depend on earlier ones."""

    def __init__(self, states: States, pack: str) -> None:
        self.pairs = pair_masks(pack)
        self.harmony = Harmony.of([(chord.key, chord.numeral) for chord in states.chords])
        pitch, fifths, owner, cost = _all_voicings(states)
        chord = states.chord[owner]
        slices, sounding = slice_masks(pack), self._sonority(pitch, fifths, chord)
        lawful = ~slices(sounding) & ~doubles_altered(states.chords, chord, fifths)
        cost = cost + _DISLIKE * slices.costs(sounding) + _unisons(pitch)
        self.pitch, self.fifths, self.owner, self.cost = (column[lawful] for column in (pitch, fifths, owner, cost))
        self.steps = np.asarray(diatonic_of(self.pitch, self.fifths))
        self.chord = states.chord[self.owner]
        self.pulls = Pulls(states.chords, "inner")
        self.start = np.searchsorted(self.owner, np.arange(len(states.chord)))
        self.count = np.bincount(self.owner, minlength=len(states.chord))
        self._known: dict[tuple[int, int], Array] = {}

    def _sonority(self, pitch: Array, fifths: Array, chord: Array) -> Sonority:
        everywhere = np.ones(pitch.shape, dtype=bool)
        return Sonority(pitch.astype(np.int16), fifths.astype(np.int16), everywhere, everywhere, self.harmony[chord])

    def rows(self, state: int) -> Array:
        """The voicings of a state, as row numbers."""
        return np.arange(self.start[state], self.start[state] + self.count[state])

    def prices(self, state: int) -> Array:
        """What each voicing of a state costs by itself."""
        return self.cost[self.start[state] : self.start[state] + self.count[state]]

    def successions(self, pairs: list[tuple[int, int]]) -> list[Array]:
        """For each pair of states what each voicing of the first pays to go to each of the second; infinite: never."""
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
        price = self._price(first, second) if len(first) else np.zeros(0, dtype=np.float32)
        ends = np.cumsum([grid[0].size for grid in grids])
        for pair, grid, part in zip(pairs, grids, np.split(price, ends[:-1]), strict=True):
            self._known[pair] = part.reshape(grid[0].shape)

    def _price(self, first: Array, second: Array) -> Array:
        """What the pack, the altered notes and the ease of the voices say to each succession of two voicings."""
        price = np.full(len(first), np.inf, dtype=np.float32)
        astray = ~self.pulls.follow(
            self.chord[first][:, None],
            self.fifths[first],
            self.steps[second] - self.steps[first],
            self.pitch[second] - self.pitch[first],
        ).all(axis=1)
        going = np.flatnonzero(~astray)
        going = going[~self.pairs(self._at(first[going]), self._at(second[going]))]
        one, two = first[going], second[going]
        price[going] = _motion(self.pitch[two] - self.pitch[one])
        price[going] += _DISLIKE * self.pairs.costs(self._at(one), self._at(two))
        return price

    def _at(self, rows: Array) -> Sonority:
        return self._sonority(self.pitch[rows], self.fifths[rows], self.chord[rows])

    def held(self, one: int, two: int) -> Array:
        """The prices for a chord that goes on: alto, tenor and bass stay where they are."""
        first, second = self.pitch[self.rows(one), 1:], self.pitch[self.rows(two), 1:]
        return np.where((first[:, None, :] == second[None, :, :]).all(axis=2), np.float32(0), np.float32(np.inf))

    def cheapest(self, path: tuple[int, ...], held: list[bool], wished: Array | None = None) -> Array | None:
        """The rows of the best voicings along a path of states; None where no way leads through.

        With `wished`, (states, 2) pitches of alto and tenor, each semitone away from them costs.
        """
        prices = [self.prices(state) for state in path]
        if wished is not None:
            apart = (np.abs(self.pitch[self.rows(state), 1:3] - here) for state, here in zip(path, wished, strict=True))
            prices = [price + _APART * each.sum(axis=1) for price, each in zip(prices, apart, strict=True)]
        best, back = prices[0], []
        for place, (one, two) in enumerate(pairwise(path), start=1):
            matrix = self.held(one, two) if held[place] else self.successions([(one, two)])[0]
            step = best[:, None] + matrix
            back.append(step.argmin(axis=0))
            best = step.min(axis=0) + prices[place]
        if not np.isfinite(best).any():
            return None
        choice = [int(best.argmin())]
        for pointers in reversed(back):
            choice.append(int(pointers[choice[-1]]))
        return np.asarray(self.start[list(path)] + choice[::-1])


@lru_cache(maxsize=16)
def inner_voices(keys: tuple[Key, ...], level: int) -> InnerVoices:
    """The inner voices of a level's states in some keys, under the level's pack."""
    return InnerVoices(states_for(keys, level), f"level-{level}")


def _all_voicings(states: States) -> tuple[Array, Array, Array, Array]:
    """(pitch, fifths, state, cost) of every voicing of every state, in order of states."""
    columns = []
    for number, chord in enumerate(states.chord):
        every = voicings_of(states.chords[int(chord)])
        outer = (every.pitch[:, 0] == states.soprano[number]) & (every.pitch[:, 3] == states.bass[number])
        chosen = np.flatnonzero(outer)
        fifths = every.fifths[chosen]
        tones = set(states.chords[int(chord)].numeral.tones(states.chords[int(chord)].key))
        missing = sum((fifths != tone).all(axis=1) for tone in sorted(tones))
        cost = every.cost[chosen] + _NO_FIFTH * missing
        columns.append((every.pitch[chosen], fifths, np.full(len(chosen), number), cost))
    pitch, spelling, owner, price = (np.concatenate(column) for column in zip(*columns, strict=True))
    return pitch, spelling, owner, price


def _unisons(pitch: Array) -> Array:
    """The price of two voices on one note, highest for the bass: it should stand apart."""
    same = pitch[:, :-1] == pitch[:, 1:]
    return np.asarray(same @ np.array([_UNISON, _UNISON, _BASS_UNISON]))


def _motion(moves: Array) -> Array:
    """Inner voices move little: common tones stay, steps are cheap, leaps dear; four voices one way are disliked."""
    inner = np.abs(moves[:, 1:3])
    cost = (0.1 * inner + 0.35 * np.maximum(0, inner - 4)).sum(axis=1)
    one_way = (moves > 0).all(axis=1) | (moves < 0).all(axis=1)
    return np.asarray(cost + _ONE_WAY * one_way)
