"""How sonorities are spaced: how wide they are, close or open, where the gaps lie, and how full they sound."""

from __future__ import annotations

import numpy as np

from musegen.features.counting import Floats, deviation, mean, share, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.features.vertical.sonorities import sonorities

_SPANS = ("mean", "deviation", "top_gap", "bottom_gap")
_POSITIONS = ("close", "open", "wide_gap", "unison")


@feature("vertical", unit="semitones", dims=_SPANS, high=127.0, needs="voices", source="musegen")
def sonority_spans(view: PieceView) -> Floats:
    """How wide sonorities are from the lowest to the highest note, mean and deviation; and the mean gap between the
    two highest and between the two lowest sounding lines. Weighted by duration.
    """
    found = sonorities(view)
    if found is None:
        return undefined(4)
    falling, weight = found.falling, found.duration
    rows, last = np.arange(len(falling)), found.count - 1
    top = falling[:, 0] - falling[:, 1]
    bottom = falling[rows, last - 1] - falling[rows, last]
    span = falling[:, 0]
    return np.array([mean(span, weight), deviation(span, weight), mean(top, weight), mean(bottom, weight)])


@feature("vertical", unit="share of time", dims=_POSITIONS, needs="voices", source="Aldwell & Schachter, ch. 6")
def sonority_positions(view: PieceView) -> Floats:
    """How chords of three lines or more lie: in close position (all lines but the lowest inside an octave), in open
    position, with more than an octave between two upper neighbours, with two lines on one pitch.
    """
    found = sonorities(view)
    full = np.flatnonzero(found.count > 2) if found else np.zeros(0, dtype=np.intp)
    if found is None or not len(full):
        return undefined(4)
    falling, count, weight = found.falling[full], found.count[full], found.duration[full]
    rows = np.arange(len(full))
    close = falling[:, 0] - falling[rows, count - 2] < 12
    gaps = falling[:, :-1] - falling[:, 1:]
    place = np.arange(gaps.shape[1])
    wide = ((gaps > 12) & (place < (count - 2)[:, None])).any(axis=1)
    unison = ((gaps == 0) & (place < (count - 1)[:, None])).any(axis=1)
    return np.asarray(np.array([kind @ weight for kind in (close, ~close, wide, unison)]) / weight.sum())


@feature("vertical", unit="pitch classes", high=12.0, needs="voices", source="musegen")
def pitch_classes_at_a_time(view: PieceView) -> float:
    """How many different pitch classes sound together on average, where two lines or more sound."""
    found = sonorities(view)
    return mean(np.bitwise_count(found.shape), found.duration) if found else share(0, 0)
