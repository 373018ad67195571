"""Interval modules: short counterpoints of two voices, as the intervals between them and the steps of the lower one."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.theory.modal.lines import Line, Times, lines_of

SIZES = (2, 3)
MOST = 12
"""Modules told of each size, the commonest first."""
SILENT = -999
MOST_STEPS = 10
"""Staff steps from which on intervals are told within the octave: an eleventh is a fourth."""


class IntervalModule(NamedTuple):
    """A module and how often it sounds. `module` is `7 1 6 -2 8`: interval, step of the lower voice, interval, ..."""

    onset: int  # where it is first heard, in ticks
    module: str
    size: int  # how many intervals it has
    occurrences: int
    voices: str  # the pair that has it most often: `Cantus / Tenor`
    kind: str  # `clausula`, `fauxbourdon`, ... "" for the nameless


def interval_modules(score: Score, *, most: int = MOST) -> tuple[IntervalModule, ...]:
    """The commonest modules of two and of three intervals, over all pairs of voices.

    Heard at every beat of the time signature: shorter notes are passing. Intervals are staff steps counted as
    musicians do (8 is an octave; larger than a tenth within the octave), melodic steps too (1 holds or repeats, -2 goes
    down a step). Modules in which nothing moves are left out; a pair whose voices cross is read lower voice first.

    Source: Antila and Cumming, The VIS Framework (2014); Schubert, Hidden Forms in Palestrina's First Book (2007).

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 4/4\\nS: d5 . c#5 d5\\nT: f4 e4 . d4")
    >>> [(found.module, found.occurrences) for found in interval_modules(piece) if found.size == 3]
    [('6 -2 7 1 6', 1), ('7 1 6 -2 8', 1)]
    """
    lines, times = lines_of(score), beat_times(score)
    steps = [_sampled(line, times) for line in lines]
    heard: dict[tuple[int, ...], list[tuple[int, int, str]]] = {}
    for upper, lower in combinations(range(len(lines)), 2):
        pair = f"{lines[upper].name} / {lines[lower].name}"
        for module, place, times_heard in _of_pair(steps[upper], steps[lower]):
            heard.setdefault(module, []).append((times_heard, int(times[place]), pair))
    rows = [_row(module, told) for module, told in heard.items()]
    ranked = sorted(rows, key=lambda row: (row.size, -row.occurrences, row.onset, row.module))
    return tuple(row for size in SIZES for row in [row for row in ranked if row.size == size][:most])


def _row(module: tuple[int, ...], told: list[tuple[int, int, str]]) -> IntervalModule:
    """One module from what each pair has of it: (how often, where first, pair)."""
    words = " ".join(map(str, module))
    first, total = min(onset for _, onset, _ in told), sum(number for number, _, _ in told)
    often = max(told, key=lambda item: (item[0], -item[1]))
    return IntervalModule(first, words, len(module) // 2 + 1, total, often[2], kind_of(words))


def kind_of(module: str) -> str:
    """What a module is called, where it has a name.

    >>> kind_of("7 1 6 -2 8"), kind_of("3 2 3 2 3"), kind_of("5 1 6 2 5")
    ('clausula, 7-6-8', 'parallel thirds', '5-6')
    """
    numbers = [int(word) for word in module.split()]
    intervals, moves = numbers[::2], numbers[1::2]
    if (intervals, moves) in (([7, 6, 8], [1, -2]), ([2, 3, 1], [-2, 2])):
        return f"clausula, {'-'.join(map(str, intervals))}"
    if len(set(intervals)) == 1 and all(abs(move) != 1 for move in moves):
        return {3: "parallel thirds", 6: "parallel sixths", 10: "parallel tenths"}.get(intervals[0], "")
    pair = "-".join(map(str, intervals[:2]))
    return pair if pair in ("5-6", "7-6", "4-3", "2-3", "6-5") and moves[0] == 1 else ""


def beat_times(score: Score) -> Times:
    """Every beat of the time signatures, in ticks; half beats where a beat is longer than a half note."""
    found: list[npt.NDArray[np.int64]] = []
    for measure in score.measures:
        beat = measure.time_signature.beat_quarters
        beat = beat / 2 if beat > Fraction(2) else beat
        found.append(np.arange(measure.onset, measure.onset + measure.length, max(score.ticks(beat), 1)))
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def _sampled(line: Line, times: Times) -> Times:
    """(times,): the staff step that a voice sings, SILENT where it rests."""
    number = np.searchsorted(line.onset, times, side="right") - 1
    sings = (number >= 0) & (line.end[number] > times)
    return np.where(sings, line.diatonic[number], SILENT)


def _of_pair(upper: Times, lower: Times) -> Iterator[tuple[tuple[int, ...], int, int]]:
    """(module, index of its first beat, how often) wherever both voices sing and something moves at each beat."""
    top, bottom = np.maximum(upper, lower), np.minimum(upper, lower)
    sings, apart = bottom != SILENT, top - bottom
    interval = np.where(apart < MOST_STEPS, apart + 1, (apart - 3) % 7 + 4)
    went = np.diff(bottom)
    move = np.where(went < 0, went - 1, went + 1)
    changes = (np.diff(top) != 0) | (went != 0)
    for size in SIZES:
        count = max(len(sings) - size + 1, 0)
        good = np.logical_and.reduce([sings[number : number + count] for number in range(size)])
        good &= np.logical_and.reduce([changes[number : number + count] for number in range(size - 1)])
        columns = [interval[:count]]
        for number in range(1, size):
            columns += [move[number - 1 : number - 1 + count], interval[number : number + count]]
        rows, places = np.stack(columns, axis=1)[good], np.flatnonzero(good)
        found, first, numbers = np.unique(rows, axis=0, return_index=True, return_counts=True)
        for module, place, often in zip(found.tolist(), places[first].tolist(), numbers.tolist(), strict=True):
            yield tuple(module), place, often
