"""Where any moments stand in their measures: on a downbeat, mid-measure, on another felt beat, or between."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musegen.features.counting import Floats, Ints
from musegen.features.grid import Grid
from musegen.score.keeping import kept

ACCENTS = ("downbeat", "middle", "pulse", "between")
"""The middle is there where a measure halves into whole felt beats; 6/8 and 6/4 have two of these."""


def measures_at(grid: Grid, moments: npt.NDArray[np.integer]) -> npt.NDArray[np.intp]:
    """The index of the measure that holds each moment in ticks; the first for all before it."""
    return np.asarray(np.maximum(np.searchsorted(grid.onset, moments, side="right") - 1, 0))


def accents(grid: Grid, moments: npt.NDArray[np.integer]) -> npt.NDArray[np.intp]:
    """The place of each moment in `ACCENTS`.

    >>> from musegen.score.textgrid import parse_grid
    >>> grid = Grid.of(parse_grid("meter: 4/4; pickup: 1\\nS: g4 | c5 d5 e5 f5"))
    >>> [ACCENTS[place] for place in accents(grid, 10080 * np.arange(5))]
    ['pulse', 'downbeat', 'pulse', 'middle', 'pulse']
    """
    if not len(grid.onset):
        return np.zeros(len(moments), dtype=np.intp)
    here = measures_at(grid, moments)
    full, pulse = grid.levels[here, 0], felt_beats(grid)[here]
    inside = (moments - grid.onset[here] + grid.missing[here]) % full
    found = np.where(inside % pulse == 0, 2, 3)
    found[(2 * inside == full) & (full % (2 * pulse) == 0)] = 1
    found[inside == 0] = 0
    return found


def felt_beats(grid: Grid) -> Ints:
    """The length of a felt beat of each measure, in ticks: three units in 6/8, 9/8, 6/4, else one."""
    return kept(grid, "felt_beats", _felt_beats)


def _felt_beats(grid: Grid) -> Ints:
    is_compound = (grid.levels[:, 1:] == 3 * grid.beat[:, None]).any(axis=1)
    return np.where(is_compound, 3 * grid.beat, grid.beat)


def in_measures(grid: Grid, spans: npt.NDArray[np.integer], moments: npt.NDArray[np.integer]) -> Floats:
    """Durations in ticks as whole measures of the meter at their beginnings.

    >>> from musegen.score.textgrid import parse_grid
    >>> in_measures(Grid.of(parse_grid("meter: 2/4\\nS: g4 a4")), np.array([10080]), np.array([0])).tolist()
    [0.5]
    """
    if not len(grid.onset):
        return np.zeros(len(spans))
    return np.asarray(spans / grid.levels[measures_at(grid, moments), 0])


def measure_count(grid: Grid) -> float:
    """How long a piece is in whole measures of its meters: a pickup is a part of one."""
    return float((grid.length / grid.levels[:, 0]).sum()) if len(grid.onset) else 0.0
