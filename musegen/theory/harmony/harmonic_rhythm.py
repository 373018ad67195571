"""Harmonic rhythm: how many chords a measure holds, where that changes, and where it quickens before a cadence.

Chords are counted by their roots: an inversion of the chord before, or its seventh, is no new harmony (Swain, *Harmonic
Rhythm*, 2002, "root rhythm"; Laitz, *The Complete Musician*, ch. 3: it quickens towards cadences).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from musegen.score.model import Score
from musegen.theory.analysis import Analysis
from musegen.theory.places import listed, measures, phrase_at

STEADY = 4
"""Measures of one rate that make a run worth telling."""
QUICKER = Fraction(3, 2)
"""How many times as fast the last measure before a cadence goes as its phrase did so far."""


class HarmonicRhythm(NamedTuple):
    """A stretch of a piece and how fast its roots change there. Times in ticks."""

    onset: int
    end: int
    kind: str  # piece, run (measures of one rate), cadence (the measure before a cadence, quicker than its phrase)
    chords_per_measure: float
    usual_quarters: float  # the length that most of the time is filled with
    before: float  # chords a measure so far in the phrase; 0 but for a cadence


class _Change(NamedTuple):
    onset: int
    duration: int


def harmonic_rhythm(score: Score, analysis: Analysis) -> tuple[HarmonicRhythm, ...]:
    """The piece as a whole, runs of measures of one rate, and the cadences before which the harmony quickens.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid("meter: 2/4\\nS: e5 . | f5 . | e5 d5 | c5 .\\nH: I . | IV . | ii V | I .")
    >>> [(row.kind, row.chords_per_measure, row.before) for row in harmonic_rhythm(piece, analyse(piece))]
    [('piece', 1.25, 0.0), ('cadence', 2.0, 1.0)]
    """
    changes = _changes(analysis)
    if not changes:
        return ()
    whole = _row("piece", score, changes, (changes[0].onset, changes[-1].onset + changes[-1].duration))
    found = [*_runs(score, changes), *_quickenings(score, analysis, changes)]
    return (whole, *sorted(found, key=lambda row: row.onset))


def _changes(analysis: Analysis) -> list[_Change]:
    """The chords, neighbours on one root in one key joined."""
    found: list[_Change] = []
    root = None
    for chord in analysis.chords:
        numeral = chord.numeral
        here = chord.key.tonic + numeral.root, numeral.is_cadential
        if found and here == root:
            found[-1] = found[-1]._replace(duration=chord.end - found[-1].onset)
        else:
            found.append(_Change(chord.onset, chord.duration))
        root = here
    return found


def _row(
    kind: str, score: Score, changes: Sequence[_Change], span: tuple[int, int], before: float = 0.0
) -> HarmonicRhythm:
    inside = [change for change in changes if span[0] <= change.onset < span[1]]
    filled: Counter[int] = Counter()
    for change in inside:
        filled[change.duration] += change.duration
    usual = float(score.quarters(filled.most_common(1)[0][0])) if filled else 0.0
    return HarmonicRhythm(*span, kind, round(_rate(score, changes, span), 2), usual, before)


def _rate(score: Score, changes: Sequence[_Change], span: tuple[int, int]) -> float:
    """Chords that begin in a stretch, a measure of its meter."""
    bar = score.measures[score.measure_index_at(span[0])].time_signature.quarters
    length = score.quarters(span[1] - span[0])
    return float(sum(span[0] <= change.onset < span[1] for change in changes) * bar / length) if length else 0.0


def _runs(score: Score, changes: Sequence[_Change]) -> list[HarmonicRhythm]:
    """Neighbouring measures in which as many chords begin; one that only holds on counts as none."""
    counts = Counter(score.measure_index_at(change.onset) for change in changes)
    found, start, bars = [], 0, score.measures
    for index in range(1, len(bars) + 1):
        if index == len(bars) or counts[index] != counts[start]:
            if index - start >= STEADY and counts[start]:
                span = bars[start].onset, bars[index - 1].onset + bars[index - 1].length
                found.append(_row("run", score, changes, span))
            start = index
    return found


def _quickenings(score: Score, analysis: Analysis, changes: Sequence[_Change]) -> list[HarmonicRhythm]:
    """Cadences whose last measure (back from the last chord) holds more chords than the phrase did before it."""
    found = []
    for cadence in analysis.cadences:
        phrase = phrase_at(analysis.phrases, cadence.onset)
        bar = score.measures[score.measure_index_at(cadence.onset)].time_signature.quarters
        start = cadence.onset - score.ticks(bar)
        if phrase is None or start - phrase.onset < score.ticks(bar):
            continue
        before = _rate(score, changes, (phrase.onset, start))
        row = _row("cadence", score, changes, (start, cadence.onset), round(before, 2))
        if before and Fraction(row.chords_per_measure) >= QUICKER * Fraction(before):
            found.append(row)
    return found


def rhythm_lines(score: Score, rows: Sequence[HarmonicRhythm]) -> list[str]:
    """One line on the piece, one on its steady runs, one on the cadences that it quickens towards."""
    lines = [f"{_chords(row)}; most of the time {_length(row.usual_quarters)} each" for row in rows[:1]]
    runs = [
        f"{measures(score, row.onset, row.end)} ({_number(row.chords_per_measure)})"
        for row in rows
        if row.kind == "run"
    ]
    lines += [f"steady: {listed(runs)}"] if runs else []
    quick = [
        f"{score.place(row.end)} ({_number(row.before)} to {_number(row.chords_per_measure)})"
        for row in rows
        if row.kind == "cadence"
    ]
    return lines + ([f"quicker before the cadences of {listed(quick)}"] if quick else [])


def rhythm_line(score: Score, row: HarmonicRhythm) -> str:
    """One row: `measures 1 to 4: 1 chord a measure (run)`."""
    return f"{measures(score, row.onset, row.end)}: {_chords(row)} ({row.kind})"


def _chords(row: HarmonicRhythm) -> str:
    number = _number(row.chords_per_measure)
    return f"{number} chord{'s' * (number != '1')} a measure"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _length(quarters: float) -> str:
    """`a quarter`, `3 quarters`, `0.5 quarters`."""
    return "a quarter" if quarters == 1 else f"{quarters:g} quarters"
