"""The lines of a piece laid end to end, for the features: their notes, and the moves from note to note."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.counting import Floats, Numbers, parts, share
from musegen.score.pitch import diatonic_of
from musegen.score.voices import Voices

Ints = npt.NDArray[np.int64]
TOP_BASS_ALL = ("top", "bass", "all")
"""The dimensions of what is told of the top line, the bass line and all lines; one line alone has no bass."""
LEAP = 5  # semitones: a fourth and more


class Moves(NamedTuple):
    """From each note to the next of its line, whatever rests lie between."""

    line: Ints
    semitones: Ints
    steps: Ints  # on the staff
    ioi: Ints  # ticks from onset to onset
    to: npt.NDArray[np.intp]  # the note that is come to, among the notes of the lines
    pairs: npt.NDArray[np.intp]  # which moves have a next one in their line


@dataclass(frozen=True, eq=False)
class Lines:
    """Every note of every line, top line first; a note that two lines share stands in both. Times in ticks."""

    count: int
    row: npt.NDArray[np.intp]  # in the sounding note table
    line: Ints
    onset: Ints
    duration: Ints
    pitch: Ints
    fifths: Ints
    bounds: tuple[int, ...]  # where each line begins, and the end

    @classmethod
    def of(cls, voices: Voices) -> Lines:
        """The lines of these voices."""
        notes, line = voices.notes, voices.line
        order = np.argsort(line, kind="stable")[np.count_nonzero(line < 0) :]
        if voices.shared:
            order, line = _with_shared(voices, order)
        else:
            line = line[order]
        count, columns = len(voices.names), [notes[name][order] for name in ("onset", "duration", "pitch", "fifths")]
        bounds = tuple(np.searchsorted(line, np.arange(count + 1)).tolist())
        onset, duration, pitch, fifths = (column.astype(np.int64) for column in columns)
        return cls(count, order, line.astype(np.int64), onset, duration, pitch, fifths, bounds)

    @property
    def top(self) -> slice:
        """The notes of the top line."""
        return slice(0, self.bounds[1] if self.count else 0)

    @property
    def bass(self) -> slice:
        """The notes of the bass line; none where there is one line only."""
        return slice(self.bounds[-2], self.bounds[-1]) if self.count > 1 else slice(0, 0)

    @cached_property
    def diatonic(self) -> Ints:
        """Staff steps from C0."""
        return np.asarray(diatonic_of(self.pitch, self.fifths))

    @cached_property
    def end(self) -> Ints:
        """Where each note stops."""
        return self.onset + self.duration

    @cached_property
    def moves(self) -> Moves:
        """From each note to the next of its line."""
        same = self.line[1:] == self.line[:-1]
        columns = (self.pitch, self.diatonic, self.onset)
        semitones, steps, ioi = ((column[1:] - column[:-1])[same] for column in columns)
        line = self.line[1:][same]
        return Moves(line, semitones, steps, ioi, np.flatnonzero(same) + 1, np.flatnonzero(line[1:] == line[:-1]))

    def move_bounds(self) -> tuple[slice, slice]:
        """The moves of the top line and of the bass line."""
        top, bass, all_moves = self.top, self.bass, len(self.moves.line)
        return slice(0, max(top.stop - 1, 0)), slice(all_moves - max(bass.stop - bass.start - 1, 0), all_moves)

    def tallied(self, codes: Numbers, bins: int, line: Ints, weights: Numbers | None = None) -> Floats:
        """(top bass all, bins): how often (or with what weight) each code occurs."""
        counts = np.bincount(line * bins + codes, weights, minlength=self.count * bins)
        return threefold(counts.reshape(self.count, bins))

    def means(self, values: Numbers, line: Ints) -> Floats:
        """(top bass all): the means of values of notes or moves."""
        totals = np.bincount(line, values, minlength=self.count)
        return self.ratios(totals, np.bincount(line, minlength=self.count))

    def ratios(self, above: Numbers, below: Numbers) -> Floats:
        """(top bass all): of sums by line."""
        pairs = zip(_three(above.tolist()), _three(below.tolist()), strict=True)
        return np.array([share(some, every) for some, every in pairs])

    def shares(self, codes: Numbers, bins: int, line: Ints, weights: Numbers | None = None) -> Floats:
        """(top bass all, bins): the same as shares."""
        return parts(self.tallied(codes, bins, line, weights))


def threefold(by_line: npt.NDArray[Any]) -> Floats:
    """(top bass all, ...): of sums by line the first, the last where there are two or more, and their sum."""
    found = np.zeros((3, *by_line.shape[1:]))
    if len(by_line):
        found[0] = by_line[0]
        found[2] = np.add.reduce(by_line, axis=0)
    if len(by_line) > 1:
        found[1] = by_line[-1]
    return found


def _three(sums: list[float]) -> tuple[float, float, float]:
    """The same of a plain list: of three numbers an array is slower."""
    return (sums[0] if sums else 0, sums[-1] if len(sums) > 1 else 0, sum(sums))


def _with_shared(voices: Voices, order: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int16]]:
    """(rows, lines) with the notes that are also a second line's."""
    rows = np.concatenate([order, np.array([shared.row for shared in voices.shared], dtype=np.intp)])
    added = np.array([shared.line for shared in voices.shared], dtype=np.int16)
    line = np.concatenate([voices.line[order], added])
    sort = np.lexsort((voices.notes["onset"][rows], line))
    return rows[sort], line[sort]
