"""The felt beats of a score, in ticks."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from musegen.score.meter import TimeSignature, ticks
from musegen.score.model import Score

Times = npt.NDArray[np.int64]


def pulse_times(score: Score) -> Times:
    """The times of all felt beats, in ticks."""
    times = [np.zeros(0, dtype=np.int64)]
    for measure in score.measures:
        kind = measure.time_signature, measure.length, measure.is_pickup
        times.append(measure.onset + _pulses_inside(*kind, score.ticks_per_quarter))
    return np.concatenate(times)


@lru_cache(maxsize=256)
def _pulses_inside(meter: TimeSignature, length: int, is_pickup: bool, ticks_per_quarter: int) -> Times:
    """The felt beats of a measure, counted from its first note; those of a pickup count back from its barline."""
    pulse = ticks(meter.pulse_quarters, ticks_per_quarter)
    missing = ticks(meter.quarters, ticks_per_quarter) - length if is_pickup else 0
    times = np.arange(-(-missing // pulse) * pulse - missing, length, pulse, dtype=np.int64)
    times.setflags(write=False)
    return times
