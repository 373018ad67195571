"""The seven kinds of melodic move: leap, third and step, down and up, and the repeated note."""

from __future__ import annotations

import numpy as np

from musegen.features.counting import Ints
from musegen.features.piece_view import PieceView
from musegen.score.keeping import kept

KINDS = ("leap_down", "third_down", "step_down", "repeat", "step_up", "third_up", "leap_up")
"""By staff steps: a leap is a fourth or more; C to C sharp is a step."""
REPEAT = 3


def kinds(view: PieceView) -> Ints:
    """The kind of each move of `view.lines.moves`, a place in KINDS.

    >>> from musegen.score.textgrid import parse_grid
    >>> [KINDS[kind] for kind in kinds(PieceView(parse_grid("meter: 4/4\\nS: c5 c#5 e5 a4")))]
    ['step_up', 'third_up', 'leap_down']
    """
    return kept(view, "kinds", _kinds)


def _kinds(view: PieceView) -> Ints:
    moves = view.lines.moves
    kind = np.minimum(np.maximum(moves.steps, -3), 3)
    chromatic = (kind == 0) & (moves.semitones != 0)
    if chromatic.any():
        kind[chromatic] = np.sign(moves.semitones[chromatic])
    kind += REPEAT
    return np.asarray(kind)
