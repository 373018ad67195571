"""A score with its repeats written out: every measure as often as it is played, in the order of playing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

import numpy as np

from musegen.score.model import Direction, FiguredBass, HarmonyLabel, Measure, Score
from musegen.score.table import NOTE_DTYPE, Flag, NoteTable, Rows

_MOST = 8
"""So often at most a passage is played, whatever numbers stand over its endings."""
_NUMBER = re.compile(r"\d+")
_Mark = TypeVar("_Mark", HarmonyLabel, FiguredBass, Direction)


def unfolded(score: Score) -> Score:
    """The score as it is played: repeats between signs written out, first and second endings in their turn.

    A repeat that no sign begins goes back to the one before, or to the beginning. Da capo and dal segno are not
    followed: no reader of ours keeps them. The notes of a second time have ids of their own; a tie over the place
    where the order jumps ends there. Without repeats the same score comes back.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4\\nS: c5 d5 | e5 f5 | g5 .")
    >>> bars = list(piece.measures)
    >>> bars[1] = bars[1]._replace(repeat_end=True)
    >>> unfolded(replace(piece, measures=tuple(bars))).notes["pitch"].tolist()
    [72, 74, 76, 77, 72, 74, 76, 77, 79]
    """
    order = played(score.measures)
    if order == list(range(len(score.measures))):
        return score
    lengths = [score.measures[number].length for number in order]
    onsets = [0, *np.cumsum(lengths).tolist()]
    measures = tuple(
        score.measures[number]._replace(
            onset=onset, repeat_start=False, repeat_end=False, ending="", is_pickup=score.measures[number].is_pickup
            and place == 0,
        )
        for place, (number, onset) in enumerate(zip(order, onsets, strict=False))
    )  # fmt: skip
    return replace(
        score,
        notes=NoteTable(_rows(score, order, onsets)).ordered(),
        measures=measures,
        harmonies=tuple(_moved(score, score.harmonies, order, onsets)),
        figures=tuple(_moved(score, score.figures, order, onsets)),
        directions=tuple(_moved(score, score.directions, order, onsets)),
        source=None if score.source is None else score.source._replace(document=b""),
        stream=None,
    )


def played(measures: Sequence[Measure]) -> list[int]:
    """The indices of measures in the order in which they are played."""
    order: list[int] = []
    number, start, time = 0, 0, 1
    while number < len(measures):
        measure = measures[number]
        if number > start and (measure.repeat_start or (measures[number - 1].ending and not measure.ending)):
            start, time = number, 1
        if not measure.ending or time in _times(measure.ending):
            order.append(number)
            if measure.repeat_end and time < _wanted(measures, start, number):
                number, time = start, time + 1
                continue
            if measure.repeat_end and not _goes_on(measures, number):
                start, time = number + 1, 1
        number += 1
    return order


def _times(ending: str) -> set[int]:
    """The times at which an ending is played: `1`, `1, 2`, `1-3`; every time where it has no number."""
    numbers = [min(int(found[:3]), _MOST) for found in _NUMBER.findall(ending)]
    if "-" in ending and len(numbers) == 2:
        return set(range(numbers[0], numbers[1] + 1))
    return set(numbers) or set(range(1, _MOST + 1))


def _wanted(measures: Sequence[Measure], start: int, end: int) -> int:
    """How often the passage that ends here is played: twice, or as its endings say."""
    if not measures[end].ending:
        return 2
    last = end
    while last + 1 < len(measures) and measures[last + 1].ending and not measures[last + 1].repeat_start:
        last += 1
    numbers = [time for bar in measures[start : last + 1] if _NUMBER.search(bar.ending) for time in _times(bar.ending)]
    return min(_MOST, max(numbers, default=2))


def _goes_on(measures: Sequence[Measure], number: int) -> bool:
    """Whether another ending follows."""
    return bool(measures[number].ending and number + 1 < len(measures) and measures[number + 1].ending)


def _rows(score: Score, order: Sequence[int], onsets: Sequence[int]) -> Rows:
    """The notes of every measure as often as it is played."""
    rows = score.notes.rows
    sorted_rows = np.argsort(rows["measure_index"], kind="stable")
    edges = np.searchsorted(rows["measure_index"][sorted_rows], np.arange(len(score.measures) + 1))
    by_measure = [sorted_rows[first:last] for first, last in pairwise(edges.tolist())]
    made, seen = [np.zeros(0, NOTE_DTYPE)], set[int]()
    next_id = int(rows["id"].max()) + 1 if len(rows) else 1
    for place, number in enumerate(order):
        part = rows[by_measure[number]].copy()
        start, end = score.measures[number].onset, score.measures[number].onset + score.measures[number].length
        if place and order[place - 1] != number - 1:
            part["flags"][part["onset"] <= start] &= ~np.uint16(Flag.TIED_FROM_PREVIOUS)
        if place + 1 < len(order) and order[place + 1] != number + 1:
            part["flags"][part["onset"] + part["duration"] >= end] &= ~np.uint16(Flag.TIED_TO_NEXT)
        part["onset"] += onsets[place] - start
        part["measure_index"] = place
        if number in seen:
            part["id"] = np.arange(next_id, next_id + len(part))
            next_id += len(part)
        seen.add(number)
        made.append(part)
    return np.concatenate(made)


def _moved(score: Score, marks: Iterable[_Mark], order: Sequence[int], onsets: Sequence[int]) -> Iterator[_Mark]:
    """What stands at a moment, as often as the moment comes."""
    every = list(marks)
    for place, number in enumerate(order):
        start, end = score.measures[number].onset, score.measures[number].onset + score.measures[number].length
        yield from (
            mark._replace(onset=mark.onset - start + onsets[place]) for mark in every if start <= mark.onset < end
        )
