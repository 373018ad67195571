"""The outline of an exercise: chords, soprano and bass found together by a beam search over the slots of the plan.

What is hard is a mask (voice leading of the outer voices, cadence formulas, melodic intervals, the one climax); what
is a matter of taste is a cost. Chance enters as noise on the costs, so another seed finds another good melody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.generation.exercises.beam import Beam
from musegen.generation.exercises.contour import Contour
from musegen.generation.exercises.inner import InnerVoices, inner_voices
from musegen.generation.exercises.outer import outer_tables
from musegen.generation.exercises.plan import Plan
from musegen.generation.exercises.roles import chord_fits, repeated_slots, role_cost, soprano_degrees, twin_measures
from musegen.generation.exercises.states import States, devices
from musegen.generation.levels import Level
from musegen.generation.voicings import Chord

BEAM = 320
NOISE = 0.8
_CLIMAX_DRAWS = 12

Array = npt.NDArray[Any]

_LEAP_COST = np.array([1.1, 0.0, 0.75, 1.2, 1.8, 3.0, 4.0, 6.0])
_LATE_LEAP = 1.0  # how much worse a fourth or more is on the way into a cadence
_HIGH_END = 0.2  # a semitone, for a last bass note over D3
_OCTAVE_UP = 2.5  # a bass falls by an octave rather than rises
_HIGH_BASS = 0.25  # a semitone over G3
_BASS_COST = np.array([1.3, 0.0, 0.35, 0.35, 0.45, 0.9, 2.0, 1.1])


@dataclass(frozen=True)
class Outline:
    """A found outline: a state number a slot."""

    states: States
    inner: InnerVoices
    path: tuple[int, ...]

    def chords(self) -> list[Chord]:
        """The chord of every slot."""
        return [self.states.chords[int(self.states.chord[number])] for number in self.path]

    def column(self, name: str) -> list[int]:
        """A column of the states along the path."""
        return [int(value) for value in getattr(self.states, name)[list(self.path)]]


def find_outlines(plan: Plan, level: Level, rng: Generator, eagerness: float = 1.0) -> list[Outline]:
    """Outlines for a plan, best first; empty where this draw led nowhere.

    With more `eagerness` the devices new at the level count for more beside the taste of melody and bass.
    """
    search = _Search(plan, level, rng, eagerness)
    return search.run()


class _Search:
    """One run of the beam over one plan."""

    def __init__(self, plan: Plan, level: Level, rng: Generator, eagerness: float) -> None:
        self.plan, self.level, self.rng = plan, level, rng
        goals = [phrase.key for phrase in plan.phrases if phrase.key != plan.key]
        self.keys = (plan.key, *dict.fromkeys(goals))
        tables = outer_tables(self.keys, level.number)
        self.states, self.steps, self.bass_steps = tables.states, tables.steps, tables.bass_steps
        self.follow, self.root, self.fits = tables.follow, tables.root, tables.fits
        self.inner = inner_voices(self.keys, level.number)
        self.device = devices(self.states.chords, level)
        self.bonus = eagerness * rng.uniform(1.0, 4.5, max(1, int(self.device.max()) + 1))
        self.twins = twin_measures(plan)
        slots = range(len(plan.slots))
        self.role = np.array([[role_cost(plan, chord, slot) for chord in self.states.chords] for slot in slots])
        self.late = {slot for number in range(len(plan.phrases)) for slot in plan.slots_of(number)[-2:]}
        numerals = [chord.numeral for chord in self.states.chords]
        self.is_six_four = np.array([n.inversion == 2 and not n.is_seventh and not n.is_cadential for n in numerals])
        self.is_sixth_on_six = np.array([n.degree == 4 and n.inversion == 1 and not n.applied_to for n in numerals])
        self.is_dominant = np.array([n.is_dominant and not n.applied_to for n in numerals])
        for _ in range(_CLIMAX_DRAWS):
            self.climax, self.top = self._draw_climax()
            self.open_ahead = self._look_ahead()
            if self.open_ahead[0].any():
                break
        self.contour = Contour(plan, self.states, (self.climax, self.top), rng)

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
        copied = repeated_slots(self.plan)
        free = [
            number
            for number in range(1, len(slots) - 1)
            if number not in last and number not in copied and not slots[number].is_held
        ]
        late = [number for number in free if len(slots) * 2 // 5 <= number < len(slots) - 3]
        slot = int(self.rng.choice(late or free))
        tops = np.unique(self.states.soprano[(self.states.soprano >= 71)])
        return slot, int(self.rng.choice(tops, p=_favour(tops, 75)))

    def run(self) -> list[Outline]:
        copies = repeated_slots(self.plan)
        beam = self._start()
        for slot in range(1, len(self.plan.slots)):
            beam = self._extend(beam, slot, copies.get(slot))
            if not len(beam.cost):
                return []
        order = np.argsort(beam.cost, kind="stable")
        return [Outline(self.states, self.inner, tuple(int(n) for n in beam.path[k])) for k in order]

    def _noise(self) -> Array:
        return self.rng.gumbel(0, NOISE, len(self.states.chord))

    def _start(self) -> Beam:
        allowed = self.open_ahead[0]
        numbers = np.flatnonzero(allowed)
        cost = self._noise()[numbers] + self.contour.price(numbers, 0)
        zeros = np.zeros(len(numbers), dtype=np.int64)
        soprano, bits = self.states.soprano[numbers], self._bits(numbers)
        prices = [self.inner.prices(int(number)) for number in numbers]
        cost += [price.min() for price in prices]
        reach = tuple(price - price.min() for price in prices)
        return Beam(numbers[:, None], cost, soprano, zeros, zeros, zeros, bits, zeros, reach)

    def _bits(self, numbers: Array) -> Array:
        device = self.device[self.states.chord[numbers]]
        return np.where(device >= 0, 1 << np.maximum(device, 0), 0)

    def _allowed(self, slot: int) -> Array:
        """Which states may stand at a slot, whatever came before."""
        states, plan = self.states, self.plan
        allowed = np.array([chord_fits(plan, chord, slot) for chord in states.chords])[states.chord]
        allowed &= self.inner.count > 0
        if slot == self.climax:
            allowed &= states.soprano == self.top
        else:
            allowed &= (states.soprano < self.top) & (states.soprano >= self.top - 16)
        degrees = soprano_degrees(plan, slot)
        if degrees:
            tonic = np.array([chord.key.tonic for chord in states.chords])[states.chord]
            allowed &= np.isin(states.soprano_fifths - tonic, degrees)
        if slot == len(plan.slots) - 1:
            allowed &= states.bass <= 55
        return allowed

    def _extend(self, beam: Beam, slot: int, copy: int | None) -> Beam:
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
            keep &= self._passes(beam.path[hypothesis, -2], last[hypothesis], number)
        hypothesis, number = hypothesis[keep], number[keep]
        echoes = self._echoes(beam, hypothesis, number, slot)
        hypothesis, number, echoes = hypothesis[echoes < 2], number[echoes < 2], echoes[echoes < 2]
        cost = beam.cost[hypothesis] + follow[states.chord[last[hypothesis]], states.chord[number]]
        cost += self._taste(beam, hypothesis, number, slot) + self._noise()[number] + echoes
        return self._singable(
            beam.grow(hypothesis, number, cost, self.states, self._bits(number)).best(2 * BEAM), beam, here.is_held
        )

    def _singable(self, grown: Beam, before: Beam, held: bool) -> Beam:
        """The grown hypotheses whose inner voices still have a way on, with what it costs them; the best are kept."""
        pairs = [(int(one), int(two)) for one, two in grown.path[:, -2:]]
        matrices = [self.inner.held(*pair) for pair in pairs] if held else self.inner.successions(pairs)
        reach = [
            (before.reach[parent][:, None] + matrix).min(axis=0, initial=np.inf) + self.inner.prices(state)
            for parent, matrix, (_, state) in zip(grown.parent, matrices, pairs, strict=True)
        ]
        least = np.array([ways.min(initial=np.inf) for ways in reach])
        cost = grown.cost + least
        kept = [place for place in np.argsort(cost, kind="stable")[:BEAM] if np.isfinite(cost[place])]
        ways = tuple(reach[place] - least[place] for place in kept)
        return replace(grown, cost=cost).at(np.array(kept, dtype=np.intp), ways)

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

    def _melody_fits(self, beam: Beam, hypothesis: Array, number: Array) -> Array:
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

    def _passes(self, second_last: Array, last: Array, number: Array) -> Array:
        """After a passing six-four the bass goes on the way it came, by step; IV6 after V passes to a dominant."""
        before, here, after = (self.states.chord[numbers] for numbers in (second_last, last, number))
        came = self.bass_steps[last] - self.bass_steps[second_last]
        goes = self.bass_steps[number] - self.bass_steps[last]
        bridge = self.is_dominant[before] & self.is_sixth_on_six[here] & ~self.is_dominant[after]
        return np.asarray((~self.is_six_four[here] | ((np.abs(came) == 1) & (came == goes))) & ~bridge)

    def _echoes(self, beam: Beam, hypothesis: Array, number: Array, slot: int) -> Array:
        """How many earlier measures the measure that ends here repeats note for note."""
        count = np.zeros(len(number), dtype=np.int64)
        for start, twin in self.twins.get(slot, ()):
            length = slot - start
            here, there = beam.path[:, start:slot], beam.path[:, twin : twin + length]
            same = (self.states.soprano[here] == self.states.soprano[there]).all(axis=1)[hypothesis]
            count += same & (self.states.soprano[number] == self.states.soprano[beam.path[hypothesis, twin + length]])
        return count

    def _taste(self, beam: Beam, hypothesis: Array, number: Array, slot: int) -> Array:
        states = self.states
        last = beam.path[hypothesis, -1]
        up, low = self.steps[number] - self.steps[last], self.bass_steps[number] - self.bass_steps[last]
        cost = _LEAP_COST[np.minimum(np.abs(up), 7)] * (1 + 0.12 * beam.leaps[hypothesis])
        cost += np.where(up == 0, 0.5 * beam.repeats[hypothesis], 0)
        cost += _BASS_COST[np.minimum(np.abs(low), 7)]
        cost -= np.where(np.sign(up) * np.sign(low) < 0, 0.5, 0)
        cost += self.contour.price(number, slot)
        cost += _OCTAVE_UP * (low == 7) + _HIGH_BASS * np.maximum(states.bass[number] - 55, 0)
        cost += self.role[slot][states.chord[number]]
        if slot in self.late:
            cost += _LATE_LEAP * (np.abs(up) > 2)
        if slot == len(self.plan.slots) - 1:
            cost += _HIGH_END * np.maximum(states.bass[number] - 50, 0)
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


def _favour(values: Array, centre: int) -> Array:
    weights = np.exp(-((values - centre) ** 2) / 18.0)
    return np.asarray(weights / weights.sum())
