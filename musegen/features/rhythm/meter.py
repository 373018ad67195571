"""Places in the measure: where notes begin, how strong those places are, what is held across stronger ones."""

from __future__ import annotations

import numpy as np

from musegen.features.counting import NAN, Floats, Ints, each, mean, share, shares
from musegen.features.grid import LEVELS
from musegen.features.lines import TOP_BASS_ALL
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.features.rhythm.values import logarithms
from musegen.score.keeping import kept

_SIXTEENTHS = [str(number) for number in range(16)]
_TWELFTHS = [str(number) for number in range(12)]
_LEVELS = ("measure", "2", "3", "4", "5", "6", "off_grid")
_METERS = ("2", "3", "4", "5", "6", "7", "9", "12", "other")
_SYNCOPATION = "Longuet-Higgins & Lee, Music Perception 1 (1984); Fitch & Rosenfeld, Music Perception 25 (2007)"


@feature("rhythm", dims=_SIXTEENTHS, unit="share of onsets", source="onset profiles: Palmer & Krumhansl (1990)",
         confounds=("meter",))  # fmt: skip
def onset_place_shares(view: PieceView) -> Floats:
    """How many of the notes begin in each sixteenth of the measure; a pickup counts as the end of a measure."""
    return shares(_sixteenths(view), 16)


@feature("rhythm", dims=_SIXTEENTHS, unit="share of onsets", source="onset profiles: Palmer & Krumhansl (1990)",
         needs="voices", confounds=("meter",))  # fmt: skip
def top_onset_place_shares(view: PieceView) -> Floats:
    """How many of the top line's notes begin in each sixteenth of the measure."""
    return shares(_sixteenths(view)[view.lines.row[view.lines.top]], 16)


@feature("rhythm", dims=_TWELFTHS, unit="share of onsets", source="onset profiles: Palmer & Krumhansl (1990)",
         confounds=("meter",))  # fmt: skip
