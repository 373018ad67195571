"""How many notes there are to a beat, a measure, a quarter; how long the piece is."""

from __future__ import annotations

import numpy as np

from musegen.features.counting import NAN, Floats, Ints, mean, parts, share, undefined
from musegen.features.lines import TOP_BASS_ALL
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept

_INFINITE = float("inf")


def onsets(view: PieceView) -> Ints:
    """The different onsets of the piece, in order."""
    return kept(view, "onsets", _found_onsets)


def _found_onsets(view: PieceView) -> Ints:
    onset = view.notes["onset"]  # in order already
    new = np.ones(len(onset), dtype=bool)
    new[1:] = onset[1:] != onset[:-1]
    return onset[new]


@feature("rhythm", dims=TOP_BASS_ALL, high=_INFINITE, unit="notes a beat", needs="voices", confounds=("meter",),
         source="jSymbolic 2, Note Density; by beats, by line")  # fmt: skip
def notes_per_beat(view: PieceView) -> Floats:
    """How many notes a line has for each beat (the denominator's unit) of the piece; of all lines the mean."""
    lines = view.lines
    counts = np.diff(np.array(lines.bounds))
    beats = view.grid.beats
    if not beats or not lines.count:
        return undefined(3)
    return np.array([counts[0], counts[-1] if lines.count > 1 else NAN, mean(counts)]) / beats


@feature("rhythm", dims=("notes", "onsets"), high=_INFINITE, unit="a quarter", confounds=("note_values", "parts"),
         source="jSymbolic 2, Note Density; music21.features R15, without tempo")  # fmt: skip
def events_per_quarter(view: PieceView) -> tuple[float, float]:
    """How many notes, and how many different onsets, there are for each quarter until the last note ends."""
    notes = view.notes
    quarters = float(notes.end.max()) / view.score.ticks_per_quarter if len(notes) else 0.0
    return share(len(notes), quarters), share(len(onsets(view)), quarters)


@feature("rhythm", dims=("measure", "beat"), high=_INFINITE, unit="onsets a measure; a beat", confounds=("meter",),
         source="jSymbolic 2, Note Density; of the composite rhythm")  # fmt: skip
def onsets_per_measure(view: PieceView) -> tuple[float, float]:
    """How many different onsets there are in all lines together for each measure and each beat."""
    count, grid = len(onsets(view)), view.grid
    return (share(count, len(grid.onset)), share(count, grid.beats)) if count else (NAN, NAN)


@feature(
    "rhythm", low=-40.0, high=40.0, unit="octaves of time", needs="voices", source="musegen: outer voices' activity"
)
def bass_activity(view: PieceView) -> float:
    """How many notes the bass line has against the top line, in powers of two."""
    lines = view.lines
    top, bass = lines.top.stop, lines.bass.stop - lines.bass.start
    return float(np.log2(bass / top)) if top and bass else NAN


@feature("rhythm", dims=("1", "2", "3", "4"), unit="share of onsets", source="musegen: acceleration over a piece")
def onset_shares_by_quarter(view: PieceView) -> Floats:
    """How many of the different onsets lie in each quarter of the piece's time."""
    found = onsets(view)
    if not len(found):
        return undefined(4)
    length = max(int(view.notes.end.max()) - int(found[0]), 1)
    return parts(np.bincount((found - found[0]) * 4 // length, minlength=4))


@feature("rhythm", dims=("variation", "longest", "shortest"), high=_INFINITE, unit="ratio",
         source="jSymbolic 2, Variability of Time Between Attacks; by the mean")  # fmt: skip
def composite_rhythm(view: PieceView) -> tuple[float, float, float]:
    """The times between the different onsets of all lines: deviation, longest and shortest, all by their mean."""
    time = np.diff(onsets(view))
    if not len(time):
        return NAN, NAN, NAN
    average = mean(time)
    apart = time - average
    return float(np.sqrt(mean(apart * apart))) / average, float(time.max()) / average, float(time.min()) / average


@feature(
    "rhythm",
    dims=("between_onsets", "in_lines"),
    high=_INFINITE,
    unit="quarters",
    confounds=("note_values",),
    source="jSymbolic 2, Average Time Between Attacks (for Each Voice); music21.features R22, R24",
    needs="voices",
)
def times_between_onsets(view: PieceView) -> tuple[float, float]:
    """The mean time between different onsets of all lines, and between the notes of a line."""
    quarter = view.score.ticks_per_quarter
    return mean(np.diff(onsets(view))) / quarter, mean(view.lines.moves.ioi) / quarter


@feature("rhythm", dims=("notes", "onsets"), high=40.0, unit="octaves", source="musegen: the size of a piece",
         confounds=("parts",))  # fmt: skip
def number_of_notes(view: PieceView) -> tuple[float, float]:
    """How many notes and different onsets the piece has, in powers of two."""
    count, times = len(view.notes), len(onsets(view))
    return (float(np.log2(count)), float(np.log2(times))) if count else (NAN, NAN)


@feature("rhythm", dims=("measures", "beats"), high=40.0, unit="octaves", source="musegen: the size of a piece",
         confounds=("meter",))  # fmt: skip
def length_of_piece(view: PieceView) -> tuple[float, float]:
    """How many measures and beats (denominator units) the piece has, in powers of two."""
    count, beats = len(view.grid.onset), view.grid.beats
    return (float(np.log2(count)), max(float(np.log2(beats)), 0.0)) if beats else (NAN, NAN)
