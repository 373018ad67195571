"""Melodic intervals: how often each occurs, how large they are, which are the commonest."""

from __future__ import annotations

import numpy as np

from musegen.features.counting import NAN, Floats, Ints, each, entropy, share, undefined
from musegen.features.lines import TOP_BASS_ALL
from musegen.features.melody.kinds import KINDS, kinds
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept

_OCTAVE = 12
_SIGNED = [f"{size:+d}" if size else "0" for size in range(-_OCTAVE, _OCTAVE + 1)]
_COMMON = 0.09  # of the moves: jSymbolic's definition of a common interval
_ARPEGGIO = (0, 3, 4, 7, 10, 11, 12, 15, 16)  # jSymbolic's intervals of broken chords
_SOURCE = "jSymbolic 2, Melodic Interval Histogram, with direction; FANTASTIC i-features"


def _by_line(view: PieceView) -> Floats:
    """(top bass all, 25): shares of the moves by semitones, from an octave down to an octave up."""
    return kept(view, "interval_shares", _interval_shares)


def _interval_shares(view: PieceView) -> Floats:
    moves = view.lines.moves
    place = np.minimum(np.maximum(moves.semitones, -_OCTAVE), _OCTAVE) + _OCTAVE
    return view.lines.shares(place, 2 * _OCTAVE + 1, moves.line)


@feature("melody", dims=_SIGNED, unit="share of moves", source=_SOURCE, needs="voices")
def interval_shares(view: PieceView) -> Floats:
    """How many of the moves from note to note in all lines are of each size in semitones, up positive.

    Rests between two notes are passed over; what is larger than an octave counts as an octave.
    """
    return np.asarray(_by_line(view)[2])


@feature("melody", dims=_SIGNED, unit="share of moves", source=_SOURCE, needs="voices")
def top_interval_shares(view: PieceView) -> Floats:
    """How many of the moves of the top line are of each size in semitones, up positive; as in `interval_shares`."""
    return np.asarray(_by_line(view)[0])


@feature("melody", dims=_SIGNED, unit="share of moves", source=_SOURCE, needs="voices")
def bass_interval_shares(view: PieceView) -> Floats:
    """How many of the moves of the bass line are of each size in semitones; undefined in a single line."""
    return np.asarray(_by_line(view)[1])


@feature("melody", dims=[f"{line}_{kind}" for line in TOP_BASS_ALL for kind in KINDS], unit="share of moves",
         source="jSymbolic 2, Stepwise Motion, Melodic Thirds, Repeated Notes; by staff steps", needs="voices",
         confounds=("format",))  # fmt: skip
def move_shares(view: PieceView) -> Floats:
    """How many of the moves of the top line, the bass line and all lines are leaps, thirds, steps, repeated notes.

    By staff steps: a fourth or more is a leap, C to C sharp a step.
    """
    return view.lines.shares(kinds(view), len(KINDS), view.lines.moves.line).reshape(-1)


@feature("melody", dims=TOP_BASS_ALL, high=127.0, unit="semitones", needs="voices",
         source="jSymbolic 2, Average Melodic Interval; music21.features M2; FANTASTIC i.abs.mean")  # fmt: skip
def mean_interval(view: PieceView) -> Floats:
    """How far a move goes on the average, repeated notes included."""
    return view.lines.means(_sizes(view), view.lines.moves.line)


@feature("melody", dims=TOP_BASS_ALL, high=127.0, unit="semitones", needs="voices", source="FANTASTIC i.abs.std")
def interval_deviation(view: PieceView) -> Floats:
    """The standard deviation of the sizes of the moves."""
    lines, sizes = view.lines, _sizes(view)
    means = lines.means(sizes, lines.moves.line)
    return np.sqrt(np.maximum(lines.means(sizes * sizes, lines.moves.line) - means * means, 0))


@feature("melody", dims=("top_up", "top_down", "bass_up", "bass_down"), high=127.0, unit="semitones", needs="voices",
         source="jSymbolic 2, Largest Melodic Interval; by direction")  # fmt: skip
def largest_intervals(view: PieceView) -> list[float]:
    """The largest move up and down of the top and of the bass line, 0 where there is none in that direction."""
    found: list[float] = []
    for moves in view.lines.move_bounds():
        semitones = view.lines.moves.semitones[moves]
        some = len(semitones) > 0
        found += [float(semitones.max(initial=0)), float(-semitones.min(initial=0))] if some else [NAN, NAN]
    return found


@feature("melody", dims=TOP_BASS_ALL, unit="share of moves that change pitch", needs="voices",
         source="jSymbolic 2, Melodic Direction; music21.features M17")  # fmt: skip
