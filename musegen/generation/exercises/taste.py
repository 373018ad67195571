"""What makes a soprano a melody: steps and some leaps, one climax, no echo, many pitches, varied rhythms."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np

from musegen.generation.exercises.outline import Outline
from musegen.generation.exercises.plan import Plan
from musegen.generation.exercises.setting import Note, Setting, voice_of
from musegen.generation.levels import Level
from musegen.score.pitch import diatonic_of


def tunefulness(setting: Setting) -> float:
    """How much a soprano goes somewhere: many pitches evenly used, little to and fro, varied chords and rhythms."""
    pitches = [note.pitch for note in setting.voices[0]]
    shares = np.array(list(Counter(pitches).values())) / len(pitches)
    variety = float(-(shares * np.log2(shares)).sum())
    to_and_fro = float(np.mean([one == three for one, three in zip(pitches, pitches[2:], strict=False)]))
    chords = len({chord.numeral.figure for chord in setting.chords}) / len(setting.chords)
    rhythms = len({note.duration for note in setting.voices[0]})
    return variety - 3.0 * to_and_fro + 1.5 * chords + 0.15 * rhythms


def sings(setting: Setting) -> bool:
    """Whether the soprano is a melody: mostly steps, some leaps, few repeats, a sixth to a tenth wide, no echo."""
    soprano = setting.voices[0]
    heights = _heights(soprano)
    if not _is_balanced(heights, slack=0.0):
        return False
    width = heights.max() - heights.min()
    return 5 <= width <= 9 and int((heights == heights.max()).sum()) == 1 and _echoes(setting.plan, soprano) <= 1


def has_shape(setting: Setting) -> bool:
    """Whether ornaments have left the soprano its leaps and its one climax."""
    heights = _heights(setting.voices[0])
    return _is_balanced(heights, slack=0.1) and int((heights == heights.max()).sum()) == 1


def _heights(notes: tuple[Note, ...]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array([int(diatonic_of(note.pitch, note.fifths)) for note in notes])


def may_sing(plan: Plan, outline: Outline, level: Level) -> bool:
    """Whether a soprano may still become a melody: ornaments, where the level has them, fill some of its leaps."""
    path = list(outline.path)
    pitch, fifths = outline.states.soprano[path], outline.states.soprano_fifths[path]
    soprano = voice_of(plan, pitch, fifths, holds=False)
    heights = _heights(soprano)
    wide_enough = 5 <= int(heights.max() - heights.min()) <= 9
    balanced = _is_balanced(heights, slack=0.1 if level.non_chord_tones else 0.0)
    return wide_enough and balanced and _echoes(plan, soprano) <= 1


def _is_balanced(heights: np.ndarray[Any, np.dtype[np.int64]], *, slack: float) -> bool:
    """60 to 80 % steps, 10 to 25 % leaps, under 20 % repeated notes, give or take some slack (Bach: 70, 15, 15)."""
    moves = np.abs(np.diff(heights))
    steps, repeats = float((moves == 1).mean()), float((moves == 0).mean())
    leaps = 1 - steps - repeats
    return 0.6 - slack <= steps <= 0.8 and 0.1 <= leaps <= 0.25 + slack and repeats < 0.2 + slack / 2


def _echoes(plan: Plan, soprano: tuple[Note, ...]) -> int:
    """The most often that any one measure comes back note for note."""
    measures: dict[int, list[tuple[Fraction, Fraction, int]]] = {}
    for note in soprano:
        number = int(note.onset // plan.meter.quarters)
        measures.setdefault(number, []).append((note.onset % plan.meter.quarters, note.duration, note.pitch))
    counts = Counter(tuple(notes) for notes in measures.values() if len(notes) > 1)
    return max(counts.values(), default=1) - 1
