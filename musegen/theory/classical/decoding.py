"""Decoding: from the evidence of a piece to one state a frame, by dynamic programming over probabilities.

First the probability of the likely (key, figure) states at every frame, given the whole piece (forward and backward
sums over all paths through them); then the path that is expected to name most of the time rightly, less a price for
every change (Viterbi). Long pieces go through in windows that overlap.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.theory.classical.among import Likely, joined, likely, steadiest
from musegen.theory.classical.evidence import Evidence, Tables, Weights
from musegen.theory.classical.frames import Frames
from musegen.theory.classical.moves import Moves, Successions
from musegen.theory.classical.scores import Scoring, Singles, state_scores
from musegen.theory.keys import Key
from musegen.theory.lattice import lattice
from musegen.theory.statistics import DATA, ChoraleStatistics

Ints = npt.NDArray[np.int64]

WINDOW, MARGIN = 768, 64
"""Frames that are searched together, and frames of context on either side of those kept."""


class Decoded(NamedTuple):
    """One state a frame, and how sure each frame is."""

    path: Ints  # (frame,)
    likely: Likely  # its `log_total` says how well this home key explains the piece


@cache
def weights() -> Weights:
    """The shipped weights; `data/analyser.toml` says how they were found."""
    with np.load(DATA / "analyser.npz", allow_pickle=False) as loaded:
        return {name: loaded[name].astype(np.float64) for name in loaded.files}


def decode(frames: Frames, home: Key, counted: ChoraleStatistics, weighed: Weights | None = None) -> Decoded:
    """The states of a piece's frames around a home key."""
    model = _shipped(counted, home.minor) if weighed is None else Model.of(weighed, tables_for(counted, home.minor))
    found = joined([_window(frames, home, model, start) for start in range(0, len(frames), WINDOW)])
    first = np.flatnonzero(frames.begins)
    lasting = np.diff(first, append=len(frames))
    return Decoded(np.repeat(steadiest(found.at(first), lasting, lattice(home.minor)), lasting), found)


class Model(NamedTuple):
    """What pieces of a home mode are read with."""

    weights: Weights
    scoring: Scoring
    successions: Successions

    @classmethod
    def of(cls, weights: Weights, tables: Tables) -> Model:
        """The weights laid over the states."""
        states = tables.states
        return cls(weights, Scoring.of(weights, tables, states), Successions.of(weights, tables, states))

    def read(self, evidence: Evidence, *, ends: tuple[bool, bool] = (True, True)) -> Likely:
        """The likely states of these frames; `ends` says whether they begin the piece and whether they end it."""
        frames = evidence.frames
        first = np.flatnonzero(frames.begins)
        lasting = np.diff(first, append=len(frames))
        together = _summed(state_scores(evidence, self.scoring, ends=ends), first, lasting)
        return likely(together, Moves.of(evidence, self.weights, self.successions).at(first)).spread(lasting)


def _summed(scores: Singles, first: Ints, lasting: Ints) -> Singles:
    """The rows of each group added up. Groups are short: numpy's `reduceat` over rows takes five times as long."""
    found = scores[first]
    for place in range(1, int(lasting.max())):
        longer = lasting > place
        found[longer] += scores[first[longer] + place]
    return found


@lru_cache(maxsize=4)
def _shipped(counted: ChoraleStatistics, minor: bool) -> Model:
    return Model.of(weights(), tables_for(counted, minor))


@lru_cache(maxsize=4)
def tables_for(counted: ChoraleStatistics, minor: bool) -> Tables:
    """The counted log-probabilities laid over the states of a home mode."""
    return Tables.of(counted, lattice(minor))


def _window(frames: Frames, home: Key, model: Model, start: int) -> Likely:
    """The likely states of WINDOW frames, seen with their margins."""
    first, last = max(start - MARGIN, 0), min(start + WINDOW + MARGIN, len(frames))
    found = model.read(Evidence.of(frames.between(first, last), home), ends=(first == 0, last == len(frames)))
    kept = slice(start - first, start - first + WINDOW)
    return Likely(found.state[kept], found.probable[kept], found.log_total)
