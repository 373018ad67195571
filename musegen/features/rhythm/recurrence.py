"""What comes back after how long: onsets at a distance, measures with the rhythm of the one before."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.counting import NAN, Floats, Ints, middle, share, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.features.rhythm.density import onsets
from musegen.score.keeping import kept

_HALF_BEATS = (1, 2, 3, 4, 6, 8, 12, 16)
_MEDIANS = (1, 2, 3, 4, 6, 8, 12, 16)
_CELLS = 16  # of a measure
_AUTOCORRELATION = "meter by autocorrelation: Brown, Journal of the Acoustical Society of America 94 (1993)"


@feature("rhythm", dims=[str(Fraction(half, 2)) for half in _HALF_BEATS], unit="share of onsets",
         source=_AUTOCORRELATION, confounds=("meter",))  # fmt: skip
def onsets_again_after_beats(view: PieceView) -> Floats:
    """How many of the different onsets are followed by another exactly so many beats (denominator units) later."""
    grid = view.grid
    if not len(grid.onset):
        return undefined(len(_HALF_BEATS))
    found = onsets(view)
    beat = grid.beat[np.searchsorted(grid.onset, found, side="right") - 1]
    return _again(found, np.array(_HALF_BEATS)[:, None] * beat // 2)


@feature("rhythm", dims=[str(times) for times in _MEDIANS], unit="share of onsets", source=_AUTOCORRELATION)
def onsets_again_after_medians(view: PieceView) -> Floats:
    """How many of the different onsets are followed by another exactly so many median times between onsets later."""
    found = onsets(view)
    if len(found) < 2:
        return undefined(len(_MEDIANS))
    return _again(found, np.array(_MEDIANS)[:, None] * int(middle(np.diff(found))))


def _again(found: Ints, later: Ints) -> Floats:
    """(lags,): of the onsets from which such a lag stays inside the piece, those that it leads to an onset."""
    wanted = found + later
    inside = wanted <= found[-1] if len(found) else np.zeros(wanted.shape, dtype=bool)
    place = np.searchsorted(found, np.minimum(wanted, found[-1])) if len(found) else wanted
    hits = np.add.reduce(inside & (found[place] == wanted), axis=1) if len(found) else np.zeros(len(later))
    counts = np.add.reduce(inside, axis=1).astype(np.float64)
    counts[counts == 0] = NAN
    return np.asarray(hits / counts)


class Bars(NamedTuple):
    """Which sixteenths of each measure hold an onset; a measure that is short or empty is left out."""

    cells: npt.NDArray[np.bool_]  # (measures, 16)


def _bars(view: PieceView) -> Bars:
    return kept(view, "bars", _found_bars)


def _found_bars(view: PieceView) -> Bars:
    grid = view.grid
    cells = np.zeros((len(grid.onset), _CELLS), dtype=bool)
    if len(grid.onset):
        cell = np.minimum(np.maximum(grid.place * _CELLS // grid.full_of_note, 0), _CELLS - 1)
        cells[grid.measure, cell] = True
    whole = grid.length == grid.levels[:, 0]
    return Bars(cells[whole & cells.any(axis=1)])


@feature("rhythm", unit="share of sixteenths", confounds=("meter",),
         source="groove consistency: Wu & Yang, ISMIR 2020; muspy.groove_consistency")  # fmt: skip
def groove_consistency(view: PieceView) -> float:
    """How many of a measure's sixteenths have an onset where the measure before has one, and none where it has none."""
    cells = _bars(view).cells
    return share(np.count_nonzero(cells[1:] == cells[:-1]), cells[1:].size)


@feature("rhythm", dims=("as_before", "different"), unit="share of measures", confounds=("meter",),
         source="musegen: rhythmic repetition by measures")  # fmt: skip
def measure_rhythms(view: PieceView) -> tuple[float, float]:
    """How many measures have the rhythm of the one before; how many different rhythms there are for all measures.

    A rhythm is the set of the measure's sixteenths that hold an onset; short and empty measures are left out.
    """
    cells = _bars(view).cells
    same = np.count_nonzero((cells[1:] == cells[:-1]).all(axis=1))
    codes = np.sort(cells @ (1 << np.arange(_CELLS)))
    different = 1 + np.count_nonzero(codes[1:] != codes[:-1])
    return share(same, len(cells) - 1 if len(cells) > 1 else 0), share(different, len(cells)) if len(cells) else NAN
