"""Joint decoding of a neural reading: one (key, figure) for each frame, by dynamic programming over the likely ones.

A frame's candidates are its most probable states. From frame to frame a chord goes on, changes inside its key, or
changes with the key; what that is worth comes from the chances of a change that the network hears, and from counted
successions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.theory.keys import Key
from musegen.theory.neural.reading import Heard
from musegen.theory.statistics import ChoraleStatistics
from musegen.theory.vocabulary import figures

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

MAJORS, MINORS = len(figures(False)), len(figures(True))
DOUBT = np.float32(1.4)
"""The network is surer than it may be: by this much the scores of paths are flattened before they become chances.
Found on validation pieces (there 1.9 would be best) and on chorales kept from learning (1.1)."""
_UNSEEN = -6.0
_SURE = 0.02
"""No chance of a change is taken for less, or for more than what is left of one."""


class Prices(NamedTuple):
    """What weighs how much; found on validation pieces."""

    change: float = 0.2  # the chance of a chord change, as the network hears it
    succession: float = 0.05  # the counted succession of figures
    key: float = 1.0  # the chance of a key change
    modulation: float = 1.0  # what any change of key costs besides


@dataclass(frozen=True)
class Path:
    """One state a frame, and how probable the likely ones are.

    States are those of `reading.Heard`; see `name_of`.
    """

    states: Ints  # (frame, candidate)
    chances: Floats  # (frame, candidate)
    taken: Ints  # (frame,) the state of the path

    def share(self, of: Callable[[Ints], Ints], start: int, stop: int) -> float:
        """How probable what the path says is, on average over some frames: of the state itself, or of its key."""
        meant = of(self.states[start:stop]) == of(self.taken[start : start + 1])
        return float((self.chances[start:stop] * meant).sum(axis=1).mean())


def name_of(state: int, lowest: int) -> tuple[Key, int]:
    """The key of a state and its figure's place in the vocabulary of that key's mode; `lowest` is the first tonic."""
    tonic, figure = divmod(state, MAJORS + MINORS)
    minor = figure >= MAJORS
    return Key(tonic + lowest, minor), figure - MAJORS * minor


def state_of(key: Key, figure: int, lowest: int) -> int:
    """The state of a key and a figure's place in the vocabulary of its mode: what `name_of` takes apart."""
    return (key.tonic - lowest) * (MAJORS + MINORS) + figure + MAJORS * key.minor


def keys_of(states: Ints) -> Ints:
    """The number of each state's key: twice that of its tonic, one more in minor."""
    tonic, figure = np.divmod(states, MAJORS + MINORS)
    return np.asarray(tonic * 2 + (figure >= MAJORS))


def runs(values: Ints, first: int = 0) -> list[tuple[int, int]]:
    """(start, stop) of equal neighbours, counted from `first`.

    >>> runs(np.array([5, 5, 7])), runs(np.array([5, 5, 7]), first=4)
    ([(0, 2), (2, 3)], [(4, 6), (6, 7)])
    """
    fresh = np.flatnonzero(np.diff(values)) + 1 + first
    return list(pairwise([first, *fresh.tolist(), first + len(values)]))


def decode(heard: Heard, counted: ChoraleStatistics, prices: Prices | None = None) -> Path:
    """The best path through the likely states of a piece, and the chance of each state given the whole piece."""
    moves = _moves(heard, counted, prices or Prices())
    chances = _chances(heard.scores / DOUBT, moves / DOUBT)
    best = _best(heard.scores, moves)
    return Path(heard.states, chances, np.take_along_axis(heard.states, best[:, None], axis=1)[:, 0])


def _moves(heard: Heard, counted: ChoraleStatistics, prices: Prices) -> Floats:
    """(frame - 1, candidate before, candidate): what going from one to the other is worth."""
    change, key = (
        np.clip(chance[1:, None, None], _SURE, 1 - _SURE) for chance in (heard.chord_changes, heard.key_changes)
    )
    states, key_of, figure = heard.states, keys_of(heard.states), heard.states % (MAJORS + MINORS)
    before, after = figure[:-1, :, None], figure[1:, None, :]
    same_key = key_of[:-1, :, None] == key_of[1:, None, :]
    goes_on = states[:-1, :, None] == states[1:, None, :]
    succession = _successions(counted)[before, after]
    inside = prices.change * np.log(change) + prices.succession * succession
    outside = prices.change * np.log(change) + prices.key * np.log(key) - prices.modulation
    moved = np.where(same_key, inside + prices.key * np.log(1 - key), outside)
    return np.where(goes_on, prices.change * np.log(1 - change) + prices.key * np.log(1 - key), moved).astype(
        np.float32
    )


def _successions(counted: ChoraleStatistics) -> Floats:
    """(figure before, figure) of both modes laid end to end: log P; what goes from mode to mode is not counted."""
    table = np.full((MAJORS + MINORS, MAJORS + MINORS), _UNSEEN, dtype=np.float32)
    table[:MAJORS, :MAJORS] = counted.bigram(False)[:-1]
    table[MAJORS:, MAJORS:] = counted.bigram(True)[:-1]
    return table


def _best(score: Floats, moves: Floats) -> Ints:
    """The best path (Viterbi)."""
    came = np.zeros(score.shape, dtype=np.int64)
    best = score[0]
    for frame, move in enumerate(moves, start=1):
        reached = best[:, None] + move
        came[frame] = reached.argmax(axis=0)
        best = reached.max(axis=0) + score[frame]
    path = np.zeros(len(score), dtype=np.int64)
    path[-1] = best.argmax()
    for frame in range(len(score) - 1, 0, -1):
        path[frame - 1] = came[frame, path[frame]]
    return path


def _chances(score: Floats, moves: Floats) -> Floats:
    """(frame, candidate): the probability of each, given the whole piece (forward and backward sums over all paths)."""
    forward, backward = score.copy(), np.zeros_like(score)
    for frame, move in enumerate(moves, start=1):
        forward[frame] += _log_sum(forward[frame - 1][:, None] + move, 0)
    for frame in range(len(moves) - 1, -1, -1):
        backward[frame] = _log_sum(moves[frame] + (score[frame + 1] + backward[frame + 1])[None, :], 1)
    total = forward + backward
    return np.asarray(np.exp(total - _log_sum(total, 1)[:, None]))


def _log_sum(values: npt.NDArray[Any], axis: int) -> Floats:
    top = values.max(axis=axis, keepdims=True)
    return np.asarray(np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis))
