"""What no score has more of: notes, measures, ticks a quarter; and a grid that is as fine as its durations need."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from musegen.errors import MalformedScore
from musegen.score.meter import TICKS_PER_QUARTER

MAX_NOTES = 300_000
"""Rests counted."""
MAX_MEASURES = 200_000
"""Over all parts together."""
MAX_TICKS_PER_QUARTER = 1 << 32
_Made = TypeVar("_Made")


class FinerGrid(Exception):
    """A duration is no whole number of ticks: so many times as many are needed."""

    def __init__(self, times: int) -> None:
        super().__init__(times)
        self.times = times


def on_fine_grid(read: Callable[[int], _Made]) -> _Made:
    """What `read` makes, given ticks a quarter: the usual ones, or as many more as it asks for by `FinerGrid`.

    Raises:
        MalformedScore: no grid holds all durations.
    """
    unit = TICKS_PER_QUARTER
    while unit <= MAX_TICKS_PER_QUARTER:
        try:
            return read(unit)
        except FinerGrid as finer:
            unit *= finer.times
    raise MalformedScore("its durations fit no common grid", hint="a tuplet may be misspelt")


def check_count(notes: int, measure: str = "") -> None:
    """Nothing, where a score may hold so many notes and rests.

    Raises:
        MalformedScore: it holds too many.
    """
    if notes > MAX_NOTES:
        raise MalformedScore(f"more than {MAX_NOTES} notes", measure=measure, hint="split it into movements")
