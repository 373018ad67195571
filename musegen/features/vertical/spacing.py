"""How sonorities are spaced: how wide they are, close or open, and how full they sound."""

from __future__ import annotations

import numpy as np

from musegen.features.counting import NAN, Floats, deviation, mean, share, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.features.vertical.sonorities import sonorities


@feature("vertical", unit="semitones", dims=("mean", "deviation"), high=127.0, needs="voices", source="musegen")
def sonority_spans(view: PieceView) -> Floats:
    """How wide sonorities are from the lowest to the highest note, weighted by duration."""
    found = sonorities(view)
    if found is None:
        return undefined(2)
    span = found.above.max(axis=1)
    return np.array([mean(span, found.duration), deviation(span, found.duration)])


@feature("vertical", unit="share of time", needs="voices", source="Aldwell & Schachter on four-part writing")
def close_positions(view: PieceView) -> float:
    """How much of the time of three sounding lines or more all but the lowest lie inside an octave."""
    found = sonorities(view)
    full = np.flatnonzero(found.count > 2) if found else np.zeros(0, dtype=np.intp)
    if found is None or not len(full):
        return NAN
    falling, weight = found.falling[full], found.duration[full]
    lowest_but_one = falling[np.arange(len(full)), found.count[full] - 2]
    return share(weight[falling[:, 0] - lowest_but_one < 12].sum(), weight.sum())


@feature("vertical", unit="pitch classes", high=12.0, needs="voices", source="musegen")
def pitch_classes_at_a_time(view: PieceView) -> float:
    """How many different pitch classes sound together on average, where two lines or more sound."""
    found = sonorities(view)
    return mean(np.bitwise_count(found.shape), found.duration) if found else NAN
