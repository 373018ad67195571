"""Composing an exercise: plans are drawn, outlined, set and ornamented until one passes its level's rules and taste."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import islice, pairwise
from typing import Any

import numpy as np
from numpy.random import Generator

from musegen.errors import NotFound, UsageError
from musegen.generation.conditions import Condition
from musegen.generation.exercises.judging import Faults, faults
from musegen.generation.exercises.ornaments import ornament
from musegen.generation.exercises.outline import Outline, find_outlines
from musegen.generation.exercises.plan import Plan, make_plan
from musegen.generation.exercises.setting import Note, Setting, set_outline, voice_of
from musegen.generation.exercises.states import device_family
from musegen.generation.levels import Level, level_named
from musegen.score.meter import TimeSignature
from musegen.score.pitch import diatonic_of
from musegen.theory.keys import EXERCISE_KEYS, Key

ATTEMPTS = 120
OUTLINES_TRIED = 6
DEVICES_WANTED = 2
FIRST_WITH_DEVICES = 3
CANDIDATES, MOST_CANDIDATES = 3, 6
"""So many finished exercises compete, more while each of them has a warning; the best one is kept."""
_PATIENCE = 12  # so many attempts double the price put on the level's new devices
_OPENING = 5  # so many notes are how a melody begins


Soprano = tuple[tuple[Fraction, int], ...]
"""A melody as (onset, MIDI pitch) of its notes: what two sheets must not share."""


@dataclass(frozen=True)
class Exercise:
    """A finished exercise: the setting, and which devices new at its level it uses."""

    setting: Setting
    level: Level
    devices: tuple[str, ...]
    faults: Faults

    @property
    def soprano(self) -> Soprano:
        """Its melody."""
        return tuple((note.onset, note.pitch) for note in self.setting.voices[0])


def compose(condition: Condition, rng: Generator, earlier: Sequence[Soprano] = ()) -> Exercise:
    """One harmonised melody of a level, not among the `earlier` ones and rather not beginning like them.

    Raises:
        UsageError: there is no such level, key, meter, length or pickup.
        NotFound: no attempt passed; another seed may.
    """
    level = level_named(condition.level)
    key, meter = condition.key or Key(0), condition.meter or TimeSignature(4, 4)
    if str(key) not in EXERCISE_KEYS:
        raise UsageError(f"no exercise is written in {key.words}", hint=f"keys are {' '.join(EXERCISE_KEYS)}")
    found: list[Exercise] = []
    for attempt in range(ATTEMPTS):
        plan = make_plan(level, key, meter, condition.measures, condition.pickup, rng)
        exercise = _attempt(plan, level, rng, 1 + attempt / _PATIENCE)
        if exercise is not None and exercise.soprano not in earlier:
            found.append(exercise)
        if _enough(found):
            break
    if found:
        return max(found, key=lambda exercise: _merit(exercise, earlier))
    raise NotFound(
        f"no new exercise of level {level.number} was found in {ATTEMPTS} attempts",
        hint="try another seed, key or length",
    )


def _enough(found: list[Exercise]) -> bool:
    spotless = any(not exercise.faults.warnings for exercise in found)
    return len(found) >= (CANDIDATES if spotless else MOST_CANDIDATES)


def _merit(exercise: Exercise, earlier: Sequence[Soprano]) -> float:
    """How good a finished exercise is beside others: tuneful, without warnings, with an opening of its own."""
    begun = [soprano[:_OPENING] for soprano in earlier].count(exercise.soprano[:_OPENING])
    heard = sum(_contour(soprano) == _contour(exercise.soprano) for soprano in earlier)
    spoiled = 4.0 * exercise.faults.warnings + 0.3 * exercise.faults.infos
    return tunefulness(exercise.setting) - spoiled - 1.0 * begun - 0.5 * heard


def _contour(soprano: Soprano) -> tuple[int, ...]:
    """The first moves of a melody in semitones."""
    return tuple(two[1] - one[1] for one, two in pairwise(soprano[:_OPENING]))


def _attempt(plan: Plan, level: Level, rng: Generator, eagerness: float) -> Exercise | None:
    for sketch, before in _sketches(plan, level, rng, eagerness):
        finished, ornaments = ornament(sketch, level, partial(_improves, level=level, before=before), rng)
        devices = devices_in(finished, level, ornaments)
        if _shows(level, devices) and _sings(finished):
            return Exercise(finished, level, devices, faults(finished, level))
    return None


def _sketches(plan: Plan, level: Level, rng: Generator, eagerness: float) -> list[tuple[Setting, Faults]]:
    """Settings of the best outlines, without errors, the ones with fewest other findings first."""
    outlines = find_outlines(plan, level, rng, eagerness)
    usable = (one for one in outlines if _may_sing(plan, one, level) and _may_show(plan, one, level))
    settings = [set_outline(plan, outline) for outline in islice(usable, OUTLINES_TRIED)]
    judged = [(setting, faults(setting, level)) for setting in settings if setting is not None]
    return sorted((pair for pair in judged if not pair[1].errors), key=lambda pair: pair[1])


def _improves(setting: Setting, level: Level, before: Faults) -> bool:
    """Whether an ornament has left the soprano its shape and brought no error or warning."""
    if not _has_shape(setting):
        return False
    after = faults(setting, level)
    return not after.errors and after.warnings <= before.warnings


def _shows(level: Level, devices: tuple[str, ...]) -> bool:
    """Whether enough is new at the level; ornaments alone are not, as the student's chords would never meet it."""
    if level.number < FIRST_WITH_DEVICES:
        return True
    return len(devices) >= DEVICES_WANTED and any(device not in level.new.ornaments for device in devices)


