"""Interval modules: short counterpoints of two voices, as the intervals between them and the steps of the lower one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
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
    lines = lines_of(score)
    times = _beats(score)
    steps = [_sampled(line, times) for line in lines]
    found: list[IntervalModule] = []
    counts: dict[int, Counter[str]] = {size: Counter() for size in SIZES}
    pairs: dict[str, Counter[str]] = {}
    first: dict[str, int] = {}
    for upper, lower in combinations(range(len(lines)), 2):
        for size, place, module in _of_pair(steps[upper], steps[lower]):
            counts[size][module] += 1
            pairs.setdefault(module, Counter())[f"{lines[upper].name} / {lines[lower].name}"] += 1
            first[module] = min(first.get(module, int(times[place])), int(times[place]))
    for size in SIZES:
        ranked = sorted(counts[size].items(), key=lambda item: (-item[1], first[item[0]], item[0]))
        found += [
            IntervalModule(first[module], module, size, count, pairs[module].most_common(1)[0][0], kind_of(module))
            for module, count in ranked[:most]
        ]
    return tuple(found)


def kind_of(module: str) -> str:
    """What a module is called, where it has a name.

    >>> kind_of("7 1 6 -2 8"), kind_of("3 2 3 2 3"), kind_of("5 1 6 2 5")
    ('clausula, 7-6-8', 'parallel thirds', '5-6')
    """
    numbers = [int(word) for word in module.split()]
    intervals, moves = numbers[::2], numbers[1::2]
    if intervals[-3:] in ([7, 6, 8], [2, 3, 1]) and len(intervals) == 3:
        return f"clausula, {'-'.join(map(str, intervals))}"
    if len(set(intervals)) == 1 and all(abs(move) != 1 for move in moves):
        return {3: "parallel thirds", 6: "parallel sixths", 10: "parallel tenths"}.get(intervals[0], "")
    pair = "-".join(map(str, intervals[:2]))
    return pair if pair in ("5-6", "7-6", "4-3", "2-3", "6-5") and moves[0] == 1 else ""


def _beats(score: Score) -> Times:
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


def _of_pair(upper: Times, lower: Times) -> Iterator[tuple[int, int, str]]:
    """(number of intervals, index of the first beat, module) wherever both voices sing and something moves."""
    top, bottom = np.maximum(upper, lower), np.minimum(upper, lower)
    sings = bottom != SILENT
    for size in SIZES:
        for start in range(len(sings) - size + 1):
            if not sings[start : start + size].all():
                continue
            tops, bottoms = top[start : start + size], bottom[start : start + size]
            changes = (np.diff(tops) != 0) | (np.diff(bottoms) != 0)
            if changes.all():
                yield size, start, _words(tops, bottoms)


def _words(tops: Sequence[int] | Times, bottoms: Sequence[int] | Times) -> str:
    intervals = [_interval(int(high) - int(low)) for high, low in zip(tops, bottoms, strict=True)]
    words = [str(intervals[0])]
    for number in range(1, len(intervals)):
        move = int(bottoms[number]) - int(bottoms[number - 1])
        words += [str(move + 1 if move >= 0 else move - 1), str(intervals[number])]
    return " ".join(words)


def _interval(steps: int) -> int:
    """As musicians count, tenths kept, what is larger within the octave."""
    return steps + 1 if steps < 10 else (steps - 3) % 7 + 4
