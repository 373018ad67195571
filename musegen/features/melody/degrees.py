"""Scale degrees in a line, counted from the final by letter: where it begins, how it closes, what follows upon what."""

from __future__ import annotations

import numpy as np

from musegen.features.counting import Floats, shares, undefined
from musegen.features.melody.kinds import KINDS, kinds
from musegen.features.piece_view import PieceView
from musegen.features.pitch.spelling import degrees
from musegen.features.registry import feature

_DEGREES = range(1, 8)
_BASS_CLOSES = ("fifth_down", "fourth_down", "step_down", "step_up", "other", "repeat")
_BASS_MOVES = {
    0: "repeat", 1: "step_up", 2: "step_up", 5: "fifth_down", 7: "fourth_down", 10: "step_down", 11: "step_down",
}  # fmt: skip
"""Semitones modulo 12: a fifth down and a fourth up are one progression."""


@feature("melody", dims=[f"{first}-{second}" for first in _DEGREES for second in _DEGREES], needs="voices",
         unit="share of moves", source="degree bigrams: Huron, Sweet Anticipation (2006), ch. 9",
         confounds=("format",))  # fmt: skip
def degree_pair_shares(view: PieceView) -> Floats:
    """How many of the moves of the top line lead from each degree above the final to each other."""
    degree = degrees(view)[view.lines.row[view.lines.top]]
    return shares(7 * degree[:-1] + degree[1:], 49)


@feature("melody", dims=[str(degree) for degree in _DEGREES], unit="yes or no", needs="voices", source="musegen",
         confounds=("format",))  # fmt: skip
def opening_degree(view: PieceView) -> Floats:
    """On which degree above the final the top line begins."""
    return shares(degrees(view)[view.lines.row[view.lines.top]][:1], 7)


@feature("melody", dims=KINDS, unit="yes or no", needs="voices", confounds=("format",),
         source="clausulae: Meier, The Modes of Classical Vocal Polyphony (1988)")  # fmt: skip
def closing_move(view: PieceView) -> Floats:
    """Which kind of move leads the top line to its last note (see `move_shares`)."""
    return shares(kinds(view)[view.lines.move_bounds()[0]][-1:], len(KINDS))


@feature("melody", dims=_BASS_CLOSES, unit="yes or no", needs="voices",
         source="clausulae: Meier, The Modes of Classical Vocal Polyphony (1988)")  # fmt: skip
def closing_bass_move(view: PieceView) -> Floats:
    """How the bass line comes to its last note; a fourth up is a fifth down, a fifth up a fourth down."""
    last = view.lines.moves.semitones[view.lines.move_bounds()[1]][-1:]
    if not len(last):
        return undefined(len(_BASS_CLOSES))
    told = _BASS_MOVES.get(int(last[0]) % 12, "other")
    return np.array([float(name == told) for name in _BASS_CLOSES])
