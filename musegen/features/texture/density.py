"""How many lines there are, how many sound at a time, how often they rest."""

from __future__ import annotations

import numpy as np

from musegen.features.counting import NAN, Floats, Ints, deviation, each, mean, share, shares, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept

_MOST = 6
_COUNTS = [str(count) for count in range(_MOST)] + [f"{_MOST}_or_more"]


def sounding(view: PieceView) -> Ints:
    """(time,): how many lines sound in each slice."""
    return kept(view, "sounding", lambda view: np.add.reduce(view.slices.sounds, axis=1))


@feature("texture", unit="lines", high=float("inf"), needs="voices", confounds=("parts",),
         source="jSymbolic 2, Maximum Number of Independent Voices")  # fmt: skip
def number_of_lines(view: PieceView) -> float:
    """How many lines the piece has."""
    return float(view.lines.count)


@feature("texture", dims=("mean", "deviation"), high=float("inf"), unit="lines", needs="voices", confounds=("parts",),
         source="jSymbolic 2, Average (Variability of) Number of Independent Voices; by time")  # fmt: skip
def lines_at_a_time(view: PieceView) -> tuple[float, float]:
    """How many lines sound at a time: the mean over the piece's time, and the deviation."""
    count, time = sounding(view), view.slices.duration
    return mean(count, time), deviation(count, time)


@feature("texture", dims=_COUNTS, unit="share of time", needs="voices", confounds=("parts",),
         source="jSymbolic 2, voice statistics; as a histogram")  # fmt: skip
def sounding_line_shares(view: PieceView) -> Floats:
    """How much of the time none, one, two, ... lines sound."""
    return shares(np.minimum(sounding(view), _MOST), _MOST + 1, view.slices.duration)


@feature("texture", dims=("all", "one", "mean"), unit="share of time; of lines", needs="voices",
         source="musegen: fullness whatever the number of lines")  # fmt: skip
def fullness(view: PieceView) -> tuple[float, float, float]:
    """How much of the time all lines sound, and exactly one of several; how many of the lines sound at a time."""
    count, time, lines = sounding(view), view.slices.duration, view.lines.count
    alone = mean(count == 1, time) if lines > 1 else NAN
    return mean(count == lines, time), alone, share(mean(count, time), lines)


@feature("texture", high=float("inf"), unit="changes a measure", needs="voices", confounds=("meter",),
         source="musegen: entries and exits")  # fmt: skip
def entries_and_exits(view: PieceView) -> float:
    """How often a line falls silent or comes in again, for each line and measure."""
    sounds = view.slices.sounds
    return share(np.count_nonzero(sounds[1:] != sounds[:-1]), view.lines.count * len(view.grid.onset))


@feature("texture", dims=("top", "bass", "mean", "most"), unit="share of time", needs="voices",
         source="jSymbolic 2, Rest Fraction; by line")  # fmt: skip
def rest_shares(view: PieceView) -> Floats:
    """How much of the time between the piece's first onset and its end a line rests: top, bass, the mean, the most."""
    time = view.slices.duration
    rests = 1 - each(time @ view.slices.sounds, np.array([np.add.reduce(time)]))
    if not len(rests):
        return undefined(4)
    return np.array([rests[0], rests[-1] if len(rests) > 1 else NAN, mean(rests), rests.max()])


@feature("texture", dims=("1", "2", "3", "4"), low=-1.0, unit="share of lines", needs="voices", source="musegen")
def fullness_by_quarter(view: PieceView) -> Floats:
    """How many of the lines sound in each quarter of the piece's time, less the mean of the whole.

    A slice belongs to the quarter where it begins.
    """
    slices, count = view.slices, sounding(view)
    if not len(slices):
        return undefined(4)
    length = int(slices.onset[-1] + slices.duration[-1] - slices.onset[0])
    quarter = (slices.onset - slices.onset[0]) * 4 // length
    totals = np.bincount(quarter, count * slices.duration, minlength=4)
    there = each(totals, np.bincount(quarter, slices.duration, minlength=4))
    return (there - mean(count, slices.duration)) / view.lines.count


@feature(
    "texture", unit="share of notes", needs="voices", confounds=("parts",), source="musegen: chords beyond the lines"
)
def notes_outside_lines(view: PieceView) -> float:
    """How many notes are in no line: doublings, and what chords have more than their staff has voices."""
    return share(np.count_nonzero(view.voices.line < 0), len(view.notes))


@feature("texture", dims=("top", "bass", "evenness"), unit="share of notes; relative entropy", needs="voices",
         source="jSymbolic 2, Voice Equality - Number of Notes; by entropy")  # fmt: skip
def notes_by_line(view: PieceView) -> tuple[float, float, float]:
    """How many of the lines' notes the top and the bass line have; how evenly all lines share them, 1 where equally."""
    counts = np.diff(np.array(view.lines.bounds))
    total = counts.sum()
    if not total or view.lines.count < 2:
        return share(total, total), NAN, NAN
    parts = counts[counts > 0] / total
    return parts[0], parts[-1], max(-float(parts.dot(np.log2(parts))), 0.0) / float(np.log2(len(counts)))
