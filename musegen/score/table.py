"""NoteTable: the notes of a piece as one read-only structured array, a row a written note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.score.pitch import diatonic_of


class Flag(IntFlag):
    """What else is true of a row."""

    TIED_TO_NEXT = 1
    TIED_FROM_PREVIOUS = 2
    GRACE = 4
    FERMATA = 8
    UNPITCHED = 16
    CUE = 32
    HIDDEN = 64


NOTE_DTYPE = np.dtype(
    [
        ("onset", np.int64),  # ticks from the start of the piece
        ("duration", np.int64),  # ticks; 0 for a grace note
        ("pitch", np.int16),  # MIDI number, sounding
        ("fifths", np.int16),  # place on the line of fifths, sounding spelling
        ("part", np.int16),  # index into Score.parts
        ("staff", np.int16),  # 1 = the part's top staff
        ("voice", np.int16),  # 1, 2, ... inside the part
        ("measure_index", np.int32),
        ("flags", np.uint16),
        ("id", np.int32),  # stays the same through every derived table; see Score.note_name
    ]
)
Rows = npt.NDArray[np.void]


@dataclass(frozen=True, eq=False)
class NoteTable:
    """Notes in order of onset, then part, staff, voice and pitch.

    A row is one written note: the two halves of a tie are two rows until `sounding()` merges them. Rests are the
    gaps. Times are whole ticks (`Score.ticks_per_quarter`), so nothing is ever rounded.

    >>> table = NoteTable.of([{"onset": 0, "duration": 10080, "pitch": 60, "fifths": 0}])
    >>> len(table), table["pitch"].tolist()
    (1, [60])
    """

    rows: Rows

    def __post_init__(self) -> None:
        self.rows.setflags(write=False)

    @classmethod
    def of(cls, records: Iterable[dict[str, int]]) -> NoteTable:
        """A table from dictionaries; a missing column is 0, a missing voice or staff 1, a missing id the row number."""
        listed = list(records)
        rows = np.zeros(len(listed), dtype=NOTE_DTYPE)
        rows["staff"] = rows["voice"] = 1
        rows["id"] = np.arange(len(listed))
        for number, record in enumerate(listed):
            for name, value in record.items():
                rows[name][number] = value
        return cls(rows).ordered()

    def ordered(self) -> NoteTable:
        """The same rows in canonical order; grace notes stand before the note that they lean on."""
        rows = self.rows
        keys = (rows["id"], -rows["pitch"], rows["voice"], rows["staff"], rows["part"], rows["onset"])
        grace_first = (rows["flags"] & Flag.GRACE) == 0
        return NoteTable(rows[np.lexsort((*keys[:2], grace_first, *keys[2:]))])

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, column: str) -> npt.NDArray[Any]:
        return self.rows[column]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoteTable) and np.array_equal(self.rows, other.rows)

    __hash__ = None  # type: ignore[assignment]

    def has(self, flag: Flag) -> npt.NDArray[np.bool_]:
        """Which rows carry the flag.

        >>> from musegen.score.textgrid import parse_grid
        >>> parse_grid("meter: 2/4\\nS: c5 d5^").notes.has(Flag.FERMATA).tolist()
        [False, True]
        """
        return np.asarray((self.rows["flags"] & flag) != 0)

    def where(self, mask: npt.NDArray[np.bool_]) -> NoteTable:
        """The rows that the mask keeps.

        >>> from musegen.score.textgrid import parse_grid
        >>> notes = parse_grid("meter: 2/4\\nS: c5 d5").notes
        >>> notes.where(notes["pitch"] > 72)["pitch"].tolist()
        [74]
        """
        return NoteTable(self.rows[mask])

    @cached_property
    def end(self) -> npt.NDArray[np.int64]:
        """Where each row stops sounding, in ticks; read-only.

        >>> from musegen.score.textgrid import parse_grid
        >>> parse_grid("meter: 2/4\\nS: c5 d5").notes.end.tolist()
        [10080, 20160]
        """
        ends: npt.NDArray[np.int64] = self.rows["onset"] + self.rows["duration"]
        ends.setflags(write=False)
        return ends

    @cached_property
    def diatonic(self) -> npt.NDArray[np.int64]:
        """Steps of the staff counted from C0 (C4 is 28).

        >>> from musegen.score.textgrid import parse_grid
        >>> parse_grid("meter: 2/4\\nS: c4 bb4").notes.diatonic.tolist()
        [28, 34]
        """
        return np.asarray(diatonic_of(self.rows["pitch"].astype(np.int64), self.rows["fifths"]))

    def sounding(self) -> NoteTable:
        """What is heard as one note each: ties merged; grace notes, cues and unpitched rows left out.

        A merged note keeps the id of its first row and a fermata of any of its rows. A tie whose other half is not
        there is read as no tie.
        """
        return self._sounding

    @cached_property
    def _sounding(self) -> NoteTable:
        """Ties are merged row by row, and every view of a piece asks for it."""
        keep = ~self.has(Flag.GRACE | Flag.CUE | Flag.UNPITCHED) & (self.rows["duration"] > 0)
        rows = self.rows[keep].copy()
        open_ties: dict[tuple[int, ...], int] = {}
        alive = np.ones(len(rows), dtype=bool)
        tied = (rows["flags"] & (Flag.TIED_TO_NEXT | Flag.TIED_FROM_PREVIOUS)) != 0
        for number in np.flatnonzero(tied):
            row = rows[number]
            place = (int(row["part"]), int(row["pitch"]), int(row["fifths"]), int(row["onset"]))
            first = open_ties.pop(place, None) if row["flags"] & Flag.TIED_FROM_PREVIOUS else None
            if first is not None:
                rows[first]["duration"] += row["duration"]
                rows[first]["flags"] |= row["flags"] & Flag.FERMATA
                alive[number] = False
            start = int(number) if first is None else first
            if row["flags"] & Flag.TIED_TO_NEXT:
                open_ties[(*place[:3], place[3] + int(row["duration"]))] = start
        rows["flags"] &= ~np.uint16(Flag.TIED_TO_NEXT | Flag.TIED_FROM_PREVIOUS)
        return NoteTable(rows[alive])


def distinct(values: npt.NDArray[Any], axis: int | None = None) -> npt.NDArray[Any]:
    """The different values (or rows, along an axis) in order.

    `np.unique` alone would import numpy.ma for this, which costs more than a whole piece does here.

    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    return np.unique(values, return_index=True, axis=axis)[0]
