"""Repetition: measures heard again, and how far the lines can be compressed."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.features.counting import NAN, Floats, Ints, mean, share, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept
from musegen.score.pitch import diatonic_of
from musegen.score.table import distinct

Told = tuple[Ints, list[bytes]]
_LEAST = 8
"""Intervals from which on compression tells anything."""
_MANNERS = ("all_exact", "all_transposed", "top_exact", "top_transposed", "top_rhythm")


@feature("form", unit="share of measures", dims=_MANNERS, confounds=("meter",),
         source="musegen; Paulus, Müller & Klapuri, Audio-based Music Structure Analysis, 2010")  # fmt: skip
def repeated_measures(view: PieceView) -> Floats:
    """How many measures in which notes begin are heard before: all notes of them, exactly or moved by any number of
    staff steps; the notes of the top line, exactly, moved, or in rhythm alone.
    """
    told = _told(view)
    return np.array([share(len(words) - len(set(words)), len(words)) for _, words in told])


@feature(
    "form", unit="measures", dims=("all", "top"), low=1.0, high=float("inf"), confounds=("meter",), source="musegen"
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
    """For each of _MANNERS the measures in which notes begin, and what is told of them: equal where they repeat."""
    return kept(view, "told_measures", _tell)


def _tell(view: PieceView) -> list[Told]:
    lines = view.lines
    top = lines.row[lines.top]
    whole = _of_notes(view, np.arange(len(view.notes)))
    return [*whole[:2], *_of_notes(view, top)]


def _of_notes(view: PieceView, rows: npt.NDArray[np.intp]) -> list[Told]:
    """Three times the measures of these notes, in order of time: exactly, by their staff steps, by their rhythm."""
    notes, grid = view.notes, view.grid
    measure, pitch = grid.measure[rows], notes["pitch"][rows].astype(np.int64)
    diatonic = diatonic_of(pitch, notes["fifths"][rows])
    starts = np.flatnonzero(np.append(True, measure[1:] != measure[:-1])[: len(rows)])
    first = np.repeat(diatonic[starts], np.append(starts[1:], len(rows))[: len(starts)] - starts)
    rhythm = (grid.place[rows], notes["duration"][rows].astype(np.int64))
    manners = ((*rhythm, pitch), (*rhythm, diatonic - first), rhythm)
    return [(measure[starts], _words(columns, starts)) for columns in manners]


def _words(columns: tuple[Ints, ...], starts: npt.NDArray[np.intp]) -> list[bytes]:
    """What the columns hold from each start to the next."""
    text = np.stack(columns, axis=1).tobytes()
    cuts = [*(starts * 8 * len(columns)).tolist(), len(text)]
    return [text[cuts[number] : cuts[number + 1]] for number in range(len(starts))]


def _distance(measure: Ints, words: list[bytes]) -> float:
    seen, found = dict[bytes, int](), []
    for number, word in zip(measure.tolist(), words, strict=True):
        if word in seen:
            found.append(number - seen[word])
        seen[word] = number
    return mean(np.array(found)) if found else undefined(1)[0]
