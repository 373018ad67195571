"""How different two settings of one melody are: the share of quarters in which bass or chord is another."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from musegen.generation.refine.judging import Reading

LEAST_DISTANCE = 0.2
"""The share of quarters in which two settings must differ to be two."""
Ground = npt.NDArray[np.int64]


def ground_of(reading: Reading) -> Ground:
    """(quarters, 2): what sounds lowest in each quarter of a piece, as MIDI pitch, and its chord."""
    score, notes = reading.score, reading.score.notes.sounding()
    times = np.arange(0, score.end, score.ticks_per_quarter, dtype=np.int64)
    bass = notes.where(notes["part"] == len(score.parts) - 1)
    if not len(bass):
        lowest = np.zeros(len(times), dtype=np.int64)
    else:
        lowest = bass["pitch"][np.maximum(np.searchsorted(bass["onset"], times, side="right") - 1, 0)].astype(np.int64)
    return np.stack([lowest, _chords(reading, times)], axis=1)


def distance(one: Ground, other: Ground) -> float:
    """The share of quarters in which two settings have another bass or chord; 1 where they are not equally long.

    >>> distance(np.array([[48, 1], [50, 2]]), np.array([[48, 1], [50, 3]]))
    0.5
    """
    return float((one != other).any(axis=1).mean()) if one.shape == other.shape and len(one) else 1.0


def is_new(ground: Ground, others: Iterable[Ground]) -> bool:
    """Whether a setting differs enough from others."""
    return all(distance(ground, other) >= LEAST_DISTANCE for other in others)


def _chords(reading: Reading, times: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """A number for the chord of each time: by its notes on the line of fifths."""
    if reading.analysis is None or not reading.analysis.chords:
        return np.zeros(len(times), dtype=np.int64)
    numbers = [sum(1 << (tone + 30) for tone in set(chord.tones)) for chord in reading.analysis.chords]
    return np.array(numbers, dtype=np.int64)[reading.analysis.chord_indices(times)]
