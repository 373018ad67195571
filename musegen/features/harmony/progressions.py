"""How chords follow each other: functions, roots, basses, and how far what comes can be foreseen."""

from __future__ import annotations

import numpy as np

from musegen.features.chord_columns import FUNCTIONS, chord_columns
from musegen.features.counting import NAN, Floats, entropy, share, shares, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature

_DEGREES = range(1, 8)
_SUCCESSIONS = tuple(f"{one}-{two}" for one in _DEGREES for two in _DEGREES)
_ROOTS = (
    "d5_up", "m2_up", "M3_down", "m3_up", "M2_down", "P4_up", "same", "P5_up", "M2_up", "m3_down", "M3_up", "m2_down",
    "A4_up", "other",
)  # fmt: skip
_SAME, _OTHER = 6, 13


@feature("harmony", unit="share of pairs", dims=[f"{one}-{two}" for one in FUNCTIONS for two in FUNCTIONS],
         needs="chords", source="Riemann; Huron, Sweet Anticipation, 2006, ch. 13")  # fmt: skip
def function_successions(view: PieceView) -> Floats:
    """Which function follows which, of all neighbouring chords inside phrases, prolongations included."""
    found = chord_columns(view)
    if found is None:
        return undefined(9)
    one, two = found.function[found.first], found.function[found.first + 1]
    return shares(3 * one + two, 9, found.pair_weight)


@feature("harmony", unit="share of pairs", dims=_SUCCESSIONS, needs="chords",
         source="Piston, Harmony, 1941, table of usual root progressions; Rohrmeier & Cross, 2008")  # fmt: skip
def root_successions(view: PieceView) -> Floats:
    """Which scale degree as a root follows which, altered or not, of neighbouring chords of one key inside phrases."""
    return _successions(view, "degree")


@feature("harmony", unit="share of pairs", dims=_SUCCESSIONS, needs="chords",
         source="musegen; the rule of the octave, Campion, 1716")  # fmt: skip
def bass_successions(view: PieceView) -> Floats:
    """Which scale degree in the bass of a chord follows which, for the pairs of `root_successions`."""
    return _successions(view, "bass_degree")


@feature(
    "harmony", unit="bits", high=float(np.log2(7)), needs="chords", source="Shannon, 1948; Rohrmeier & Cross, 2008"
)
def root_succession_entropy(view: PieceView) -> float:
    """How uncertain the next root's scale degree is when the present one is known, from `root_successions`."""
    joint = _successions(view, "degree")
    return max(entropy(joint) - entropy(joint.reshape(7, 7).sum(axis=1)), 0.0) if not np.isnan(joint[0]) else NAN


@feature("harmony", unit="share of moves", dims=[name for name in _ROOTS if name != "same"], needs="chords",
         source="Meeùs, Music Theory Online 6.1 (2000)")  # fmt: skip
def root_motions(view: PieceView) -> Floats:
    """By which intervals roots move to others, by spelling, octaves apart alike, inside phrases."""
    found = chord_columns(view)
    if found is None:
        return undefined(len(_ROOTS) - 1)
    move = found.root[found.first + 1] - found.root[found.first]
    code = np.where(np.abs(move) <= _SAME, move + _SAME, _OTHER)
    counted = np.bincount(code, found.pair_weight * (move != 0), len(_ROOTS))
    total = counted.sum()
    kept = np.delete(counted, _SAME)
    return kept / total if total > 0 else undefined(len(kept))


@feature("harmony", unit="share of moves", needs="chords", source="Piston, Harmony, 1941; Huron, 2006")
def retrogressions(view: PieceView) -> float:
    """How often a dominant goes to a predominant, of all moves from one function to another inside phrases."""
    found = chord_columns(view)
    if found is None:
        return NAN
    one, two = found.function[found.first], found.function[found.first + 1]
    moves = found.pair_weight * (one != two)
    return share(float(moves[(one == 2) & (two == 1)].sum()), float(moves.sum()))


def _successions(view: PieceView, fact: str) -> Floats:
    found = chord_columns(view)
    if found is None:
        return undefined(49)
    degree, first = found.fact(fact), found.first
    return shares(7 * degree[first] + degree[first + 1], 49, found.pair_weight * found.same_key)
