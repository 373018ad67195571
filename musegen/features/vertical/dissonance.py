"""How consonant a piece sounds, where in the measure, and how its lines come to dissonances and leave them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.accents import ACCENTS
from musegen.features.chord_columns import is_chordal
from musegen.features.counting import NAN, Floats, Ints, each, share, shares, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.features.vertical.sonorities import CONSONANCES, shapes, sonorities
from musegen.score.keeping import kept

_ENTRIES = ("held", "repeated", "by_step", "by_leap", "after_rest")
_EXITS = ("repeated", "step_down", "step_up", "leap", "rest")
_DISSONANT = np.isin(np.arange(12), (1, 2, 5, 6, 10, 11))
"""By semitones over the bass."""
_SILENT = 99
Rows = npt.NDArray[np.intp]


@feature("vertical", unit="share of time", dims=CONSONANCES, needs="voices",
         source="mild, sharp: Krenek, Studies in Counterpoint (1940); Persichetti (1961)")  # fmt: skip
def consonance_shares(view: PieceView) -> Floats:
    """How much time goes to sonorities of four kinds, by the harshest pair of notes in each.

    `perfect` holds nothing but octaves and fifths, `imperfect` thirds and sixths too, `mild` a fourth over the bass, a
    tritone, a tone or a minor seventh, `sharp` a semitone or a major seventh.
    """
    found = sonorities(view)
    if found is None:
        return undefined(len(CONSONANCES))
    return shares(shapes().consonance[found.shape], len(CONSONANCES), found.duration)


@feature("vertical", unit="share of sonorities", dims=ACCENTS, needs="voices", confounds=("meter",),
         source="musegen; Jeppesen, The Style of Palestrina and the Dissonance, 1946")  # fmt: skip
def dissonance_by_accent(view: PieceView) -> Floats:
    """Of the sonorities that begin on a downbeat, mid-measure, on another pulse or between pulses: how many are
    dissonant (`mild` or `sharp`). NaN where none begins.
    """
    found = sonorities(view)
    if found is None:
        return undefined(len(ACCENTS))
    dissonant = shapes().consonance[found.shape] >= 2
    size = len(ACCENTS)
    return each(np.bincount(found.accent[dissonant], minlength=size), np.bincount(found.accent, minlength=size))


@feature("vertical", unit="notes in 100", high=100.0, needs="voices", source="musegen")
def dissonances_over_bass(view: PieceView) -> float:
    """Notes of upper lines that make a second, fourth, tritone or seventh with the lowest note while they sound."""
    found = _treated(view)
    return share(len(found.struck) + len(found.held), found.notes, 100) if found else NAN


@feature("vertical", unit="share of dissonant notes", dims=_ENTRIES, needs="voices",
         confounds=("format",),
         source="Jeppesen, The Style of Palestrina and the Dissonance, 1946")  # fmt: skip
def dissonance_entries(view: PieceView) -> Floats:
    """How notes dissonant with the bass come to be so: held while the bass moves under them, or struck after the same
    pitch, by step, by leap (of a third or more), after a rest.
    """
    found = _treated(view)
    if found is None:
        return undefined(len(_ENTRIES))
    came = found.came[found.struck]
    size = np.abs(came)
    kinds = np.select([size == _SILENT, size == 0, size == 1], [4, 1, 2], 3)
    return shares(np.concatenate([np.zeros(len(found.held), dtype=np.intp), kinds]), len(_ENTRIES))


@feature("vertical", unit="share of dissonant notes", dims=_EXITS, needs="voices",
         confounds=("format",),
         source="Jeppesen, The Style of Palestrina and the Dissonance, 1946")  # fmt: skip
def dissonance_exits(view: PieceView) -> Floats:
    """How lines leave notes dissonant with the bass: on the same pitch, a step down or up, by leap, into a rest."""
    found = _treated(view)
    if found is None:
        return undefined(len(_EXITS))
    left = found.left[np.concatenate([found.held, found.struck])]
    kinds = np.select([left == _SILENT, left == 0, left == -1, left == 1], [4, 0, 1, 2], 3)
    return shares(kinds, len(_EXITS))


class _Treated(NamedTuple):
    """The notes of upper lines that are dissonant with the bass, and how every note is come to and left."""

    notes: int  # of upper lines
    struck: Rows  # dissonant when they begin
    held: Rows  # dissonant only later
    came: Ints  # (note,) staff steps to it; `_SILENT` after a rest
    left: Ints  # (note,) staff steps from it


def _treated(view: PieceView) -> _Treated | None:
    return kept(view, "treated_dissonances", _find_treated)


def _find_treated(view: PieceView) -> _Treated | None:
    if not is_chordal(view):
        return None
    slices, lines = view.slices, view.lines
    low, rows, size = slices.lowest[:, None], slices.row, len(slices.notes)
    upper = slices.sounds & (rows != low)
    over = (slices.column("pitch").astype(np.int64) - slices.notes["pitch"][low]) % 12
    dissonant = upper & _DISSONANT[over]
    begins, later, lies_over = (
        np.bincount(rows[where], minlength=size) > 0
        for where in (dissonant & slices.attack, dissonant & ~slices.attack, upper)
    )
    came, left = np.full(size, _SILENT), np.full(size, _SILENT)
    linked = np.flatnonzero((lines.line[1:] == lines.line[:-1]) & (lines.onset[1:] <= lines.end[:-1]))
    steps = lines.diatonic[linked + 1] - lines.diatonic[linked]
    came[lines.row[linked + 1]], left[lines.row[linked]] = steps, steps
    struck, held = np.flatnonzero(begins), np.flatnonzero(later & ~begins)
    return _Treated(int(lies_over.sum()), struck, held, came, left)
