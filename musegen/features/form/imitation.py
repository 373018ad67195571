"""Imitation: how often lines take up what another began, how many, how soon and at which interval."""

from __future__ import annotations

import numpy as np

from musegen.features.accents import in_measures, measure_count
from musegen.features.chord_columns import is_chordal
from musegen.features.counting import NAN, Floats, mean, share, shares, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept
from musegen.score.pitch import parse_pitch
from musegen.theory.modal.imitation import ImitationPoint, imitation_points

_INTERVALS = ("octave", "fifth_or_fourth", "other")
_SOURCE = "Zarlino, Le istitutioni harmoniche, 1558, III, 51-52; musegen, theory.modal.imitation"


@feature(
    "form", unit="in 100 measures", high=float("inf"), needs="voices", confounds=("meter", "format"), source=_SOURCE
)
def imitations_per_100_measures(view: PieceView) -> float:
    """How often, after a rest, two lines or more begin one after the other with the same five notes."""
    found = _points(view)
    return NAN if found is None else share(len(found), measure_count(view.grid), 100)


@feature("form", unit="lines, measures", dims=("lines", "delay"), high=float("inf"), needs="voices",
         confounds=("meter", "format"), source=_SOURCE)  # fmt: skip
def imitation_entries(view: PieceView) -> Floats:
    """How many entries a point of imitation has, and how many measures later the second one comes."""
    found = _points(view)
    if not found:
        return undefined(2)
    onsets = np.array([point.entries[0].onset for point in found], dtype=np.int64)
    later = np.array([next(e.onset for e in point.entries if e.onset > point.onset) for point in found], dtype=np.int64)
    entries = mean(np.array([len(point.entries) for point in found]))
    return np.array([entries, mean(in_measures(view.grid, later - onsets, onsets))])


@feature("form", unit="share of answers", needs="voices", confounds=("meter", "format"), source=_SOURCE)
def exact_answers(view: PieceView) -> float:
    """How many entries of a point of imitation after the first keep all its steps; the others answer tonally."""
    answers = [entry.answer for point in _points(view) or () for entry in point.entries[1:]]
    return share(answers.count("exact"), len(answers))


@feature(
    "form", unit="share of answers", dims=_INTERVALS, needs="voices", confounds=("meter", "format"), source=_SOURCE
)
def imitation_intervals(view: PieceView) -> Floats:
    """At which interval from the first entry the others begin, octaves apart alike."""
    found = _points(view)
    if not found:
        return undefined(3)
    apart = [
        abs(parse_pitch(entry.pitch).fifths - parse_pitch(point.entries[0].pitch).fifths)
        for point in found
        for entry in point.entries[1:]
    ]
    return shares(np.minimum(np.array(apart, dtype=np.intp), 2), 3)


def _points(view: PieceView) -> tuple[ImitationPoint, ...] | None:
    return kept(view, "imitation_points", _find_points) if is_chordal(view) else None


def _find_points(view: PieceView) -> tuple[ImitationPoint, ...]:
    """None are sought where no line rests and all begin together, as in most chorales."""
    lines = view.lines
    same = lines.line[1:] == lines.line[:-1]
    rests = same & (lines.onset[1:] > lines.end[:-1])
    starts = lines.onset[np.array(lines.bounds[:-1])]
    return imitation_points(view.score) if rests.any() or np.ptp(starts) > 0 else ()
