"""Figures of a few notes: how many kinds there are, how often they come back, whether they move on in sequence."""

from __future__ import annotations

import numpy as np

from musegen.features.counting import NAN, Ints, entropy, parts, share
from musegen.features.lines import TOP_BASS_ALL
from musegen.features.melody.kinds import KINDS, kinds
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature

_TOKENS = 3 * len(KINDS)
_LENGTH = 4
_WIDEST = 7  # steps that a figure tells apart


@feature(
    "melody",
    dims=("entropy", "productivity", "simpson", "yule"),
    high=1000.0,
    unit="shares; Yule's K",
    source="FANTASTIC, m-type features: Muellensiefen (2009)",
    needs="voices",
    confounds=("format",),
)
def figure_statistics(view: PieceView) -> tuple[float, float, float, float]:
    """How varied the figures of the top line are: two moves by kind, and whether notes become longer or shorter.

    Entropy of the figures by its greatest possible value; share of them that occur once; Simpson's D; Yule's K.
    """
    counts = _figure_counts(view)
    total = int(counts.sum())
    if total < 2:
        return NAN, NAN, NAN, NAN
    once, squares = int(np.count_nonzero(counts == 1)), int(counts.dot(counts))
    spread = entropy(parts(counts)) / float(np.log2(total))
    return spread, once / total, share(squares - total, total * (total - 1)), 1000 * share(squares - total, total**2)


def _figure_counts(view: PieceView) -> Ints:
    """How often each figure of the top line occurs, without those that never do."""
    moves = view.lines.moves
    size = max(view.lines.top.stop - 2, 0)
    kind, ioi = kinds(view)[: size + 1], moves.ioi[: size + 1]
    tokens = 3 * kind[:-1] + np.sign(ioi[1:] - ioi[:-1]) + 1
    counts = np.bincount(_TOKENS * tokens[:-1] + tokens[1:], minlength=1)
    return counts[counts > 0]


@feature("melody", dims=TOP_BASS_ALL, unit="share of figures", needs="voices", confounds=("format",),
         source="repetition of melodic n-grams; musegen")  # fmt: skip
def figures_that_came_before(view: PieceView) -> list[float]:
    """How many figures of four moves, by staff steps in any rhythm, came earlier in the line (of all: in any line)."""
    figure, line = _figures(view)
    last = view.lines.count - 1
    found = [figure[line == 0], figure[line == last] if last > 0 else figure[:0], figure]
    return [_repeated(codes) for codes in found]


def _figures(view: PieceView) -> tuple[Ints, Ints]:
    """(code, line) of every four moves in a row."""
    moves = view.lines.moves
    steps = np.minimum(np.maximum(moves.steps, -_WIDEST), _WIDEST) + _WIDEST
    size, base = max(len(steps) - _LENGTH + 1, 0), 2 * _WIDEST + 1
    code = np.zeros(size, dtype=np.int64)
    for number in range(_LENGTH):
        code = code * base + steps[number : number + size]
    inside = moves.line[_LENGTH - 1 :] == moves.line[:size]
    return code[inside], moves.line[:size][inside]


def _repeated(codes: Ints) -> float:
    """The share of codes that are not the first of their value."""
    if not len(codes):
        return NAN
    ordered = np.sort(codes)
    return share(np.count_nonzero(ordered[1:] == ordered[:-1]), len(codes))


@feature("melody", dims=("repetition", "sequence"), unit="share of places", needs="voices",
         source="musegen; sequence: Caplin, Classical Form (1998)", confounds=("format",))  # fmt: skip
def immediate_repetition(view: PieceView) -> tuple[float, float]:
    """Of the places where seven notes of the top line follow: two moves and a rhythm that come again at once.

    Repetition at the same height, sequence at another; figures of one repeated note do not count.
    """
    size = view.lines.top.stop
    steps, pitch = view.lines.moves.steps[: max(size - 1, 0)], view.lines.pitch[:size]
    ioi = view.lines.moves.ioi[: max(size - 1, 0)]
    places = len(steps) - 5
    if places < 1:
        return NAN, NAN
    again = np.ones(places, dtype=bool)
    for number in range(2):
        again &= steps[number : number + places] == steps[number + 3 : number + 3 + places]
        again &= ioi[number : number + places] == ioi[number + 3 : number + 3 + places]
    again &= (steps[:places] != 0) | (steps[1 : places + 1] != 0)
    level = pitch[3 : 3 + places] == pitch[:places]
    return share(np.count_nonzero(again & level), places), share(np.count_nonzero(again & ~level), places)