def onset_in_beat_shares(view: PieceView) -> Floats:
    """How many of the notes begin in each twelfth of the beat (the denominator's unit)."""
    beat = view.grid.beat_of_note
    return shares(view.grid.place % beat * 12 // beat, 12)


def _sixteenths(view: PieceView) -> Ints:
    return kept(view, "sixteenths", _found_sixteenths)


def _found_sixteenths(view: PieceView) -> Ints:
    grid = view.grid
    return np.asarray(np.minimum(np.maximum(grid.place * 16 // grid.full_of_note, 0), 15))


@feature("rhythm", dims=_LEVELS, unit="share of onsets", confounds=("meter",),
         source="Lerdahl & Jackendoff (1983), ch. 4; Huron (2006), ch. 10")  # fmt: skip
def onset_level_shares(view: PieceView) -> Floats:
    """How many of the notes begin on each level of the meter: the barline, then what each finer division adds.

    4/4 has 4, 2, 1, 1/2, 1/4 and 1/8 quarters, 6/8 has 3, 3/2, 1/2, 1/4, 1/8 and 1/16; triplets are off the grid.
    """
    return shares(view.grid.level, LEVELS + 1)


@feature("rhythm", dims=_LEVELS, low=-40.0, high=40.0, unit="octaves of time", confounds=("meter",),
         source="agogic accent; Lerdahl & Jackendoff (1983), ch. 4")  # fmt: skip
def length_by_level(view: PieceView) -> Floats:
    """How long the notes that begin on each level of the meter are against all notes: means of powers of two."""
    level, length = view.grid.level, logarithms(view)
    counts = np.bincount(level, minlength=LEVELS + 1)
    return each(np.bincount(level, length, minlength=LEVELS + 1), counts) - mean(length)


def _syncopations(view: PieceView) -> Floats:
    """Of each note of the lines: how many levels the strongest place that it is held over lies above its own."""
    return kept(view, "syncopations", _found_syncopations)


def _found_syncopations(view: PieceView) -> Floats:
    lines, grid = view.lines, view.grid
    if not len(grid.onset) or not len(lines.row):
        return np.zeros(len(lines.row))
    measure, place = grid.measure[lines.row], grid.place[lines.row]
    until = place + _times(view) - 1  # the last tick before the next onset
    units = grid.levels[measure]
    crossed = until[:, None] // units > place[:, None] // units
    strongest = np.where(crossed.any(axis=1), crossed.argmax(axis=1), LEVELS)
    return np.asarray(np.maximum(grid.level[lines.row] - strongest, 0).astype(np.float64))


def _times(view: PieceView) -> Ints:
    """From each note's onset to the next of its line; of the last note its duration."""
    time = view.lines.duration.copy()
    time[view.lines.moves.to - 1] = view.lines.moves.ioi
    return np.maximum(time, 1)


@feature("rhythm", dims=TOP_BASS_ALL, high=float(LEVELS), unit="levels a note", needs="voices", source=_SYNCOPATION,
         confounds=("meter",))  # fmt: skip
def syncopation(view: PieceView) -> Floats:
    """How many levels of the meter the strongest place that a note is held (or rests) over lies above its own.

    The mean of all notes; a note that is held over none stronger counts as 0.
    """
    return view.lines.means(_syncopations(view), view.lines.line)


@feature("rhythm", dims=TOP_BASS_ALL, unit="share of notes", needs="voices", source=_SYNCOPATION,
         confounds=("meter",))  # fmt: skip
def syncopated_share(view: PieceView) -> Floats:
    """How many notes are held over a place that is stronger than where they begin."""
    return view.lines.means(_syncopations(view) > 0, view.lines.line)


@feature("rhythm", unit="share of barlines", needs="voices", source="musegen: ties over barlines", confounds=("meter",))
def held_over_barline(view: PieceView) -> float:
    """How many of the places where a line passes a barline sounding are held over it, not struck; of all lines."""
    grid, lines = view.grid, view.lines
    if not len(grid.onset):
        return NAN
    last = np.searchsorted(grid.onset, lines.end - 1, side="right") - 1
    crossed = int((last - grid.measure[lines.row]).clip(0).sum())
    return share(crossed, crossed + np.count_nonzero(grid.level[lines.row] == 0))


@feature("rhythm", dims=_METERS, unit="share of time", confounds=("meter",),
         source="jSymbolic 2, Initial Time Signature; music21.features R31")  # fmt: skip
def meter_shares(view: PieceView) -> Floats:
    """How much of the piece's time each number of units in a measure has (the numerator of the time signature)."""
    return _meter_shares(view)


def _meter_shares(view: PieceView) -> Floats:
    numerators = [measure.time_signature.numerator for measure in view.score.measures]
    names = {int(name): number for number, name in enumerate(_METERS[:-1])}
    codes = np.array([names.get(numerator, len(names)) for numerator in numerators], dtype=np.int64)
    return shares(codes, len(_METERS), view.grid.length)


@feature(
    "rhythm",
    dims=("simple_duple", "simple_triple", "compound", "irregular"),
    unit="share of time",
    source="jSymbolic 2, Compound or Simple Metre, Triple Metre; music21.features R32, R33",
    confounds=("meter",),
)
def meter_kind_shares(view: PieceView) -> Floats:
    """How much of the piece's time is in 2 or 4, in 3, in 6, 9, 12, ... and in other numbers of units a measure."""
    counts = _meter_shares(view)
    twos, threes, compound = counts[0] + counts[2], counts[1], counts[4] + counts[6] + counts[7]
    return np.array([twos, threes, compound, counts[3] + counts[5] + counts[8]])


@feature(
    "rhythm",
    dims=("changes", "unit"),
    high=float("inf"),
    unit="changes a measure; quarters",
    source="jSymbolic 2, Metrical Changes; music21.features R35",
    confounds=("meter", "note_values"),
)
def meter_changes(view: PieceView) -> tuple[float, float]:
    """How often the time signature changes a measure, and the mean length of its unit."""
    grid = view.grid
    if not len(grid.onset):
        return NAN, NAN
    changes = np.count_nonzero((np.diff(grid.levels[:, 0]) != 0) | (np.diff(grid.beat) != 0))
    return share(changes, len(grid.onset)), mean(grid.beat) / view.score.ticks_per_quarter


@feature("rhythm", high=1.0, unit="share of a measure", source="musegen: anacrusis", confounds=("meter",))
def pickup_length(view: PieceView) -> float:
    """How long the pickup is, 0 without one."""
    measures = view.score.measures
    if not measures:
        return NAN
    return min(share(measures[0].length, view.grid.levels[0, 0]), 1.0) if measures[0].is_pickup else 0.0
