"""Composing an exercise: plans are drawn, outlined, set and ornamented until one passes its level's rules and taste."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from numpy.random import Generator

from musegen.errors import NotFound, UsageError
from musegen.generation.conditions import Condition
from musegen.generation.exercises.finishing import Exercise, Soprano, finished
from musegen.generation.exercises.plan import make_plan
from musegen.generation.exercises.sketches import Sketch, sketches_of
from musegen.generation.exercises.taste import tunefulness
from musegen.generation.harmonise import check_engine
from musegen.generation.levels import Level, level_named
from musegen.score.meter import TimeSignature
from musegen.theory.keys import EXERCISE_KEYS, Key

if TYPE_CHECKING:
    from musegen.generation.harmonise import Engine

ATTEMPTS = 120
CANDIDATES, MOST_CANDIDATES = 3, 6
"""So many finished exercises compete, more while each of them has a warning; the best one is kept."""
_PATIENCE = 12  # so many attempts double the price put on the level's new devices
_OPENING = 5  # so many notes are how a melody begins


def compose(
    condition: Condition, rng: Generator, earlier: Sequence[Soprano] = (), *, engine: Engine = "classical"
) -> Exercise:
    """One harmonised melody of a level, not among the `earlier` ones and rather not beginning like them.

    Args:
        condition: level, key, meter, length and pickup.
        rng: what is drawn is drawn from it.
        earlier: melodies that are taken.
        engine: `neural` lets a network that has heard Bach's chorales draw the inner voices and the ornaments, within
            the level, and choose; `classical` searches and draws lots.

    Raises:
        UsageError: there is no such level, key, meter, length, pickup or engine.
        NotFound: no attempt passed; another seed may.
    """
    check_engine(engine)
    level = level_named(condition.level)
    sketched = _sketched(condition, level, rng)
    if engine == "classical":
        exercises = _first_finished(sketched, level, rng)
    else:
        from musegen.generation.exercises.by_network import best_heard  # onnxruntime is needed for this engine only

        exercises = best_heard(sketched, level, rng, together=CANDIDATES)
    found: list[Exercise] = []
    for exercise in exercises:
        if exercise.soprano not in earlier:
            found.append(exercise)
        if _enough(found):
            break
    if found:
        return max(found, key=lambda exercise: _merit(exercise, earlier))
    raise NotFound(
        f"no new exercise of level {level.number} was found in {ATTEMPTS} attempts",
        hint="try another seed, key or length",
    )


def _sketched(condition: Condition, level: Level, rng: Generator) -> Iterator[list[Sketch]]:
    """The sketches of one plan after another, as many as there are attempts."""
    key, meter = condition.key or Key(0), condition.meter or TimeSignature(4, 4)
    if str(key) not in EXERCISE_KEYS:
        raise UsageError(f"no exercise is written in {key.words}", hint=f"keys are {' '.join(EXERCISE_KEYS)}")
    for attempt in range(ATTEMPTS):
        plan = make_plan(level, key, meter, condition.measures, condition.pickup, rng)
        yield sketches_of(plan, level, rng, 1 + attempt / _PATIENCE)


def _first_finished(sketched: Iterator[list[Sketch]], level: Level, rng: Generator) -> Iterator[Exercise]:
    """Of each plan the first sketch that can be finished."""
    for several in sketched:
        tried = (finished(sketch.setting, sketch.faults, level, rng) for sketch in several)
        exercise = next((one for one in tried if one is not None), None)
        if exercise is not None:
            yield exercise


def _enough(found: list[Exercise]) -> bool:
    spotless = any(not exercise.faults.warnings for exercise in found)
    return len(found) >= (CANDIDATES if spotless else MOST_CANDIDATES)


def _merit(exercise: Exercise, earlier: Sequence[Soprano]) -> float:
    """How good a finished exercise is beside others: tuneful, without warnings, with an opening of its own."""
    begun = [soprano[:_OPENING] for soprano in earlier].count(exercise.soprano[:_OPENING])
    heard = sum(_contour(soprano) == _contour(exercise.soprano) for soprano in earlier)
    spoiled = 4.0 * exercise.faults.warnings + 0.3 * exercise.faults.infos
    return tunefulness(exercise.setting) + exercise.liked - spoiled - 1.0 * begun - 0.5 * heard


def _contour(soprano: Soprano) -> tuple[int, ...]:
    """The first moves of a melody in semitones."""
    return tuple(two[1] - one[1] for one, two in pairwise(soprano[:_OPENING]))
