"""Where notes stand in their measures, for the features: places, beats and metrical levels as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from musegen.score.meter import TimeSignature
from musegen.score.model import Score

Ints = npt.NDArray[np.int64]
LEVELS = 6


@dataclass(frozen=True, eq=False)
class Grid:
    """The measures of a piece as arrays, and where its sounding notes stand in them. Times in ticks."""

    onset: Ints  # of each measure
    length: Ints
    missing: Ints  # what a pickup lacks before its first note
    levels: Ints  # (measures, LEVELS): the distance of the lines of each level of the meter, the measure first
    beat: Ints  # a denominator unit
    measure: Ints  # the index of the measure of each note
    place: Ints  # ticks of each note since its barline, as if pickups were whole

    @classmethod
    def of(cls, score: Score) -> Grid:
        """The grid of a score."""
        notes, measures = score.notes.sounding(), score.measures
        onset = np.array([measure.onset for measure in measures], dtype=np.int64)
        length = np.array([measure.length for measure in measures], dtype=np.int64)
        signatures = [measure.time_signature for measure in measures]
        kinds = list(dict.fromkeys(signatures))  # one, mostly
        rows = [levels_of(signature, score.ticks_per_quarter) for signature in kinds]
        table = np.array(rows, dtype=np.int64).reshape(len(rows), LEVELS + 1)
        if kinds:
            table = table[[kinds.index(signature) for signature in signatures]]
        levels, beat = table[:, :LEVELS], table[:, LEVELS]
        pickup = np.array([measure.is_pickup for measure in measures], dtype=bool)
        missing = np.where(pickup, np.maximum(levels[:, 0] - length, 0), 0)
        index = notes["measure_index"].astype(np.int64)
        place = notes["onset"] - (onset - missing)[index] if len(measures) else notes["onset"]
        return cls(onset, length, missing, levels, beat, index, place)

    @cached_property
    def level(self) -> Ints:
        """The metrical level of each note's onset: 0 the barline, 1, 2, ... what lies below, LEVELS off the grid."""
        if not len(self.onset):
            return np.zeros(len(self.place), dtype=np.int64)
        on_line = np.empty((len(self.place), LEVELS + 1), dtype=bool)
        np.equal(self.place[:, None] % self.levels[self.measure], 0, out=on_line[:, :LEVELS])
        on_line[:, LEVELS] = True
        return np.asarray(on_line.argmax(axis=1))

    @cached_property
    def beat_of_note(self) -> Ints:
        """The denominator unit where each note begins."""
        return self.beat[self.measure] if len(self.onset) else np.ones(len(self.place), dtype=np.int64)

    @cached_property
    def full_of_note(self) -> Ints:
        """The length of a full measure where each note begins."""
        return self.levels[self.measure, 0] if len(self.onset) else np.ones(len(self.place), dtype=np.int64)

    @cached_property
    def beats(self) -> float:
        """The length of the piece in denominator units."""
        return float((self.length / self.beat).sum()) if len(self.onset) else 0.0


@lru_cache(maxsize=256)
def levels_of(meter: TimeSignature, ticks_per_quarter: int) -> tuple[int, ...]:
    """The distances between the lines of LEVELS metrical levels, and at last the denominator unit, in ticks.

    A meter of 6, 9, 12, ... units has pulses of three, whatever its unit is (6/4 as 6/8), so that augmented music has
    the same levels.

    >>> [length / 10080 for length in levels_of(TimeSignature(4, 4), 10080)]
    [4.0, 2.0, 1.0, 0.5, 0.25, 0.125, 1.0]
    >>> [length / 10080 for length in levels_of(TimeSignature(6, 8), 10080)]
    [3.0, 1.5, 0.5, 0.25, 0.125, 0.0625, 0.5]
    """
    unit = 4 * ticks_per_quarter // meter.denominator
    compound = meter.numerator % 3 == 0 and meter.numerator > 3
    pulses = meter.numerator // 3 if compound else meter.numerator
    found = [meter.numerator * unit]
    while pulses % 2 == 0:
        pulses //= 2
        found.append(found[-1] // 2)
    found += [unit * 3] * compound + [unit]
    found = list(dict.fromkeys(found))
    while len(found) < LEVELS:
        found.append(max(found[-1] // 2, 1))
    return (*found[:LEVELS], unit)
