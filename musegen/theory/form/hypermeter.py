"""Hypermeter: measures in regular groups of four or two, and the phrases that are longer or shorter.

Rothstein, Phrase Rhythm in Tonal Music (1989): a group is heard against the regular one, so six measures among fours
are four extended by two. Nothing is told where no size prevails, nor where all phrases are of two measures: the list of
phrases says as much, and twos are a hypermeter only as what a longer or shorter phrase departs from.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from musegen.score.model import Score
from musegen.theory.analysis import Analysis
from musegen.theory.form.boundaries import leading_line
from musegen.theory.form.phrase_units import Unit, units_of

_PREVAILS = 0.7
"""The share of the phrases that must be whole groups of four, or single groups of two."""
_FEWEST = 3  # phrases: fewer show no regularity


class Group(NamedTuple):
    """Measures that are counted together. Times in ticks."""

    onset: int
    end: int
    measures: int
    beyond: int  # measures more than the regular group (negative: fewer)

    @property
    def words(self) -> str:
        """`4`, `6 (extended by 2)` or `3 (shortened by 1)`."""
        if not self.beyond:
            return str(self.measures)
        return f"{self.measures} ({'extended' if self.beyond > 0 else 'shortened'} by {abs(self.beyond)})"


def hypermeter(score: Score, analysis: Analysis) -> tuple[Group, ...]:
    """The groups of measures of a piece; none where neither four nor two prevail, nor for twos without exception.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid("meter: 2/4\\nS: c5 d5 | e5^ . | f5 e5 | d5^ . | g5 f5 | e5 c5 | d5^ . | e5 d5 | c5 .")
    >>> hypermeter_lines(piece, hypermeter(piece, analyse(piece)))
    ['2-measure groups: 2 + 2 + 3 (extended by 1) + 2']
    """
    if not analysis.phrases or not len(score.notes.sounding()):
        return ()
    units = units_of(score, analysis, leading_line(score))
    regular = {4: sum(unit.measures % 4 == 0 for unit in units), 2: sum(unit.measures == 2 for unit in units)}
    for size, whole in regular.items():
        if len(units) >= _FEWEST and whole >= _PREVAILS * len(units):
            groups = tuple(group for unit in units for group in _groups(score, unit, size))
            return groups if size == 4 or any(group.beyond for group in groups) else ()
    return ()


def _groups(score: Score, unit: Unit, size: int) -> list[Group]:
    """A phrase as whole groups; the last takes what is left over, or is itself too short."""
    beyond = unit.measures % size
    if beyond > size / 2 or unit.measures < size:
        beyond -= size
    count = (unit.measures - beyond) // size
    bounds = [score.measures[unit.first + number * size].onset for number in range(count)]
    ends = [*bounds[1:], unit.end]
    return [
        Group(onset, end, size + beyond * (number == count - 1), beyond * (number == count - 1))
        for number, (onset, end) in enumerate(zip(bounds, ends, strict=True))
    ]


def group_line(score: Score, group: Group) -> str:
    """`4`, or what is unusual."""
    return group.words


def hypermeter_lines(score: Score, groups: Sequence[Group]) -> list[str]:
    """One line: the groups in order, equal neighbours counted."""
    if not groups:
        return []
    size = groups[0].measures - groups[0].beyond
    told = []
    for words, run in groupby(group.words for group in groups):
        count = len(list(run))
        told += [f"{count} x {words}"] if count > 3 else [words] * count
    return [f"{size}-measure groups: {' + '.join(told)}"]
