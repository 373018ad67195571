"""Lines: the notes of each voice in order, and how far it moves from one to another without a rest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from musegen.score.voices import Slices

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Lines:
    """The notes of `slices` by voice; `rows` holds row numbers, in order of time."""

    slices: Slices
    rows: tuple[Rows, ...]
    place: dict[int, tuple[int, int]]  # note id to (voice, place in its line)

    @classmethod
    def of(cls, slices: Slices) -> Lines:
        """The lines of a piece; a note that two voices share has its place in the lower one.

        >>> from musegen.score.textgrid import parse_grid
        >>> from musegen.score.voices import assign_voices, slices_of
        >>> piece = parse_grid("meter: 3/4\\nS: c5 d5 r | b4 . .\\nB: c3 . . | g3 . .")
        >>> lines = Lines.of(slices_of(assign_voices(piece)))
        >>> lines.place, lines.steps(0, 0, 1), lines.steps(0, 1, 1)
        ({0: (0, 0), 1: (0, 1), 2: (0, 2), 3: (1, 0), 4: (1, 1)}, 1, None)
        """
        rows = tuple(slices.row[slices.attack[:, voice], voice].astype(np.intp) for voice in range(slices.row.shape[1]))
        ids = slices.notes["id"]
        place = {note: (voice, at) for voice, line in enumerate(rows) for at, note in enumerate(ids[line].tolist())}
        return cls(slices, rows, place)

    def row(self, voice: int, at: int) -> int | None:
        """The row of a note of a line; None where the line has none there."""
        line = self.rows[voice]
        return int(line[at]) if 0 <= at < len(line) else None

    def steps(self, voice: int, at: int, further: int) -> int | None:
        """Staff steps from a note to one `further` along its line (negative: before it).

        None where the line ends or rests on the way.
        """
        heights, joined = self._melodies[voice]
        first, last = sorted((at, at + further))
        if first < 0 or last >= len(heights) or not all(joined[first:last]):
            return None
        return heights[at + further] - heights[at]

    @cached_property
    def _melodies(self) -> list[tuple[list[int], list[bool]]]:
        """The staff steps of each line, and whether each note leads to the next without a rest."""
        notes = self.slices.notes
        onset, end, diatonic = notes["onset"], notes.end, notes.diatonic
        return [(diatonic[line].tolist(), (end[line[:-1]] == onset[line[1:]]).tolist()) for line in self.rows]
