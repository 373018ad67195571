"""The shapes of lines: arcs, phrases between breaths, peaks, drift."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from musegen.features.counting import NAN, Floats, Ints, Numbers, each, mean, share, shares
from musegen.features.lines import TOP_BASS_ALL
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature
from musegen.score.keeping import kept
from musegen.score.table import Flag

_SHAPES = ("descending", "descending-horizontal", "concave", "horizontal-descending", "horizontal",
           "horizontal-ascending", "convex", "ascending-horizontal", "ascending")  # fmt: skip
"""Three times the first half's direction and the second's: -1, 0, 1."""
_LEVEL = 0.5  # semitones by which two heights must differ to be told apart
_SHORTEST = 3  # notes of a phrase whose shape is told


class Arcs(NamedTuple):
    """Of each line: turns of direction, moves to another pitch, semitones of the arcs that a turn ends."""

    turns: Ints
    moves: Ints
    semitones: Numbers


def _arcs(view: PieceView) -> Arcs:
    return kept(view, "arcs", _found_arcs)


def _found_arcs(view: PieceView) -> Arcs:
    moves, count = view.lines.moves, view.lines.count
    moving = np.flatnonzero(moves.semitones)
    line, semitones = moves.line[moving], moves.semitones[moving]
    same_line = line[1:] == line[:-1]
    turns = same_line & ((semitones[1:] > 0) != (semitones[:-1] > 0))
    begins = np.concatenate([[0], np.flatnonzero(turns | ~same_line) + 1]) if len(moving) else moving
    sizes = np.add.reduceat(np.abs(semitones), begins) if len(begins) else semitones
    ended = line[begins[1:]] == line[begins[:-1]]
    return Arcs(
        np.bincount(line[1:][turns], minlength=count),
        np.bincount(line, minlength=count),
        np.bincount(line[begins[:-1]][ended], sizes[:-1][ended], minlength=count),
    )


@feature("melody", dims=TOP_BASS_ALL, low=1.0, high=float("inf"), unit="moves", needs="voices",
         source="jSymbolic 2, Average Length of Melodic Arcs; music21.features M18")  # fmt: skip
def arc_length(view: PieceView) -> Floats:
    """How many moves to another pitch there are for one turn of direction; undefined without a turn."""
    arcs = _arcs(view)
    return view.lines.ratios(arcs.moves, arcs.turns)


@feature("melody", dims=TOP_BASS_ALL, low=1.0, high=float("inf"), unit="semitones", needs="voices",
         source="jSymbolic 2, Average Interval Spanned by Melodic Arcs; music21.features M19")  # fmt: skip
def arc_size(view: PieceView) -> Floats:
    """How far a line goes in one direction, on the average, until it turns."""
    arcs = _arcs(view)
    return view.lines.ratios(arcs.semitones, arcs.turns)


class Phrases(NamedTuple):
    """The top line cut where it breathes: where each phrase begins, how many notes it has, three heights."""

    begin: Ints
    notes: Ints
    first: Ints
    inner: Floats  # the mean pitch of what lies between the first note and the last; NaN where nothing does
    last: Ints


def _phrases(view: PieceView) -> Phrases:
    return kept(view, "breaths", _found_phrases)


def _found_phrases(view: PieceView) -> Phrases:
    lines, top = view.lines, view.lines.top
    pitch = lines.pitch[top]
    if not len(pitch):
        return Phrases(pitch, pitch, pitch, pitch.astype(np.float64), pitch)
    silent = lines.onset[top][1:] > lines.end[top][:-1]
    held = (view.notes["flags"][lines.row[top]][:-1] & Flag.FERMATA) != 0
    begin = np.concatenate([[0], np.flatnonzero(silent | held) + 1])
    notes = np.diff(np.append(begin, len(pitch)))
    first, last = pitch[begin], pitch[begin + notes - 1]
    inner = each(np.add.reduceat(pitch, begin) - first - last, np.maximum(notes - 2, 0))
    return Phrases(begin, notes, first, inner, last)


@feature("melody", dims=_SHAPES, unit="share of phrases", needs="voices", confounds=("format",),
         source="Huron, Computing in Musicology 10 (1996); FANTASTIC h.contour")  # fmt: skip
def contour_shares(view: PieceView) -> Floats:
    """How many of the phrases of the top line have each of Huron's nine shapes.

    A shape is the way from the first note to the mean of the inner notes, and on to the last. A phrase
    ends at a rest or a fermata; those of three notes and more are told; half a semitone is a difference.
    """
    found = _phrases(view)
    long = found.notes >= _SHORTEST
    inner = found.inner[long]
    return shares(3 * _way(inner - found.first[long]) + _way(found.last[long] - inner), len(_SHAPES))


def _way(rise: Floats) -> Ints:
    """0 down, 1 level, 2 up."""
    return np.asarray((rise >= _LEVEL).astype(np.int64) + (rise > -_LEVEL))


@feature("melody", dims=("notes", "rise", "arch"), low=-127.0, high=float("inf"), unit="notes; semitones",
         source="Huron (1996), the melodic arch; musegen", needs="voices", confounds=("format",))  # fmt: skip
def phrase_shape(view: PieceView) -> tuple[float, float, float]:
    """Means over the phrases of the top line: notes, last pitch less first, inner notes above the mean of both."""
    found = _phrases(view)
    long = found.notes >= _SHORTEST
    first, last = found.first[long], found.last[long]
    return mean(found.notes), mean(last - first), mean(found.inner[long] - (first + last) / 2)


@feature("melody", dims=("top_peak", "top_trough", "bass_peak", "bass_trough"), unit="share of the line's time",
         needs="voices", source="Eitan, Highpoints (1997)")  # fmt: skip
def place_of_extremes(view: PieceView) -> list[float]:
    """When, in a line's time, its highest and its lowest note first begin."""
    lines, found = view.lines, []
    for part in (lines.top, lines.bass):
        pitch, onset, end = lines.pitch[part], lines.onset[part], lines.end[part]
        places = (pitch.argmax(), pitch.argmin()) if len(pitch) else ()
        found += [share(onset[place] - onset[0], end[-1] - onset[0]) for place in places] or [NAN, NAN]
    return found


