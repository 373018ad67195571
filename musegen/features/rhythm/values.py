"""Note values: as written, beside the median value, how even and how various they are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from musegen.features.counting import (
    NAN,
    Floats,
    Ints,
    deviation,
    entropy,
    mean,
    middle,
    parts,
    share,
    shares,
    undefined,
)
from musegen.features.lines import TOP_BASS_ALL
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept

_VALUES = ("32nd_or_less", "16th", "dotted_16th", "8th", "dotted_8th", "quarter", "dotted_quarter", "half",
           "dotted_half", "whole", "dotted_whole", "breve_or_more")  # fmt: skip
_QUARTERS = (0.25, 0.375, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
"""Of the 16th to the breve: a value counts as the longest of these that it reaches."""
_POWERS = range(-4, 5)
_RELATIVE = [str(Fraction(2) ** power) for power in _POWERS]
_KINDS = ("plain", "dotted", "double_dotted", "triplet", "other")


def logarithms(view: PieceView) -> Floats:
    """The duration of each note in octaves of time: log2 of ticks."""
    return kept(view, "logarithms", lambda view: np.log2(view.duration))


@feature("rhythm", dims=_VALUES, unit="share of notes", source="jSymbolic 2, Rhythmic Value Histogram",
         confounds=("note_values",))  # fmt: skip
def note_value_shares(view: PieceView) -> Floats:
    """How many of the notes have each written value, ties joined; other values count as the next shorter one named."""
    limits = np.array(_QUARTERS) * view.score.ticks_per_quarter
    return shares(np.searchsorted(limits, view.duration, side="right"), len(_VALUES))


@feature("rhythm", dims=_RELATIVE, unit="share of notes", source="jSymbolic 2, Rhythmic Value Histogram; by the median")
def relative_value_shares(view: PieceView) -> Floats:
    """How many of the notes are as long as the median note, twice, half, ...: to the nearest power of two."""
    return _relative(logarithms(view))


@feature("rhythm", dims=_RELATIVE, unit="share of notes", needs="voices",
         source="jSymbolic 2, Rhythmic Value Histogram; by the median, of one line")  # fmt: skip
def top_relative_value_shares(view: PieceView) -> Floats:
    """How many of the top line's notes are as long as its median note, twice, ...: to the nearest power of two."""
    return _relative(logarithms(view)[view.lines.row[view.lines.top]])


@feature("rhythm", dims=_RELATIVE, unit="share of notes", needs="voices",
         source="jSymbolic 2, Rhythmic Value Histogram; by the median, of one line")  # fmt: skip
def bass_relative_value_shares(view: PieceView) -> Floats:
    """How many of the bass line's notes are as long as its median note, twice, ...; undefined in a single line."""
    return _relative(logarithms(view)[view.lines.row[view.lines.bass]])


def _relative(lengths: Floats) -> Floats:
    if not len(lengths):
        return undefined(len(_POWERS))
    power = np.floor(lengths - (middle(lengths) - 0.5) + 1e-9).astype(np.int64)
    return shares(np.minimum(np.maximum(power, _POWERS[0]), _POWERS[-1]) - _POWERS[0], len(_POWERS))


@feature("rhythm", dims=_KINDS, unit="share of notes", source="jSymbolic 2, Dotted Notes, Triplets")
def value_kind_shares(view: PieceView) -> Floats:
    """How many notes last a plain value, a dotted or double-dotted one, a third of one, or something else."""
    return shares(_kind(view), len(_KINDS))


