"""The likely states of each frame alone, with their sums and the best path: what a piece is read from.

The notes rule out nearly all of the 2,400 (key, figure) states of a frame. Those are kept that the frame, or one beside
it, speaks for most, in the keys that are probable there. Moves between them are those of `probabilities`, which sums
over every state and is learned from. Against human analyses the two read alike (`tests/benchmarks/analysis.py`: the
numerals of 16 chorales .820 and .819 of the time, of 88 other pieces .443 and .441), this one in a fifth of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.theory.classical.evidence import Floats
from musegen.theory.classical.moves import BOUNDARY, Moves, Successions
from musegen.theory.lattice import Lattice, lattice, pivots
from musegen.theory.vocabulary import figures

Ints = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]

KEPT = 32
"""States a frame."""
_TOGETHER = 1024
"""Frames whose prices are laid out at once."""
CHORD_PRICE, KEY_PRICE = 0.1, 0.2
"""What a change must win, in expected frames rightly named. Set on the training chorales."""
_BESIDE = 2
"""Frames on either side that may keep a state; each step away costs this much of its log-probability."""
_KEY_SHARE = 0.3
"""How far the probability of a key counts in the choice of states."""
_LEAST, _RULED_OUT = 1e-12, -12.0
"""A probability of no weight; a log-probability that no frame lets a state fall to."""


class Likely(NamedTuple):
    """The states that are kept, most of the probability of each frame among them."""

    state: Ints  # (frame, kept)
    probable: Singles  # (frame, kept), 1 a frame
    log_total: float  # log of the sum over all paths

    def at(self, frames: Ints) -> Likely:
        """The states of these frames alone."""
        return Likely(self.state[frames], self.probable[frames], self.log_total)

    def spread(self, lasting: Ints) -> Likely:
        """Each frame repeated so many times."""
        return Likely(np.repeat(self.state, lasting, axis=0), np.repeat(self.probable, lasting, axis=0), self.log_total)

    def share(self, chosen: Ints, of: Ints | None = None) -> Floats:
        """(frame,): the probability of the chosen states; of what they share in the column `of`, such as their keys."""
        kept = self.state if of is None else of[self.state]
        return np.asarray((self.probable * (kept == chosen[:, None])).sum(axis=1), dtype=np.float64)


def likely(emission: Singles, moves: Moves) -> Likely:
    """The likely states of these frames."""
    top = emission.max(axis=1)
    own = emission - top[:, None]
    state = _chosen(own, moves)
    fits = np.exp(np.take_along_axis(own, state, axis=1).astype(np.float64))
    probable, log_total = _sums(fits, state, _factors(state, moves), moves)
    return Likely(state, probable, float(top.sum()) + log_total)


def joined(windows: Sequence[Likely]) -> Likely:
    """Neighbouring windows of frames as one."""
    state, probable, log_totals = zip(*windows, strict=True)
    return Likely(np.concatenate(state), np.concatenate(probable), sum(log_totals))


def _chosen(own: Singles, moves: Moves) -> Ints:
    """(frame, kept): the states that the notes of a frame, or of one beside it, and its probable keys speak for.

    `own` are the scores of each frame, the best one 0.
    """
    states = moves.states
    keys = (_KEY_SHARE * np.log(np.maximum(_key_probabilities(own, moves), _LEAST))).astype(np.float32)
    of_keys = zip(states.blocks(own), np.split(keys, [states.majors], axis=1), strict=True)
    at_best = [(block + of_key[:, :, None]).max(axis=0).ravel() for block, of_key in of_keys]
    some = np.flatnonzero(np.concatenate(at_best) > _RULED_OUT)
    if len(some) < KEPT:
        some = np.arange(own.shape[1])
    own = own[:, some]
    best = own.copy()
    for away in range(1, min(_BESIDE, len(own) - 1) + 1):
        np.maximum(best[away:], own[:-away] - _BESIDE * away, out=best[away:])
        np.maximum(best[:-away], own[away:] - _BESIDE * away, out=best[:-away])
    best += keys[:, states.key[some]]
    return np.asarray(some[np.argpartition(best, -KEPT, axis=1)[:, -KEPT:]])


def _key_probabilities(own: Singles, moves: Moves) -> Floats:
    """(frame, key): each key by its likeliest chord alone, with the changes of key that are usual."""
    fits = np.exp(np.concatenate([block.max(axis=2) for block in moves.states.blocks(own)], axis=1).astype(np.float64))
    turn, change = moves.successions.turn, np.exp(moves.change)
    came, goes = np.empty_like(fits), np.ones_like(fits)
    came[0] = fits[0] / fits[0].sum()
    for frame in range(1, len(fits)):
        now = (came[frame - 1] + change[frame] * (came[frame - 1] @ turn)) * fits[frame]
        came[frame] = now / now.sum()
    for frame in range(len(fits) - 1, 0, -1):
        ahead = goes[frame] * fits[frame]
        then = ahead + change[frame] * (turn @ ahead)
        goes[frame - 1] = then / then.max()
    both = came * goes
    return np.asarray(both / both.sum(axis=1, keepdims=True))


def _factors(state: Ints, moves: Moves) -> Singles:
    """(frame - 1, kept, kept): the moves from the kept states of a frame to those of the next."""
    ways, tables = _ways(moves.states.home.minor), _stacked(moves.successions)
    key, figure = moves.states.key[state], moves.states.figure[state]
    before, after = key[:-1, :, None], key[1:, None, :]
    row = np.take(ways.row, state[:-1, :, None] * ways.row.shape[1] + after)
    of_mode = ((moves.kind[1:, None] * 2 + ways.minor[key[1:]]) * tables.shape[2])[:, None, :]
    factor = np.take(tables, (of_mode + row) * tables.shape[3] + figure[1:, None, :])
    factor *= np.take(*_turns(moves, before, after))
    frame, one, other = np.nonzero(state[:-1, :, None] == state[1:, None, :])
    factor[frame, one, other] += np.exp(moves.stay)[frame + 1]
    return np.asarray(factor)


def _turns(moves: Moves, before: Ints, after: Ints) -> tuple[Singles, Ints]:
    """(frame - 1, key, key): what a change of key is worth there, 1 for none; and which of them each move takes."""
    turn = moves.successions.turn
    count = len(turn)
    turns = np.exp(moves.change[1:, None, None]) * turn + np.eye(count)
    return turns.astype(np.float32), (np.arange(len(turns))[:, None, None] * count + before) * count + after


@dataclass(frozen=True, eq=False)
class _Ways:
    """Which row of the stacked tables a move reads."""

    row: npt.NDArray[np.int32]  # (state, key after): the figure in its own key; in another one, where its chord lands
    minor: Ints  # (key,)


@cache
def _ways(minor: bool) -> _Ways:
    states, landing = lattice(minor), pivots(minor)
    minors = np.array([int(key.minor) for key in states.keys])
    sizes = np.array([len(figures(bool(mode))) for mode in minors])
    first = np.concatenate([[0], np.cumsum(sizes + 1)[:-1]])
    lands = landing.place[:, states.chord].T - first + sizes
    own = states.key[:, None] == np.arange(len(states.keys))
    return _Ways(np.where(own, states.figure[:, None], lands).astype(np.int32), minors)


@lru_cache(maxsize=4)
def _stacked(known: Successions) -> Singles:
    """(kind, mode, row, figure): successions inside a key, and below them those through a change of key."""
    sizes = [len(figures(False)), len(figures(True))]
    tables = np.zeros((len(known.tables), 2, 2 * max(sizes) + 1, max(sizes)), dtype=np.float32)
    for kind, within in enumerate(known.tables):
        for mode, (inside, across) in enumerate(zip(within, known.key_tables[int(kind == BOUNDARY)], strict=True)):
            size = sizes[mode]
            tables[kind, mode, :size, :size] = np.exp(inside)
            tables[kind, mode, size : 2 * size + 1, :size] = np.exp(across)
    return tables


def _sums(fits: Floats, state: Ints, factor: Singles, moves: Moves) -> tuple[Singles, float]:
    """(frame, kept): the probability of each kept state; and the log of the sum over all paths."""
    came, goes, totals = np.empty_like(fits), np.ones_like(fits), np.empty(len(fits))
    now = fits[0] * np.exp(moves.successions.first[state[0]])
    for frame in range(len(fits)):
        if frame:
            now = (came[frame - 1] @ factor[frame - 1]) * fits[frame]
        totals[frame] = total = now.sum()
        came[frame] = now / total
    for frame in range(len(fits) - 1, 0, -1):
        then = factor[frame - 1] @ (goes[frame] * fits[frame])
        goes[frame - 1] = then / then.max()
    both = came * goes
    probable = (both / both.sum(axis=1, keepdims=True)).astype(np.float32)
    return probable, float(np.log(totals).sum())


def steadiest(found: Likely, lasting: Ints, states: Lattice) -> Ints:
    """(frame,): the path of most expected right time, less the price of its changes; each frame lasts so long."""
    here = np.arange(found.state.shape[1])
    worth = found.probable * lasting[:, None].astype(np.float32)
    came, best = np.zeros(found.state.shape, dtype=np.int64), worth[0]
    for first in range(1, len(came), _TOGETHER):
        for frame, price in enumerate(_prices(found.state[first - 1 : first + _TOGETHER], states), start=first):
            arriving = best[:, None] - price
            came[frame] = at = arriving.argmax(axis=0)
            best = arriving[at, here] + worth[frame]
    place = np.zeros(len(came), dtype=np.int64)
    place[-1] = best.argmax()
    for frame in range(len(came) - 1, 0, -1):
        place[frame - 1] = came[frame, place[frame]]
    return np.asarray(found.state[np.arange(len(came)), place])


def _prices(state: Ints, states: Lattice) -> Singles:
    """(frame - 1, kept, kept): what it costs to go from a state to one of the next frame."""
    key = states.key[state]
    changes = state[:-1, :, None] != state[1:, None, :]
    key_changes = key[:-1, :, None] != key[1:, None, :]
    return np.asarray(np.float32(CHORD_PRICE) * changes + np.float32(KEY_PRICE) * key_changes)
