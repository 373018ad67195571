"""Sections: into how many barlines divide a piece, and what stands between repeat signs."""

from __future__ import annotations

from itertools import pairwise

from musegen.features.counting import NAN, share
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature

_ENDLESS = float("inf")
_PLAIN = ("", "regular", "dashed", "dotted", "none", "tick", "short")


@feature("form", unit="sections", low=1.0, high=_ENDLESS, confounds=("format",), source="musegen")
def number_of_sections(view: PieceView) -> float:
    """How many sections double and final barlines, and repeat signs, divide the piece into."""
    measures = view.score.measures
    ends = sum(one.barline not in _PLAIN or one.repeat_end or other.repeat_start for one, other in pairwise(measures))
    return float(ends + 1) if measures else NAN


@feature("form", unit="share of measures", confounds=("format",), source="musegen")
def measures_in_repeats(view: PieceView) -> float:
    """How many measures stand between repeat signs; from the beginning, where the first sign only ends."""
    measures = view.score.measures
    repeated, start = 0, 0
    for number, measure in enumerate(measures):
        if measure.repeat_start:
            start = number
        if measure.repeat_end:
            repeated += number + 1 - start
            start = number + 1
    return share(repeated, len(measures))
