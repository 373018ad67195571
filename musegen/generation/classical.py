"""The classical engine: chords from a lattice and their voicings, found together by dynamic programming."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.decode.laws import pair_masks, slice_masks, under_given_top
from musegen.generation.habits import Habits
from musegen.generation.lattice import Lattice
from musegen.generation.melody import Melody
from musegen.generation.voicings import LIMITS, Chord, Voicings, voicings_of
from musegen.rules.masks import Masks
from musegen.theory.sonority import Harmony, Sonority
from musegen.theory.statistics import ChoraleStatistics

Array = npt.NDArray[Any]

_MARGIN = 14.0  # how much worse than the best bound a succession may be and still be looked at
_MOST_WAYS = 1_000_000  # successions that are looked at where none within the margin is lawful; memory bounds them
_RULE_WEIGHT = 1.2


@dataclass(frozen=True)
class Proposal:
    """One setting of a melody: a voicing a slot (S A T B), with its chord; cost is the lower the better."""

    chords: tuple[Chord, ...]
    pitch: Array  # (slots, 4): the soprano column is the chord tone that the slot's melody reaches
    fifths: Array
    held: tuple[bool, ...]  # chord, alto, tenor and bass go on from the slot before
    cost: float


@dataclass(frozen=True)
class _Choice:
    """The candidates of one slot: columns of equal length."""

    pitch: Array  # (candidates, 4), soprano as the chord has it
    fifths: Array
    state: Array  # place in the lattice's states of this slot
    cost: Array
    first: int  # what the soprano really sings first and last in this slot: row numbers of the melody
    last: int


@dataclass(frozen=True)
class DeadEnd:
    """Where a search could not go on; `exact` where nothing had been left out before, so that it is a proof."""

    slot: int
    exact: bool


def search(
    melody: Melody,
    lattice: Lattice,
    statistics: ChoraleStatistics,
    pack: str,
    *,
    beam: int,
    noise: Array | None = None,
    given_chords: bool = False,
) -> Proposal | DeadEnd:
    """The best setting whose chords lie in the lattice and which breaks no error rule of the pack.

    `beam` voicings are kept a slot; `noise` (slots, chords) is added to the costs. With `given_chords` the rules of
    chords only weigh, since the chords are not ours to choose.
    """
    search = _Search(melody, lattice, statistics, pack, beam)
    search.noise, search.given_chords = noise, given_chords
    return search.run()


class _Search:
    noise: Array | None = None
    given_chords = False

    def __init__(self, melody: Melody, lattice: Lattice, statistics: ChoraleStatistics, pack: str, beam: int) -> None:
        self.melody, self.lattice, self.statistics, self.beam = melody, lattice, statistics, beam
        self.pairs, self.slices = pair_masks(pack), slice_masks(pack)
        self.surface = _surface(self.pairs)
        self.hold = statistics.rhythm()
        self.exact = lattice.complete
        self.habits = Habits(statistics)
        self.harmony = Harmony.of([(chord.key, chord.numeral) for chord in lattice.space.chords])

    def run(self) -> Proposal | DeadEnd:
        choices = [self._choice(0)]
        if not len(choices[0].cost):
            return DeadEnd(0, self.lattice.complete)
        best, keep = self._prune(choices[0].cost, choices[0], 0)
        if not len(keep):
            return DeadEnd(self._last_bar() + 1, self.lattice.complete)
        choices[0] = _at(choices[0], keep)
        back: list[Array] = []
        for slot in range(1, len(self.melody.slots)):
            choice = self._choice(slot)
            if not len(choice.cost):
                return DeadEnd(slot, self.lattice.complete)
            reached, pointer = self._step(slot, choices[-1], best, choice)
            best, keep = self._prune(reached, choice, slot)
            if not len(keep):
                return DeadEnd(slot, self.exact)
            choices.append(_at(choice, keep))
            back.append(pointer[keep])
        return self._proposal(choices, best, back)

    def _last_bar(self) -> int:
        """The last slot out of which no chord of the lattice leads on to the end."""
        return max((slot for slot, rest in enumerate(self.lattice.ahead) if not np.isfinite(rest).any()), default=-1)

    def _choice(self, slot: int) -> _Choice:
        """Every voicing of every chord that the lattice keeps for a slot, over the given soprano."""
        rows = self.melody.slots[slot].rows
        notes = self.melody.notes
        parts = []
        for place, number in enumerate(self.lattice.states[slot]):
            chord = self.lattice.space.chords[int(number)]
            sung = _sung(chord, rows, notes["fifths"])
            if sung is None:
                every, fits = _under(chord, int(notes["pitch"][rows[0]]))
            else:
                every = voicings_of(chord, ((int(notes["pitch"][sung]),) * 2, *LIMITS[1:]))
                fits = every.pitch[:, 0] == notes["pitch"][sung]
            count = int(fits.sum())
            parts.append((every.pitch[fits], every.fifths[fits], np.full(count, place), every.cost[fits]))
        pitch, fifths, state, cost = (np.concatenate(column) for column in zip(*parts, strict=True))
        own = self.lattice.own[slot][state]
        if self.noise is not None:
            own = own + self.noise[slot, self.lattice.states[slot][state]]
        choice = _Choice(pitch, fifths, state, cost + own, rows[0], rows[-1])
        return self._lawful(choice, slot)

    def _lawful(self, choice: _Choice, slot: int) -> _Choice:
        if not len(choice.cost):
            return choice
        sonority = self._sonority(choice, np.arange(len(choice.cost)), slot, choice.pitch[:, 0], choice.fifths[:, 0])
        broken, own_faults = under_given_top(self.slices, sonority, given_chords=self.given_chords)
        cost = choice.cost + _RULE_WEIGHT * self.slices.costs(sonority) + self.habits.spacing(choice.pitch) + own_faults
        return _at(
            _Choice(choice.pitch, choice.fifths, choice.state, cost, choice.first, choice.last),
            np.flatnonzero(~broken),
        )

    def _prune(self, cost: Array, choice: _Choice, slot: int) -> tuple[Array, Array]:
        bound = cost + self.lattice.ahead[slot][choice.state]
        order = np.argsort(bound, kind="stable")
        self.exact &= int(np.isfinite(bound).sum()) <= self.beam
        order = order[: self.beam]
        keep = order[np.isfinite(bound[order])]
        return cost[keep], keep

    def _step(self, slot: int, before: _Choice, best: Array, here: _Choice) -> tuple[Array, Array]:
        """The cheapest way to each candidate of a slot, and from which one before; dear ones where no other is."""
        space, melody_slot = self.lattice, self.melody.slots[slot]
        chords = space.step(slot, melody_slot, self.hold)[np.ix_(before.state, here.state)]
        bound = best[:, None] + chords + (here.cost + space.ahead[slot][here.state])[None, :]
        near = bound <= bound.min() + _MARGIN
        found = self._ways(slot, before, best, here, chords, near)
        if not np.isfinite(found[0]).any() and self.lattice.complete:  # a wider lattice comes before dear ways
            dear = np.isfinite(bound)
            if np.count_nonzero(dear) <= _MOST_WAYS:
                return self._ways(slot, before, best, here, chords, dear)
        self.exact &= bool(near.all())
        return found

    def _ways(
        self, slot: int, before: _Choice, best: Array, here: _Choice, chords: Array, near: Array
    ) -> tuple[Array, Array]:
        """`_step` by the ways that are `near`."""
        melody_slot = self.melody.slots[slot]
        one, two = np.nonzero(near)
        cost = best[one] + chords[one, two] + here.cost[two]
        if not melody_slot.is_phrase_start or not melody_slot.rests_before:
            cost = cost + self._movement(slot, before, here, one, two)
        reached = np.full(len(here.cost), np.inf)
        np.minimum.at(reached, two, cost)
        pointer = np.zeros(len(here.cost), dtype=np.intp)
        cheapest = cost == reached[two]
        pointer[two[cheapest]] = one[cheapest]
        return reached, pointer

    def _movement(self, slot: int, before: _Choice, here: _Choice, one: Array, two: Array) -> Array:
        """Costs of voice leading for pairs of candidates; infinite where the pack forbids it or a held chord moves."""
        same = self.lattice.states[slot - 1][before.state[one]] == self.lattice.states[slot][here.state[two]]
        left, met = before.pitch[one], here.pitch[two]
        still = (left[:, 1:] == met[:, 1:]).all(axis=1)
        cost = np.where(same, np.where(still, 0.0, np.inf), self.habits.movement(left, met))
        live = np.isfinite(cost) & ~same
        live_one, live_two = one[live], two[live]
        cost[live] += self._ruled(slot, before, here, live_one, live_two)
        return np.asarray(cost)

    def _ruled(self, slot: int, before: _Choice, here: _Choice, one: Array, two: Array) -> Array:
        """Rules of chords judge the chord tones; rules of sound, what the soprano really sings at the join."""
        notes = self.melody.notes
        heard = [self._sonority(before, one, slot - 1, before.pitch[one, 0], before.fifths[one, 0])]
        heard.append(self._sonority(here, two, slot, here.pitch[two, 0], here.fifths[two, 0]))
        left = self._sonority(before, one, slot - 1, notes["pitch"][before.last], notes["fifths"][before.last])
        met = self._sonority(here, two, slot, notes["pitch"][here.first], notes["fifths"][here.first])
        broken, costs = under_given_top(self.pairs, *heard, given_chords=self.given_chords)
        costs = costs + self.pairs.costs(*heard)
        if before.last != before.first or here.first != here.last:
            broken |= under_given_top(self.surface, left, met)[0]
        return np.where(broken, np.inf, _RULE_WEIGHT * costs)

    def _sonority(self, choice: _Choice, numbers: Array, slot: int, pitch: Any, fifths: Any) -> Sonority:
        sound, spelling = choice.pitch[numbers].astype(np.int16), choice.fifths[numbers].astype(np.int16)
        sound[:, 0], spelling[:, 0] = pitch, fifths
        everywhere = np.ones(sound.shape, dtype=bool)
        harmony = self.harmony[self.lattice.states[slot][choice.state[numbers]]]
        return Sonority(sound, spelling, everywhere, everywhere, harmony)

    def _proposal(self, choices: list[_Choice], best: Array, back: list[Array]) -> Proposal:
        path = [int(best.argmin())]
        for slot in range(len(choices) - 1, 0, -1):
            path.append(int(back[slot - 1][path[-1]]))
        path.reverse()
        states = [
            self.lattice.states[slot][choice.state[place]]
            for slot, (choice, place) in enumerate(zip(choices, path, strict=True))
        ]
        chords = tuple(self.lattice.space.chords[int(state)] for state in states)
        held = tuple(
            slot > 0 and states[slot] == states[slot - 1] and not self.melody.slots[slot].is_phrase_start
            for slot in range(len(states))
        )
        pitch = np.array([choice.pitch[place] for choice, place in zip(choices, path, strict=True)])
        fifths = np.array([choice.fifths[place] for choice, place in zip(choices, path, strict=True)])
        return Proposal(chords, pitch, fifths, held, float(best.min()))


def _surface(masks: Masks) -> Masks:
    """The part of the pair rules that reads no chords."""
    return Masks("pair", tuple(rule for rule in masks.forbidding if not rule.kind.needs_harmony), ())


def _at(choice: _Choice, keep: Array) -> _Choice:
    return _Choice(
        choice.pitch[keep], choice.fifths[keep], choice.state[keep], choice.cost[keep], choice.first, choice.last
    )


def _sung(chord: Chord, rows: tuple[int, ...], fifths: Array) -> int | None:
    """The first of the slot's melody notes that belongs to the chord; None where none does."""
    tones = chord.tones
    return next((row for row in rows if int(fifths[row]) in tones), None)


def _under(chord: Chord, pitch: int) -> tuple[Voicings, Array]:
    """Settings of a given chord under a melody note outside it: root and third lie in the lower voices."""
    every = voicings_of(chord, ((pitch - 4, pitch + 4), *LIMITS[1:]))
    tones = chord.tones
    covered = [(every.fifths[:, 1:] == tone).any(axis=1) for tone in tones[:2]]
    return every, covered[0] & covered[1] & (every.pitch[:, 1] <= pitch)
