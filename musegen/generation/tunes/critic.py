"""A critic of tunes: how much likelier each looks to be a real one than one that the network drew."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.counting import mean
from musegen.generation.tunes.line import MOVES, RATIOS, Line
from musegen.generation.tunes.traits import traits
from musegen.theory.tunes.symbols import Ints
from musegen.theory.tunes.tune import FEWEST, Tune

Floats = npt.NDArray[np.float64]
TABLE = Path(__file__).parent.parent / "data" / "tune_critic.npz"
ORDER = 4
"""Notes' moves in a succession."""
_FARTHEST = 3.0
"""Deviations from the mean beyond which a number counts no more."""
_DOUBT = 4.0
"""Times that a succession is taken to have been heard as often as a shorter one lets expect."""


class Habits(NamedTuple):
    """How often real tunes have each succession of four: (MOVES,) * 4 intervals, (RATIOS,) * 4 ratios of lengths."""

    moves: Ints
    ratios: Ints

    def without(self, other: Habits) -> Habits:
        """The habits of the other tunes."""
        return Habits(self.moves - other.moves, self.ratios - other.ratios)

    def of(self, line: Line) -> list[float]:
        """How surprising the moves of a tune are, in bits: on the whole, over barlines, inside; and its lengths."""
        bits, lengths = _bits(self.moves, line.interval_class), _bits(self.ratios, line.ratio_class)
        across = line.is_first[ORDER:]
        return [mean(bits), mean(bits**2), mean(bits[across]), mean(bits[~across]), mean(lengths), mean(lengths**2)]


def habits_of(tunes: Sequence[Tune]) -> Habits:
    """The habits of some tunes."""
    lines = [Line(tune) for tune in tunes]
    return Habits(
        _counted([line.interval_class for line in lines], MOVES), _counted([line.ratio_class for line in lines], RATIOS)
    )


def looks(tune: Tune, habits: Habits) -> Floats:
    """(columns,): all that the critic reads of a tune; NaN where there is nothing to tell."""
    line = Line(tune)
    return np.append(traits(line), habits.of(line))


class Critic(NamedTuple):
    """A logistic regression on numbers and their squares. Columns are those of `looks`."""

    habits: Habits
    usual: Floats  # (columns,): what stands for what cannot be told
    centre: Floats  # (columns,)
    spread: Floats  # (columns,)
    weights: Floats  # (2 * columns,)
    bias: float

    def terms(self, rows: Floats) -> Floats:
        """(tunes, 2 * columns): what the weights are for, of rows of `looks`."""
        filled = np.where(np.isfinite(rows), rows, self.usual)
        scaled = np.clip((filled - self.centre) / self.spread, -_FARTHEST, _FARTHEST)
        return np.hstack([scaled, scaled**2 - 1])

    def log_odds(self, tunes: Sequence[Tune]) -> Floats:
        """(tunes,): nats by which each is likelier to be real than drawn, if as many are."""
        rows = np.array([looks(tune, self.habits) for tune in tunes])
        return np.asarray(self.terms(rows) @ self.weights + self.bias)


@cache
def shipped_critic() -> Critic:
    """The critic that ships, made by `python -m musegen.generation.tunes.learn_critic`."""
    with np.load(TABLE) as stored:
        habits = Habits(stored["moves"].astype(np.int64), stored["ratios"].astype(np.int64))
        columns = {name: stored[name].astype(np.float64) for name in ("usual", "centre", "spread", "weights")}
        return Critic(habits, **columns, bias=float(stored["bias"]))


def praised(prices: Sequence[tuple[bool, float]], tunes: Sequence[Tune]) -> list[tuple[bool, float]]:
    """Prices of candidates, less by what the critic says for each; it says nothing where one has hardly any notes."""
    if min(int(tune.is_note.sum()) for tune in tunes) < FEWEST:
        return list(prices)
    odds = shipped_critic().log_odds(tunes).tolist()
    return [(is_open, nats - told) for (is_open, nats), told in zip(prices, odds, strict=True)]


def _counted(tunes: Sequence[Ints], size: int) -> Ints:
    """(size,) * ORDER: how often the classes of tunes follow each other so."""
    codes = np.concatenate([_windows(classes) @ size ** np.arange(ORDER)[::-1] for classes in tunes])
    return np.bincount(codes, minlength=size**ORDER).reshape((size,) * ORDER)


def _bits(counts: Ints, classes: Ints) -> Floats:
    """(successions,): bits of each last one after those before it; what is rare leans on shorter successions."""
    tables = [counts]
    while tables[-1].ndim > 1:
        tables.append(tables[-1].sum(axis=0))
    windows = _windows(classes).T
    single = tables[-1]
    chance = (single[windows[-1]] + 1) / (single.sum() + len(single))
    for table in tables[-2::-1]:
        before = tuple(windows[-table.ndim : -1])
        chance = (table[(*before, windows[-1])] + _DOUBT * chance) / (table[before].sum(axis=-1) + _DOUBT)
    return np.asarray(-np.log2(chance))


def _windows(classes: Ints) -> Ints:
    """(successions, ORDER)"""
    if len(classes) < ORDER:
        return np.zeros((0, ORDER), dtype=np.int64)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(classes, ORDER))
