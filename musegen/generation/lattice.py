"""The chord lattice: which chords in which keys each slot of a melody suggests, priced by what Bach's chorales do.

Costs are negative log-probabilities from `theory.statistics`. Keys and chords are states of one chain; the lattice
keeps, for every slot, the states through which a good path runs (max-marginals); the search over voicings chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.cadence_keys import CadenceCosts
from musegen.generation.chord_space import ChordSpace
from musegen.generation.melody import Melody, MelodySlot
from musegen.generation.voicings import Chord
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral
from musegen.theory.statistics import degree_index

Array = npt.NDArray[Any]

_ACCENTED = 3.2  # the price of a non-chord tone on the pulse
_UNPREPARED = 4.0  # of one off the pulse that is left or reached by leap
_STEPWISE = 0.15
_SOPRANO_WEIGHT = 0.8
_TURN_WEIGHT = 4.0
_CADENCE_KEY_WEIGHT = 4.0
_FAR_CADENCE = 9.0  # a cadence in a key that is not even weighed
_OVER_BARLINE = 2.0  # the harmony of the beat before goes on at a downbeat, in whatever inversion
_MOST_KEPT = 16_000_000  # costs of succession in memory at one time
_STAY = 5.0  # what a held chord costs on top of its probability: a best path is duller than the average one


@dataclass(frozen=True)
class Lattice:
    """For every slot: the states kept, the cost of each by itself, and the least that the rest of the piece costs."""

    space: ChordSpace
    states: tuple[Array, ...]
    own: tuple[Array, ...]
    ahead: tuple[Array, ...]
    cost: float  # of the best path of chords, voicings apart
    complete: bool  # no state that the melody allows was left out

    def step(self, slot: int, here: MelodySlot, hold: Array) -> Array:
        """(states before, states here): costs of succession into a slot."""
        return step_costs(self.space, here, hold, self.states[slot - 1], self.states[slot])


def succession_table(space: ChordSpace, here: MelodySlot) -> Array:
    """Which table prices the step into this slot."""
    if here.is_phrase_start:
        return space.boundary
    return space.approach if here.is_phrase_end else space.inside


Wanted = Callable[[Chord], bool]


def build_lattice(
    melody: Melody,
    space: ChordSpace,
    home: Key,
    hold: Array,
    wanted: list[Wanted | None],
    cadences: CadenceCosts,
    *,
    width: int,
    margin: float,
) -> Lattice | int:
    """The lattice of a melody round a home key; the number of the first slot that has no chord, where one has none.

    `hold` is P(a new chord begins) by strength class. `wanted` says which chords each slot may have, `cadences` what
    each key costs at a phrase end. `width` and `margin` say how many states a slot keeps and how much worse than the
    best path they may be.
    """
    own = [
        slot_costs(melody, number, space, home, cadences.get(number), given=wish is not None)
        for number, wish in enumerate(wanted)
    ]
    own[0] = own[0] + np.array([opening_cost(chord, home) for chord in space.chords])
    for number, wish in enumerate(wanted):
        if wish is not None:
            allowed = np.array([wish(chord) for chord in space.chords])
            own[number] = np.where(allowed, own[number], np.inf)
    live = [np.flatnonzero(np.isfinite(cost)) for cost in own]
    empty = [number for number, states in enumerate(live) if not len(states)]
    if empty:
        return empty[0]
    forward, ahead = _ways(melody, space, hold, own, live)
    best = float(forward[-1].min())
    kept = [_keep(f + a, best, width, margin) for f, a in zip(forward, ahead, strict=True)]
    return Lattice(
        space,
        tuple(states[keep] for states, keep in zip(live, kept, strict=True)),
        tuple(own[number][live[number][keep]] for number, keep in enumerate(kept)),
        tuple(rest[keep] for rest, keep in zip(ahead, kept, strict=True)),
        best,
        all(len(keep) == len(states) for keep, states in zip(kept, live, strict=True)),
    )


def _ways(
    melody: Melody, space: ChordSpace, hold: Array, own: list[Array], live: list[Array]
) -> tuple[list[Array], list[Array]]:
    """For every slot and state: the least that the way to it costs, itself included, and the least of the way on."""

    def step(slot: int) -> Array:
        return step_costs(space, melody.slots[slot], hold, live[slot - 1], live[slot])

    return ways([cost[states] for cost, states in zip(own, live, strict=True)], step)


def ways(own: list[Array], step: Callable[[int], Array]) -> tuple[list[Array], list[Array]]:
    """For every slot and state of a chain: the least of the way to it, itself included, and the least of the way on.

    `own` is what each state of each slot costs by itself, `step(slot)` the (states before, states here) costs into it.
    """
    room = max(1, _MOST_KEPT // max(len(cost) for cost in own) ** 2)
    kept = lru_cache(maxsize=room)(step)  # a long tune's last steps; its first ones are priced again on the way back
    forward = [own[0]]
    for number in range(1, len(own)):
        forward.append((forward[-1][:, None] + kept(number)).min(axis=0) + own[number])
    ahead = [np.zeros(len(own[-1]))]
    for number in range(len(own) - 1, 0, -1):
        ahead.append((kept(number) + (own[number] + ahead[-1])[None, :]).min(axis=1))
    return forward, ahead[::-1]


def _keep(marginal: Array, best: float, width: int, margin: float) -> Array:
    order = np.argsort(marginal, kind="stable")[:width]
    return np.asarray(order[marginal[order] <= best + margin])


def step_costs(space: ChordSpace, here: MelodySlot, hold: Array, before: Array, states: Array) -> Array:
    """(before, states): costs of succession into a slot; `hold` is P(a new chord begins) by strength class."""
    cost = succession_table(space, here)[np.ix_(before, states)] - np.log(hold[here.strength])
    if here.is_last:
        cost = cost + space.unclosed[before][:, None]
    same = before[:, None] == states[None, :]
    if here.strength == 0 and not here.is_phrase_start:
        root = space.members[:, 0]
        goes_on = (root[before][:, None] == root[states]) & (space.key[before][:, None] == space.key[states])
        cost = cost + _OVER_BARLINE * goes_on
    stay = np.inf if here.is_phrase_start else _STAY - np.log(1 - hold[here.strength])
    return np.asarray(np.where(same, stay, cost))


def slot_costs(
    melody: Melody,
    number: int,
    space: ChordSpace,
    home: Key,
    cadence: Mapping[Key, float] | None = None,
    *,
    given: bool = False,
) -> Array:
    """(states,): how badly each chord suits the melody at a slot; infinite where the slot's notes forbid it.

    `cadence` is what each key costs where a phrase ends. Where the chord is `given`, the melody may sing any note
    over it.
    """
    slot = melody.slots[number]
    fifths = melody.notes["fifths"][list(slot.rows)].astype(np.int64)
    sounding = (space.members[:, None, :] == fifths[None, :, None]).any(axis=2)
    accented = _accented_cost(melody, slot, sounding)
    cost = np.where(sounding[:, 0], 0.0, np.minimum(accented, _UNPREPARED) if given else accented)
    for place in range(1, len(slot.rows)):
        stepwise = _is_stepwise(melody, slot.rows[place])
        cost = cost + np.where(sounding[:, place], 0.0, _STEPWISE if stepwise else _UNPREPARED)
    soprano = np.empty(len(cost))
    for key_number in np.unique(space.key):
        here = space.key == key_number
        tonic = space.chords[int(np.flatnonzero(here)[0])].key.tonic
        heard = _heard(fifths, sounding[here])
        degrees = np.array([degree_index(int(note) - tonic) for note in heard])
        soprano[here] = -space.soprano[key_number][degrees, slot.strength, space.figure[here]]
    cost = cost + space.color
    if not slot.is_phrase_end or cadence is None:
        return np.asarray(cost + _SOPRANO_WEIGHT * (soprano - space.alone))
    in_key = np.array([cadence.get(chord.key, _FAR_CADENCE) for chord in space.chords])
    cost = cost + _TURN_WEIGHT * _turn_cost(melody, number, space) + _CADENCE_KEY_WEIGHT * in_key
    if number == len(melody.slots) - 1:
        cost = cost + np.array([_ending_cost(chord, home) for chord in space.chords])
    return np.asarray(cost)


def _turn_cost(melody: Melody, number: int, space: ChordSpace) -> Array:
    """(states,): -log P(figure | the soprano's way into this cadence) in each state's key."""
    start = number
    while start > max(0, number - 2) and not melody.slots[start].is_phrase_start:
        start -= 1
    sung = [int(melody.notes["fifths"][slot.rows[0]]) for slot in melody.slots[start : number + 1]]
    cost = np.empty(len(space.chords))
    for key_number, turns in enumerate(space.turns):
        here = np.flatnonzero(space.key == key_number)
        tonic = space.chords[int(here[0])].key.tonic
        degrees = [degree_index(note - tonic) for note in sung]
        cost[here] = -turns.log_probability(degrees)[space.figure[here]]
    return cost


def _heard(fifths: Array, sounding: Array) -> Array:
    """By state: the first of the slot's notes that belongs to the chord, else its first note."""
    first = np.where(sounding.any(axis=1), sounding.argmax(axis=1), 0)
    return np.asarray(fifths[first])


def _accented_cost(melody: Melody, slot: MelodySlot, sounding: Array) -> Array:
    """A first note outside the chord must resolve by step into it inside the slot."""
    if len(slot.rows) < 2:
        return np.full(len(sounding), np.inf)
    first, second = slot.rows[0], slot.rows[1]
    step = abs(int(melody.notes.diatonic[second]) - int(melody.notes.diatonic[first])) == 1
    return np.where(sounding[:, 1] & step, _ACCENTED, np.inf)


def _is_stepwise(melody: Melody, row: int) -> bool:
    """Reached and left by step or repetition: a passing or neighbour tone, or an anticipation."""
    heights = melody.notes.diatonic
    into = abs(int(heights[row]) - int(heights[row - 1])) if row else 0
    out = abs(int(heights[row + 1]) - int(heights[row])) if row + 1 < len(heights) else 0
    return into <= 1 and out <= 1


def opening_cost(chord: Chord, home: Key) -> float:
    """A piece begins in its key, most often on the tonic, or on a dominant before it."""
    if chord.key != home:
        return 7.0
    plain = {"I": 0.0, "i": 0.0, "V": 1.2, "V6": 2.0, "I6": 2.5, "i6": 2.5}
    return plain.get(chord.numeral.figure, 4.0 if not chord.numeral.is_seventh else 7.0)


def _ending_cost(chord: Chord, home: Key) -> float:
    """The last chord is the tonic in root position, major at will in minor (Picardy); else the dominant."""
    numeral: Numeral = chord.numeral
    if chord.key == home and numeral.figure in ("I", "i"):
        return 0.0
    return 9.0 if chord.key == home and numeral.figure == "V" else 15.0
