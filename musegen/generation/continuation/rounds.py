"""What a round of playing together is to be: measures that take turns, or one tune; after the forms of real tunes."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.random import Generator

from musegen.errors import UsageError
from musegen.generation.continuation.beat import SIXTEENTH
from musegen.generation.tunes.laws import Laws, laws_of
from musegen.generation.tunes.plans import Plan, draw_plan
from musegen.rules.packs import Pack, load_pack
from musegen.score.meter import TimeSignature
from musegen.theory.tunes.form import NEW, Form
from musegen.theory.tunes.symbols import (
    ALTERATIONS,
    DURATIONS,
    FIRST,
    MODES,
    PLACES,
    SYMBOLS,
    Home,
    home_of,
)

Turns = Literal["answer", "follow"]
TURNS: tuple[Turns, ...] = get_args(Turns)
"""After every so many measures the machine plays as many; or it goes on whenever the player stops."""
ROUND = 32
"""Measures of a round, about: then a new one begins, as a new tune would."""
LONGEST_CALL = 16
_TONIC, _FREE = 0, -1
_LOWEST, _HIGHEST = -4, 9
"""Staff places from the tonic between which the machine plays."""
_ON_GRID = DURATIONS % SIXTEENTH == 0
_RAISED = (5, 6)
"""Scale degrees, from 0, that belong to a minor key natural and raised."""


class Round(NamedTuple):
    """A plan, and its laws in each mode."""

    plan: Plan
    laws: dict[int, Laws]  # by place in MODES


def rounds_for(
    meter: TimeSignature, turns: Turns, measures: int, modes: tuple[str, ...], pack: str, rng: Generator, count: int
) -> tuple[Round, ...]:
    """So many different rounds in a meter, for keys of these modes. Takes a twentieth of a second for each mode.

    Raises:
        UsageError: there are no such turns, or no calls of so many measures.
        PackError: there is no such pack.
    """
    if turns not in TURNS:
        raise UsageError(f"`{turns}` is no way to take turns", hint=f"ways are {' and '.join(TURNS)}")
    if not 1 <= measures <= LONGEST_CALL:
        raise UsageError(f"turns of {measures} measures are none", hint=f"1 to {LONGEST_CALL} measures are")
    rules = load_pack(pack)
    plans = [_taking_turns(rng, meter, measures) if turns == "answer" else _one_tune(rng, meter) for _ in range(count)]
    return tuple(Round(plan, {MODES.index(mode): _laws(plan, mode, rules) for mode in modes}) for plan in plans)


def is_in_key(home: Home, pitch: int) -> bool:
    """Whether a MIDI number belongs to a key: to its scale; in minor the raised sixth and seventh do, too.

    >>> from musegen.theory.tunes.symbols import home_named
    >>> [is_in_key(home_named(key), 68) for key in ("C", "a", "A dorian")]
    [False, True, False]
    """
    scale = {home.natural(place).pitch % 12 for place in range(7)}
    if MODES[home.mode] == "minor":
        scale |= {(home.natural(place).pitch + 1) % 12 for place in _RAISED}
    return pitch % 12 in scale


def _one_tune(rng: Generator, meter: TimeSignature) -> Plan:
    plan = draw_plan(rng, meter=meter, measures=ROUND, pickup="none")
    return replace(plan, pickup=0, repeated=(False,) * len(plan.repeated))


def _taking_turns(rng: Generator, meter: TimeSignature, measures: int) -> Plan:
    """Calls and answers of so many measures each; what an answer takes up, and how, as real tunes do."""
    both = 2 * measures
    exchanges = max(1, ROUND // both)
    forms = [draw_plan(rng, meter=meter, measures=both, pickup="none").form for _ in range(exchanges)]
    bar = np.arange(both * exchanges)
    ours = bar % both >= measures
    kinship = np.concatenate([form.kinship for form in forms])
    source = np.concatenate([form.source + number * both for number, form in enumerate(forms)])
    heard = np.where(ours, kinship, NEW), np.where(ours, source, bar)  # what a player will play nobody knows
    goal = np.where(ours, _TONIC, _FREE)
    form = Form(*heard, bar // measures, bar % measures, measures - 1 - bar % measures, goal)
    starts = tuple(range(0, both * exchanges, measures))
    return Plan(meter, 0, form, starts, (False,) * len(starts), MODES.index("major"))


def _laws(plan: Plan, mode: str, pack: Pack) -> Laws:
    """Laws under which every note belongs to the key; they are the same for all keys of a mode."""
    laws = laws_of(plan, home_of(0, mode), pack, lowest=_LOWEST, highest=_HIGHEST, over_bars=False)
    raised = (ALTERATIONS == 1) & np.isin(PLACES % 7, _RAISED) & (mode == "minor")
    within = (ALTERATIONS == 0) | raised | (np.arange(SYMBOLS) < FIRST)
    return laws._replace(symbols=laws.symbols & within, lengths=laws.lengths & _ON_GRID)
