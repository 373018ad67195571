"""The outline of an exercise: chords, soprano and bass found together by a beam search over the slots of the plan.

What is hard is a mask (voice leading of the outer voices, cadence formulas, melodic intervals, the one climax); what
is a matter of taste is a cost. Chance enters as noise on the costs, so another seed finds another good melody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.generation.exercises.formulas import is_approach, is_goal, opens
from musegen.generation.exercises.inner import inner_voices
from musegen.generation.exercises.outer import outer_tables
from musegen.generation.exercises.plan import Plan
from musegen.generation.exercises.states import States, devices
from musegen.generation.levels import Level
from musegen.generation.voicings import Chord
from musegen.theory.keys import Key

BEAM = 320
NOISE = 0.8
_CLIMAX_DRAWS = 12

Array = npt.NDArray[Any]

_LEAP_COST = np.array([1.1, 0.0, 0.75, 1.2, 1.8, 2.4, 3.0, 3.0])
_BASS_COST = np.array([1.3, 0.0, 0.35, 0.35, 0.45, 0.9, 2.0, 1.1])


@dataclass(frozen=True)
class Outline:
    """A found outline: a state number a slot, with its cost."""

    states: States
    path: tuple[int, ...]
    cost: float

    def chords(self) -> list[Chord]:
        """The chord of every slot."""
        return [self.states.chords[int(self.states.chord[number])] for number in self.path]

    def column(self, name: str) -> list[int]:
        """A column of the states along the path."""
        return [int(value) for value in getattr(self.states, name)[list(self.path)]]


def find_outlines(plan: Plan, level: Level, rng: Generator) -> list[Outline]:
    """Outlines for a plan, best first; empty where this draw led nowhere."""
    search = _Search(plan, level, rng)
    return search.run()


class _Search:
    """One run of the beam over one plan."""

    def __init__(self, plan: Plan, level: Level, rng: Generator) -> None:
        self.plan, self.level, self.rng = plan, level, rng
        goals = [phrase.key for phrase in plan.phrases if phrase.key != plan.key]
        self.keys = (plan.key, *dict.fromkeys(goals))
        tables = outer_tables(self.keys, level.number)
        self.states, self.steps, self.bass_steps = tables.states, tables.steps, tables.bass_steps
        self.follow, self.root, self.fits = tables.follow, tables.root, tables.fits
        self.inner = inner_voices(self.keys, level.number)
        self.device = devices(self.states.chords, level)
        self.bonus = rng.uniform(0.5, 4.0, max(1, int(self.device.max()) + 1))
        self.twins = _twins(plan)
        for _ in range(_CLIMAX_DRAWS):
            self.climax, self.top = self._draw_climax()
            self.open_ahead = self._look_ahead()
            if self.open_ahead[0].any():
                break

    def _look_ahead(self) -> list[Array]:
        """By slot: the states from which the end can still be reached, as far as pairs of neighbours tell."""
        slots, chord = self.plan.slots, self.states.chord
        ahead = [self._allowed(slot) for slot in range(len(slots))]
        for slot in range(len(slots) - 1, 0, -1):
            follow = np.isfinite(self._follow_table(slot))
            onward = np.flatnonzero(ahead[slot])
            reach = self.fits[slots[slot].is_held][:, onward] & follow[chord][:, chord[onward]]
            ahead[slot - 1] &= reach.any(axis=1)
        return ahead

    def _draw_climax(self) -> tuple[int, int]:
        """The slot and pitch of the one highest note: past the middle, never a cadence, never copied."""
        slots, phrases = self.plan.slots, self.plan.phrases
        last = {self.plan.slots_of(number)[-1] for number in range(len(phrases))}
        copied = self._copies()
        free = [
            number
            for number in range(1, len(slots) - 1)
            if number not in last and number not in copied and not slots[number].is_held
        ]
        late = [number for number in free if len(slots) * 2 // 5 <= number < len(slots) - 3]
        slot = int(self.rng.choice(late or free))
        tops = np.unique(self.states.soprano[(self.states.soprano >= 71)])
        return slot, int(self.rng.choice(tops, p=_favour(tops, 75)))

    def _copies(self) -> dict[int, int]:
        """For each slot that repeats another phrase's opening: the slot that it repeats."""
        copies: dict[int, int] = {}
        for number, phrase in enumerate(self.plan.phrases):
            if phrase.repeats is None:
                continue
            source = self.plan.slots_of(phrase.repeats)
            end = self.plan.phrases[phrase.repeats].first + phrase.length - 2
            pairs = zip(self.plan.slots_of(number), source, strict=False)
            copies |= {here: there for here, there in pairs if self.plan.slots[there].measure < end}
        return copies

    def run(self) -> list[Outline]:
        copies = self._copies()
        beam = self._start()
        for slot in range(1, len(self.plan.slots)):
            beam = self._extend(beam, slot, copies.get(slot))
            if not len(beam.cost):
                return []
        order = np.argsort(beam.cost, kind="stable")
        return [Outline(self.states, tuple(int(n) for n in beam.path[k]), float(beam.cost[k])) for k in order]

    def _noise(self) -> Array:
        return self.rng.gumbel(0, NOISE, len(self.states.chord))

    def _start(self) -> _Beam:
        allowed = self.open_ahead[0]
        numbers = np.flatnonzero(allowed)
        cost = self._noise()[numbers] + 0.08 * np.abs(self.states.soprano[numbers] - (self.top - 7))
        zeros = np.zeros(len(numbers), dtype=np.int64)
        soprano, bits = self.states.soprano[numbers], self._bits(numbers)
        reach = tuple(np.ones(self.inner.count[number], dtype=bool) for number in numbers)
        return _Beam(numbers[:, None], cost, soprano, zeros, zeros, zeros, bits, zeros, reach)

    def _bits(self, numbers: Array) -> Array:
        device = self.device[self.states.chord[numbers]]
        return np.where(device >= 0, 1 << np.maximum(device, 0), 0)

    def _allowed(self, slot: int) -> Array:
        """Which states may stand at a slot, whatever came before."""
        states, plan = self.states, self.plan
        allowed = np.array([self._chord_fits(chord, slot) for chord in states.chords])[states.chord]
        allowed &= self.inner.count > 0
        if slot == self.climax:
            allowed &= states.soprano == self.top
        else:
            allowed &= (states.soprano < self.top) & (states.soprano >= self.top - 16)
        degrees = self._soprano_degrees(slot)
        if degrees:
            tonic = np.array([chord.key.tonic for chord in states.chords])[states.chord]
            allowed &= np.isin(states.soprano_fifths - tonic, degrees)
        if slot == len(plan.slots) - 1:
            allowed &= states.bass <= 55
        return allowed

    def _chord_fits(self, chord: Chord, slot: int) -> bool:
        plan = self.plan
        here = plan.slots[slot]
        phrase = plan.phrases[here.phrase]
        numbers = plan.slots_of(here.phrase)
        place, count = numbers.index(slot), len(numbers)
        if not self._key_fits(chord.key, phrase.key, place, count):
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
            return here.strength >= following.strength and not following.is_held and from_end <= 3 and not here.is_held
        return True

    def _key_fits(self, key: Key, goal: Key, place: int, count: int) -> bool:
        if goal == self.plan.key:
            return key == goal
        if place < 0.35 * count:
            return key == self.plan.key
        if place >= 0.6 * count:
            return key == goal
        return key in (self.plan.key, goal)

    def _soprano_degrees(self, slot: int) -> tuple[int, ...]:
        """Scale degrees (counted in fifths from the tonic) that a cadence or beginning asks of the soprano."""
        here = self.plan.slots[slot]
        phrase, numbers = self.plan.phrases[here.phrase], self.plan.slots_of(here.phrase)
        third = -3 if phrase.key.minor else 4
        if slot == 0:
            return (0, third, 1) if not self.plan.pickup else (0, third, 1, 2, 5)
        if slot == numbers[-1]:
            return {"PAC": (0,), "IAC": (third, 1), "HC": (2, 1, 5), "DC": (0, third)}.get(phrase.cadence, ())
        if len(numbers) > 1 and slot == numbers[-2] and phrase.cadence == "PAC":
            return (2, 5)
        return ()

    def _extend(self, beam: _Beam, slot: int, copy: int | None) -> _Beam:
        here, before = self.plan.slots[slot], self.plan.slots[slot - 1]
        states = self.states
        last = beam.path[:, -1]
        onward = np.flatnonzero(self.open_ahead[slot])
        follow = self._follow_table(slot)
        reach = np.isfinite(follow)[states.chord[last]][:, states.chord[onward]]
        reach &= self.fits[here.is_held][np.ix_(last, onward)]
        if copy is not None:
            reach &= onward[None, :] == beam.path[:, copy][:, None]
        hypothesis, place = np.nonzero(reach)
        number = onward[place]
        keep = self._melody_fits(beam, hypothesis, number)
        stronger = here.is_downbeat or here.strength > before.strength
        if stronger and not here.is_held and here.phrase == before.phrase:
            keep &= self.root[states.chord[last[hypothesis]]] != self.root[states.chord[number]]
        if slot >= 2:
            keep &= self._six_four_passes(beam.path[hypothesis, -2], last[hypothesis], number)
        hypothesis, number = hypothesis[keep], number[keep]
        echoes = self._echoes(beam, hypothesis, number, slot)
        hypothesis, number, echoes = hypothesis[echoes < 2], number[echoes < 2], echoes[echoes < 2]
        cost = beam.cost[hypothesis] + follow[states.chord[last[hypothesis]], states.chord[number]]
        cost += self._taste(beam, hypothesis, number, slot) + self._noise()[number] + echoes
        return self._singable(beam.grow(hypothesis, number, cost, self).best(2 * BEAM), beam, here.is_held)

    def _singable(self, grown: _Beam, before: _Beam, held: bool) -> _Beam:
        """The grown hypotheses whose inner voices still have a way on."""
        pairs = [(int(one), int(two)) for one, two in grown.path[:, -2:]]
        matrices = [self.inner.held(*pair) for pair in pairs] if held else self.inner.successions(pairs)
        reach = [
            (before.reach[parent][:, None] & matrix).any(axis=0)
            for parent, matrix in zip(grown.parent, matrices, strict=True)
        ]
        kept = [place for place, ways in enumerate(reach) if ways.any()][:BEAM]
        return grown.at(np.array(kept, dtype=np.intp), tuple(reach[place] for place in kept))

    def _follow_table(self, slot: int) -> Array:
        """Costs of chord successions at this slot: held, inside a phrase, or into a new phrase."""
        here, before = self.plan.slots[slot], self.plan.slots[slot - 1]
        if here.is_held:
            return np.where(np.eye(len(self.states.chords), dtype=bool), 0.0, np.inf)
        if here.phrase != before.phrase:
            opening = np.full(self.follow.shape, 0.4)
            opening[self.root[:, None] == self.root[None, :]] = np.inf if here.is_downbeat else 5.0
            goal = self.plan.phrases[before.phrase]
            if goal.cadence == "HC":
                opening = np.where(np.isfinite(self.follow), self.follow, np.inf)
            return opening
        return self.follow

    def _melody_fits(self, beam: _Beam, hypothesis: Array, number: Array) -> Array:
        """A leap of a fifth is answered by a step back, two leaps one way stay in a triad, no tritone is outlined."""
        move = self.steps[number] - self.steps[beam.path[hypothesis, -1]]
        before = beam.move[hypothesis]
        fits = ~((np.abs(before) >= 4) & (np.sign(move) * np.sign(before) != -1))
        fits &= ~((np.abs(before) >= 4) & (np.abs(move) > 1))
        same_way = np.sign(move) * np.sign(before) == 1
        fits &= ~(same_way & (np.abs(before) > 1) & (np.abs(move) > 1) & (np.abs(before + move) > 4))
        fits &= ~((move == 0) & (before == 0))
        outlined = np.abs(self.states.soprano[beam.path[hypothesis, -1]] - beam.turn[hypothesis])
        turning = (np.sign(move) != np.sign(before)) & (before != 0)
        return np.asarray(fits & ~(turning & np.isin(outlined, (6, 10, 11))))

    def _six_four_passes(self, second_last: Array, last: Array, number: Array) -> Array:
        """After a passing six-four the bass goes on the way it came, by step."""
        inversion = np.array(
            [
                c.numeral.inversion == 2 and not c.numeral.is_seventh and not c.numeral.is_cadential
                for c in self.states.chords
            ]
        )[self.states.chord[last]]
        came = self.bass_steps[last] - self.bass_steps[second_last]
        goes = self.bass_steps[number] - self.bass_steps[last]
        return np.asarray(~inversion | ((np.abs(came) == 1) & (came == goes)))

    def _echoes(self, beam: _Beam, hypothesis: Array, number: Array, slot: int) -> Array:
        """How many earlier measures the measure that ends here repeats note for note."""
        count = np.zeros(len(number), dtype=np.int64)
        for start, twin in self.twins.get(slot, ()):
            length = slot - start
            here, there = beam.path[:, start:slot], beam.path[:, twin : twin + length]
            same = (self.states.soprano[here] == self.states.soprano[there]).all(axis=1)[hypothesis]
            count += same & (self.states.soprano[number] == self.states.soprano[beam.path[hypothesis, twin + length]])
        return count

    def _taste(self, beam: _Beam, hypothesis: Array, number: Array, slot: int) -> Array:
        states = self.states
        last = beam.path[hypothesis, -1]
        up, low = self.steps[number] - self.steps[last], self.bass_steps[number] - self.bass_steps[last]
        cost = _LEAP_COST[np.minimum(np.abs(up), 7)] * (1 + 0.12 * beam.leaps[hypothesis])
        cost += np.where(up == 0, 0.5 * beam.repeats[hypothesis], 0)
        cost += _BASS_COST[np.minimum(np.abs(low), 7)]
        cost -= np.where(np.sign(up) * np.sign(low) < 0, 0.5, 0)
        distance = np.abs(slot - self.climax)
        wanted = self.top - 1 - min(distance * 1.2, 9)
        cost += 0.07 * np.abs(states.soprano[number] - wanted)
        bits = self._bits(number)
        bonus = self.bonus[np.maximum(self.device[states.chord[number]], 0)]
        cost -= np.where((bits & ~beam.devices[hypothesis]) != 0, bonus, 0)
        if slot >= 2:
            cost += np.where(states.chord[beam.path[hypothesis, -2]] == states.chord[number], 0.7, 0)
            back = states.soprano[beam.path[hypothesis, -2]] == states.soprano[number]
            cost += np.where(back & (up != 0), 0.5, 0)
        if slot >= 4:
            cost += (
                0.8
                * (states.soprano[beam.path[hypothesis, -4]] == states.soprano[number])
                * (states.soprano[beam.path[hypothesis, -3]] == states.soprano[last])
            )
        return np.asarray(cost)


