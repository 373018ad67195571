"""Non-chord tones by kind and line, and suspensions by what they do over the bass."""

from __future__ import annotations

import numpy as np

from musegen.features.accents import accents, measure_count
from musegen.features.chord_columns import graph_of, reading_of
from musegen.features.counting import NAN, Floats, parts, share, shares, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept
from musegen.theory.dissonance.suspensions import Suspension, suspensions
from musegen.theory.graph.schema import NON_CHORD_TONES
from musegen.theory.graph.structure import Rows

_KINDS = NON_CHORD_TONES[1:]
_ROLES = ("top", "inner", "bass")
_PATTERNS = ("4-3", "7-6", "9-8", "2-3", "other", "retardation")


@feature("voice_leading", unit="share of non-chord tones", dims=_KINDS, needs="chords",
         source="Aldwell & Schachter on figuration")  # fmt: skip
def non_chord_tone_shares(view: PieceView) -> Floats:
    """Which kinds of figures notes foreign to their chords make, each note counted once."""
    notes = _notes(view)
    if notes is None:
        return undefined(len(_KINDS))
    kinds = notes["non_chord_tone"]
    return shares(kinds[kinds > 0] - 1, len(_KINDS))


@feature("voice_leading", unit="notes in 100", dims=[f"{role}.{kind}" for role in _ROLES for kind in _KINDS],
         high=100.0, needs="chords", source="Aldwell & Schachter on figuration")  # fmt: skip
def non_chord_tones_per_100_notes(view: PieceView) -> Floats:
    """How many of the notes of the top line, the inner lines and the bass make each kind of figure."""
    notes, graph = _notes(view), graph_of(view)
    if notes is None or graph is None:
        return undefined(len(_ROLES) * len(_KINDS))
    last, size = graph.about.paired - 1, len(NON_CHORD_TONES)
    notes = notes[notes["voice"] <= last]
    role = np.where(notes["voice"] == 0, 0, np.where(notes["voice"] == last, 2, 1))
    counted = np.bincount(size * role + notes["non_chord_tone"], minlength=3 * size).reshape(3, size)
    return 100 * parts(counted)[:, 1:].ravel()


@feature("voice_leading", unit="share of passing and neighbor notes", needs="chords", confounds=("meter",),
         source="Aldwell & Schachter on melodic figuration")  # fmt: skip
def accented_ornaments(view: PieceView) -> float:
    """How many passing and neighbor notes stand on a pulse."""
    notes = _notes(view)
    if notes is None:
        return NAN
    codes = [NON_CHORD_TONES.index(kind) for kind in ("passing", "neighbor")]
    ornaments = notes[(notes["non_chord_tone"] == codes[0]) | (notes["non_chord_tone"] == codes[1])]
    return share(int(np.count_nonzero(accents(view.grid, ornaments["onset"]) < 3)), len(ornaments))


@feature("voice_leading", unit="in 100 measures", dims=_PATTERNS, high=float("inf"), needs="chords",
         confounds=("meter",), source="Aldwell & Schachter on suspensions; Laitz, The Complete Musician")  # fmt: skip
def suspensions_per_100_measures(view: PieceView) -> Floats:
    """Suspensions that resolve, by their intervals over the bass (2-3 is in the bass itself), and retardations."""
    found = _suspensions(view)
    if found is None:
        return undefined(len(_PATTERNS))
    told = [row.pattern if row.kind == "suspension" else row.kind for row in found]
    codes = [_PATTERNS.index(name if name in _PATTERNS else "other") for name in told]
    counted = np.bincount(np.array(codes, dtype=np.intp), minlength=len(_PATTERNS))
    return np.asarray(counted * share(1, measure_count(view.grid), 100))


@feature("voice_leading", unit="share of suspensions", dims=("ornamented", "chained", "struck_again", "bass_moves"),
         needs="chords", source="Aldwell & Schachter on suspensions")  # fmt: skip
def suspension_manners(view: PieceView) -> Floats:
    """How many suspensions have notes between them and their resolution, are prepared by the resolution of another, are
    struck again instead of tied, have another bass under their resolution.
    """
    found = _suspensions(view)
    if not found:
        return undefined(4)
    manners = [(row.is_ornamented, row.is_chained, row.is_struck_again, row.bass_moves) for row in found]
    return np.asarray(np.array(manners, dtype=np.float64).mean(axis=0))


def _suspensions(view: PieceView) -> tuple[Suspension, ...] | None:
    return kept(view, "suspensions", _find_suspensions)


def _find_suspensions(view: PieceView) -> tuple[Suspension, ...] | None:
    found = reading_of(view)
    return None if found is None or graph_of(view) is None else suspensions(view.score, found)


def _notes(view: PieceView) -> Rows | None:
    """The notes of the graph, where they have chords."""
    graph = graph_of(view)
    return None if graph is None or reading_of(view) is None or not len(graph.note) else graph.note
