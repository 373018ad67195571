"""What each sonority of a piece is heard against: the note that every voice sang before, and whether it still counts.

Arrays over slices: `row` is (time, voice), note rows, -1 where a voice rests. A succession ends with a phrase, or with
a rest of a denominator unit or more in both voices (design.md, section 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.table import NoteTable
from musegen.score.voices import SILENT
from musegen.theory.sonority import Bools

Times = npt.NDArray[np.int64]
RowNumbers = npt.NDArray[np.int32]


def last_heard(row: RowNumbers) -> npt.NDArray[np.intp]:
    """(time, voice): the latest slice up to here where the voice sounded; -1 for none.

    >>> last_heard(np.array([[0], [-1], [1]], dtype=np.int32)).tolist()
    [[0], [0], [2]]
    """
    heard = np.where(row >= 0, np.arange(len(row))[:, None], -1)
    return np.maximum.accumulate(heard, axis=0) if len(row) else heard


@dataclass(frozen=True)
class Arrivals:
    """The slices of a piece but the first, each with what every line sounds there and sounded last.

    `before` and `after` are (arrival, line) note rows, -1 for none. `source` and `target` are the numbers of the
    slices before and at the arrival.
    """

    notes: NoteTable
    onset: Times  # (slice,)
    source: npt.NDArray[np.intp]  # (arrival,)
    target: npt.NDArray[np.intp]
    before: RowNumbers  # (arrival, line)
    after: RowNumbers
    rested: Bools  # (arrival, line): the earlier note no longer sounds just before the arrival

    @cached_property
    def attack(self) -> Bools:
        """(arrival, line): a note begins there."""
        begins = self.column("onset", self.after) == self.onset[self.target][:, None]
        return np.asarray((self.after != SILENT) & begins)

    @cached_property
    def silence(self) -> Times:
        """(arrival, line): how long each line has rested before the arrival, in ticks; since 0 if it had not begun."""
        ended = self.column("onset", self.before) + self.column("duration", self.before)
        return np.where(self.rested, self.onset[self.target][:, None] - ended, 0)

    def part(self, part: slice) -> Arrivals:
        """Some neighbouring arrivals."""
        ends = self.source[part], self.target[part]
        return Arrivals(self.notes, self.onset, *ends, self.before[part], self.after[part], self.rested[part])

    def overlapped(self, upper: npt.NDArray[np.intp], lower: npt.NDArray[np.intp]) -> Bools:
        """(arrival, pair): the two earlier notes sounded together."""
        start = self.column("onset", self.before)
        stop = start + self.column("duration", self.before)
        return np.asarray((start[:, upper] < stop[:, lower]) & (start[:, lower] < stop[:, upper]))

    def column(self, name: str, row: RowNumbers) -> Times:
        """A column of the note table laid over note rows; 0 where there is none."""
        if not len(self.notes):
            return np.zeros(row.shape, dtype=np.int64)
        return np.where(row >= 0, self.notes[name][row], 0)


def arrivals_of(notes: NoteTable, onset: Times, row: RowNumbers) -> Arrivals:
    """The arrivals of slices whose columns are voices: a voice that rested is heard against what it sang last."""
    numbers = np.arange(len(onset), dtype=np.intp)
    last = last_heard(row)[:-1]
    before = np.where(last >= 0, row[np.maximum(last, 0), np.arange(row.shape[1])], np.int32(SILENT))
    return Arrivals(notes, onset, numbers[:-1], numbers[1:], before, row[1:], row[:-1] < 0)


def units_at(score: Score, onset: Times, *, pulses: bool = False) -> Times:
    """The denominator unit, or the pulse, of the measures that hold these times; all in ticks."""
    measures = score.measures
    lengths = {
        meter: score.ticks(meter.pulse_quarters if pulses else meter.beat_quarters)
        for meter in {measure.time_signature for measure in measures}
    }
    units = np.array([lengths[measure.time_signature] for measure in measures], dtype=np.int64)
    starts = np.array([measure.onset for measure in measures], dtype=np.int64)
    return units[np.maximum(np.searchsorted(starts, onset, side="right") - 1, 0)]
