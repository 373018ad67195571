"""Phrases: how many, how long in measures, how regular."""

from __future__ import annotations

import numpy as np

from musegen.features.accents import in_measures, measure_count
from musegen.features.chord_columns import reading_of
from musegen.features.counting import NAN, Floats, Ints, deviation, mean, share, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept
from musegen.theory.form.phrases import phrases

_ENDLESS = float("inf")
_MOMENTS = ("mean", "deviation", "shortest", "longest")
_USUAL = (2, 4, 8)
_NEAR = 0.25
"""Measures by which a phrase of four measures may be longer or shorter: a pickup, a last note held."""


@feature("form", unit="phrases in 100 measures", high=_ENDLESS, confounds=("meter", "format"), source="musegen")
def phrases_per_100_measures(view: PieceView) -> float:
    """How many phrases there are: those of the analysis; in one line alone, those that fermatas, rests and long notes
    tell.
    """
    lengths = _lengths(view)
    return NAN if lengths is None else share(len(lengths), measure_count(view.grid), 100)


@feature("form", unit="measures", dims=_MOMENTS, high=_ENDLESS, confounds=("meter", "format"), source="musegen")
def phrase_lengths(view: PieceView) -> Floats:
    """How long phrases are, as `phrases_per_100_measures` finds them, in whole measures of their meter."""
    lengths = _lengths(view)
    if lengths is None:
        return undefined(4)
    return np.array([mean(lengths), deviation(lengths), lengths.min(), lengths.max()])


@feature("form", unit="share of phrases", dims=[f"of_{size}" for size in _USUAL] + ["as_the_one_before"],
         confounds=("meter", "format"), source="Rothstein, Phrase Rhythm in Tonal Music, 1989")  # fmt: skip
def regular_phrases(view: PieceView) -> Floats:
    """How many phrases last two, four, eight measures, and how many but the first as long as the one before, give or
    take a quarter of a measure.
    """
    lengths = _lengths(view)
    if lengths is None:
        return undefined(4)
    usual = [share(np.count_nonzero(np.abs(lengths - size) <= _NEAR), len(lengths)) for size in _USUAL]
    return np.array([*usual, share(np.count_nonzero(np.abs(np.diff(lengths)) <= _NEAR), len(lengths) - 1)])


def phrase_spans(view: PieceView) -> Ints:
    """(phrase, 2): the onset and the end of each phrase, in ticks; empty in silence."""
    return kept(view, "phrase_spans", _find_spans)


def _find_spans(view: PieceView) -> Ints:
    reading = reading_of(view)
    if reading is not None:
        found = reading.phrases
    else:
        found = phrases(view.score) if len(view.notes) and view.score.measures else ()
    return np.array([(phrase.onset, phrase.end) for phrase in found], dtype=np.int64).reshape(-1, 2)


def _lengths(view: PieceView) -> Floats | None:
    """In measures; None where there is no phrase."""
    return kept(view, "phrase_lengths", _find_lengths)


def _find_lengths(view: PieceView) -> Floats | None:
    onset, end = phrase_spans(view).T
    return in_measures(view.grid, end - onset, onset) if len(onset) else None
