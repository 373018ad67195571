"""Decoding: from the evidence of a piece to one state a frame, by dynamic programming over probabilities.

First the probability of every (key, figure) at every frame, given the whole piece (forward and backward sums over all
paths); then the path that is expected to name most of the time rightly, less a price for every change (Viterbi). Long
pieces go through in windows that overlap.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.theory.classical.evidence import Evidence, Tables, Weights, state_scores
from musegen.theory.classical.frames import Frames
from musegen.theory.classical.moves import Moves
from musegen.theory.classical.probabilities import sums
from musegen.theory.keys import Key
from musegen.theory.lattice import Lattice, lattice
from musegen.theory.statistics import DATA, ChoraleStatistics

Ints = npt.NDArray[np.int64]
Probabilities = npt.NDArray[np.float32]

CHORD_PRICE, KEY_PRICE = 0.1, 0.2
"""What a change must win, in expected frames rightly named. Set on the training chorales."""
WINDOW, MARGIN = 768, 64
"""Frames that are searched together, and frames of context on either side of those kept."""


class Decoded(NamedTuple):
    """One state a frame, and how sure each frame is."""

    path: Ints  # (frame,)
    states: Probabilities  # (frame, state)
    evidence: float  # log of the sum over all paths: how well this home key explains the piece


@cache
def weights() -> Weights:
    """The shipped weights; `data/analyser.toml` says how they were found."""
    with np.load(DATA / "analyser.npz", allow_pickle=False) as loaded:
        return {name: loaded[name].astype(np.float64) for name in loaded.files}


def decode(frames: Frames, home: Key, counted: ChoraleStatistics, weighed: Weights | None = None) -> Decoded:
    """The states of a piece's frames around a home key."""
    model = _Model(home, tables_for(counted, home.minor), weighed if weighed is not None else weights())
    windows = [_window(frames, model, start) for start in range(0, len(frames), WINDOW)]
    probable = np.concatenate([states for states, _ in windows])
    return Decoded(steadiest(probable, lattice(home.minor)), probable, sum(explained for _, explained in windows))


class _Model(NamedTuple):
    """What a piece is read with."""

    home: Key
    tables: Tables
    weights: Weights


@lru_cache(maxsize=4)
def tables_for(counted: ChoraleStatistics, minor: bool) -> Tables:
    """The counted log-probabilities laid over the states of a home mode."""
    return Tables.of(counted, lattice(minor))


def _window(frames: Frames, model: _Model, start: int) -> tuple[Probabilities, float]:
    """The probabilities of WINDOW frames, seen with their margins, and how well the window is explained."""
    first, last = max(start - MARGIN, 0), min(start + WINDOW + MARGIN, len(frames))
    evidence = Evidence.of(frames.between(first, last), model.home)
    emission = state_scores(evidence, model.weights, model.tables, ends=(first == 0, last == len(frames)))
    found = sums(emission, Moves.of(evidence, model.weights, model.tables))
    kept = found.states[start - first : start - first + WINDOW]
    return kept.astype(np.float32), found.log_total


def steadiest(probable: npt.NDArray[np.floating[Any]], states: Lattice) -> Ints:
    """The path of most expected right frames, less the price of its changes."""
    count, size = probable.shape
    came = np.zeros((count, size), dtype=np.int32)
    best = probable[0].astype(np.float64)
    here = np.arange(size)
    first_of_key = np.searchsorted(states.key, np.arange(len(states.keys)))
    for frame in range(1, count):
        at = np.concatenate([block.argmax(axis=1) for block in states.blocks(best)]) + first_of_key
        top = best[at]
        overall = int(at[top.argmax()])
        change = (top - CHORD_PRICE)[states.key]
        leap = best[overall] - CHORD_PRICE - KEY_PRICE
        either = np.maximum(change, leap)
        came[frame] = np.where(best >= either, here, np.where(change >= leap, at[states.key], overall))
        best = np.maximum(best, either) + probable[frame]
    path = np.zeros(count, dtype=np.int64)
    path[-1] = best.argmax()
    for frame in range(count - 1, 0, -1):
        path[frame - 1] = came[frame, path[frame]]
    return path
