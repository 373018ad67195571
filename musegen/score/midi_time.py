"""The time of a MIDI file as notation: onsets and ends on a grid of note values, measures, and where a pickup is.

A file that a score program wrote stands on the grid but for rounding, and is taken exactly. What was played is moved,
quarter by quarter, to the division that explains it with least error (halves before thirds before eighths).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.measure_grid import full_length
from musegen.score.meter import TICKS_PER_QUARTER, TimeSignature

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_GRIDS = np.array([1, 2, 4, 3, 8, 6, 16, 12, 5, 7, 10, 9, 32])
"""Parts of a quarter, the likeliest first."""
_PLAYED = 6  # so many of them are thought of where a file was played by hand
_END_GRIDS = 6
_EXACT = 0.011  # quarters: what a file of 48 ticks a quarter rounds away
_PLAYED_ERROR = 0.05  # quarters: how far a player strays
_BY_HAND = 0.1
"""A file is played by hand where this share of its notes stands on no grid."""
_GAP = 0.2  # of a note: a gap or an overlap up to here is a way of playing


class Bar(NamedTuple):
    """A measure: its onset and length in ticks, its meter."""

    onset: int
    length: int
    meter: TimeSignature


class Quantised(NamedTuple):
    """Notes on the grid, in ticks of TICKS_PER_QUARTER."""

    onset: Ints
    end: Ints
    moved: float  # the share of the notes that had to be moved further than rounding does


def quantised(onset: Floats, end: Floats, part: Ints) -> Quantised:
    """Onsets and ends, given in quarters, on the grid; `part` says which notes follow each other.

    >>> found = quantised(np.array([0.0, 1.0, 1.33]), np.array([0.95, 1.3, 1.66]), np.zeros(3, dtype=int))
    >>> found.onset.tolist(), found.end.tolist(), found.moved
    ([0, 10080, 13440], [10080, 13440, 16800], 0.0)
    """
    quarter = np.floor(onset + _EXACT).astype(np.int64)
    errors = _errors(onset - quarter, _GRIDS)
    count = int(quarter.max(initial=0)) + 1
    worst = np.zeros((count, len(_GRIDS)))
    np.maximum.at(worst, quarter, errors)
    fits = np.array(worst <= _EXACT, dtype=np.bool_)
    cost = np.zeros((count, _PLAYED))
    np.add.at(cost, quarter, errors[:, :_PLAYED] ** 2 / (2 * _PLAYED_ERROR**2) + np.log(_GRIDS[:_PLAYED]))
    off = np.asarray(~fits.any(axis=1))
    if off[quarter].mean() > _BY_HAND:
        off[:] = True  # what fits a fine grid fits it by chance
    grid = _GRIDS[np.where(off, cost.argmin(axis=1), fits.argmax(axis=1))]
    begins = _rounded(onset, grid[quarter])
    ends = _ends(begins, onset, end, grid[np.minimum(np.floor(end).astype(np.int64), count - 1)], part)
    return Quantised(begins, ends, float(off[quarter].mean()))


def _errors(place: Floats, grids: Ints) -> Floats:
    """(note, grid): how far each place in a quarter is from the nearest point of each grid, in quarters."""
    scaled = place[:, None] * grids
    return np.asarray(np.abs(scaled - np.round(scaled)) / grids)


def _rounded(time: Floats, grid: Ints) -> Ints:
    return np.round(time * grid).astype(np.int64) * (TICKS_PER_QUARTER // grid)


def _ends(begins: Ints, onset: Floats, end: Floats, grid: Ints, part: Ints) -> Ints:
    """An end on the grid stays; one that is near the next onset of its part is there; another is rounded."""
    errors = _errors(end % 1.0, _GRIDS[:_END_GRIDS])
    fits = np.array(errors <= _EXACT, dtype=np.bool_)
    own = np.abs(end * grid - np.round(end * grid)) / grid
    exact = np.where(fits.any(axis=1), _GRIDS[fits.argmax(axis=1)], grid)
    is_exact = fits.any(axis=1) | (own <= _EXACT)
    found = np.where(is_exact, _rounded(end, exact), _rounded(end, np.maximum(np.minimum(grid, 8), 4)))
    for number in np.unique(part, return_index=True)[0]:
        mine = np.flatnonzero(part == number)
        times, first = np.unique(begins[mine], return_index=True)
        heard = onset[mine][first]
        after = np.clip(np.searchsorted(heard, end[mine]), 0, len(times) - 1)
        around = np.stack([np.maximum(after - 1, 0), after], axis=1)
        distance = np.where(times[around] > begins[mine][:, None], np.abs(heard[around] - end[mine][:, None]), np.inf)
        nearest = distance.argmin(axis=1)
        near = (distance.min(axis=1) <= _GAP * (end[mine] - onset[mine])) & ~is_exact[mine]
        found[mine[near]] = times[around[near, nearest[near]]]
    return np.asarray(np.maximum(found, begins + TICKS_PER_QUARTER // np.maximum(grid, 8)))


def bars(meters: Sequence[tuple[int, TimeSignature]], last: int, pickup: int = 0) -> tuple[Bar, ...]:
    """Measures up to a tick. A new meter begins a measure, and cuts the one before short; a pickup stands first,
    and the last measure may be what fills it up.

    >>> [bar.length // 10080 for bar in bars([(0, TimeSignature(1, 4)), (10080, TimeSignature(3, 4))], 60480)]
    [1, 3, 2]
    """
    found: list[Bar] = []
    stated = [*meters, (max(last, meters[-1][0] + 1), meters[-1][1])]
    for (start, meter), (stop, _) in pairwise(stated):
        length = full_length(meter, TICKS_PER_QUARTER)
        onset = start
        if pickup and not found:
            found.append(Bar(onset, pickup, meter))
            onset += pickup
        while onset < stop:
            fills_up = len(found) > 1 and found[0].length + stop - onset == length  # with the pickup
            is_cut = stop - onset < length and (stop != stated[-1][0] or fills_up)
            found.append(Bar(onset, stop - onset if is_cut else length, meter))
            onset += length
    return tuple(found)


def pickup_of(onset: Ints, end: Ints, meter: TimeSignature) -> int:
    """The length of the pickup in ticks that makes the measures fit the notes best; mostly 0.

    Long notes begin on strong beats, and so does the last chord; most pickups are a quarter of a measure at most. The
    weights are those of a logistic regression over 178 pieces; of those left out of five fits, 97 % were told rightly.
    """
    length, beat = full_length(meter, TICKS_PER_QUARTER), int(meter.beat_quarters * TICKS_PER_QUARTER)
    if not len(onset) or onset.min() > 0:
        return 0
    heard = np.minimum(end - onset, length)
    heard = heard / heard.sum()
    strength = _strengths(meter, length)
    fits = {}
    for phase in range(0, length, beat):
        at = (onset - phase) % length * _STEPS // beat
        prior = _NO_PICKUP if not phase else _SHORT_PICKUP if 4 * phase <= length else 0.0
        fits[phase] = prior + _LONG_NOTES * float(heard @ strength[at]) + _LAST_CHORD * float(strength[at[-1]])
    return max(fits, key=lambda phase: fits[phase])


_LONG_NOTES, _LAST_CHORD, _NO_PICKUP, _SHORT_PICKUP = 18.6, 1.32, 4.34, 5.99
_STEPS = 4  # of a beat, between which no place is stronger than another


def _strengths(meter: TimeSignature, length: int) -> Floats:
    """How strong each place of a measure is, as a power of two."""
    count = meter.numerator * _STEPS
    step = Fraction(length, TICKS_PER_QUARTER) / count
    return np.log2([float(meter.strength(step * number)) for number in range(count)])
