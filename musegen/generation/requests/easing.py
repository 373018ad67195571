"""Where the chords asked for force a fault from beat to beat, a passing setting between them may mend it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from musegen.generation.melody import MelodySlot
from musegen.generation.requests.laws import COUNTED
from musegen.generation.requests.plan import VOICES, Plan, Wish, notes_between
from musegen.generation.requests.scoring import Array, Settings
from musegen.generation.requests.settings import WIDER
from musegen.generation.requests.ways import Slotted, Ways, sung_in

OFF_THE_PULSE = 3
"""The class of strength of a moment between two beats."""
_CHORDS = 0.3  # the weight of what a succession of chords costs
_CHORDS_TRIED = 60
_STAYS = 0.6  # the chord goes on, set anew


class Moment(NamedTuple):
    """A slot with its wish and the setting that was chosen for it, alone in its columns."""

    slot: MelodySlot
    wish: Wish
    setting: Settings


def eased(ways: Ways, moments: list[Moment], rules: list[float]) -> list[Moment]:
    """The moments with passing settings in the second half of beats after which a rule would be broken.

    What was asked for still begins every beat; the passing chord is free. Given voices sing on. `rules` is what they
    cost from each moment to the next.
    """
    mended = moments[:1]
    for here, direct in zip(moments[1:], rules, strict=True):
        halves = _halves(ways, mended[-1], here, direct) if direct >= COUNTED else None
        mended[-1:] = [*(halves or mended[-1:]), here]
    return mended


def plan_with(plan: Plan, moments: list[Moment]) -> Plan:
    """The plan with the slots of these moments."""
    slots = tuple(moment.slot for moment in moments)
    melody = None if plan.melody is None else replace(plan.melody, slots=slots)
    return replace(plan, slots=slots, wishes=tuple(moment.wish for moment in moments), melody=melody)


def _halves(ways: Ways, before: Moment, here: Moment, direct: float) -> list[Moment] | None:
    """The moment before divided in two, where that mends more than it costs."""
    if not ways.plan.may_pass or not before.wish.states_chord or before.slot.is_phrase_end or here.slot.rests_before:
        return None
    divided = _divided(ways.plan, before)
    if divided is None:
        return None
    first, (slot, wish) = divided
    states = _near(ways, wish, before, here)
    middle = ways.slotted(wish, states, WIDER, _price(ways, states, before, here))
    if not len(middle.cost):
        return None
    one, two = _alone(ways, first), _alone(ways, here)
    broken = _rules(ways, one, middle, first.wish, wish)[0] + _rules(ways, middle, two, wish, here.wish)[:, 0]
    missed = ways.misses_cadence(here.wish, middle.settings, here.setting)  # by its own last two chords
    broken = np.where(missed.any(axis=1), np.inf, broken)
    habit = ways.habit(one, middle, first.wish, wish)[0] + ways.habit(middle, two, wish, here.wish)[:, 0]
    best = int((broken + habit + middle.cost).argmin())
    if not broken[best] <= direct - COUNTED:
        return None
    return [first, Moment(slot, wish, middle.settings.at(np.array([best])))]


def _rules(ways: Ways, one: Slotted, two: Slotted, left: Wish, met: Wish) -> Array:
    broken, cost = ways.rules(one, two, left, met)
    return np.where(broken, np.inf, cost)


def _alone(ways: Ways, moment: Moment) -> Slotted:
    sound = ways.sonority(moment.setting)
    return Slotted(moment.setting, moment.setting.cost, np.zeros(1), sound, *sung_in(sound, moment.wish))


def _divided(plan: Plan, moment: Moment) -> tuple[Moment, tuple[MelodySlot, Wish]] | None:
    """The first half of a moment as it was, and the second with no chord asked for.

    None where the slot is short, or where a given voice reaches the chord in the second half only.
    """
    slot = moment.slot
    meter = plan.score.measures[plan.score.measure_index_at(slot.onset)].time_signature
    share = Fraction(2, 3) if meter.is_compound else Fraction(1, 2)
    length = slot.duration * share
    if length.denominator != 1 or slot.duration < plan.score.ticks_per_quarter:
        return None
    middle, end = slot.onset + int(length), slot.onset + slot.duration
    early, late = (
        tuple(notes_between(plan.lines[voice], *span) if moment.wish.notes[voice] else () for voice in range(VOICES))
        for span in ((slot.onset, middle), (middle, end))
    )
    reached = all(
        not sung or any(note.pitch == pitch for note in sung)
        for sung, pitch in zip(early, moment.setting.pitch[0].tolist(), strict=True)
    )
    if not reached:
        return None
    first = replace(slot, duration=middle - slot.onset, rows=_rows(plan, slot, slot.onset, middle))
    second = MelodySlot(middle, end - middle, _rows(plan, slot, middle, end), OFF_THE_PULSE, False, slot.is_phrase_end)
    return Moment(first, moment.wish._replace(notes=early), moment.setting), (second, Wish(notes=late))


def _rows(plan: Plan, slot: MelodySlot, start: int, end: int) -> tuple[int, ...]:
    if plan.melody is None:
        return ()
    notes = plan.melody.notes
    return tuple(row for row in slot.rows if notes["onset"][row] < end and notes.end[row] > start)


def _near(ways: Ways, wish: Wish, before: Moment, here: Moment) -> Array:
    """The likeliest chords in the keys of the two around."""
    space = ways.chain.space
    keys = {space.chords[int(moment.setting.chord[0])].key for moment in (before, here)}
    live = ways.chain.live(wish)
    states = live[[space.chords[int(state)].key in keys for state in live]]
    return np.asarray(states[np.argsort(_price(ways, states, before, here), kind="stable")][:_CHORDS_TRIED])


def _price(ways: Ways, states: Array, before: Moment, here: Moment) -> Array:
    inside = ways.chain.space.inside
    one, two = int(before.setting.chord[0]), int(here.setting.chord[0])
    price = _CHORDS * np.minimum(inside[one, states] + inside[states, two], 1e3)
    return np.asarray(np.where(states == one, _STAYS, price))
