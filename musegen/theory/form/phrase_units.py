"""Phrases counted in measures, with their cadences, and how alike two passages begin."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.table import NoteTable
from musegen.theory.analysis import Analysis, Cadence

Ints = npt.NDArray[np.int64]

LIKE = 0.65
"""Passages that are this much alike are heard as the same idea."""
_FEWEST = 3  # notes that two passages must share before they can be alike
_NEAR = 2  # staff steps by which two intervals of one direction may differ


class Unit(NamedTuple):
    """A phrase from downbeat to downbeat."""

    onset: int  # of its first note, in ticks; a pickup is its own
    end: int  # of its last note
    first: int  # index of the measure with its first downbeat
    last: int  # index of the measure with the first downbeat of what follows
    cadence: Cadence | None

    @property
    def measures(self) -> int:
        """Its length in measures."""
        return self.last - self.first


def units_of(score: Score, analysis: Analysis, line: NoteTable) -> list[Unit]:
    """The phrases of a reading in order, none shorter than a measure.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid("meter: 2/4; pickup: 1\\nS: g4 | c5 d5 | e5^ d5 | c5 b4 | c5")
    >>> [unit.measures for unit in units_of(piece, analyse(piece), piece.notes)]
    [2, 2]
    """
    starts = [_first_note(line, phrase.onset) for phrase in analysis.phrases]
    firsts = [*(downbeat(score, start) for start in starts), len(score.measures)]
    found = []
    for number, phrase in enumerate(analysis.phrases):
        if firsts[number + 1] > firsts[number]:
            made = [c for c in analysis.cadences if starts[number] <= c.onset < phrase.end]
            span = firsts[number], firsts[number + 1]
            found.append(Unit(starts[number], phrase.end, *span, made[-1] if made else None))
    return found


def _first_note(line: NoteTable, onset: int) -> int:
    """Where the first note of a phrase begins: its rests before it are left out."""
    at = min(int(np.searchsorted(line["onset"], onset)), len(line) - 1)
    return int(line["onset"][at])


def downbeat(score: Score, onset: int) -> int:
    """The index of the measure that what begins here belongs to: after the middle it is a pickup to the next."""
    index = score.measure_index_at(onset)
    measure = score.measures[index]
    late = score.offset_in_measure(onset) / measure.time_signature.quarters
    return index + (late >= 1 / 2 and index + 1 < len(score.measures))


def likeness(score: Score, line: NoteTable, first: int, second: int, measures: float) -> float:
    """How alike the passages from two measures (indices) are, 0 to 1, whatever the pitch at which they begin.

    The share of onsets that both have, times the share of their steps that go the same way by about as much. Repeated
    notes are no steps.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 4/4\\nS: c5 e5 g5 . | d5 f5 a5 . | c5 . . b4")
    >>> [likeness(piece, piece.notes, 0, other, 1) for other in (1, 2)]
    [1.0, 0.0]
    """
    one, other = (_passage(score, line, index, measures) for index in (first, second))
    both, at_one, at_other = np.intersect1d(one[0], other[0], return_indices=True)
    if len(both) < _FEWEST:
        return 0.0
    steps = np.diff(one[1][at_one]), np.diff(other[1][at_other])
    moves = (steps[0] != 0) | (steps[1] != 0)
    same = (np.sign(steps[0]) == np.sign(steps[1])) & (np.abs(steps[0] - steps[1]) <= _NEAR)
    return float(len(both) / len(np.union1d(one[0], other[0])) * same[moves].mean()) if moves.any() else 0.0


def _passage(score: Score, line: NoteTable, index: int, measures: float) -> tuple[Ints, Ints]:
    """Onsets after the downbeat and staff steps of the notes in so many measures."""
    start = start_of(score, index)
    whole = int(measures)
    end = start_of(score, index + whole)
    if measures > whole and index + whole < len(score.measures):
        end += int(score.measures[index + whole].length * (measures - whole))
    inside = (line["onset"] >= start) & (line["onset"] < end)
    return np.asarray(line["onset"][inside] - start), np.asarray(line.diatonic[inside])


def start_of(score: Score, index: int) -> int:
    """The onset of a measure by index; the end of the piece beyond the last."""
    return score.measures[index].onset if index < len(score.measures) else score.end
