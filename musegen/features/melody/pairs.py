"""What follows upon what in a line: pairs of moves, recoil after leaps, momentum of steps."""

from __future__ import annotations

import numpy as np

from musegen.features.counting import Floats, Numbers, entropy, shares
from musegen.features.lines import LEAP, TOP_BASS_ALL
from musegen.features.melody.kinds import KINDS, REPEAT, kinds
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept

_UP = ("down", "same", "up")
_TRIGRAMS = [f"{first}-{second}-{third}" for first in _UP for second in _UP for third in _UP]
_AFTER_LEAP = "Narmour, Analysis and Cognition of Basic Melodic Structures (1990); von Hippel & Huron (2000)"


def _pairs(view: PieceView) -> Floats:
    return kept(view, "kind_pairs", _kind_pairs)


def _kind_pairs(view: PieceView) -> Floats:
    kind, first = kinds(view), view.lines.moves.pairs
    return shares(kind[first] * len(KINDS) + kind[first + 1], len(KINDS) ** 2)


@feature("melody", dims=[f"{first}-{second}" for first in KINDS for second in KINDS], unit="share of pairs of moves",
         source="interval bigrams: Conklin & Witten, Journal of New Music Research 24 (1995)", needs="voices",
         confounds=("format",))  # fmt: skip
def move_pair_shares(view: PieceView) -> Floats:
    """How many pairs of successive moves, in all lines, are each of the 49 pairs of kinds (see `move_shares`)."""
    return _pairs(view)


@feature("melody", high=3.0, unit="bits", needs="voices", confounds=("format",),
         source="conditional entropy of bigrams: Shannon (1951); melodic expectation: Pearce (2005)")  # fmt: skip
def entropy_of_next_move(view: PieceView) -> float:
    """How uncertain the kind of a move is when the kind of the one before is known."""
    pairs = _pairs(view)
    return max(entropy(pairs) - entropy(np.add.reduce(pairs.reshape(len(KINDS), -1), axis=1)), 0.0)


@feature("melody", dims=_TRIGRAMS, unit="share of three moves", needs="voices",
         source="Parsons, The Directory of Tunes (1975); trigrams of contour")  # fmt: skip
def direction_trigram_shares(view: PieceView) -> Floats:
    """How many of three successive moves, in all lines, go down, stay and go up in each of the 27 ways."""
    moves = view.lines.moves
    way = np.sign(moves.semitones) + 1
    start = np.flatnonzero(moves.line[2:] == moves.line[:-2])
    return shares(9 * way[start] + 3 * way[start + 1] + way[start + 2], 27)


@feature("melody", dims=TOP_BASS_ALL, unit="share of leaps that go on", needs="voices", source=_AFTER_LEAP)
def reversal_after_leap(view: PieceView) -> Floats:
    """How many leaps (of a fourth or more) are followed by a move in the other direction."""
    return _share_after(view, _leaps(view), _turns(view))


@feature("melody", dims=TOP_BASS_ALL, unit="share of leaps that go on", needs="voices",
         source="gap-fill: Meyer, Explaining Music (1973)", confounds=("format",))  # fmt: skip
def step_back_after_leap(view: PieceView) -> Floats:
    """How many leaps (of a fourth or more) are followed by a step in the other direction."""
    return _share_after(view, _leaps(view), _turns(view) & _second_is_step(view))


@feature("melody", dims=TOP_BASS_ALL, unit="share of leaps that go on", needs="voices", source=_AFTER_LEAP)
def leap_after_leap(view: PieceView) -> Floats:
    """How many leaps (of a fourth or more) are followed by another, in either direction."""
    moves = view.lines.moves
    return _share_after(view, _leaps(view), np.abs(moves.semitones[moves.pairs + 1]) >= LEAP)


@feature("melody", dims=TOP_BASS_ALL, unit="share of steps that go on", needs="voices",
         source="step inertia: Larson, Musical Forces (2012); von Hippel (2002)", confounds=("format",))  # fmt: skip
def step_inertia(view: PieceView) -> Floats:
    """How many steps are followed by a step in the same direction."""
    kind, first = kinds(view), view.lines.moves.pairs
    return _share_after(view, _is_step(kind[first]), kind[first] == kind[first + 1])


@feature("melody", dims=TOP_BASS_ALL, low=1.0, high=float("inf"), unit="moves", needs="voices", source="musegen",
         confounds=("format",))  # fmt: skip
def scale_run_length(view: PieceView) -> Floats:
    """How many steps in one direction follow one another on the average."""
    lines, moves, kind = view.lines, view.lines.moves, kinds(view)
    is_step = _is_step(kind)
    goes_on = np.zeros(len(kind), dtype=bool)
    goes_on[moves.pairs + 1] = kind[moves.pairs] == kind[moves.pairs + 1]
    steps = np.bincount(moves.line[is_step], minlength=lines.count)
    return lines.ratios(steps, np.bincount(moves.line[is_step & ~goes_on], minlength=lines.count))


def _is_step(kind: Numbers) -> Numbers:
    return np.asarray(np.abs(kind - REPEAT) == 1)


def _leaps(view: PieceView) -> Numbers:
    return kept(view, "first_leaps", lambda view: np.abs(view.lines.moves.semitones)[view.lines.moves.pairs] >= LEAP)


def _turns(view: PieceView) -> Numbers:
    return kept(view, "turns", _found_turns)


def _found_turns(view: PieceView) -> Numbers:
    moves = view.lines.moves
    return np.asarray(moves.semitones[moves.pairs] * moves.semitones[moves.pairs + 1] < 0)


def _second_is_step(view: PieceView) -> Numbers:
    return _is_step(kinds(view)[view.lines.moves.pairs + 1])


def _share_after(view: PieceView, when: Numbers, then: Numbers) -> Floats:
    """(top bass all): of the pairs of moves where `when` holds, those where `then` does."""
    lines = view.lines
    line = lines.moves.line[lines.moves.pairs]
    return lines.ratios(
        np.bincount(line[when & then], minlength=lines.count), np.bincount(line[when], minlength=lines.count)
    )