def devices_in(setting: Setting, level: Level, ornaments: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the devices new at this level that a setting uses, in order of their first use."""
    found = []
    goals = level.new.goals(setting.plan.key)
    for place, chord in enumerate(setting.chords):
        if chord.numeral.figure in level.new.figures(minor=chord.key.minor):
            deceptive = place > 0 and _is_deceptive(setting, place)
            found.append("deceptive progression" if deceptive else device_family(chord.numeral))
        if chord.key in goals:
            found.append("modulation")
    found += [kind for kind in ornaments if kind in level.new.ornaments]
    return tuple(dict.fromkeys(found))


def _is_deceptive(setting: Setting, place: int) -> bool:
    before, here = setting.chords[place - 1].numeral, setting.chords[place].numeral
    return before.figure in ("V", "V7") and here.figure in ("vi", "VI")


def tunefulness(setting: Setting) -> float:
    """How much a soprano goes somewhere: many pitches evenly used, little to and fro, varied chords and rhythms."""
    pitches = [note.pitch for note in setting.voices[0]]
    shares = np.array(list(Counter(pitches).values())) / len(pitches)
    variety = float(-(shares * np.log2(shares)).sum())
    to_and_fro = float(np.mean([one == three for one, three in zip(pitches, pitches[2:], strict=False)]))
    chords = len({chord.numeral.figure for chord in setting.chords}) / len(setting.chords)
    rhythms = len({note.duration for note in setting.voices[0]})
    return variety - 3.0 * to_and_fro + 1.5 * chords + 0.15 * rhythms


def _sings(setting: Setting) -> bool:
    """Whether the soprano is a melody: mostly steps, some leaps, few repeats, a sixth to a tenth wide, no echo."""
    soprano = setting.voices[0]
    heights = _heights(soprano)
    if not _is_balanced(heights, slack=0.0):
        return False
    width = heights.max() - heights.min()
    return 5 <= width <= 9 and int((heights == heights.max()).sum()) == 1 and _echoes(setting.plan, soprano) <= 1


def _has_shape(setting: Setting) -> bool:
    """Whether ornaments have left the soprano its leaps and its one climax."""
    heights = _heights(setting.voices[0])
    return _is_balanced(heights, slack=0.1) and int((heights == heights.max()).sum()) == 1


def _heights(notes: tuple[Note, ...]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array([int(diatonic_of(note.pitch, note.fifths)) for note in notes])


def _may_sing(plan: Plan, outline: Outline, level: Level) -> bool:
    """Whether a soprano may still become a melody: ornaments, where the level has them, fill some of its leaps."""
    path = list(outline.path)
    pitch, fifths = outline.states.soprano[path], outline.states.soprano_fifths[path]
    soprano = voice_of(plan, pitch, fifths, holds=False)
    heights = _heights(soprano)
    wide_enough = 5 <= int(heights.max() - heights.min()) <= 9
    balanced = _is_balanced(heights, slack=0.1 if level.non_chord_tones else 0.0)
    return wide_enough and balanced and _echoes(plan, soprano) <= 1


def _may_show(plan: Plan, outline: Outline, level: Level) -> bool:
    """Whether an outline has so many of the level's new devices that ornaments can make up the rest."""
    devices = devices_in(Setting(plan, tuple(outline.chords()), ()), level, ())
    return _shows(level, (*devices, *level.new.ornaments))


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
