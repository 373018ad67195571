"""Sheets of ours that came back without a voice, wholly or in some measures: what few rules would notice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from musegen.rules.findings import Finding, Severity
from musegen.rules.house_rules import HOUSE_RULES
from musegen.rules.messages import listed, voice_word
from musegen.score.line_choice import FOUR_PARTS
from musegen.score.model import Score
from musegen.score.sheet_voices import is_sheet
from musegen.score.voices import Voices, assign_voices
from musegen.theory.sonority import Bools


def missing_voices(score: Score) -> Iterator[Finding]:
    """One finding that names the voices of a sheet of ours that have no note, and one for those that stop together.

    None for any other score. Measures count in which the melody sounds.

    >>> from dataclasses import replace
    >>> from musegen.score.textgrid import parse_grid
    >>> grid = "meter: 2/4\\nS: c5 d5 | e5 . | c5 .\\nA: r . | r . | r .\\nT: g4 . | r . | r .\\nB: c3 . | c3 . | r ."
    >>> [(item.measure, item.message) for item in missing_voices(replace(parse_grid(grid), four_voices=True))]
    [('1', 'Alto has no notes'), ('2', 'Tenor is silent in measures 2 to 3'), ('3', 'Bass is silent in measure 3')]
    """
    voices = assign_voices(score)
    if not is_sheet(score) or voices.names != FOUR_PARTS or not score.measures:
        return
    empty = [line for line in range(len(FOUR_PARTS)) if not (voices.line == line).any()]
    if empty:
        yield _finding(score, empty, ())
    silent = {line: _silent_measures(score, voices, line) for line in range(len(FOUR_PARTS)) if line not in empty}
    for measures in filter(None, dict.fromkeys(silent.values())):
        yield _finding(score, [line for line in silent if silent[line] == measures], measures)


def _silent_measures(score: Score, voices: Voices, line: int) -> tuple[int, ...]:
    """The numbers of the measures, from 0, in which the melody sounds and a voice does not."""
    melody, voice = _sounds_in(score, voices, 0), _sounds_in(score, voices, line)
    return tuple(np.flatnonzero(melody & ~voice).tolist())


def _sounds_in(score: Score, voices: Voices, line: int) -> Bools:
    """For each measure whether a voice has a note in it."""
    notes = voices.notes.where(voices.line == line)
    start = np.array([measure.onset for measure in score.measures])[:, None]
    stop = start + np.array([measure.length for measure in score.measures])[:, None]
    return np.asarray(((notes["onset"] < stop) & (notes.end > start)).any(axis=1))


def _finding(score: Score, lines: Sequence[int], measures: Sequence[int]) -> Finding:
    """That some voices are silent in some measures, a warning; without measures, in all."""
    rule = HOUSE_RULES["missing-voice"]
    names = tuple(FOUR_PARTS[line] for line in lines)
    first = score.measures[measures[0] if measures else 0]
    words = listed([voice_word(name) for name in names]).capitalize()
    some = f"{'are' if len(names) > 1 else 'is'} silent in {_told(score, measures)}" if measures else ""
    told = some or f"{'have' if len(names) > 1 else 'has'} no notes"
    severity: Severity = "warning" if measures else rule.severity
    return Finding(
        rule.id, severity, rule.points, first.number, Fraction(1), names, (), {}, f"{words} {told}", rule.why,
        onset=first.onset,
    )  # fmt: skip


def _told(score: Score, measures: Sequence[int]) -> str:
    """`measure 2`, `measures 2 to 4 and 6`."""
    starts = [number for number in measures if number - 1 not in measures]
    ends = [number for number in measures if number + 1 not in measures]
    spans = [
        " to ".join(dict.fromkeys(score.measures[number].number for number in span))
        for span in zip(starts, ends, strict=True)
    ]
    return f"measure{'s' * (len(measures) > 1)} {listed(spans)}"