def _kind(view: PieceView) -> Ints:
    """By the odd part of the duration against that of a quarter."""
    duration = view.notes["duration"]
    odd = duration // (duration & -duration)
    base = view.score.ticks_per_quarter
    base //= base & -base
    kind = np.full(len(odd), _KINDS.index("other"), dtype=np.int64)
    for number, times in enumerate((1, 3, 7)):
        kind[odd == base * times] = number
    if base % 3 == 0:
        kind[odd == base // 3] = _KINDS.index("triplet")
    return kind


@feature(
    "rhythm",
    dims=("mean", "shortest", "longest"),
    high=float("inf"),
    unit="quarters",
    source="jSymbolic 2, Average/Minimum/Maximum Note Duration, without tempo",
    confounds=("note_values",),
)
def note_lengths(view: PieceView) -> tuple[float, float, float]:
    """The mean, the least and the greatest duration of the notes as written."""
    duration, quarter = view.notes["duration"], view.score.ticks_per_quarter
    if not len(duration):
        return NAN, NAN, NAN
    return mean(duration) / quarter, float(duration.min()) / quarter, float(duration.max()) / quarter


@feature("rhythm", dims=("deviation", "mean_above_median", "longest", "shortest"), low=-40.0, high=40.0,
         unit="octaves of time", source="FANTASTIC d-features, by logarithm")  # fmt: skip
def spread_of_values(view: PieceView) -> tuple[float, float, float, float]:
    """How unequal the notes' durations are, in powers of two.

    Their deviation; the mean, the longest and the shortest above the median.
    """
    length = logarithms(view)
    if not len(length):
        return NAN, NAN, NAN, NAN
    median = middle(length)
    return deviation(length), mean(length) - median, float(length.max()) - median, float(length.min()) - median


@feature("rhythm", dims=("values", "common"), high=float("inf"), unit="different values",
         source="music21.features QL1; jSymbolic 2, Number of Common Rhythmic Values")  # fmt: skip
def number_of_values(view: PieceView) -> tuple[float, float]:
    """How many different durations the notes have, and how many of these 15 % of the notes or more."""
    counts = _value_counts(view)
    total = counts.sum()
    return float(len(counts)), float(np.count_nonzero(counts >= 0.15 * total)) if total else NAN


@feature("rhythm", dims=("first", "second_to_first"), unit="share of notes; ratio",
         source="music21.features QL3; jSymbolic 2, Prevalence of Most Common Rhythmic Value")  # fmt: skip
def commonest_value_share(view: PieceView) -> tuple[float, float]:
    """How many of the notes have the commonest duration, and how many the second has for one of the first."""
    counts = np.sort(_value_counts(view))
    if not len(counts):
        return NAN, NAN
    return share(counts[-1], counts.sum()), share(counts[-2], counts[-1]) if len(counts) > 1 else 0.0


@feature("rhythm", high=16.0, unit="bits", source="FANTASTIC d.entropy")
def value_entropy(view: PieceView) -> float:
    """How evenly the notes are spread over their different durations."""
    counts = _value_counts(view)
    return entropy(parts(counts)) if len(counts) else NAN


def _value_counts(view: PieceView) -> Ints:
    """How often each duration occurs."""
    return kept(view, "value_counts", _counted)


def _counted(view: PieceView) -> Ints:
    ordered = np.sort(view.duration)
    changes = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    return np.diff(np.concatenate([[0], changes, [len(ordered)]])) if len(ordered) else changes


@feature("rhythm", dims=TOP_BASS_ALL, high=200.0, unit="nPVI", needs="voices",
         source="Grabe & Low (2002); Patel & Daniele, Cognition 87 (2003)")  # fmt: skip
def npvi(view: PieceView) -> Floats:
    """The normalised pairwise variability of durations: how unlike neighbouring notes are, 0 where all are even."""
    lines = view.lines
    length = lines.duration
    before, after = length[lines.moves.to - 1], length[lines.moves.to]
    return 100 * lines.means(2 * np.abs(after - before) / (after + before), lines.moves.line)


@feature("rhythm", low=-40.0, high=40.0, unit="octaves of time", needs="voices",
         source="final lengthening, musegen")  # fmt: skip
def last_note_length(view: PieceView) -> float:
    """How long the top line's last note is against its median note, in powers of two."""
    length = logarithms(view)[view.lines.row[view.lines.top]]
    return float(length[-1]) - middle(length) if len(length) else NAN
