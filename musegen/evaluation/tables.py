"""The table of all measures: a column a set of chorales, Bach's own beside them, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from musegen.score.model import Score


class Cell(NamedTuple):
    """A figure with the middle 95 % of its bootstrap; NaN where it was not measured."""

    value: float
    low: float = float("nan")
    high: float = float("nan")


class Line(NamedTuple):
    """One measure for every set, in the order of `Evaluation.sets`."""

    group: str
    name: str
    cells: tuple[Cell, ...]


class Evaluation(NamedTuple):
    """The whole table."""

    sets: tuple[str, ...]
    sizes: tuple[int, ...]
    lines: tuple[Line, ...]

    def text(self) -> str:
        """For a terminal."""
        raise NotImplementedError

    def markdown(self) -> str:
        """For a page."""
        raise NotImplementedError

    def json(self) -> str:
        """For a program."""
        raise NotImplementedError


def evaluation(sets: Mapping[str, Sequence[Score]], *, real: Sequence[Score] | None = None) -> Evaluation:
    """Every measure of every set; Bach's held-out chorales (`real`, the test split unless given) come first."""
    raise NotImplementedError
