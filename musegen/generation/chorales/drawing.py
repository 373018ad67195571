"""Plans drawn from what Bach's own chorales do: meter, form, lengths of phrases, cadences and their keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple, get_args

from numpy.random import Generator

from musegen.errors import UsageError
from musegen.generation.cadence_words import CadenceWish
from musegen.generation.chorales.counted import absolute, drawn, habits, place_of
from musegen.generation.chorales.lengths import Form, Length, draw_lengths, onsets_of
from musegen.generation.chorales.plan import ChoralePlan, PhrasePlan, check_home, measures_for
from musegen.generation.chorales.wished import draw_home, lawful, meets, near_keys, wished_of
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
    cadences: tuple[CadenceWish, ...] = (),
) -> ChoralePlan:
    """A plan as Bach could have had it; what is None, 0 or `auto` is drawn, too. `pickup` is none, beat or auto.

    The first phrases may come twice, as in a bar form; all keys are near to home; the last cadence is a perfect one at
    home. A level, 1 to 8, has only the keys and cadences that its students know. `cadences` are those of phrases by
    their number, as `cadence_words.parse_cadences` reads them; there are at least as many phrases.

    Raises:
        UsageError: the key has too many signs, Bach has no chorale in this meter, there is no such pickup or level,
            there are too many measures, so many phrases do not make them, or no phrase can close as it is wished.

    >>> import numpy as np
    >>> plan = draw_plan(np.random.default_rng(3), key=Key.parse("G"), measures=12)
    >>> plan.full_measures, plan.phrases[-1].cadence, str(plan.phrases[-1].key)
    (12, 'PAC', 'G')
    """
    home = draw_home(rng, key, lawful(cadences))
    check_home(home)
    if pickup not in (*_PICKUPS, "auto"):
        raise UsageError(f"there is no pickup `{pickup}`", hint=f"there are {', '.join(_PICKUPS)} and auto")
    if not 0 <= measures <= MOST_MEASURES:
        raise UsageError(f"no chorale has {measures} measures", hint=f"at most {MOST_MEASURES}")
    meter, upbeat = _draw_meter(rng, home, meter, pickup)
    beats = int(meter.quarters)
    for _ in range(_TRIES):
        form, lengths = draw_lengths(rng, str(meter), beats, upbeat, measures=measures, phrases=phrases)
        wished = wished_of(cadences, form, home)
        if wished is not None:
            break
    else:
        hint = "the last phrase closes with a PAC at home; others may come twice: try other --phrases or cadences"
        raise UsageError("no chorale was planned with these cadences", hint=hint)
    known = level_named(level) if level else None
    found = _laid(form, lengths, _draw_closes(rng, home, form, known, wished))
    whole = found[-1].end // (beats * TICKS_PER_QUARTER)
    return ChoralePlan(home, measures_for(home, meter, Fraction(upbeat), whole), found, home)


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


class Close(NamedTuple):
    """How a phrase ends."""

    kind: CadenceKind
    key: Key
    chords: tuple[str, str] = ("", "")


def _draw_closes(
    rng: Generator, home: Key, form: Form, known: Level | None, wished: Mapping[int, CadenceWish]
) -> list[Close]:
    """The cadence of every different phrase, with its last two chords; `wished` are those of some phrases."""
    goals = known.goals(home) if known else near_keys(home)
    for _ in range(_TRIES):
        cadences = _cadences_in_order(rng, home, form, lambda close: _is_within(close, home, goals, known), wished)
        if form.phrases < _SHORTEST_JOURNEY or not goals or any(close.key != home for close in cadences):
            break
    places = [place_of(number, form.different, form.stollen) for number in range(form.different)]
    return [
        close._replace(chords=_draw_chords(rng, close, place, known))
        for close, place in zip(cadences, places, strict=True)
    ]


def _cadences_in_order(
    rng: Generator, home: Key, form: Form, allowed: Callable[[Close], bool], wished: Mapping[int, CadenceWish]
) -> list[Close]:
    found: list[str] = []
    for number in range(form.different - 1):
        place = place_of(number, form.different, form.stollen)
        context = [home.mode, place, *(item.replace(" ", "-") for item in found[-1:])]
        worn = found[-1] if found and (place == "stollen" or found[-2:] == found[-1:] * 2) else ""
        wish = wished.get(number)

        def weight(item: str, wish: CadenceWish | None = wish, worn: str = worn) -> float:
            close = _close(item, home)
            return allowed(close) and (item != worn if wish is None else meets(wish, close.kind, close.key))

        outcome = drawn(habits().cadences, context, rng, weight)
        if outcome is None and wish is not None:
            hint = "leave its kind or key free, or leave out --level"
            raise UsageError(f"Bach closes no phrase of a piece in {home.words} so: `{wish.words}`", hint=hint)
        found.append(_certain(outcome))
    return [*(_close(item, home) for item in found), Close("PAC", home)]


def _draw_chords(rng: Generator, close: Close, place: str, known: Level | None) -> tuple[str, str]:
    """The last two chords of a phrase, of those that the level knows."""
    pair = drawn(habits().closes, [close.kind, close.key.mode, place], rng, lambda item: _are_known(item, close, known))
    before, last = _certain(pair).split()
    return before, last


def _is_within(close: Close, home: Key, goals: tuple[Key, ...], known: Level | None) -> bool:
    """A cadence at home or in one of these keys, of known chords; the tonic evaded ends no phrase."""
    pairs = habits().closes.get(f"{close.kind} {close.key.mode}", {})
    is_known = any(_are_known(pair, close, known) for pair in pairs)
    return close.key in (home, *goals) and close.kind != "EC" and is_known


def _are_known(pair: str, close: Close, known: Level | None) -> bool:
    return known is None or set(pair.split()) <= set(known.figures(minor=close.key.minor))


def _close(item: str, home: Key) -> Close:
    kind, key = item.split()
    return Close(get_args(CadenceKind)[get_args(CadenceKind).index(kind)], absolute(Key.parse(key), home))


def _laid(form: Form, lengths: list[Length], closes: list[Close]) -> tuple[PhrasePlan, ...]:
    """The phrases as they sound, one after the other."""
    order = [*range(form.stollen), *range(form.different)]
    onsets = onsets_of([lengths[number] for number in order])
    found = []
    for place, (number, (onset, end)) in enumerate(zip(order, pairwise(onsets), strict=True)):
        begin, close, done = (time * TICKS_PER_QUARTER for time in (onset, end - lengths[number].last_chord, end))
        again = number if form.stollen <= place < 2 * form.stollen else None
        kind, key, (approach, last) = closes[number]
        found.append(PhrasePlan(begin, close, done, key, kind, approach, last, again))
    return tuple(found)


def _certain(outcome: str | None) -> str:
    assert outcome is not None, "the counts know an outcome in every context"
    return outcome
