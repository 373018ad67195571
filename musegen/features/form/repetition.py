"""Repetition: measures heard again, and how far the lines can be compressed."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.features.counting import NAN, Floats, Ints, mean, share
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept
from musegen.score.pitch import diatonic_of
from musegen.score.table import distinct

Told = tuple[Ints, list[int]]
_MIX = 0x1E3779B97F4A7C15
"""An odd number near 2^61 that scatters others, so that different measures get different numbers."""
_LEAST = 8
"""Intervals from which on compression tells anything."""
_MANNERS = ("all_exact", "all_transposed", "top_exact", "top_transposed", "top_rhythm")


@feature("form", unit="share of measures", dims=_MANNERS, confounds=("meter", "format"),
         source="musegen; Paulus, Müller & Klapuri, Audio-based Music Structure Analysis, 2010")  # fmt: skip
def repeated_measures(view: PieceView) -> Floats:
    """How many measures in which notes begin are heard before: all notes of them, exactly or moved by any number of
    staff steps; the notes of the top line, exactly, moved, or in rhythm alone.
    """
    told = _told(view)
    return np.array([share(len(found) - len(set(found)), len(found)) for _, found in told])


@feature(
    "form",
    unit="measures",
    dims=("all", "top"),
    low=1.0,
    high=float("inf"),
    confounds=("meter", "format"),
    source="musegen",
)
def repetition_distances(view: PieceView) -> Floats:
    """How far back, on average, lies the last measure that a repeated one repeats, moved or not: in the whole, and in
    the top line.
    """
    told = _told(view)
    return np.array([_distance(*told[number]) for number in (1, 3)])


@feature("form", unit="bytes for an interval", dims=("top_intervals", "top_rhythm", "bass_intervals"),
         high=float("inf"), source="Cilibrasi, Vitányi & de Wolf, Algorithmic Clustering of Music, 2004")  # fmt: skip
def compressed_sizes(view: PieceView) -> Floats:
    """How small DEFLATE makes the intervals in semitones, and the time from note to note, of the top line, and the
    intervals of the bass: the less, the more is repeated. Longer pieces go lower.
    """
    moves, (top, bass) = view.lines.moves, view.lines.move_bounds()
    semitones = np.clip(moves.semitones, -127, 127).astype(np.int8)
    lengths = np.searchsorted(distinct(moves.ioi[top]), moves.ioi[top]).astype(np.uint8)
    return np.array([_compressed(line) for line in (semitones[top], lengths, semitones[bass])])


def _compressed(line: npt.NDArray[Any]) -> float:
    if len(line) < _LEAST:
        return NAN
    packer = zlib.compressobj(9, zlib.DEFLATED, -12, 5)
    return (len(packer.compress(line.tobytes())) + len(packer.flush())) / len(line)


def _told(view: PieceView) -> list[Told]:
    """For each of _MANNERS the measures in which notes begin, and a number for each: equal where they are."""
    return kept(view, "told_measures", _tell)


def _tell(view: PieceView) -> list[Told]:
    lines = view.lines
    whole = _of_notes(view, np.arange(len(view.notes)))
    return [*whole[:2], *_of_notes(view, lines.row[lines.top])]


def _of_notes(view: PieceView, rows: npt.NDArray[np.intp]) -> list[Told]:
    """Three times the measures of these notes, in order of time: exactly, by their staff steps, by their rhythm."""
    if not len(rows):
        return [(rows, [])] * 3
    notes, grid = view.notes, view.grid
    measure, pitch = grid.measure[rows], notes["pitch"][rows].astype(np.int64)
    diatonic = diatonic_of(pitch, notes["fifths"][rows])
    begins = np.concatenate([[True], measure[1:] != measure[:-1]])
    starts = np.flatnonzero(begins)
    rhythm = _MIX * (grid.place[rows] + _MIX * notes["duration"][rows])
    moved = diatonic - diatonic[starts][np.cumsum(begins) - 1]
    return [(measure[starts], _numbered(told, starts)) for told in (rhythm + pitch, rhythm + moved, rhythm)]


def _numbered(told: Ints, starts: npt.NDArray[np.intp]) -> list[int]:
    """What is told of the notes from each start to the next, as one number; overflow is part of it."""
    mixed = told * _MIX
    mixed = (mixed ^ (mixed >> 29)) * _MIX
    numbers: list[int] = np.add.reduceat(mixed ^ (mixed >> 32), starts).tolist()
    return numbers


def _distance(measure: Ints, numbers: list[int]) -> float:
    seen, found = dict[int, int](), []
    for place, number in zip(measure.tolist(), numbers, strict=True):
        if number in seen:
            found.append(place - seen[number])
        seen[number] = place
    return mean(np.array(found)) if found else NAN
