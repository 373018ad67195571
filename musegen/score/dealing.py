"""Chords dealt to lines: which note of a chord belongs to which voice, kept in order and near where each voice was."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np
import numpy.typing as npt

from musegen.score.table import NoteTable, distinct

Rows = npt.NDArray[np.intp]

_CROSSING, _ANOTHER_VOICE = 100.0, 2.0
"""Costs, in semitones of movement: crossing a held note, changing the written voice."""
MOST_LINES = 6


def typical_count(notes: NoteTable, rows: Rows) -> int:
    """How many of these notes sound together for most of the time, 1 at least and 6 at most."""
    onset, end = notes["onset"][rows], notes.end[rows]
    times = distinct(np.concatenate([onset, end]))
    counts = np.zeros(len(times), dtype=np.int64)
    np.add.at(counts, np.searchsorted(times, onset), 1)
    np.add.at(counts, np.searchsorted(times, end), -1)
    sounding = np.cumsum(counts)[:-1]
    held = np.bincount(np.minimum(sounding, MOST_LINES), weights=np.diff(times), minlength=2)
    return int(held[1:].argmax()) + 1 if len(held) > 1 else 1


def has_chords(notes: NoteTable, rows: Rows) -> bool:
    """Two of these notes sound at the same time."""
    order = np.argsort(notes["onset"][rows], kind="stable")
    return bool((notes["onset"][rows][order][1:] < notes.end[rows][order][:-1]).any())


def deal(notes: NoteTable, rows: Rows, count: int) -> npt.NDArray[np.int64]:
    """The line, 0 on top, of each of these notes; -1 where more notes sound than there are lines."""
    line = np.full(len(rows), -1, dtype=np.int64)
    hands = _Hands(notes, rows, count)
    order = np.lexsort((-notes["pitch"][rows].astype(np.int64), notes["onset"][rows]))
    onsets = notes["onset"][rows][order]
    for onset in distinct(onsets):
        together = order[onsets == onset]
        for member, place in hands.take(int(onset), together.tolist()):
            line[member] = place
    return line


class _Hands:
    """The lines while notes are dealt: what each holds, until when, and where it was last."""

    def __init__(self, notes: NoteTable, rows: Rows, count: int) -> None:
        self.pitch = notes["pitch"][rows].astype(np.int64).tolist()
        self.end = notes.end[rows].tolist()
        self.written = list(zip(notes["staff"][rows].tolist(), notes["voice"][rows].tolist(), strict=True))
        heights = np.sort(np.array(self.pitch))[::-1]
        self.last = [float(part.mean()) if len(part) else 60.0 for part in np.array_split(heights, count)]
        self.last_written: list[tuple[int, int] | None] = [None] * count
        self.busy = [-1] * count

    def take(self, onset: int, together: list[int]) -> Iterable[tuple[int, int]]:
        """(note, line) for notes that begin together, highest first."""
        free = [place for place in range(len(self.busy)) if self.busy[place] <= onset]
        if len(together) > 2 * MOST_LINES:
            together = together[:MOST_LINES] + together[-MOST_LINES:]
        size = min(len(free), len(together))
        choices: Iterable[list[tuple[int, int]]] = (
            list(zip(chosen, places, strict=True))
            for chosen in combinations(together, size)
            for places in combinations(free, size)
        )
        best = min(choices, key=lambda pairs: self._cost(pairs, onset), default=[])
        for member, place in best:
            self.busy[place], self.last[place] = self.end[member], self.pitch[member]
            self.last_written[place] = self.written[member]
        return best

    def _cost(self, pairs: list[tuple[int, int]], onset: int) -> float:
        cost = 0.0
        for member, place in pairs:
            pitch = self.pitch[member]
            cost += abs(pitch - self.last[place])
            cost += _ANOTHER_VOICE * (self.last_written[place] not in (None, self.written[member]))
            for other, until in enumerate(self.busy):
                crosses = (self.last[other] < pitch) if other < place else (self.last[other] > pitch)
                cost += _CROSSING * (until > onset and other != place and crosses)
        return cost
