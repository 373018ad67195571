"""Tables of the outer voices: chord successions and lawful moves of soprano and bass between all states of a level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.exercises.formulas import succession_price
from musegen.generation.exercises.states import States, move_tables, states_for, tendencies
from musegen.generation.exercises.tendencies import Pulls
from musegen.theory.keys import Key

Array = npt.NDArray[Any]

_SIXTH_DOWN = -5  # steps; no singer hears a leading tone from there


@dataclass(frozen=True)
class OuterTables:
    """What may follow what, by state or by chord. Pure functions of the keys and the level."""

    states: States
    steps: Array  # (states,) staff steps of the soprano
    bass_steps: Array
    root: Array  # (chords,) the root that the ear compares
    follow: Array  # (chords, chords) cost of a succession, infinite where it is none
    fits: tuple[Array, Array]  # (states, states) lawful moves: to a new chord, and over a held one


@lru_cache(maxsize=16)
def outer_tables(keys: tuple[Key, ...], level: int) -> OuterTables:
    """The tables of a level's states in some keys, the home key first."""
    states = states_for(keys, level)
    chords = states.chords
    root = np.array([chord.root for chord in chords])
    laws = (tendencies(states), move_tables(level), (Pulls(chords, "soprano"), Pulls(chords, "bass")))
    columns = _Columns(states, states.soprano_steps, states.bass_steps, root, *laws)
    follow = np.array([[succession_price(one, two) for two in chords] for one in chords])
    count = len(states.chord)
    first, second = np.divmod(np.arange(count * count), count)
    fresh, held = (
        _outer_voices_fit(columns, first, second, held=going_on).reshape(count, count) for going_on in (False, True)
    )
    return OuterTables(states, columns.steps, columns.bass_steps, root, follow, (fresh, held))


@dataclass(frozen=True)
class _Columns:
    states: States
    steps: Array
    bass_steps: Array
    root: Array
    tendency: tuple[Array, Array, Array, Array]
    moves: tuple[Array, Array]
    pulls: tuple[Pulls, Pulls]


def _outer_voices_fit(tables: _Columns, first: Array, second: Array, held: bool) -> Array:
    states = tables.states
    up, up_steps = states.soprano[second] - states.soprano[first], tables.steps[second] - tables.steps[first]
    low, low_steps = states.bass[second] - states.bass[first], tables.bass_steps[second] - tables.bass_steps[first]
    fits = tables.moves[0][np.minimum(np.abs(up_steps), 12), np.minimum(np.abs(up), 19)]
    fits &= tables.pulls[0].follow(states.chord[first], states.soprano_fifths[first], up_steps, up)
    if held:
        return np.asarray(fits & (low == 0) & (np.abs(up) <= 9))
    fits &= tables.moves[1][np.minimum(np.abs(low_steps), 12), np.minimum(np.abs(low), 19)]
    before = (tables.steps[first] - tables.bass_steps[first]) % 7
    after = (tables.steps[second] - tables.bass_steps[second]) % 7
    semitones = (states.soprano[second] - states.bass[second]) % 12
    perfect = ((after == 4) & (semitones == 7)) | ((after == 0) & (semitones == 0))
    moving = (up != 0) & (low != 0)
    fits &= ~(perfect & moving & (before == after))
    fits &= ~(perfect & (np.sign(up) == np.sign(low)) & moving & (np.abs(up_steps) > 1))
    fits &= ~(perfect & (after == 4) & (before == 4) & moving)
    fits &= ~_cross_relation(states, first, second)
    fits &= ~_leaps_to_seventh(tables, first, second, up_steps, low_steps)
    fits &= (up_steps != _SIXTH_DOWN) | (states.soprano_fifths[second] != tables.tendency[0][states.chord[second]])
    fits &= tables.pulls[1].follow(states.chord[first], states.bass_fifths[first], low_steps, low)
    return np.asarray(fits & _resolves(tables, first, second, up, up_steps, low, low_steps))


def _cross_relation(states: States, first: Array, second: Array) -> Array:
    s1, s2 = states.soprano_fifths[first], states.soprano_fifths[second]
    b1, b2 = states.bass_fifths[first], states.bass_fifths[second]
    one = (s1 != b2) & ((s1 - b2) % 7 == 0)
    other = (b1 != s2) & ((b1 - s2) % 7 == 0)
    return np.asarray(one | other)


def _leaps_to_seventh(tables: _Columns, first: Array, second: Array, up_steps: Array, low_steps: Array) -> Array:
    """Whether an outer voice leaps to the seventh of a new chord instead of stepping to it or holding it."""
    states = tables.states
    chord = states.chord[second]
    seventh = tables.tendency[1][chord]
    new = tables.root[states.chord[first]] != tables.root[chord]
    high = (states.soprano_fifths[second] == seventh) & (np.abs(up_steps) > 1)
    low = (states.bass_fifths[second] == seventh) & (np.abs(low_steps) > 1)
    return np.asarray(new & (high | low))


def _resolves(
    tables: _Columns, first: Array, second: Array, up: Array, up_steps: Array, low: Array, low_steps: Array
) -> Array:
    """Leading tones in the outer voices rise by a semitone, sevenths and lowered notes fall by step."""
    fits = np.ones(len(first), dtype=bool)
    chord = tables.states.chord[first]
    for fifths, move, steps in (
        (tables.states.soprano_fifths[first], up, up_steps),
        (tables.states.bass_fifths[first], low, low_steps),
    ):
        rises = (fifths == tables.tendency[0][chord]) | (fifths == tables.tendency[2][chord])
        falls = (fifths == tables.tendency[1][chord]) | (fifths == tables.tendency[3][chord])
        same_root = tables.root[chord] == tables.root[tables.states.chord[second]]
        fits &= ~rises | (move == 1) | (same_root & (move == 0)) | ((move == -1) & (steps == 0))
        fits &= ~falls | ((steps == -1) & (move < 0)) | ((move == 0) & (steps == 0))
    return fits
