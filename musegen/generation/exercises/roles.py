"""Roles: what each slot of a plan asks of its chord and soprano, and which slots repeat or echo others."""

from __future__ import annotations

from musegen.generation.exercises.formulas import is_approach, is_goal, opens
from musegen.generation.exercises.plan import Plan
from musegen.generation.voicings import Chord
from musegen.theory.keys import Key


def chord_fits(plan: Plan, chord: Chord, slot: int) -> bool:
    """Whether a chord may stand at a slot: its key, and what phrase beginnings and cadences ask for."""
    here = plan.slots[slot]
    phrase = plan.phrases[here.phrase]
    numbers = plan.slots_of(here.phrase)
    place, count = numbers.index(slot), len(numbers)
    if not _key_fits(plan.key, chord.key, phrase.key, place, count):
        return False
    from_end = count - 1 - place
    if chord.key.minor and chord.numeral.figure == "I" and slot < len(plan.slots) - 1:
        return False
    if from_end == 0 and (here.is_downbeat or here.phrase == len(plan.phrases) - 1):
        return is_goal(chord.numeral, phrase.cadence)
    if from_end <= 1 and count > 2:
        return is_approach(chord.numeral, phrase.cadence)
    if place == 0:
        return opens(chord.numeral, piece=here.phrase == 0, pickup=not here.is_downbeat)
    if chord.numeral.is_cadential:
        following = plan.slots[slot + 1]
        is_stronger = here.strength >= following.strength and not following.is_held
        return is_stronger and phrase.cadence != "HC" and from_end <= 3 and not here.is_held
    return True


def _key_fits(home: Key, key: Key, goal: Key, place: int, count: int) -> bool:
    """A phrase that modulates begins at home, ends in its goal, and turns in between."""
    if goal == home:
        return key == goal
    if place < 0.35 * count:
        return key == home
    if place >= 0.6 * count:
        return key == goal
    return key in (home, goal)


def role_cost(plan: Plan, chord: Chord, slot: int) -> float:
    """What speaks against a chord here: a cadence wants a predominant before its dominant, a pickup leads V to I."""
    here = plan.slots[slot]
    numbers = plan.slots_of(here.phrase)
    place, from_end = numbers.index(slot), len(numbers) - 1 - numbers.index(slot)
    numeral, cadence = chord.numeral, plan.phrases[here.phrase].cadence
    is_tonic = numeral.degree == 1 and not numeral.is_cadential and not numeral.applied_to
    is_dominant = numeral.degree == 5 and not numeral.is_cadential and not numeral.applied_to
    cost = 0.0
    if cadence != "HC" and from_end == 2:
        cost += 2.5 * (is_tonic or is_dominant)
    if plan.pickup and from_end > 2:
        cost += 2.0 * (place == 0 and is_tonic) + 1.2 * (place == 1 and not is_tonic)
    return cost


def soprano_degrees(plan: Plan, slot: int) -> tuple[int, ...]:
    """Scale degrees (counted in fifths from the tonic) that a cadence or beginning asks of the soprano."""
    here = plan.slots[slot]
    phrase, numbers = plan.phrases[here.phrase], plan.slots_of(here.phrase)
    third = -3 if phrase.key.minor else 4
    if slot == 0:
        return (0, third, 1) if not plan.pickup else (0, third, 1, 2, 5)
    if slot == numbers[-1]:
        return {"PAC": (0,), "IAC": (third, 1), "HC": (2, 1, 5), "DC": (0, third)}.get(phrase.cadence, ())
    if len(numbers) > 1 and slot == numbers[-2] and phrase.cadence == "PAC":
        return (2, 5)
    return ()


def repeated_slots(plan: Plan) -> dict[int, int]:
    """For each slot that repeats another phrase's opening: the slot that it repeats."""
    copies: dict[int, int] = {}
    for number, phrase in enumerate(plan.phrases):
        if phrase.repeats is None:
            continue
        source = plan.slots_of(phrase.repeats)
        end = plan.phrases[phrase.repeats].first + phrase.length - 2
        pairs = zip(plan.slots_of(number), source, strict=False)
        copies |= {here: there for here, there in pairs if plan.slots[there].measure < end}
    return copies


def twin_measures(plan: Plan) -> dict[int, list[tuple[int, int]]]:
    """For the last slot of each measure: (first slot of the measure, first slot of an earlier one of equal rhythm)."""
    measures: dict[int, list[int]] = {}
    for number, slot in enumerate(plan.slots):
        measures.setdefault(int(slot.onset // plan.meter.quarters), []).append(number)
    rhythms = [(tuple(plan.slots[n].duration for n in numbers), numbers[0]) for numbers in measures.values()]
    twins: dict[int, list[tuple[int, int]]] = {}
    for place, (rhythm, start) in enumerate(rhythms):
        same = [earlier for other, earlier in rhythms[:place] if other == rhythm and len(rhythm) > 1]
        if same:
            twins[start + len(rhythm) - 1] = [(start, earlier) for earlier in same]
    return twins
