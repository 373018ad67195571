"""The notes of a tune as the critic measures them, each column found once."""

from __future__ import annotations

from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from musegen.features.counting import each
from musegen.theory.tunes.form import rolls
from musegen.theory.tunes.symbols import ALTERATIONS, DURATIONS, Ints, place_of, semitones
from musegen.theory.tunes.tune import Tune

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_VALUES = np.log2(np.array([3, 6, 8, 9, 12, 16, 18, 24, 36, 48, 72, 96]))
LENGTH_CLASSES = len(_VALUES)
"""Note values that are told apart."""
MOVES, RATIOS = 19, 11
"""Classes of intervals, and of ratios of lengths to those before."""


_semitones = cache(semitones)


class Line:
    """The notes of a tune, rests left out. Times in parts of the grid; a row a note, if nothing else is said."""

    def __init__(self, tune: Tune) -> None:
        notes = tune.is_note
        symbol = tune.symbol[notes]
        self.tune = tune
        self.place: Ints = np.asarray(place_of(symbol))  # staff places from the tonic
        self.alter = ALTERATIONS[symbol]
        self.pitch = _semitones(tune.home.mode)[symbol]  # over the tonic
        self.onset = tune.onset[notes]
        self.length = DURATIONS[tune.length[notes]]
        self.step = np.append(np.diff(self.onset), self.length[-1:])  # to the next onset
        self.bar = self.onset // tune.bar  # -1 in an upbeat
        self.degree: Ints = self.place % 7
        self.moves = np.diff(self.place)
        self.intervals = np.diff(self.pitch)
        self.is_first = np.append(True, np.diff(self.bar) > 0)  # of its measure

    @cached_property
    def interval_class(self) -> Ints:
        """(notes - 1,): 0 to MOVES - 1, by semitones."""
        return np.asarray(np.clip(self.intervals, -(MOVES // 2), MOVES // 2) + MOVES // 2)

    @cached_property
    def ratio_class(self) -> Ints:
        """(notes - 1,): 0 to RATIOS - 1, by half octaves of time to the next onset."""
        ratio = np.rint(2 * np.log2(self.step[1:] / self.step[:-1])).astype(np.int64)
        return np.asarray(np.clip(ratio, -(RATIOS // 2), RATIOS // 2) + RATIOS // 2)

    @cached_property
    def since(self) -> Ints:
        """(bars,): bars of its section before each."""
        begins = np.array([section.onset for section in self.tune.sections])
        first = -(-begins // self.tune.bar)
        bars = np.arange(self.tune.bars)
        return np.asarray(bars - first[np.maximum(np.searchsorted(first, bars, side="right") - 1, 0)])

    @cached_property
    def same(self) -> Floats:
        """(bars, bars): the part of two bars in which the same note sounds."""
        return _likeness(self._rolls[0])

    @cached_property
    def same_rhythm(self) -> Floats:
        """(bars, bars): the part of two bars in which notes begin in both or in neither."""
        return _likeness(self._struck)

    @cached_property
    def same_start(self) -> Floats:
        """(bars, bars): 1 where two bars begin with the same note."""
        first = self._rolls[0][:, 0]
        return np.asarray((first[:, None] == first).astype(np.float64))

    @cached_property
    def rhythm_number(self) -> Ints:
        """(bars,): bars of one rhythm have one number, from 0."""
        known: dict[bytes, int] = {}
        return np.array([known.setdefault(row.tobytes(), len(known)) for row in self._struck])

    @cached_property
    def _rolls(self) -> tuple[Ints, Ints]:
        return rolls(self.tune)

    @cached_property
    def _struck(self) -> Bools:
        return np.asarray(self._rolls[1] > 0)


def length_class(lengths: npt.NDArray[np.number]) -> Ints:
    """(...): the nearest note value to each length, by ratio.

    >>> length_class(np.array([3, 24, 25, 500])).tolist()
    [0, 7, 7, 11]
    """
    return np.asarray(abs(np.log2(np.maximum(lengths, 1))[:, None] - _VALUES).argmin(axis=1))


def means_by(classes: Ints, values: npt.NDArray[np.generic], size: int) -> Floats:
    """(size,): the mean value of each class, NaN where it has none.

    >>> means_by(np.array([0, 0, 2]), np.array([1, 2, 3]), 3).tolist()
    [1.5, nan, 3.0]
    """
    sums = np.bincount(classes, values.astype(np.float64), minlength=size)[:size]
    return each(sums, np.bincount(classes, minlength=size)[:size])


def _likeness(rows: npt.NDArray[np.generic]) -> Floats:
    return np.asarray((rows[:, None] == rows).mean(axis=2))
