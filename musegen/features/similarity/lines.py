"""The melodies of a score as arrays: one of each voice, and the outer melody where voices cross."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.voices import Slices, Voices, assign_voices, slices_of

Ints = npt.NDArray[np.int64]
_WHOLE_NAMES = {"S": "soprano", "A": "alto", "T": "tenor", "B": "bass"}
FEWEST_NOTES = 5
"""A line with fewer has no passage that could be told from another."""


class Line(NamedTuple):
    """One melody. Arrays of one length, an entry a note; ties are merged, rests are part of the note before."""

    name: str  # "1" (the top voice), "soprano", ..., or "melody": the highest note at each time
    pitch: Ints  # MIDI numbers
    step: npt.NDArray[np.float32]  # quarters to the next note's onset; of the last note, its duration
    measure: Ints  # index of the measure
    note: Ints  # id in the score

    @classmethod
    def of(cls, pitch: Sequence[int], step: Sequence[float] = ()) -> Line:
        """A line of these pitches; all notes equally long unless `step` tells otherwise.

        >>> Line.of([60, 62, 64, 65, 67]).step.tolist()
        [1.0, 1.0, 1.0, 1.0, 1.0]
        """
        count = np.arange(len(pitch))
        steps = np.asarray(step if len(step) else np.ones(len(pitch)), dtype=np.float32)
        return cls("1", np.asarray(pitch, dtype=np.int64), steps, np.zeros(len(pitch), dtype=np.int64), count)


def lines_of(score: Score) -> tuple[Line, ...]:
    """Every voice of a score that has five notes or more, top first; then its highest notes, where no voice has them.

    >>> from musegen.score.textgrid import parse_grid
    >>> [line.name for line in lines_of(parse_grid("meter: 5/4\\nS: c5 d5 e5 f5 g5\\nB: c3 d3 e3 d3 c3"))]
    ['1', '2']
    """
    voices = assign_voices(score)
    found = [_line(score, voices, name, voices.line == number) for number, name in enumerate(voices.names)]
    if len(found) > 1:
        outer = _outer(score, voices, slices_of(voices))
        found += [outer] if not _same(outer, found[0]) else []
    return tuple(line for line in found if len(line.pitch) >= FEWEST_NOTES)


def _line(score: Score, voices: Voices, name: str, mine: npt.NDArray[np.bool_]) -> Line:
    rows = np.flatnonzero(mine)
    for shared in voices.shared:
        if voices.names[shared.line] == name:
            rows = np.append(rows, shared.row)
    notes = voices.notes
    rows = rows[np.lexsort((-notes["pitch"][rows], notes["onset"][rows]))]
    return _of_rows(score, voices, _WHOLE_NAMES.get(name, name), rows)


def _of_rows(score: Score, voices: Voices, name: str, rows: Ints) -> Line:
    """One note an onset: of a chord the highest, which stands first."""
    notes = voices.notes
    onset = notes["onset"][rows]
    rows = rows[np.diff(onset, prepend=-1) > 0] if len(rows) else rows
    onset = notes["onset"][rows]
    following = np.append(onset[1:], notes.end[rows][-1:])
    step = ((following - onset) / score.ticks_per_quarter).astype(np.float32)
    measure, note = notes["measure_index"][rows].astype(np.int64), notes["id"][rows].astype(np.int64)
    return Line(name, notes["pitch"][rows].astype(np.int64), step, measure, note)


def _outer(score: Score, voices: Voices, slices: Slices) -> Line:
    """The highest note at each time; one that comes out again when a higher one ends is not struck again."""
    highest = slices.highest
    heard = highest >= 0
    struck = heard & (voices.notes["onset"][highest] == slices.onset) if len(voices.notes) else heard
    return _of_rows(score, voices, "melody", highest[struck])


def _same(one: Line, other: Line) -> bool:
    return np.array_equal(one.note, other.note)