@feature("melody", dims=("top", "bass"), unit="share of notes", needs="voices", source="Eitan, Highpoints (1997)")
def peak_share(view: PieceView) -> tuple[float, float]:
    """How many of a line's notes have its highest pitch."""
    pitches = [view.lines.pitch[part] for part in (view.lines.top, view.lines.bass)]
    top, bass = (share(np.count_nonzero(pitch == pitch.max()), len(pitch)) if len(pitch) else NAN for pitch in pitches)
    return top, bass


@feature("melody", dims=TOP_BASS_ALL, low=-1.0, unit="semitones a semitone", needs="voices",
         source="musegen: net rise over path")  # fmt: skip
def net_rise(view: PieceView) -> Floats:
    """How far a line ends above its beginning, by how far it went up and down on the way."""
    lines, moves = view.lines, view.lines.moves
    rise = np.bincount(moves.line, moves.semitones, minlength=lines.count)
    return lines.ratios(rise, np.bincount(moves.line, np.abs(moves.semitones), minlength=lines.count))


@feature("melody", dims=("top", "bass"), low=-1.0, unit="correlation", needs="voices",
         source="FANTASTIC step.cont.glob.dir")  # fmt: skip
def drift(view: PieceView) -> tuple[float, float]:
    """How pitch goes with time: the correlation of the notes' pitches with their onsets; undefined on one pitch."""
    lines = view.lines
    top, bass = (_correlation(lines.onset[part], lines.pitch[part]) for part in (lines.top, lines.bass))
    return top, bass


def _correlation(one: Ints, other: Ints) -> float:
    if len(one) < 2:
        return NAN
    first, second = one - mean(one), other - mean(other)
    scale = float(np.sqrt(first.dot(first) * second.dot(second)))
    return min(max(share(first.dot(second), scale), -1.0), 1.0) if scale else NAN
