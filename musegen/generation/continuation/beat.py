"""The beat that people play to: from seconds to places on the grid and back, and a tempo that is counted in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from musegen.errors import UsageError
from musegen.score.meter import TimeSignature
from musegen.theory.tunes.symbols import GRID, check_meter

SLOWEST, FASTEST = 20.0, 300.0
"""Felt beats a minute."""
SIXTEENTH = GRID // 4
_UNEVEN = 0.35
"""How far, as a share of a beat, a tap may lie from where the others say that it belongs."""


class Beat(NamedTuple):
    """A steady beat. Times of the grid are counted in parts (`GRID` a quarter) from the first barline.

    >>> beat = beat_of(120, TimeSignature(4, 4))
    >>> beat.snapped(0.26), beat.seconds(12), beat.snapped(-0.02)
    (12, 0.25, 0)
    """

    tempo: float  # felt beats a minute
    meter: TimeSignature
    start: float = 0.0  # seconds, of the first barline
    finest: int = SIXTEENTH  # onsets are so many parts apart at least

    @property
    def part(self) -> float:
        """Seconds of a part of the grid."""
        return 60.0 / (self.tempo * float(self.meter.pulse_quarters) * GRID)

    @property
    def bar(self) -> int:
        """Parts of a measure."""
        return int(self.meter.quarters * GRID)

    def seconds(self, onset: int) -> float:
        """When a place of the grid comes."""
        return self.start + onset * self.part

    def snapped(self, seconds: float) -> int:
        """The place of the grid that is nearest to a time."""
        return math.floor((seconds - self.start) / (self.part * self.finest) + 0.5) * self.finest

    def settled(self, onset: int) -> float:
        """From when on nothing that is played can belong before a place of the grid any more."""
        return self.seconds(onset) - self.part * self.finest / 2


def beat_of(tempo: float, meter: TimeSignature, start: float = 0.0) -> Beat:
    """A beat of so many felt beats a minute (two a measure in 6/8).

    Raises:
        UsageError: no tune that the network knows has the meter, or nobody plays at that tempo.
    """
    check_meter(meter)
    if not SLOWEST <= tempo <= FASTEST:
        told = f"nobody plays {tempo:g} beats a minute"
        raise UsageError(told, hint=f"a tempo is {SLOWEST:g} to {FASTEST:g} felt beats a minute")
    return Beat(float(tempo), meter, start)


def counted_in(taps: Sequence[float], meter: TimeSignature) -> Beat:
    """The beat of a count-in: taps on felt beats, in seconds; the first barline is one beat after the last tap.

    Raises:
        UsageError: there are fewer than two taps, they are uneven, or the tempo is none.

    >>> beat = counted_in([0.0, 0.51, 1.0, 1.5], TimeSignature(4, 4))
    >>> round(beat.tempo), round(beat.start, 1)
    (120, 2.0)
    """
    if len(taps) < 2:
        raise UsageError("a count-in has two taps or more", hint="tap once for each beat of a measure")
    number, times = np.arange(len(taps)), np.array(taps, dtype=np.float64)
    period, first = (float(value) for value in np.polyfit(number, times, 1))
    if period <= 0 or float(np.abs(times - (first + period * number)).max()) > _UNEVEN * period:
        raise UsageError("the count-in is uneven", hint="tap once for each beat, or state the tempo")
    return beat_of(60.0 / period, meter, first + period * len(taps))
