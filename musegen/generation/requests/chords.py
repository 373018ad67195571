"""The chords that each slot of a plan may have, priced as a chain: the readings of what is asked for, or free ones."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from musegen.generation.cadence_keys import CadenceCosts, cadence_keys
from musegen.generation.chord_space import ChordSpace, chord_space
from musegen.generation.given import Asked, numeral_given
from musegen.generation.lattice import opening_cost, slot_costs, step_costs, ways
from musegen.generation.requests.cadences import closes, may_close
from musegen.generation.requests.plan import Plan, Sung, Wish
from musegen.generation.requests.scoring import Array
from musegen.generation.requests.settings import EVERY
from musegen.generation.vocabulary import has_vocabulary, within_vocabulary
from musegen.generation.widening import widened
from musegen.rules.packs import load_pack
from musegen.score.model import HarmonyLabel
from musegen.theory.statistics import ChoraleStatistics

_KEPT = ((12, 9.0), (30, 14.0))
"""(free chords a slot, how much worse than the best they may be) by freedom; at last all."""
_OUT_OF_TUNE = 1e3  # a chord that the melody forbids; taken only where nothing else is left
_NO_WAY = 1e6
_AGAIN = 4.0  # the chord that ended a phrase begins the next one
_FOREIGN = 4.0  # a given voice that begins with a note outside the chord
_CLOSING = {False: "I I6 IV iv V V6 V7 V65 vi viio6", True: "i I i6 iv IV V V6 V7 V65 VI viio6"}


class ChordChain:
    """The chord states of a plan: which each slot may have, and what they and their successions cost."""

    def __init__(self, plan: Plan, statistics: ChoraleStatistics, *, limited: bool = True) -> None:
        self.plan, self.statistics = plan, statistics
        pack, known = load_pack(plan.pack), chord_space(plan.home, statistics)
        self.limited = limited and has_vocabulary(pack)
        if self.limited:
            known = within_vocabulary(known, plan.home, pack)
        stated = [asked for wish in plan.wishes for asked in (wish.chord, wish.figures)] + _closing(plan, known)
        self.space: ChordSpace = widened(known, stated, anywhere=True)
        self._keeping: dict[tuple[str, ...], Array] = {}
        self._live: dict[Wish, Array] = {}

    def live(self, wish: Wish) -> Array:
        """The states that a slot may have under a wish."""
        if wish not in self._live:
            allowed = self._keeps(wish.chord) & self._keeps(wish.figures) & self._holds(wish)
            if wish.cadence is not None:
                asked = wish.cadence
                allowed = allowed & np.array([may_close(asked, chord) for chord in self.space.chords])
            self._live[wish] = np.flatnonzero(allowed)
        return self._live[wish]

    def kept(self, slot: int, freedom: int) -> Array:
        """The likeliest of them, best first: one for each sound that is asked for, a few where the chord is free."""
        states, through = self.live(self.plan.wishes[slot]), self._through[slot]
        order = np.argsort(through, kind="stable")
        if self.plan.wishes[slot].states_chord:
            return states[order][_first_of_each([self._sound(int(state)) for state in states[order]])]
        if freedom >= EVERY:
            return np.asarray(states[order])
        width, margin = _KEPT[freedom]
        order = order[:width]
        return np.asarray(states[order[through[order] <= through[order[:1]] + margin]])

    def succession(self, slot: int, before: Array, here: Array) -> Array:
        """(before, here): the cost of states into a slot; a chord may come again where a phrase begins."""
        cost = step_costs(self.space, self.plan.slots[slot], self.statistics.rhythm(), before, here)
        return np.where(np.isfinite(cost), cost, _AGAIN)

    def _chain(self, slot: int, before: Array, here: Array) -> Array:
        """The same; infinite where no soprano makes the cadence that is asked for."""
        cost, asked = self.succession(slot, before, here), self.plan.wishes[slot].cadence
        if asked is None:
            return cost
        chords = self.space.chords
        made = [
            [any(closes(asked, chords[one], chords[two], tone) for tone in chords[two].tones) for two in here]
            for one in before
        ]
        return np.where(np.array(made, dtype=bool).reshape(cost.shape), cost, np.inf)

    def _sound(self, state: int) -> tuple[frozenset[int], int]:
        chord = self.space.chords[state]
        return frozenset(7 * tone % 12 for tone in chord.tones), 7 * (chord.key.tonic + chord.numeral.bass) % 12

    def _keeps(self, asked: Asked) -> Array:
        if asked is None:
            return np.ones(len(self.space.chords), dtype=bool)
        name = asked.kind, asked.text, asked.key
        if name not in self._keeping:
            self._keeping[name] = np.array([asked.keeps(chord) for chord in self.space.chords])
        return self._keeping[name]

    def _holds(self, wish: Wish) -> Array:
        """(states,): the given notes agree with the chord: the bass always, the others where the chord is free."""
        allowed = np.ones(len(self.space.chords), dtype=bool)
        if wish.notes[-1]:
            allowed &= np.isin(self._basses, [note.pitch % 12 for note in wish.notes[-1]])
        for sung in () if wish.states_chord else wish.notes[:-1]:
            allowed &= self._sings(sung)
        return allowed

    def _sings(self, sung: Sung) -> Array:
        if not sung:
            return np.ones(len(self.space.chords), dtype=bool)
        return np.asarray(self._members[:, [note.pitch % 12 for note in sung]].any(axis=1))

    @cached_property
    def _basses(self) -> Array:
        return np.array([7 * (chord.key.tonic + chord.numeral.bass) % 12 for chord in self.space.chords])

    @cached_property
    def _members(self) -> Array:
        """(states, pitch classes): the chord has this one."""
        table = np.zeros((len(self.space.chords), 12), dtype=bool)
        for number, chord in enumerate(self.space.chords):
            table[number, [7 * tone % 12 for tone in chord.tones]] = True
        return table

    @cached_property
    def _through(self) -> list[Array]:
        """For every slot and state: the cost of the best chain through it."""
        live = [self.live(wish) for wish in self.plan.wishes]
        if not all(len(states) for states in live):
            return [np.zeros(len(states)) for states in live]
        own = [self._own[slot][states] for slot, states in enumerate(live)]
        forward, ahead = ways(own, lambda slot: self._chain(slot, live[slot - 1], live[slot]))
        through = [f + a for f, a in zip(forward, ahead, strict=True)]
        return [np.where(np.isfinite(cost), cost, _NO_WAY + alone) for cost, alone in zip(through, own, strict=True)]

    def price(self, slot: int, states: Array) -> Array:
        """(states,): what states of a slot cost by themselves."""
        return np.asarray(self._own[slot][states])

    @cached_property
    def _own(self) -> list[Array]:
        """For every slot: what each state of the space costs by itself; finite."""
        plan, melody = self.plan, self.plan.melody
        if melody is None:
            costs = [self.space.color + self._foreign(wish) for wish in plan.wishes]
        else:
            cadences: CadenceCosts = cadence_keys().costs(melody)
            costs = [
                slot_costs(melody, slot, self.space, plan.home, cadences.get(slot), given=wish.states_chord)
                for slot, wish in enumerate(plan.wishes)
            ]
        opening = np.array([opening_cost(chord, plan.home) for chord in self.space.chords])
        return [np.where(np.isfinite(cost), cost, _OUT_OF_TUNE) for cost in (costs[0] + opening, *costs[1:])]

    def _foreign(self, wish: Wish) -> Array:
        """(states,): given voices begin with notes outside the chord."""
        first = [sung[0].pitch % 12 for sung in wish.notes if sung]
        return np.asarray(_FOREIGN * (~self._members[:, first]).sum(axis=1))


def _closing(plan: Plan, known: ChordSpace) -> list[Asked]:
    """The chords of cadences that are asked for in keys that a piece in this key does not go to."""
    near = {chord.key for chord in known.chords}
    far = {wish.cadence.key for wish in plan.wishes if wish.cadence and wish.cadence.key} - near
    return [
        numeral_given(HarmonyLabel(0, "numeral", figure, str(key)))
        for key in sorted(far)
        for figure in _CLOSING[key.minor].split()
    ]


def _first_of_each(sounds: list[tuple[frozenset[int], int]]) -> list[int]:
    return sorted({sound: number for number, sound in reversed(list(enumerate(sounds)))}.values())
