"""From slot to slot: which settings may follow which, what it costs, and where there is no way on."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from musegen.generation.decode.composing import keeps_textbook
from musegen.generation.habits import Habits
from musegen.generation.requests.by_ear import Heard, faults_after, faults_alone, faults_between, heard
from musegen.generation.requests.cadences import closes
from musegen.generation.requests.chords import ChordChain
from musegen.generation.requests.laws import COUNTED, Laws
from musegen.generation.requests.plan import VOICES, Plan, Wish
from musegen.generation.requests.scoring import Array, Settings
from musegen.generation.requests.settings import settings_of
from musegen.score.table import Flag
from musegen.theory.sonority import Harmony, Sonority

_MOST = (80, 600, 3000)
"""Settings that are kept of one slot, by freedom."""
_OVER_FERMATA = 8.0  # what is forbidden inside a phrase, where one begins
_STANDS = 0.8  # a soprano that is to have a shape sings the same note again
_MENDED = 0.5  # of what rules cost, where a passing chord between two beats may mend it (`easing`)


class Slotted(NamedTuple):
    """The lawful settings of one slot."""

    settings: Settings
    cost: Array  # (settings,) doubling, spacing and rules, in nats
    rules: Array  # (settings,) what of it rules cost
    sound: Sonority  # chord notes
    enters: Sonority  # what is sung first
    leaves: Sonority  # and last


class Step(NamedTuple):
    """One slot after another: (settings before, settings here)."""

    law: Array  # rules and succession of chords, in nats; infinite where forbidden
    rules: Array  # what rules cost while nothing mends it; not infinite
    habit: Array  # how voices like to move


class Ways:
    """The settings of every slot of a plan and the ways between them, made when they are asked for."""

    def __init__(self, plan: Plan, chain: ChordChain, laws: Laws) -> None:
        self.plan, self.chain, self.laws = plan, chain, laws
        self.habits = Habits(chain.statistics)
        self.strictly = keeps_textbook(laws.pack)  # by ear, too
        self._tonic = 7 * plan.home.tonic % 12
        self._harmony = Harmony.of([(chord.key, chord.numeral) for chord in chain.space.chords])
        self._slots: dict[tuple[int, int], Slotted] = {}
        self._steps: dict[tuple[int, int, int], Step] = {}

    def at(self, slot: int, freedom: int) -> Slotted:
        """The settings of a slot."""
        if (slot, freedom) not in self._slots:
            states = self.chain.kept(slot, freedom)
            price = self.chain.price(slot, states)
            found = self.slotted(self.plan.wishes[slot], states, freedom, price)
            if not slot and self.strictly:
                first = COUNTED * faults_alone(self._heard(found.enters))
                found = found._replace(cost=found.cost + first, rules=found.rules + first)
            self._slots[slot, freedom] = found
        return self._slots[slot, freedom]

    def step(self, slot: int, before: int, freedom: int) -> Step:
        """Into a slot, of these freedoms before and in it."""
        key = slot, before, freedom
        if key not in self._steps:
            one, two = self.at(slot - 1, before), self.at(slot, freedom)
            self._steps[key] = self.between(slot, one, two, self.plan.wishes[slot - 1], self.plan.wishes[slot])
        return self._steps[key]

    def slotted(self, wish: Wish, states: Array, freedom: int, price: Array) -> Slotted:
        """The lawful settings of chords under a wish; `price` (states,) is what the chords cost."""
        found, sound = self.settings(wish, states, freedom)
        broken, rules = self.laws.setting(sound, given_voices(wish), stated=wish.states_chord)
        chord = np.empty(len(self.chain.space.chords))
        chord[states] = price
        total = found.cost + chord[found.chord] + rules + self.habits.spacing(found.pitch)
        if wish.heights:
            total = total + np.array(wish.heights)[found.pitch[:, 0]]
        through = sung_through(sound, wish)
        for passing in through if len(through) > 1 else ():
            forbidden, extra = self.laws.passing(passing, given_voices(wish))
            broken, total, rules = broken | forbidden, total + extra, rules + extra
        alone, inside = self._counted(through)
        total, rules = total + inside, rules + inside
        order = np.flatnonzero(~broken)
        kept = order[np.argsort((total + alone)[order], kind="stable")][: _MOST[freedom]]
        found, sound = found.at(kept), sound[kept]
        return Slotted(found, total[kept], rules[kept], sound, *sung_in(sound, wish))

    def _counted(self, through: tuple[Sonority, ...]) -> tuple[Array, Array]:
        """(settings,) twice: what it costs that a stranger counts faults in how settings begin, and while they last."""
        if not self.strictly:
            return np.zeros(()), np.zeros(())
        first, *others = map(self._heard, through)
        inside = sum(faults_after(*pair) for pair in pairwise((first, *others)))
        return COUNTED * faults_alone(first), COUNTED * np.asarray(inside)

    def settings(self, wish: Wish, states: Array, freedom: int) -> tuple[Settings, Sonority]:
        """All settings of chords under a wish, lawful or not, and how they sound."""
        space = self.chain.space
        found = settings_of(tuple(space.chords[int(state)] for state in states), wish.notes, freedom)
        found = found._replace(chord=states[found.chord].astype(np.intp), chords=space.chords)
        return found, self.sonority(found)

    def between(self, slot: int, before: Slotted, here: Slotted, left: Wish, met: Wish) -> Step:
        """All ways from one slot's settings to the next one's."""
        broken, cost = self.rules(before, here, left, met)
        if self.is_new_start(slot):
            broken, cost = np.zeros_like(broken), cost + _OVER_FERMATA * broken
        chords = self._of_chords(slot, before, here)
        price = _MENDED * cost if self._may_be_mended(slot) else cost
        law = np.where(broken | self.misses_cadence(met, before.settings, here.settings), np.inf, price + chords)
        return Step(law, cost, self.habit(before, here, left, met))

    def _may_be_mended(self, slot: int) -> bool:
        """A chord that is asked for lasts long enough before this slot, in the same phrase."""
        before, wish = self.plan.slots[slot - 1], self.plan.wishes[slot - 1]
        if not self.plan.may_pass:
            return False
        is_long = before.duration >= self.plan.score.ticks_per_quarter
        return wish.states_chord and is_long and not before.is_phrase_end and not self.plan.slots[slot].rests_before

    def rules(self, before: Slotted, here: Slotted, left: Wish, met: Wish) -> tuple[Array, Array]:
        """(before, here): what the rules of succession forbid, and what the others cost."""
        given = given_voices(left) & given_voices(met)
        stated = left.states_chord or met.states_chord
        plain = before.sound[:, None], here.sound[None, :]
        sung = (before.leaves[:, None], here.enters[None, :]) if joins_apart(left, met) else None
        broken, cost = self.laws.succession(plain, sung, given, stated=stated)
        if not self.strictly:
            return broken, cost
        return broken, cost + COUNTED * faults_between(self._heard(before.leaves), self._heard(here.enters))

    def _heard(self, sound: Sonority) -> Heard:
        return heard(sound, self._tonic)

    def _of_chords(self, slot: int, before: Slotted, here: Slotted) -> Array:
        one, place_one = np.unique(before.settings.chord, return_inverse=True)
        two, place_two = np.unique(here.settings.chord, return_inverse=True)
        if len(one) * len(two) == 1:
            return np.zeros((1, 1))
        return self.chain.succession(slot, one, two)[np.ix_(place_one, place_two)]

    def misses_cadence(self, wish: Wish, before: Settings, here: Settings) -> Array:
        """(before, here): the cadence that is asked for is not made."""
        if wish.cadence is None:
            return np.zeros((1, 1), dtype=bool)
        chords, asked = self.chain.space.chords, wish.cadence
        ends = list(zip(here.chord.tolist(), here.fifths[:, 0].tolist(), strict=True))
        known = {
            (one, *end): closes(asked, chords[one], chords[end[0]], end[1])
            for one in set(before.chord.tolist())
            for end in set(ends)
        }
        made = [[known[one, *end] for end in ends] for one in before.chord.tolist()]
        return ~np.array(made, dtype=bool).reshape(len(before.cost), len(ends))

    def habit(self, before: Slotted, here: Slotted, left: Wish, met: Wish) -> Array:
        """(before, here): how the voices that are ours like to move; a chord that goes on may simply be held."""
        one, two = before.settings.pitch[:, None], here.settings.pitch[None, :]
        cost = self.habits.movement(one, two)
        if not (left.notes[0] and met.notes[0]):
            cost = cost + self.habits.melodic(one[..., 0], two[..., 0])
        if met.heights:
            cost = cost + _STANDS * (one[..., 0] == two[..., 0])
        held = (one == two).all(axis=-1) & (before.settings.chord[:, None] == here.settings.chord)
        return np.where(held, 0.0, cost)

    def is_new_start(self, slot: int) -> bool:
        """No rule of succession holds: the melody rested, or a fermata stands on the slot before."""
        plan, melody = self.plan, self.plan.melody
        if plan.slots[slot].rests_before:
            return True
        if melody is None or not plan.slots[slot].is_phrase_start:
            return False
        return bool(melody.notes.has(Flag.FERMATA)[list(plan.slots[slot - 1].rows)].any())

    def sonority(self, settings: Settings) -> Sonority:
        """How settings sound, their chords with them."""
        everywhere = np.ones(settings.pitch.shape, dtype=bool)
        harmony = self._harmony[settings.chord]
        return Sonority(
            settings.pitch.astype(np.int16), settings.fifths.astype(np.int16), everywhere, everywhere, harmony
        )


def given_voices(wish: Wish) -> Array:
    """(4,): whose notes are asked for."""
    return np.array([bool(sung) for sung in wish.notes])


def joins_apart(left: Wish, met: Wish) -> bool:
    """What is sung where two slots join may be other notes than the chords': some given voice moves in a slot."""
    return any(len(sung) > 1 for sung in (*left.notes, *met.notes))


def sung_in(sound: Sonority, wish: Wish) -> tuple[Sonority, Sonority]:
    """The settings with what the given voices sing first, and with what they sing last."""
    if all(len(sung) < 2 for sung in wish.notes):
        return sound, sound
    return _with(sound, wish, 0), _with(sound, wish, -1)


def sung_through(sound: Sonority, wish: Wish) -> tuple[Sonority, ...]:
    """The settings with all that is sung over them in turn; of several voices that move, the first and the last."""
    moving = [len(sung) for sung in wish.notes if len(sung) > 1]
    if not moving:
        return (sound,)
    places = range(moving[0]) if len(moving) == 1 else (0, -1)
    return tuple(_with(sound, wish, place) for place in places)


def _with(sound: Sonority, wish: Wish, place: int) -> Sonority:
    pitch, fifths = sound.pitch.copy(), sound.fifths.copy()
    for voice in range(VOICES):
        if wish.notes[voice]:
            sung = wish.notes[voice]
            pitch[:, voice], fifths[:, voice] = sung[min(place, len(sung) - 1)]
    return replace(sound, pitch=pitch, fifths=fifths)