@dataclass(frozen=True)
class _Beam:
    """Hypotheses: arrays of equal length, with what the melody remembers."""

    path: Array  # (hypotheses, slots so far)
    cost: Array
    turn: Array  # soprano pitch where the present direction began
    move: Array  # last melodic move in steps
    leaps: Array
    repeats: Array
    devices: Array  # a bit for every device that has been used
    parent: Array  # the hypothesis that each one grew from
    reach: tuple[Array, ...] = ()  # which voicings of the last state the inner voices can have reached

    def grow(self, hypothesis: Array, number: Array, cost: Array, search: _Search) -> _Beam:
        """Every hypothesis that was extended, with its new last state."""
        last = self.path[hypothesis, -1]
        move = search.steps[number] - search.steps[last]
        turned = (np.sign(move) != np.sign(self.move[hypothesis])) & (move != 0)
        turn = np.where(turned, search.states.soprano[last], self.turn[hypothesis])
        devices = self.devices[hypothesis] | search._bits(number)
        path = np.concatenate([self.path[hypothesis], number[:, None]], axis=1)
        leaps = self.leaps[hypothesis] + (np.abs(move) > 1)
        repeats = self.repeats[hypothesis] + (move == 0)
        return _Beam(path, cost, turn, move, leaps, repeats, devices, hypothesis)

    def best(self, size: int) -> _Beam:
        """The cheapest hypotheses, shared out so that no state crowds out the others."""
        order = np.argsort(self.cost, kind="stable")
        share = max(6, size // max(1, len(np.unique(self.path[:, -1]))))
        seen: dict[int, int] = {}
        kept = []
        for place in order:
            state = int(self.path[place, -1])
            seen[state] = seen.get(state, 0) + 1
            if seen[state] <= share:
                kept.append(place)
            if len(kept) == size:
                break
        return self.at(np.array(kept, dtype=np.intp))

    def at(self, chosen: Array, reach: tuple[Array, ...] = ()) -> _Beam:
        """The chosen hypotheses."""
        path, cost, turn, move = self.path[chosen], self.cost[chosen], self.turn[chosen], self.move[chosen]
        counts = (self.leaps[chosen], self.repeats[chosen], self.devices[chosen])
        return _Beam(path, cost, turn, move, *counts, self.parent[chosen], reach)


def _twins(plan: Plan) -> dict[int, list[tuple[int, int]]]:
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


def _favour(values: Array, centre: int) -> Array:
    weights = np.exp(-((values - centre) ** 2) / 18.0)
    return np.asarray(weights / weights.sum())
