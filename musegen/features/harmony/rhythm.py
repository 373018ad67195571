"""Harmonic rhythm: how often the root changes, how evenly, and where in the measure; what is held under the changes."""

from __future__ import annotations

import numpy as np

from musegen.features.accents import ACCENTS, accents, felt_beats, in_measures, measures_at
from musegen.features.chord_columns import chord_columns
from musegen.features.counting import NAN, Floats, deviation, mean, share, shares, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature

_ENDLESS = float("inf")
_PEDAL = 3
"""Harmonies over one bass that make it a pedal point."""


@feature("harmony", unit="changes a measure", high=_ENDLESS, needs="chords", confounds=("meter",),
         source="Swain, Harmonic Rhythm, 2002, root rhythm")  # fmt: skip
def chord_changes_per_measure(view: PieceView) -> float:
    """How many new roots a measure brings; inversions and sevenths of a root are no change."""
    found = chord_columns(view)
    if found is None:
        return NAN
    return share(len(found.changes), float(in_measures(view.grid, found.duration, found.onset).sum()))


@feature("harmony", unit="felt beats", dims=("mean", "deviation"), high=_ENDLESS, needs="chords", confounds=("meter",),
         source="Swain, Harmonic Rhythm, 2002, root rhythm")  # fmt: skip
def harmony_lengths(view: PieceView) -> Floats:
    """How long a root lasts, in felt beats (a dotted quarter in 6/8): mean and deviation."""
    found = chord_columns(view)
    if found is None:
        return undefined(2)
    onset = found.onset[found.changes]
    ends = np.append(onset[1:], found.onset[-1] + found.duration[-1])
    beats = (ends - onset) / felt_beats(view.grid)[measures_at(view.grid, onset)]
    return np.array([mean(beats), deviation(beats)])


@feature("harmony", unit="share of changes", dims=ACCENTS, needs="chords", confounds=("meter",),
         source="Laitz, The Complete Musician")  # fmt: skip
def chord_changes_by_accent(view: PieceView) -> Floats:
    """Where new roots come in: on a downbeat, mid-measure, on another pulse, between pulses."""
    found = chord_columns(view)
    if found is None:
        return undefined(len(ACCENTS))
    return shares(accents(view.grid, found.onset[found.changes]), len(ACCENTS), found.confidence[found.changes])


@feature("harmony", unit="share of downbeats", needs="chords", confounds=("meter",), source="Swain, 2002")
def downbeats_with_new_chord(view: PieceView) -> float:
    """Of the downbeats after the first chord, how many bring a new root."""
    found = chord_columns(view)
    if found is None:
        return NAN
    onset = found.onset[found.changes]
    bars = view.grid.onset
    bars = bars[(bars > onset[0]) & (bars < found.onset[-1] + found.duration[-1])]
    return share(np.count_nonzero(onset[np.searchsorted(onset, bars, side="right") - 1] == bars), len(bars))


@feature("harmony", unit="share of time", needs="chords", source="Aldwell & Schachter on pedal points")
def pedal_share(view: PieceView) -> float:
    """How much of the time lies over pedal points: the lowest note is the same where three roots or more begin."""
    found = chord_columns(view)
    slices = view.slices
    if found is None or not len(slices):
        return NAN
    onset = found.onset[found.changes]
    lengths = np.diff(np.append(onset, found.onset[-1] + found.duration[-1]))
    low = slices.lowest[slices.at(onset)]
    pitch = np.where(low >= 0, slices.notes["pitch"][low], -1)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(pitch) != 0) + 1])
    counts = np.diff(np.append(starts, len(pitch)))
    held = (counts >= _PEDAL) & (pitch[starts] >= 0)
    return share(float(np.add.reduceat(lengths, starts)[held].sum()), float(lengths.sum()))
