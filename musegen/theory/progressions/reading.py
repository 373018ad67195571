"""A score's chords as a progression: from its chord symbols, its numerals, or as they are heard."""

from __future__ import annotations

import numpy as np

from musegen.errors import UsageError
from musegen.score.model import Measure, Score
from musegen.theory.analysis import Analysis
from musegen.theory.kept_analyses import kept_analysis
from musegen.theory.keys import Key
from musegen.theory.progressions.chords import Ints, place_of_numeral, place_of_symbol
from musegen.theory.progressions.progression import SONG_PHRASE, Grid, Progression, Style, pulses_of
from musegen.theory.songs.key_finding import sheet_keys
from musegen.theory.songs.sheet import sheet_chords, states_chords

Placed = list[tuple[int, int, int]]
"""(onset, end, place in the list of chords), in order of time; onset and end in ticks."""


def progression_of(score: Score, analysis: Analysis | None = None) -> Progression:
    """The chords of a score: of a lead sheet its symbols, of any other score its numerals or what is heard.

    A pulse has the chord that fills most of it. What comes before the first chord is left out by whole measures;
    chords that the list lacks let the one before go on.

    Raises:
        UsageError: there are no chords, or measures that are no whole number of pulses.
        ScoreError: a chord symbol names no chord.

    >>> from musegen.score.textgrid import parse_grid
    >>> sheet = parse_grid("key: F major; meter: 4/4\\nS: a4 . g4 . | f4 . . .\\nC: Gm7 . C7 . | Fmaj7 . . .")
    >>> progression_of(sheet).words
    'ii7 - V7 - | I7 - - -'
    """
    if analysis is None and states_chords(score):
        key, placed, style = _of_symbols(score)
        ends = None
    else:
        analysis = analysis or kept_analysis(score, "neural")
        key, placed, style = analysis.key, _of_analysis(analysis), "chorale"
        ends = np.array([phrase.end for phrase in analysis.phrases])
    if not placed:
        raise UsageError(
            "there are no chords in it", hint="chord symbols, numerals or notes in several voices are read"
        )
    return _on_pulses(score, key, placed, style, ends)


def _of_symbols(score: Score) -> tuple[Key, Placed, Style]:
    chords = sheet_chords(score)
    home = sheet_keys(score, chords).home
    return home, [(chord.onset, chord.end, place_of_symbol(chord, home)) for chord in chords], "song"


def _of_analysis(analysis: Analysis) -> Placed:
    found = [
        (chord.onset, chord.end, place_of_numeral(chord.numeral, chord.key, analysis.key)) for chord in analysis.chords
    ]
    return [chord for chord in found if chord[2] >= 0]


def _on_pulses(score: Score, key: Key, placed: Placed, style: Style, ends: Ints | None) -> Progression:
    first = score.measure_index_at(placed[0][0])
    last = max(score.measure_index_at(placed[-1][1] - 1), first)
    rows = [row for number in range(first, last + 1) for row in _pulses(score, score.measures[number], number - first)]
    onset, stop, measure, pulse, pulses = np.array(rows, dtype=np.int64).T
    chords = _filling(onset, stop, placed)
    if ends is None:
        ends_phrase = (np.append(np.diff(measure), 1) > 0) & ((measure + 1) % SONG_PHRASE == 0)
    else:
        ends_phrase = np.array([((ends > a) & (ends <= b)).any() for a, b in zip(onset, stop, strict=True)])
    ends_phrase[-1] = True
    return Progression(
        key, score.measures[last].time_signature, style, Grid(measure, pulse, pulses, ends_phrase), chords
    )


def _pulses(score: Score, measure: Measure, number: int) -> list[tuple[int, int, int, int, int]]:
    """(onset, end, measure, pulse, pulses of a full measure) of each pulse; a pickup has the last ones."""
    pulses = pulses_of(measure.time_signature)
    length = score.ticks(measure.time_signature.pulse_quarters)
    there = max(-(-measure.length // length), 1)
    begin = max(pulses - there, 0) if measure.is_pickup else 0
    end = measure.onset + measure.length
    return [
        (
            measure.onset + at * length,
            min(measure.onset + (at + 1) * length, end),
            number,
            min(begin + at, pulses - 1),
            pulses,
        )
        for at in range(there)
    ]


def _filling(onset: Ints, stop: Ints, placed: Placed) -> Ints:
    """(pulse,): the chord that fills most of it, the earlier of equals; where none sounds, the one before."""
    begin, end, place = np.array(placed, dtype=np.int64).T
    shared = np.minimum(end, stop[:, None]) - np.maximum(begin, onset[:, None])
    best = shared.argmax(axis=1)
    sounding = np.where(shared[np.arange(len(onset)), best] > 0, np.arange(len(onset)), -1)
    latest = np.maximum.accumulate(sounding)
    return np.asarray(place[best[np.where(latest >= 0, latest, max(int(np.argmax(sounding >= 0)), 0))]])
