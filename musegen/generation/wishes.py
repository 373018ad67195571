"""Requests that cannot be meant: refused before anything is drawn, in words that say what would do."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

from musegen.errors import NoSolution, UsageError
from musegen.generation.conditions import CadenceAsked, Condition
from musegen.score.model import HarmonyLabel, Score
from musegen.theory.analysis import CadenceKind

TEMPERATURES = (0.1, 2.0)
"""From dull to wild; beyond, a network draws the likeliest alone, or anything."""
_LEVELS = 8


def check_temperature(temperature: float) -> None:
    """Nothing, where a network can draw at this temperature.

    Raises:
        UsageError: it is no number, or too low or high.

    >>> check_temperature(0.8)
    """
    low, high = TEMPERATURES
    if not (isinstance(temperature, int | float) and low <= temperature <= high):
        raise UsageError(f"a temperature of {temperature} is none to draw at", hint=f"{low} to {high:g} will do")


def check_wishes(source: Score, condition: Condition) -> None:
    """Nothing, where a condition can be meant of the notes of a score.

    Raises:
        NoSolution: two cadences are asked for at one place.
        UsageError: there is no such level or cadence, or not so many settings; a chord or cadence stands outside the
            score; or what the score settles is asked for otherwise.
    """
    if not isinstance(condition.candidates, int) or condition.candidates < 1:
        raise UsageError(f"{condition.candidates} settings cannot be made", hint="ask for 1 or more")
    if condition.level not in range(_LEVELS + 1):
        raise UsageError(f"there is no level {condition.level}", hint=f"there are 1 to {_LEVELS}; 0 is none")
    if condition.measures or condition.meter is not None or condition.pickup != "none":
        raise UsageError("the score that is harmonised settles measures, meter and pickup", hint="leave them out")
    for label in condition.harmonies:
        _check_chord(label, source)
    for asked in condition.cadences:
        _check_cadence(asked, source)
    for one, other in combinations(condition.cadences, 2):
        if one.onset == other.onset and one != other:
            where = source.place(one.onset)
            both = tuple(f"{where}: {_words(asked)}" for asked in (one, other))
            raise NoSolution("these requests contradict each other", conflicts=both, hint="change one of them")


def _check_chord(label: HarmonyLabel, source: Score) -> None:
    if label.kind not in ("numeral", "chord_symbol"):
        raise UsageError(f"`{label.text}` is asked for as a {label.kind}", hint="ask for a numeral or a chord_symbol")
    if not 0 <= label.onset < source.end:
        raise UsageError(f"the chord {label.text} is asked for outside the score", hint=_until(source))


def _check_cadence(asked: CadenceAsked, source: Score) -> None:
    kinds = get_args(CadenceKind)
    if asked.kind is not None and asked.kind not in kinds:
        raise UsageError(f"`{asked.kind}` is no cadence", hint=f"there are {', '.join(kinds)}")
    if not 0 <= asked.onset < source.end:
        raise UsageError(f"the cadence {_words(asked)} is asked for outside the score", hint=_until(source))


def _words(asked: CadenceAsked) -> str:
    return f"{asked.kind or 'a cadence'}{f' in {asked.key}' if asked.key else ''}"


def _until(source: Score) -> str:
    return f"it ends after {source.quarters(source.end)} quarters, at tick {source.end}"
