"""Which pitches are common and how much commoner than the next, and how many different ones there are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.counting import NAN, Ints, share
from musegen.features.piece_view import PieceView
from musegen.features.pitch.final import final
from musegen.features.registry import feature
from musegen.score.keeping import kept

_COMMON = 0.09  # of the notes: jSymbolic's definition of a common pitch


class Tally(NamedTuple):
    """How often each of some values occurs, and the two commonest."""

    counts: npt.NDArray[np.int64]
    total: int
    first: int  # -1 where there is none
    second: int


@feature("pitch", dims=("pitches", "classes"), high=128.0, unit="different values",
         source="jSymbolic 2, Pitch Variety, Pitch Class Variety; music21.features P8, P9")  # fmt: skip
def pitch_variety(view: PieceView) -> tuple[float, float]:
    """How many different pitches and pitch classes there are."""
    return float(np.count_nonzero(_pitches(view).counts)), float(np.count_nonzero(_classes(view).counts))


@feature("pitch", dims=("pitch", "class"), unit="share of notes",
         source="jSymbolic 2, Prevalence of Most Common Pitch (Class); music21.features P1, P2")  # fmt: skip
def commonest_pitch_share(view: PieceView) -> tuple[float, float]:
    """How many of the notes have the commonest pitch, and the commonest pitch class."""
    pitches, found = _pitches(view), _classes(view)
    return _share(pitches), _share(found)


@feature("pitch", dims=("pitch", "class"), unit="ratio",
         source="jSymbolic 2, Relative Prevalence of Top Pitches (Classes); music21.features P3, P4")  # fmt: skip
def second_pitch_strength(view: PieceView) -> tuple[float, float]:
    """How common the second pitch, and pitch class, is beside the commonest; undefined where there is one only."""
    pitches, found = _pitches(view), _classes(view)
    return _strength(pitches), _strength(found)


@feature("pitch", dims=("pitch", "class"), high=127.0, unit="semitones",
         source="jSymbolic 2, Interval Between Most Prevalent Pitches (Classes); music21.features P5, P6")  # fmt: skip
def interval_of_commonest(view: PieceView) -> tuple[float, float]:
    """How far the second pitch is from the commonest, and the second pitch class upwards from the commonest, to 11.

    Of equally common ones the lower counts, of classes the first above the final.
    """
    pitches, found = _pitches(view), _classes(view)
    apart = abs(pitches.second - pitches.first) if pitches.second >= 0 else NAN
    return apart, (found.second - found.first) % 12 if found.second >= 0 else NAN


@feature("pitch", high=11.0, unit="pitches",
         source="jSymbolic 2, Number of Common Pitches; music21.features P7")  # fmt: skip
def number_of_common_pitches(view: PieceView) -> float:
    """How many pitches have 9 % of the notes or more."""
    found = _pitches(view)
    return float(np.count_nonzero(found.counts >= _COMMON * found.total)) if found.total else NAN


@feature("pitch", unit="share of notes", source="jSymbolic 2, Dominant Spread, in shares")
def fifth_related_share(view: PieceView) -> float:
    """How many notes are in the longest row of pitch classes by fifths in which each has 9 % of the notes or more."""
    found = _classes(view)
    if not found.total:
        return NAN
    by_fifths = found.counts[np.arange(24) * 7 % 12].tolist()
    best = running = length = 0
    for count in by_fifths:
        common = count >= _COMMON * found.total and length < 12
        running, length = (running + count, length + 1) if common else (0, 0)
        best = max(best, running)
    return share(best, found.total)


def _pitches(view: PieceView) -> Tally:
    """Of pitches above the lowest one."""
    return kept(view, "pitch_tally", lambda view: _tally(view.pitch - view.pitch.min(initial=127)))


def _classes(view: PieceView) -> Tally:
    """Of pitch classes above the final."""
    return kept(view, "class_tally", lambda view: _tally((view.pitch - final(view).pitch) % 12, 12))


def _tally(values: Ints, bins: int = 0) -> Tally:
    counts = np.bincount(values, minlength=bins)
    if not len(values):
        return Tally(counts, 0, -1, -1)
    order = np.argsort(-counts, kind="stable")[:2].tolist()
    second = order[1] if len(order) > 1 and counts[order[1]] else -1
    return Tally(counts, len(values), order[0], second)


def _share(tally: Tally) -> float:
    return share(tally.counts[tally.first], tally.total) if tally.total else NAN


def _strength(tally: Tally) -> float:
    return share(tally.counts[tally.second], tally.counts[tally.first]) if tally.second >= 0 else NAN
