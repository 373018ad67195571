"""How far neighbouring lines lie apart, where they cross or meet, how their ranges overlap."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from musegen.features.counting import NAN, Floats, Ints, Numbers, each, mean, share, shares, undefined
from musegen.features.piece_view import PieceView
from musegen.features.pitch.register import line_limits
from musegen.features.registry import feature
from musegen.score.keeping import kept

_PAIRS = ("top_pair", "bottom_pair", "all")
_DISTANCES = ("crossed", "unison", "to_M3", "to_P5", "to_octave", "to_P12", "wider")
_LIMITS = (0, 1, 5, 8, 13, 20)
_SOURCE = "spacing: Huron, Music Perception 19 (2001); Aldwell & Schachter on spacing"


class Gaps(NamedTuple):
    """Between neighbouring lines, top pair first, where both sound."""

    semitones: Ints  # (time, pairs): the upper line above the lower
    time: Ints  # (time, pairs): how long; 0 where one of them rests


def gaps(view: PieceView) -> Gaps:
    """The distances of neighbouring lines in every slice."""
    return kept(view, "gaps", _found_gaps)


def _found_gaps(view: PieceView) -> Gaps:
    slices = view.slices
    pitch, sounds = slices.column("pitch").astype(np.int64), slices.sounds
    both = sounds[:, :-1] & sounds[:, 1:]
    return Gaps(pitch[:, :-1] - pitch[:, 1:], both * slices.duration[:, None])


def _of_pairs(view: PieceView, values: Numbers) -> Floats:
    """(top pair, bottom pair, all): means over the time that both lines sound."""
    time = gaps(view).time
    if not time.shape[1]:
        return undefined(3)
    totals, times = np.add.reduce(values * time), np.add.reduce(time)
    above = np.array([totals[0], totals[-1], totals.sum()])
    return each(above, np.array([times[0], times[-1], times.sum()]))


@feature("texture", dims=_PAIRS, low=-127.0, high=127.0, unit="semitones", needs="voices", source=_SOURCE)
def mean_gap(view: PieceView) -> Floats:
    """How far neighbouring lines lie apart on the average, below 0 where they cross: top pair, bottom pair, all."""
    return _mean_gaps(view)


def _mean_gaps(view: PieceView) -> Floats:
    return kept(view, "mean_gaps", lambda view: _of_pairs(view, gaps(view).semitones))


@feature("texture", dims=_PAIRS, high=127.0, unit="semitones", needs="voices", source=_SOURCE)
def gap_deviation(view: PieceView) -> Floats:
    """The deviation of the distance of neighbouring lines: of the top pair, of the bottom pair, of all."""
    average, semitones = _mean_gaps(view), gaps(view).semitones
    return np.sqrt(np.maximum(_of_pairs(view, semitones * semitones) - average * average, 0))


@feature("texture", dims=[f"{pair}_{distance}" for pair in _PAIRS[:2] for distance in _DISTANCES], unit="share of time",
         needs="voices", source=_SOURCE)  # fmt: skip
def gap_shares(view: PieceView) -> Floats:
    """How much of the time that two neighbours sound they are crossed, in unison, within a third, fifth, octave, ..."""
    semitones, time = gaps(view)
    if not time.shape[1]:
        return undefined(2 * len(_DISTANCES))
    place = np.searchsorted(np.array(_LIMITS), semitones, side="right")
    return np.concatenate([shares(place[:, pair], len(_DISTANCES), time[:, pair]) for pair in (0, -1)])


@feature("texture", dims=("crossed", "unison", "over_octave"), unit="share of time", needs="voices", source=_SOURCE)
def neighbours_time(view: PieceView) -> Floats:
    """How much of the time that neighbours both sound they are crossed, in unison, more than an octave apart."""
    semitones, time = gaps(view)
    total = np.add.reduce(time, axis=None)
    return np.array([share((time * which).sum(), total) for which in (semitones < 0, semitones == 0, semitones > 12)])


@feature("texture", unit="share of time", needs="voices", source="spacing like the overtones: Huron (2001)")
def narrower_above(view: PieceView) -> float:
    """How much of the time that three lines or more sound the top pair lies closer than the bottom pair."""
    semitones, time = gaps(view)
    if time.shape[1] < 2:
        return NAN
    both = np.minimum(time[:, 0], time[:, -1])
    return mean(semitones[:, 0] < semitones[:, -1], both)


@feature("texture", dims=("top", "bass"), unit="share of time", needs="voices",
         source="musegen: the melody on top, the bass below")  # fmt: skip
def outermost_time(view: PieceView) -> tuple[float, float]:
    """How much of its time with other lines the top line is the highest, and the bass line the lowest, or in unison."""
    slices, lines = view.slices, view.lines
    if lines.count < 2:
        return NAN, NAN
    pitch, sounds = slices.column("pitch").T, slices.sounds.T
    together = slices.duration * (np.add.reduce(sounds, axis=0) > 1)
    highest = np.maximum.reduce(np.where(sounds, pitch, -1), axis=0)
    lowest = np.minimum.reduce(np.where(sounds, pitch, 999), axis=0)
    return mean(pitch[0] == highest, together * sounds[0]), mean(pitch[-1] == lowest, together * sounds[-1])


@feature("texture", dims=_PAIRS, unit="share of both ranges", needs="voices", source="musegen: ranges of equal voices")
def range_overlap(view: PieceView) -> Floats:
    """How much of the pitches between the lowest and the highest of two neighbouring lines lie in the range of both."""
    low, high = line_limits(view)
    common = np.minimum(high[1:], high[:-1]) - np.maximum(low[1:], low[:-1]) + 1
    whole = np.maximum(high[1:], high[:-1]) - np.minimum(low[1:], low[:-1]) + 1
    if not len(whole):
        return undefined(3)
    part = np.maximum(common, 0) / whole
    return np.array([part[0], part[-1], mean(part[part == part])])  # not NaN
