"""Plans drawn from what Bach's own chorales do: meter, form, lengths of phrases, cadences and their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import pairwise
from typing import get_args

from numpy.random import Generator

from musegen.errors import UsageError
from musegen.generation.chorales.counted import absolute, drawn, habits, place_of
from musegen.generation.chorales.lengths import Form, Length, draw_lengths, onsets_of
from musegen.generation.chorales.plan import ChoralePlan, PhrasePlan, check_home, measures_for
from musegen.generation.levels import Level, level_named
from musegen.score.meter import TICKS_PER_QUARTER, TimeSignature
from musegen.theory.analysis import CadenceKind
from musegen.theory.keys import Key

MOST_MEASURES = 64
_PICKUPS = {"none": 0, "beat": 1}
_SHORTEST_JOURNEY = 4
"""Phrases from which on one at least closes in another key."""
_TRIES = 100


def draw_plan(
    rng: Generator,
    *,
    key: Key | None = None,
    meter: TimeSignature | None = None,
    measures: int = 0,
    phrases: int = 0,
    pickup: str = "auto",
    level: int = 0,
) -> ChoralePlan:
    """A plan as Bach could have had it; what is None, 0 or `auto` is drawn, too. `pickup` is none, beat or auto.

    The first phrases may come twice, as in a bar form; all keys are near to home; the last cadence is a perfect one at
    home. A level, 1 to 8, has only the keys and cadences that its students know.

    Raises:
        UsageError: the key has too many signs, Bach has no chorale in this meter, there is no such pickup or level,
            there are too many measures, or so many phrases do not make them.

    >>> import numpy as np
    >>> plan = draw_plan(np.random.default_rng(3), key=Key.parse("G"), measures=12)
    >>> plan.full_measures, plan.phrases[-1].cadence, str(plan.phrases[-1].key)
    (12, 'PAC', 'G')
    """
    home = key or Key.parse(_certain(drawn(habits().homes, [], rng)))
    check_home(home)
    if pickup not in (*_PICKUPS, "auto"):
        raise UsageError(f"there is no pickup `{pickup}`", hint=f"there are {', '.join(_PICKUPS)} and auto")
    if not 0 <= measures <= MOST_MEASURES:
        raise UsageError(f"no chorale has {measures} measures", hint=f"at most {MOST_MEASURES}")
    meter, upbeat = _draw_meter(rng, home, meter, pickup)
    beats = int(meter.quarters)
    form, lengths = draw_lengths(rng, str(meter), beats, upbeat, measures=measures, phrases=phrases)
    known = level_named(level) if level else None
    found = _laid(form, lengths, _draw_cadences(rng, home, form, known))
    whole = found[-1].end // (beats * TICKS_PER_QUARTER)
    picardy = home.minor and known is None and drawn(habits().endings, [home.mode], rng) == "I"
    return ChoralePlan(home, measures_for(home, meter, Fraction(upbeat), whole), found, home, picardy)


def _draw_meter(rng: Generator, home: Key, meter: TimeSignature | None, pickup: str) -> tuple[TimeSignature, int]:
    def weight(outcome: str) -> float:
        name, quarters = outcome.split()
        return (meter is None or str(meter) == name) and _PICKUPS.get(pickup, int(quarters)) == int(quarters)

    found = drawn(habits().meters, [home.mode], rng, weight)
    if found is None:
        known = sorted({outcome.split()[0] for outcome in habits().meters[""]}, reverse=True)
        raise UsageError(f"no chorale is planned in {meter}", hint=f"there are {', '.join(known)}")
    name, quarters = found.split()
    return TimeSignature.parse(name), int(quarters)


Close = tuple[CadenceKind, Key]


def _draw_cadences(rng: Generator, home: Key, form: Form, known: Level | None) -> list[Close]:
    """Kind and key of the cadence of every different phrase."""
    goals = known.goals(home) if known else _near_keys(home)
    for _ in range(_TRIES):
        found = _cadences_in_order(rng, home, form, lambda item: _is_within(item, home, goals, known))
        if form.phrases < _SHORTEST_JOURNEY or not goals or any(key != home for _, key in found):
            break
    return found


def _cadences_in_order(rng: Generator, home: Key, form: Form, allowed: Callable[[str], bool]) -> list[Close]:
    found: list[str] = []
    for number in range(form.different - 1):
        place = place_of(number, form.different, form.stollen)
        context = [home.mode, place, *(item.replace(" ", "-") for item in found[-1:])]
        worn = found[-1] if found and (place == "stollen" or found[-2:] == found[-1:] * 2) else ""
        outcome = drawn(habits().cadences, context, rng, lambda item: item != worn and allowed(item))  # noqa: B023
        found.append(_certain(outcome))
    return [*(_close(item, home) for item in found), ("PAC", home)]


def _near_keys(home: Key) -> tuple[Key, ...]:
    """The keys that differ from home by a sharp or flat at most."""
    near = [Key.of_signature(home.signature + step, minor=minor) for step in (-1, 0, 1) for minor in (False, True)]
    return tuple(key for key in near if key != home)


def _is_within(item: str, home: Key, goals: tuple[Key, ...], known: Level | None) -> bool:
    """A cadence at home or in one of these keys; the tonic evaded ends no phrase, and some students know no vi."""
    kind, key = _close(item, home)
    knows_sixth = known is None or {"vi", "VI"} & set(known.figures(minor=home.minor))
    return key in (home, *goals) and kind != "EC" and bool(kind != "DC" or knows_sixth)


def _close(item: str, home: Key) -> Close:
    kind, key = item.split()
    return get_args(CadenceKind)[get_args(CadenceKind).index(kind)], absolute(Key.parse(key), home)


def _laid(form: Form, lengths: list[Length], cadences: Iterable[Close]) -> tuple[PhrasePlan, ...]:
    """The phrases as they sound, one after the other."""
    once = list(zip(lengths, cadences, strict=True))
    order = [*range(form.stollen), *range(form.different)]
    onsets = onsets_of([once[number][0] for number in order])
    found = []
    for place, (number, (onset, end)) in enumerate(zip(order, pairwise(onsets), strict=True)):
        length, (kind, key) = once[number]
        begin, close, done = (time * TICKS_PER_QUARTER for time in (onset, end - length.last_chord, end))
        again = number if form.stollen <= place < 2 * form.stollen else None
        found.append(PhrasePlan(begin, close, done, key, kind, again))
    return tuple(found)


def _certain(outcome: str | None) -> str:
    assert outcome is not None, "the counts know an outcome in every context"
    return outcome
