"""The neural reading of a piece: for every frame, how probable is each figure in each key.

The network sees the notes as they lie about one tonic at a time, and judges all tonics alike: what it learned in C it
knows in F sharp. Its scores are then read as one path by `decoding`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.theory.neural.encoding import CENTRE, COLUMNS, Encoded

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

NAME = "analyser"
TONICS, SOUNDING = 21, 0.005
"""How many tonics are tried at most, neighbours on the line of fifths; the share of all notes that one must have."""


class Span(NamedTuple):
    """Neighbours on the line of fifths, counted from a place on it."""

    first: int
    size: int


AROUND_TONIC, AROUND_ROOT = Span(-9, 23), Span(-10, 20)
"""The notes that the network sees about a tonic, and about a root."""
ROOTS = Span(-5, 15)
"""The roots that figures have, from their tonic."""
_NEARLY_HALF = 0.4999
CANDIDATES = 24
"""Likely states of each frame that are kept."""
CHUNK, MARGIN = 2048, 96
"""Frames that are read together, and frames of context on either side of those kept."""


class Heard(NamedTuple):
    """What the network hears in a piece: the likely states of each frame, and where chords and keys change.

    A state is the number of its tonic times the number of all figures, plus its figure, those of minor after those of
    major.
    """

    states: Ints  # (frame, candidate)
    scores: Floats  # (frame, candidate) logarithms of probabilities
    lowest: int  # the first tonic, on the line of fifths
    chord_changes: Floats  # (frame,) probability
    key_changes: Floats  # (frame,) probability


def hear(piece: Encoded) -> Heard:
    """The network's reading of a piece, long ones in overlapping chunks."""
    tried = tonics_of(piece.notes)
    parts = [_likely(*_chunk(piece, tried, start)) for start in range(0, len(piece), CHUNK)]
    states, scores, bounds = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    chances = 1 / (1 + np.exp(-bounds))
    return Heard(states, scores, tried.first, chances[:, 0], chances[:, 1])


def _likely(flat: Floats, bounds: Floats) -> tuple[Ints, Floats, Floats]:
    """The most probable states of each frame, with their scores."""
    states = np.argpartition(-flat, CANDIDATES, axis=1)[:, :CANDIDATES].astype(np.int64)
    return states, np.take_along_axis(flat, states, axis=1), bounds


def tonics_of(notes: Floats) -> Span:
    """The tonics that are tried: all notes that sound and those between; where they are too many, those in the middle.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.neural.encoding import encode
    >>> tonics_of(encode(parse_grid("meter: 2/4\\nS: f4 b4\\nB: c3 d3")).notes)
    Span(first=-1, size=7)
    """
    weight = notes[:, :, :2].sum(axis=(0, 2), dtype=np.float64)
    sounding = np.flatnonzero(weight >= SOUNDING * max(float(weight.sum()), 1e-6)) - CENTRE
    size = int(np.ptp(sounding)) + 1 if len(sounding) else TONICS
    return Span(int(sounding[0]), size) if size < TONICS else Span(lowest_tonic(notes), TONICS)


def lowest_tonic(notes: Floats) -> int:
    """The first of TONICS tonics: those about two fifths below the middle of the notes that sound."""
    weight = notes[:, :, :2].sum(axis=(0, 2), dtype=np.float64)
    mean = float((weight * np.arange(COLUMNS)).sum() / max(float(weight.sum()), 1e-6))
    middle = math.floor(mean + _NEARLY_HALF)  # `round` goes to even numbers: another way in another key
    return middle - 2 - TONICS // 2 - CENTRE


def places(notes: Floats, lowest: int, tonics: int = TONICS) -> Floats:
    """(frame, place, channel): the part of the line of fifths that bears on so many tonics from the lowest.

    It begins with the first note about the first root of the lowest tonic, and ends with the last of the highest.
    """
    first = lowest + ROOTS.first + AROUND_ROOT.first + CENTRE
    size = tonics + ROOTS.size + AROUND_ROOT.size - 2
    before, after = max(-first, 0), max(first + size - COLUMNS, 0)
    return np.pad(notes, ((0, 0), (before, after), (0, 0)))[:, first + before : first + before + size]


def _chunk(piece: Encoded, tried: Span, start: int) -> tuple[Floats, Floats]:
    """(frame, state) and (frame, 2) of CHUNK frames, heard with their margins."""
    from musegen.models.networks import network

    first, last = max(start - MARGIN, 0), min(start + CHUNK + MARGIN, len(piece))
    notes, context = places(piece.notes[first:last], *tried), piece.context[first:last]
    found = network(NAME).run(notes=notes[None], context=context[None])
    kept = slice(start - first, start - first + CHUNK)
    return found["scores"][0, kept], found["changes"][0, kept]