def rising_share(view: PieceView) -> Floats:
    """How many of the moves to another pitch rise."""
    lines, moves = view.lines, view.lines.moves
    rises = np.bincount(moves.line[moves.semitones > 0], minlength=lines.count)
    all_moves = np.bincount(moves.line[moves.semitones != 0], minlength=lines.count)
    return lines.ratios(rises, all_moves)


@feature("melody", dims=TOP_BASS_ALL, high=4.7, unit="bits", needs="voices", source="FANTASTIC i.entropy")
def interval_entropy(view: PieceView) -> list[float]:
    """How evenly the moves are spread over the 25 sizes of `interval_shares`."""
    return [entropy(line) for line in _by_line(view)]


@feature("melody", dims=("size", "to_second"), high=127.0, unit="semitones", needs="voices",
         source="jSymbolic 2, Most Common Melodic Interval, Distance Between ...; music21.features M3, M4")  # fmt: skip
def commonest_interval(view: PieceView) -> tuple[float, float]:
    """The size of the commonest move, and how far the second is from it; of equally common ones the smaller counts."""
    first, second = _order(view)
    return first, abs(second - first)


@feature(
    "melody",
    dims=("first", "second_to_first"),
    unit="share of moves; ratio",
    needs="voices",
    source="jSymbolic 2, Prevalence ..., Relative Prevalence of Most Common Melodic Intervals; music21 M5, M6",
)
def commonest_interval_share(view: PieceView) -> tuple[float, float]:
    """How many of the moves have the commonest size, and how many the second has for one of the first."""
    counts = _size_counts(view)
    if not counts.any():
        return NAN, NAN
    second, first = np.sort(np.append(counts, 0))[-2:]
    return share(first, counts.sum()), share(second, first)


@feature("melody", high=11.0, unit="intervals", needs="voices",
         source="jSymbolic 2, Number of Common Melodic Intervals; music21.features M7")  # fmt: skip
def number_of_common_intervals(view: PieceView) -> float:
    """How many sizes have 9 % of the moves or more."""
    counts = _size_counts(view)
    total = counts.sum()
    return float(np.count_nonzero(counts >= _COMMON * total)) if total else NAN


@feature("melody", unit="share of moves", needs="voices",
         source="jSymbolic 2, Amount of Arpeggiation; music21.features M8")  # fmt: skip
def arpeggiation(view: PieceView) -> float:
    """How many of the moves are repeated notes, thirds, fifths, sevenths, octaves or tenths, as in broken chords."""
    counts = _size_counts(view)
    return share(sum(int(counts[size]) for size in _ARPEGGIO if size < len(counts)), counts.sum())


@feature(
    "melody",
    dims=("minor_second", "chromatic_semitone", "augmented_second", "tritone", "other"),
    unit="share of moves",
    needs="voices",
    source="musegen: melodic intervals by spelling",
    confounds=("format",),
)
def spelled_interval_shares(view: PieceView) -> Floats:
    """How many of the moves are minor seconds, or augmented and diminished: semitones, seconds, fourths, others.

    The interval is a distance on the line of fifths: its inversion and its compounds count with it.
    """
    moves, fifths = view.lines.moves, view.lines.fifths
    far = np.abs(fifths[moves.to] - fifths[moves.to - 1])
    counts = np.bincount(np.minimum(far, 20), minlength=21)
    told = np.array([counts[5], counts[7], counts[9], counts[6], counts[8] + counts[10:].sum()])
    return told / len(far) if len(far) else undefined(5)


@feature("melody", dims=("to_barline", "elsewhere"), high=127.0, unit="semitones", needs="voices",
         source="musegen: leaps and accent", confounds=("meter",))  # fmt: skip
def interval_by_accent(view: PieceView) -> Floats:
    """How far a move goes on the average that leads over or to a barline's note, and one that leads elsewhere."""
    lines, sizes = view.lines, _sizes(view)
    weak = (view.grid.level[lines.row[lines.moves.to]] > 0).astype(np.int64)
    return each(np.bincount(weak, sizes, minlength=2), np.bincount(weak, minlength=2))


def _sizes(view: PieceView) -> Ints:
    return kept(view, "move_sizes", lambda view: np.abs(view.lines.moves.semitones))


def _size_counts(view: PieceView) -> Ints:
    return kept(view, "size_counts", lambda view: np.bincount(_sizes(view), minlength=1))


def _order(view: PieceView) -> tuple[float, float]:
    """The two commonest sizes; NaN where there are none."""
    counts = _size_counts(view)
    found = [float(size) for size in np.argsort(-counts, kind="stable")[:2] if counts[size]]
    first, second = [*found, NAN, NAN][:2]
    return first, second
