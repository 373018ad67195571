"""Notes against barlines: a note that is held over a barline is written as tied rows, one a measure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import pairwise

from musegen.score.model import Measure
from musegen.score.table import Flag


def split_at_barlines(records: Iterable[dict[str, int]], measures: tuple[Measure, ...]) -> list[dict[str, int]]:
    """The records with `measure_index`, and every held-over note as tied pieces; a fermata stays on the last."""
    written = []
    onsets = [measure.onset for measure in measures]
    for record in records:
        start, end = record["onset"], record["onset"] + record["duration"]
        for index in range(max(bisect_right(onsets, start) - 1, 0), bisect_left(onsets, end)):
            measure = measures[index]
            first, last = max(start, measure.onset), min(end, measure.onset + measure.length)
            if first < last:
                written.append(_piece(record, first, last) | {"measure_index": index})
    return written


def tied_at(times: Iterable[int], record: dict[str, int]) -> list[dict[str, int]]:
    """A record cut at the times inside it, its pieces tied; a fermata stays on the last.

    >>> [piece["onset"] for piece in tied_at((0, 4, 8), {"onset": 0, "duration": 6})]
    [0, 4]
    """
    start, end = record["onset"], record["onset"] + record["duration"]
    edges = [start, *(time for time in times if start < time < end), end]
    return [_piece(record, first, last) for first, last in pairwise(edges)]


def _piece(record: dict[str, int], first: int, last: int) -> dict[str, int]:
    """The record from `first` to `last`, tied to what is left of it on either side."""
    start, end = record["onset"], record["onset"] + record["duration"]
    ties = (Flag.TIED_FROM_PREVIOUS if first > start else 0) | (Flag.TIED_TO_NEXT if last < end else 0)
    fermata = 0 if last == end else int(Flag.FERMATA)
    flags = (record.get("flags", 0) & ~fermata) | int(ties)
    return record | {"onset": first, "duration": last - first, "flags": flags}
