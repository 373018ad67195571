"""The final of a piece, the lowest note of its last sound: pitch classes are counted from it, and no key is assumed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from musegen.features.counting import Floats, Ints
from musegen.features.piece_view import PieceView
from musegen.score.keeping import kept


class Final(NamedTuple):
    """The note that a piece closes on; 0 and 0 (C) in silence."""

    pitch: int
    fifths: int


def final(view: PieceView) -> Final:
    """The lowest of the notes that end last: of a chorale the last bass note, of a tune the last note.

    It is found from the notes alone, in music of any age, and moves with a transposition.

    >>> from musegen.score.textgrid import parse_grid
    >>> final(PieceView(parse_grid("meter: 2/4\\nS: c5 d5\\nB: f3 bb2")))
    Final(pitch=46, fifths=-2)
    """
    return kept(view, "final", _found)


def _found(view: PieceView) -> Final:
    notes = view.notes
    if not len(notes):
        return Final(0, 0)
    last = np.flatnonzero(notes.end == notes.end.max())
    row = last[notes["pitch"][last].argmin()]
    return Final(int(notes["pitch"][row]), int(notes["fifths"][row]))


def classes(view: PieceView) -> Ints:
    """The pitch class of every note, in semitones above the final."""
    return kept(view, "classes", lambda view: (view.pitch - final(view).pitch) % 12)


def class_time(view: PieceView) -> Floats:
    """(12,): how long each pitch class above the final sounds, in ticks."""
    return kept(view, "class_time", _class_time)


def _class_time(view: PieceView) -> Floats:
    return np.asarray(np.bincount(classes(view), view.duration, minlength=12))
