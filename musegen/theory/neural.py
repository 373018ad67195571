"""The neural reading of a piece: for every frame, how probable is each figure in each key.

The network sees the notes as they lie about one tonic at a time, and judges all tonics alike: what it learned in C it
knows in F sharp. Its scores are then read as one path by `joint`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.theory.encoding import CENTRE, COLUMNS, Encoded

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

NAME = "analyser"
TONICS = 21
"""How many tonics are tried, neighbours on the line of fifths."""
LOWEST, SPAN = -9, 23
"""The columns about a tonic that the network sees: from nine fifths below it, so many."""
_NEARLY_HALF = 0.4999
CANDIDATES = 24
"""Likely states of each frame that are kept."""
CHUNK, MARGIN = 768, 96
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
    lowest = lowest_tonic(piece.notes)
    parts = [_likely(*_chunk(piece, lowest, start)) for start in range(0, len(piece), CHUNK)]
    states, scores, bounds = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    chances = 1 / (1 + np.exp(-bounds))
    return Heard(states, scores, lowest, chances[:, 0], chances[:, 1])


def _likely(scores: Floats, bounds: Floats) -> tuple[Ints, Floats, Floats]:
    """The most probable states of each frame, with their scores."""
    flat = scores.reshape(len(scores), -1)
    states = np.argpartition(-flat, CANDIDATES, axis=1)[:, :CANDIDATES].astype(np.int64)
    return states, np.take_along_axis(flat, states, axis=1), bounds


def lowest_tonic(notes: Floats) -> int:
    """The first of the tonics that are tried: those about two fifths below the middle of the notes that sound."""
    weight = notes[:, :, :2].sum(axis=(0, 2), dtype=np.float64)
    mean = float((weight * np.arange(COLUMNS)).sum() / max(float(weight.sum()), 1e-6))
    middle = math.floor(mean + _NEARLY_HALF)  # `round` goes to even numbers: another way in another key
    return middle - 2 - TONICS // 2 - CENTRE


def windows(piece: Encoded, lowest: int) -> Floats:
    """(tonic, frame, feature): the notes about each tonic, and the context of the frame."""
    room = SPAN + TONICS
    padded = np.pad(piece.notes, ((0, 0), (room, room), (0, 0)))
    first = lowest + CENTRE + LOWEST + room
    seen = [padded[:, first + number : first + number + SPAN].reshape(len(piece), -1) for number in range(TONICS)]
    context = np.broadcast_to(piece.context, (TONICS, *piece.context.shape))
    return np.concatenate([np.stack(seen), context], axis=2)


def _chunk(piece: Encoded, lowest: int, start: int) -> tuple[Floats, Floats]:
    """(frame, tonic, figure) and (frame, 2) of CHUNK frames, heard with their margins."""
    from musegen.models.networks import network

    first, last = max(start - MARGIN, 0), min(start + CHUNK + MARGIN, len(piece))
    part = Encoded(piece.onset[first:last], piece.end[first:last], piece.notes[first:last], piece.context[first:last])
    found = network(NAME).run(windows=windows(part, lowest)[None])
    kept = slice(start - first, start - first + CHUNK)
    return found["scores"][0].transpose(1, 0, 2)[kept], found["bounds"][0, kept]
