"""What note follows upon what: ratios of the times between onsets, alone, in pairs and in threes."""

from __future__ import annotations

import numpy as np

from musegen.features.counting import Floats, Ints, entropy, shares
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept

_RATIOS = ("1/4_or_less", "1/3", "1/2", "2/3", "1", "3/2", "2", "3", "4_or_more")
_LIMITS = (0.29, 0.41, 0.58, 0.82, 1.22, 1.73, 2.45, 3.46)
"""Half way, in ratio, between neighbouring ones."""
_COARSE = ("much_shorter", "shorter", "equal", "longer", "much_longer")
_TO_COARSE = (0, 0, 0, 1, 2, 3, 4, 4, 4)
_WAYS = ("shorter", "equal", "longer")
_SOURCE = "duration ratios: FANTASTIC m-types"


def _places(view: PieceView) -> Ints:
    """The place in _RATIOS of the time after each pair of moves by the time before."""
    return kept(view, "ioi_ratios", _found_places)


def _found_places(view: PieceView) -> Ints:
    moves = view.lines.moves
    before, after = moves.ioi[moves.pairs], moves.ioi[moves.pairs + 1]
    return np.asarray(np.searchsorted(np.array(_LIMITS), after / np.maximum(before, 1)))


@feature("rhythm", dims=_RATIOS, unit="share of pairs", source=_SOURCE, needs="voices")
def ioi_ratio_shares(view: PieceView) -> Floats:
    """How often the time to the next onset of a line is as long as the one before, half, ...: nearest of nine."""
    return shares(_places(view), len(_RATIOS))


@feature("rhythm", dims=_RATIOS, unit="share of pairs", source=_SOURCE, needs="voices")
def top_ioi_ratio_shares(view: PieceView) -> Floats:
    """How often the time to the top line's next onset is as long as the one before, half, ...: nearest of nine."""
    return shares(_places(view)[: max(view.lines.top.stop - 2, 0)], len(_RATIOS))


@feature("rhythm", high=3.2, unit="bits", source="Temperley, Music and Probability (2007)", needs="voices")
def ioi_ratio_entropy(view: PieceView) -> float:
    """How evenly the times between onsets are spread over the nine ratios of `ioi_ratio_shares`."""
    return entropy(shares(_places(view), len(_RATIOS)))


@feature("rhythm", dims=[f"{first}-{second}" for first in _COARSE for second in _COARSE], needs="voices",
         unit="share of four onsets", source="musegen: bigrams of duration ratios")  # fmt: skip
def ioi_ratio_pair_shares(view: PieceView) -> Floats:
    """How often each of five ratios of times between onsets follows each other, in all lines.

    The five: half or less, less, equal, more, double or more.
    """
    place, moves = np.array(_TO_COARSE)[_places(view)], view.lines.moves
    goes_on = np.flatnonzero(moves.pairs[1:] == moves.pairs[:-1] + 1)
    return shares(5 * place[goes_on] + place[goes_on + 1], 25)


@feature(
    "rhythm",
    dims=[f"{one}-{two}-{three}" for one in _WAYS for two in _WAYS for three in _WAYS],
    needs="voices",
    unit="share of five notes",
    source="rhythmic contour: Marvin, Music Theory Spectrum 13 (1991); musegen",
)
def duration_trigram_shares(view: PieceView) -> Floats:
    """How many times the top line's notes become shorter, stay, become longer in each of the 27 ways of three steps."""
    duration = view.lines.duration[view.lines.top]
    way = np.sign(duration[1:] - duration[:-1]) + 1
    return shares(9 * way[:-2] + 3 * way[1:-1] + way[2:], 27)
