"""The church modes: which notes belong to a piece, what musica ficta adds to them, and where it ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from musegen.rules.predicates.bars import position_at
from musegen.rules.predicates.lines import line_of
from musegen.rules.registry import Hit, predicate
from musegen.rules.view import View

_SHARPS = {
    "major": 0, "ionian": 0, "lydian": 1, "mixolydian": -1, "dorian": -2, "minor": -3, "aeolian": -3, "phrygian": -4,
    "locrian": -5,
}  # fmt: skip
"""What each mode adds to the sharps of the major scale on its final."""
_LYDIAN, _MIXOLYDIAN, _DORIAN, _AEOLIAN = 1, -1, -2, -3
_RAISED_SEVENTH, _RAISED_SIXTH, _MAJOR_THIRD = 5, 3, 4
"""Above the final, on the line of fifths."""
_TRIO = 3


class Mode(NamedTuple):
    """A mode at its place on the line of fifths."""

    final: int
    signature: int

    @property
    def sharps(self) -> int:
        """Its signature, less that of the major scale on its final: -2 is Dorian."""
        return self.signature - self.final

    def holds(self, fifths: int) -> bool:
        """The note belongs to the scale."""
        return -1 <= fifths - self.signature <= 5


def mode_of(view: View) -> Mode | None:
    """The mode that the signature names; where it names none, the cantus (or the lowest voice) ends on the final.

    Major and minor are what programs write where nobody has said a mode: the final of a cantus counts more.
    """
    if not view.score.measures or not len(view):
        return None
    signature = view.score.measures[0].key_signature
    if signature.mode in _SHARPS and (view.cantus < 0 or signature.mode not in ("major", "minor")):
        return Mode(signature.fifths - _SHARPS[signature.mode], signature.fifths)
    line = line_of(view, view.cantus if view.cantus >= 0 else view.row.shape[1] - 1)
    return Mode(int(view.notes["fifths"][line[-1]]), signature.fifths) if line else None


@predicate("phrase", "voices")
def outside_mode(view: View) -> Iterator[Hit]:
    """A note is not in the mode, nor raised for the cadence, nor the B flat that avoids a tritone."""
    mode = mode_of(view)
    if mode is None:
        return
    for voice in range(view.row.shape[1]):
        for row in line_of(view, voice):
            fifths = int(view.notes["fifths"][row])
            if not mode.holds(fifths) and not _raised(view, mode, row) and not _softened(view, mode, row):
                at = _at(view, row)
                yield Hit(at, at, (voice,), rows=(row,))


@predicate("phrase", "voices")
def wrong_final(view: View) -> Iterator[Hit]:
    """The lowest voice does not end on the final of the mode."""
    mode = mode_of(view)
    lowest = view.row.shape[1] - 1
    line = line_of(view, lowest) if mode else []
    if mode and line and int(view.notes["fifths"][line[-1]]) != mode.final:
        at = _at(view, line[-1])
        yield Hit(at, at, (lowest,), rows=(line[-1],))


def _raised(view: View, mode: Mode, row: int) -> bool:
    """The leading note of the cadence, in Aeolian the raised sixth on the way to it; the third of three last voices."""
    left = _measures_left(view, row)
    degree = int(view.notes["fifths"][row]) - mode.final
    if degree == _MAJOR_THIRD:
        return left == 0 and view.row.shape[1] >= _TRIO
    if not _AEOLIAN <= mode.sharps <= _MIXOLYDIAN:
        return False
    if degree == _RAISED_SIXTH and mode.sharps == _AEOLIAN and left == 1:
        while (row := view.next_row(row)) >= 0 and _measures_left(view, row) == 1:
            if int(view.notes["fifths"][row]) - mode.final == _RAISED_SEVENTH:
                return True
    early = 2 if mode.sharps == _MIXOLYDIAN else 1
    return degree == _RAISED_SEVENTH and 1 <= left <= early


def _measures_left(view: View, row: int) -> int:
    """How many measures come after that in which a note begins."""
    return len(view.score.measures) - 1 - view.score.measure_index_at(int(view.notes["onset"][row]))


def _softened(view: View, mode: Mode, row: int) -> bool:
    """B flat: at home in Dorian and Lydian, elsewhere beside an F, in the same voice or against it."""
    flat, fa = mode.signature - 2, mode.signature - 1
    if int(view.notes["fifths"][row]) != flat:
        return False
    sounding = np.unique(view.row[(view.row == row).any(axis=1)]).tolist()
    beside = {view.fifths[other] for other in [*view.neighbours(row), *sounding] if other >= 0}
    return mode.sharps in (_DORIAN, _LYDIAN) or fa in beside


def _at(view: View, row: int) -> int:
    return position_at(view, int(view.notes["onset"][row]))
