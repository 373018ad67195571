"""Moves between the (key, figure) states of neighbouring frames, and what each is worth.

A chord goes on, changes inside its key (counted successions), or changes with the key: then the chord before is read
again in the new key, as a pivot, and the succession counted there decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from musegen.theory.classical.evidence import Evidence, Floats, Tables, Weights, contexts, nearness
from musegen.theory.classical.frames import Frames
from musegen.theory.lattice import Lattice, Pivots, pivots

Ints = npt.NDArray[np.int64]
INSIDE, BOUNDARY, APPROACH = 0, 1, 2
Blocks = tuple[Floats, Floats]


@dataclass(frozen=True, eq=False)
class Successions:
    """What goes with what in a home mode, weights applied, whatever the piece."""

    states: Lattice
    tables: tuple[Blocks, Blocks, Blocks]  # by kind, by mode: (figure, figure)
    key_tables: tuple[Blocks, Blocks]  # by INSIDE or BOUNDARY, by mode: (figure or none, figure)
    pair: Floats  # (old key, new key)

    @classmethod
    def of(cls, weights: Weights, tables: Tables, states: Lattice) -> Successions:
        """Apply the weights to the counted successions."""
        counted = (tables.inside, tables.boundary, tables.approach)
        scaled = tuple(_scaled(table, float(w), own=False) for table, w in zip(counted, weights["bigram"], strict=True))
        keyed = tuple(
            _scaled(table, float(w), own=True) for table, w in zip(counted, weights["key_bigram"], strict=False)
        )
        pair = weights["change_table"][0] * tables.key_change + relation_of(states, weights)
        return cls(states, scaled, keyed, pair)  # type: ignore[arg-type]

    @cached_property
    def first(self) -> Floats:
        """(state,): the first chord follows no chord."""
        rows = [table[-1] for table in self.key_tables[BOUNDARY]]
        majors = self.states.majors
        return np.concatenate([np.tile(rows[0], majors), np.tile(rows[1], len(self.states.keys) - majors)])

    @cached_property
    def turn(self) -> Floats:
        """(old key, new key): factors; 0 where they are one."""
        return np.asarray(np.exp(self.pair) * ~np.eye(len(self.pair), dtype=bool))


@dataclass(frozen=True)
class Moves:
    """The scores of going from frame to frame."""

    successions: Successions
    pivots: Pivots
    kind: Ints  # (frame,) INSIDE, BOUNDARY or APPROACH: which succession counts
    stay: Floats  # (frame,)
    change: Floats  # (frame,) whatever the keys

    @classmethod
    def of(cls, evidence: Evidence, weights: Weights, successions: Successions) -> Moves:
        """The moves of a piece's frames."""
        frames = evidence.frames
        where = contexts(frames)
        change = weights["change"][where] + weights["late"][nearness(frames)]
        stay = weights["stay"][where, frames.bass_moves.astype(int)]
        return cls(successions, pivots(successions.states.home.minor), cls.kinds(frames), stay, change)

    @property
    def states(self) -> Lattice:
        """What the numbers of states mean."""
        return self.successions.states

    def at(self, frames: Ints) -> Moves:
        """The moves into these frames alone."""
        return replace(self, kind=self.kind[frames], stay=self.stay[frames], change=self.change[frames])

    @staticmethod
    def kinds(frames: Frames) -> Ints:
        """(frame,): which succession counts there."""
        return np.where(frames.starts_phrase, BOUNDARY, np.where(frames.under_end, APPROACH, INSIDE))


def _scaled(tables: Blocks, weight: float, *, own: bool) -> Blocks:
    """Successions inside a key never go from a figure to itself (that is staying); `own` keeps the row for no chord."""
    result = []
    for table in tables:
        scaled = weight * (table if own else table[:-1])
        if not own:
            scaled[np.diag_indices(len(scaled))] = -1e9
        result.append(scaled)
    return result[0], result[1]


def relation_of(states: Lattice, weights: Weights) -> Floats:
    """(key, key): the weight of a change by signature distance and modes."""
    return np.asarray(weights["relation"][relation_index(states)])


def relation_index(states: Lattice) -> tuple[Ints, Ints, Ints]:
    """Indices into the weights named `relation` for every pair of keys."""
    signature = np.array([key.signature for key in states.keys])
    minor = np.array([int(key.minor) for key in states.keys])
    distance = np.clip(signature[None, :] - signature[:, None], -3, 3) + 3
    return distance, np.broadcast_to(minor[:, None], distance.shape), np.broadcast_to(minor[None, :], distance.shape)
