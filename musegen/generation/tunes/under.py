"""Chords that a melody is made over: from words (`G | D7 | C D7 | G`), or from the chord symbols of a score."""

from __future__ import annotations

import re
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.generation.tunes.plans import Plan
from musegen.generation.tunes.writing import ticks_of
from musegen.score.model import HarmonyLabel, Score
from musegen.theory.chord_symbols import members_of_symbol
from musegen.theory.tunes.chords import span_of
from musegen.theory.tunes.symbols import Home
from musegen.theory.tunes.telling import ChordSpan

_MOST = 64
"""Chords of one bar."""


class Chart(NamedTuple):
    """Chord symbols, bar by bar, each with its share of the bar; shorter than a melody it begins again."""

    bars: tuple[tuple[tuple[float, str], ...], ...]  # (where in the bar, 0 to 1; symbol)

    def symbols(self, plan: Plan) -> list[tuple[int, str]]:
        """Onsets in parts of the grid, and symbols, for all bars of a plan."""
        found = []
        for bar in range(plan.bars):
            for share, symbol in self.bars[bar % len(self.bars)]:
                found.append((bar * plan.bar + round(share * plan.bar), symbol))
        return found


def chart_of_words(text: str) -> Chart:
    """Read bars with lines between; the chords of a bar share it equally.

    Raises:
        UsageError: there is no chord, or a word is none.

    >>> chart_of_words("G | D7 | C D7 | G").bars[2]
    ((0.0, 'C'), (0.5, 'D7'))
    """
    bars = [bar.split() for bar in re.split(r"\|+", text.strip().strip("|"))]
    if not any(bars) or any(len(bar) > _MOST for bar in bars):
        raise UsageError(f"`{text[:80]}` names no chords", hint="write them like G | D7 | C D7 | G")
    for symbol in (symbol for bar in bars for symbol in bar):
        members_of_symbol(symbol)
    return Chart(tuple(tuple((at / len(bar), symbol) for at, symbol in enumerate(bar)) for bar in bars))


def chart_of_score(score: Score) -> Chart:
    """The chord symbols of a score by its measures.

    Raises:
        UsageError: it has none.
    """
    bars: list[list[tuple[float, str]]] = [[] for measure in score.measures if not measure.is_pickup]
    first = len(score.measures) - len(bars)
    for label in score.harmonies:
        number = score.measure_index_at(label.onset)
        if label.kind == "chord_symbol" and number >= first:
            measure = score.measures[number]
            bars[number - first].append(((label.onset - measure.onset) / measure.length, label.text))
    if not any(bars):
        raise UsageError("there are no chord symbols in the score", hint="`musegen generate chords` makes some")
    return Chart(tuple(map(tuple, bars)))


def spans_of(chart: Chart, plan: Plan, home: Home) -> tuple[ChordSpan, ...]:
    """What the network is told of a chart."""
    return tuple(span_of(symbol, onset, home) for onset, symbol in chart.symbols(plan))


def labels_of(chart: Chart, plan: Plan) -> tuple[HarmonyLabel, ...]:
    """The symbols as they are written over the melody; one that goes on is written once."""
    found: list[HarmonyLabel] = []
    for onset, symbol in chart.symbols(plan):
        if not found or found[-1].text != symbol:
            found.append(HarmonyLabel(ticks_of(plan, onset), "chord_symbol", symbol))
    return tuple(found)
