"""How pairs of lines move: kinds of motion, parallels by interval, direct and antiparallel fifths, overlap."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from musegen.features.chord_columns import graph_of
from musegen.features.counting import NAN, Floats, Ints, each, parts, shares, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept
from musegen.theory.motion import FIFTH, OCTAVE, Motion
from musegen.theory.sonority import Bools

_PAIRS = ("outer", "top_inner", "inner_inner", "inner_bass")
_KINDS = ("oblique", "contrary", "similar", "parallel")
_PARALLELS = ("thirds", "fourths", "sixths", "perfect_fifths", "unequal_fifths", "octaves", "seconds_or_sevenths")
_IRREGULAR = ("antiparallel_fifths", "antiparallel_octaves", "overlapped")
_LEAP = 2
"""Semitones of the largest step."""


@dataclass(frozen=True)
class Moves:
    """The motion edges of which no fermata parts the ends and in which a line goes to a new pitch, as columns."""

    kind: Ints  # a `Motion`
    pair: npt.NDArray[np.intp]  # place in _PAIRS
    first: Ints  # intervals on the line of fifths
    second: Ints
    steps: Ints  # at the arrival, between the lines
    overlapped: Bools  # one goes beyond where the other was
    leaps: Bools  # the upper line leaps
    antiparallel: Bools

    @cached_property
    def together(self) -> Bools:
        """Both lines go the same way."""
        return np.asarray(self.kind >= Motion.SIMILAR)

    @cached_property
    def outer(self) -> Bools:
        """Of the outer lines."""
        return np.asarray(self.pair == 0)


def moves(view: PieceView) -> Moves | None:
    """The moves of all pairs of lines; None for one line, or none that moves."""
    return kept(view, "moves", _moves)


def _moves(view: PieceView) -> Moves | None:
    graph = graph_of(view)
    if graph is None:
        return None
    edges = graph.motion
    edges = edges[edges["connected"] & (edges["motion"] != Motion.STATIC)]
    if not len(edges):
        return None
    pitch, bass = graph.note["pitch"], graph.about.paired - 1
    high_from, low_from, high_to, low_to = (
        pitch[edges[name]] for name in ("upper_from", "lower_from", "upper_to", "lower_to")
    )
    top, low = edges["upper"] == 0, edges["lower"] == bass
    pair = np.select([top & low, top, low], [0, 1, 3], 2)
    overlapped = (high_to < low_from) | (low_to > high_from)
    leaps = np.abs(high_to - high_from) > _LEAP
    return Moves(
        edges["motion"], pair, edges["first"], edges["second"], edges["second_steps"],
        overlapped, leaps, edges["antiparallel"],
    )  # fmt: skip


@feature("voice_leading", unit="share of moves", dims=[f"{pair}.{kind}" for pair in _PAIRS for kind in _KINDS],
         needs="graph", confounds=("format",),
         source="Fux, Gradus ad Parnassum, 1725; Huron, Voice Leading, 2016")  # fmt: skip
def motion_kinds(view: PieceView) -> Floats:
    """How each kind of pair of lines moves: outer lines, top and inner, two inner ones, inner and bass.

    Only where at least one of both goes to a new pitch. `parallel` keeps the generic interval; `similar` does not.
    """
    found = moves(view)
    if found is None:
        return undefined(16)
    counted = np.bincount(4 * found.pair + found.kind - 1, minlength=16).reshape(4, 4)
    return parts(counted).ravel()


@feature("voice_leading", unit="in 100 moves", dims=_PARALLELS, high=100.0, needs="graph",
         confounds=("format",),
         source="Fux, Gradus ad Parnassum, 1725; Huron, Voice Leading, 2016")  # fmt: skip
def parallels_per_100_moves(view: PieceView) -> Floats:
    """Parallel motion of any two lines by the interval that they keep, of all moves of pairs in which a line goes to a
    new pitch. Compound intervals count as simple ones; fifths are perfect where both are.
    """
    found = moves(view)
    if found is None:
        return undefined(len(_PARALLELS))
    parallel = found.kind == Motion.PARALLEL
    size, perfect = found.steps % 7, (found.first == FIFTH) & (found.second == FIFTH)
    kinds = [size == 2, size == 3, size == 5, perfect, (size == 4) & ~perfect, size == 0, (size == 1) | (size == 6)]
    return np.array([np.count_nonzero(kind & parallel) for kind in kinds]) * (100 / len(parallel))


@feature("voice_leading", unit="in 100 moves", dims=("direct_fifths", "direct_octaves", "contrary"), high=100.0,
         needs="graph", confounds=("format",),
         source="Aldwell & Schachter on voice leading")  # fmt: skip
def outer_motions_per_100_moves(view: PieceView) -> Floats:
    """Of the moves of the outer lines: similar motion to a perfect fifth or octave with a leap above; and contrary
    motion, of the moves in which both go to a new pitch.
    """
    found = moves(view)
    outer = found.outer if found else np.zeros(0, dtype=bool)
    count = np.count_nonzero(outer)
    if found is None or not count:
        return undefined(3)
    direct = outer & found.together & found.leaps & (found.first != found.second)
    both = np.count_nonzero(outer & (found.kind > Motion.OBLIQUE))
    contrary = np.count_nonzero(outer & (found.kind == Motion.CONTRARY))
    told = [np.count_nonzero(direct & (found.second == interval)) for interval in (FIFTH, OCTAVE)]
    return 100 * each(np.array([*told, contrary]), np.array([count, count, both]))


@feature("voice_leading", unit="in 100 moves", dims=_IRREGULAR, high=100.0,
         needs="graph", confounds=("format",),
         source="Aldwell & Schachter on voice leading")  # fmt: skip
def irregular_motions_per_100_moves(view: PieceView) -> Floats:
    """Of the moves of all pairs: contrary motion between two fifths or two octaves, and lines that go beyond where
    the other one was.
    """
    found = moves(view)
    if found is None:
        return undefined(3)
    kinds = [found.antiparallel & (found.second == interval) for interval in (FIFTH, OCTAVE)]
    told = [np.count_nonzero(kind) for kind in (*kinds, found.overlapped)]
    return np.asarray(np.array(told) * (100 / len(found.kind)))


@feature("voice_leading", unit="share of arrivals", dims=("one", "two", "three", "four_or_more"), needs="graph",
         source="musegen; Huron, Voice Leading, 2016")  # fmt: skip
def lines_that_move(view: PieceView) -> Floats:
    """Where any line goes to a new pitch without a rest before it: how many do so at once."""
    moved = _moving(view)
    return undefined(4) if moved is None else shares(np.minimum(moved[0], 4) - 1, 4)


@feature("voice_leading", unit="share of arrivals", needs="graph", source="Aldwell & Schachter on voice leading")
def all_lines_in_one_direction(view: PieceView) -> float:
    """Where three lines or more go to new pitches: how often all of them go the same way."""
    moved = _moving(view)
    many = moved[0] > 2 if moved is not None else np.zeros(0, dtype=bool)
    if moved is None or not many.any():
        return NAN
    return float((moved[0] == moved[1])[many].mean())


def _moving(view: PieceView) -> tuple[Ints, Ints] | None:
    """(slice,) how many lines go to a new pitch, where any does, and how many of them go the more usual way."""
    return kept(view, "moving_lines", _find_moving)


def _find_moving(view: PieceView) -> tuple[Ints, Ints] | None:
    graph = graph_of(view)
    if graph is None:
        return None
    links = graph.succession
    links = links[(links["semitones"] != 0) & (links["gap"] == 0) & (links["voice"] < graph.about.paired)]
    at, size = graph.note["slice"][links["target"]], len(graph.slice)
    up = np.bincount(at[links["semitones"] > 0], minlength=size)
    every = np.bincount(at, minlength=size)
    moved = every > 0
    return (every[moved], np.maximum(up, every - up)[moved]) if moved.any() else None
