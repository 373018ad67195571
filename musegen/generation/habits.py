"""The habits of Bach's lower voices, as costs in nats: how they move from chord to chord, and how they are spaced."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.theory.statistics import ChoraleStatistics

Array = npt.NDArray[Any]

_MELODY_WEIGHT = 0.45
_BASS_WEIGHT = 0.5
_SPACING_WEIGHT = 0.25
_REPEATED_BASS = 1.5  # a new chord over the bass note of the one before
_BEYOND = 12.0  # a melodic move beyond an octave is out of the question
_WIDEST, _GAP = 13, 24


@dataclass(frozen=True)
class Habits:
    """What statistics of chorales say of voices.

    >>> from musegen.theory.statistics import statistics
    >>> before, here = np.array([[67, 64, 60, 48]]), np.array([[67, 62, 59, 55], [67, 50, 47, 43]])
    >>> step, leap = Habits(statistics()).movement(before, here)
    >>> bool(step < leap)
    True
    """

    statistics: ChoraleStatistics

    def movement(self, before: Array, here: Array) -> Array:
        """(...): what alto, tenor and bass pay for going from one chord to another; (..., 4) pitches S A T B."""
        moves = np.clip(here[..., 1:].astype(np.int64) - before[..., 1:], -_WIDEST, _WIDEST)
        cost = sum(self._motion[voice][moves[..., voice] + _WIDEST] for voice in range(3))
        return np.asarray(cost + _REPEATED_BASS * (moves[..., 2] == 0))

    def melodic(self, before: Array, here: Array) -> Array:
        """(...): what a soprano pays that is ours to write; pitches."""
        moves = np.clip(here.astype(np.int64) - before, -_WIDEST, _WIDEST)
        return np.asarray(self._soprano[moves + _WIDEST])

    def spacing(self, pitch: Array) -> Array:
        """(settings,): what the gaps between neighbouring voices cost; (settings, 4) pitches."""
        gaps = np.clip(pitch[:, :3] - pitch[:, 1:], 0, _GAP)
        return np.asarray(sum(self._gaps[place][gaps[:, place]] for place in range(3)))

    @cached_property
    def _gaps(self) -> Array:
        return -_SPACING_WEIGHT * self.statistics.spacing()

    @cached_property
    def _motion(self) -> Array:
        """(voice A T B, semitones + 13)."""
        table = np.full((3, 2 * _WIDEST + 1), _BEYOND)
        table[:2, 1:-1] = -_MELODY_WEIGHT * self.statistics.melody()[1:3]
        table[2, 1:-1] = -_BASS_WEIGHT * self.statistics.bass_motion(minor=False)
        return table

    @cached_property
    def _soprano(self) -> Array:
        table = np.full(2 * _WIDEST + 1, _BEYOND)
        table[1:-1] = -_MELODY_WEIGHT * self.statistics.melody()[0]
        return table
