"""Points of imitation: a soggetto that voices take up one after another, each after a rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from musegen.score.model import Score
from musegen.score.pitch import pitch_name
from musegen.theory.modal.lines import Line, lines_of

LENGTH = 5
"""Notes of a soggetto that must come back."""
REACH = 8
"""Measures in which the next voice must take it up."""
_SAME_VALUES = 2
"""Of the values of its second, third and fourth note, how many must be the same; the first is often cut short."""


class Entry(NamedTuple):
    """One voice that takes up the soggetto."""

    onset: int
    voice: str
    pitch: str  # its first note: `D4`
    answer: str  # "" the first, `exact` its steps kept, `tonal` a fifth answered by a fourth or the other way


class ImitationPoint(NamedTuple):
    """A soggetto and its entries. Times in ticks."""

    onset: int
    end: int  # of the soggetto in the last voice that enters
    soggetto: str  # `D4 A4 G4 F4 E4`
    entries: tuple[Entry, ...]


class _Start(NamedTuple):
    """The first notes of a voice after a rest."""

    onset: int
    end: int
    line: Line
    number: int
    moves: tuple[int, ...]  # staff steps
    values: tuple[int, ...]  # ticks from note to note


def imitation_points(score: Score) -> tuple[ImitationPoint, ...]:
    """Every point of imitation, in order: two voices or more begin, within eight measures, with the same five notes.

    The steps must agree by their names; in a tonal answer one fourth stands for a fifth or the other way. A soggetto
    that moves less than twice is none.

    Source: Zarlino, Istitutioni harmoniche III, 51-52 (fuga, imitatione); Meier, part I, chapter 5.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 4/4\\nS: d5 a4 b4 c5 | d5 . . . | d5 . . .\\nT: r . . . | g4 d4 e4 f4 | g4 . . .")
    >>> (point,) = imitation_points(piece)
    >>> point.soggetto, [(entry.voice, entry.pitch, entry.answer) for entry in point.entries]
    ('D5 A4 B4 C5 D5', [('S', 'D5', ''), ('T', 'G4', 'exact')])
    """
    starts = sorted((start for line in lines_of(score) for start in _starts(line)), key=lambda start: start.onset)
    reach = REACH * int(np.median([measure.length for measure in score.measures])) if score.measures else 0
    points: list[list[tuple[_Start, str]]] = []
    awake: list[list[tuple[_Start, str]]] = []
    for start in starts:
        awake = [point for point in awake if start.onset - point[-1][0].onset <= reach]
        answered = next((point for point in reversed(awake) if _answer(point[0][0], start)), None)
        if answered is not None:
            answered.append((start, _answer(answered[0][0], start)))
        else:
            awake.append([(start, "")])
            points.append(awake[-1])
    return tuple(_point(point) for point in points if _is_taken_up(point))


def _starts(line: Line) -> list[_Start]:
    """Where a voice begins after a rest and goes on for a soggetto's length."""
    joined, found = line.joined, []
    for number in np.flatnonzero(~joined).tolist():
        last = number + LENGTH
        if last > len(line) or not joined[number + 1 : last].all():
            continue
        moves = tuple(np.diff(line.diatonic[number:last]).tolist())
        if sum(move != 0 for move in moves) >= 2:
            values = tuple(np.diff(line.onset[number:last]).tolist())
            found.append(_Start(int(line.onset[number]), int(line.end[last - 1]), line, number, moves, values))
    return found


def _is_taken_up(point: Sequence[tuple[_Start, str]]) -> bool:
    """Another voice comes later; two that begin together only go in parallel."""
    first = point[0][0]
    return any(start.line.name != first.line.name and start.onset > first.onset for start, _ in point)


def _answer(first: _Start, other: _Start) -> str:
    """How a start answers the first one: `exact`, `tonal`, "" not at all."""
    values = zip(first.values[1:], other.values[1:], strict=True)
    if sum(one == another for one, another in values) < _SAME_VALUES:
        return ""
    if first.moves == other.moves:
        return "exact"
    differing = [pair for pair in zip(first.moves, other.moves, strict=True) if pair[0] != pair[1]]
    is_tonal = len(differing) == 1 and sorted(map(abs, differing[0])) == [3, 4] and np.prod(differing[0]) > 0
    return "tonal" if is_tonal else ""


def _point(starts: Sequence[tuple[_Start, str]]) -> ImitationPoint:
    first = starts[0][0]
    notes = range(first.number, first.number + LENGTH)
    soggetto = " ".join(_name(first.line, number) for number in notes)
    entries = tuple(
        Entry(start.onset, start.line.name, _name(start.line, start.number), answer) for start, answer in starts
    )
    return ImitationPoint(first.onset, starts[-1][0].end, soggetto, entries)


def _name(line: Line, number: int) -> str:
    return pitch_name(int(line.pitch[number]), int(line.fifths[number]))
