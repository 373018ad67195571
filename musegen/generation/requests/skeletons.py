"""Skeletons: a voicing for every slot, every request kept; what ornaments are put upon afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator

from musegen.errors import NoSolution
from musegen.generation.requests.chords import ChordChain
from musegen.generation.requests.conflict import irreducible
from musegen.generation.requests.easing import OFF_THE_PULSE, Moment, eased, plan_with
from musegen.generation.requests.laws import Laws
from musegen.generation.requests.plan import VOICES, Plan
from musegen.generation.requests.scoring import Array, Scorer
from musegen.generation.requests.settings import EVERY, TAUGHT
from musegen.generation.requests.ways import Slotted, Step, Ways, given_voices
from musegen.generation.voicings import Chord
from musegen.theory.statistics import ChoraleStatistics, statistics

BEAM = 32
_LOOK_AHEAD = 0.3  # the weight of habits in what lies ahead, where another scorer judges what comes
_TRIES = 4  # searches for each further skeleton that is to differ
_NOISE = 1.0  # nats


@dataclass(frozen=True)
class Skeleton:
    """One answer to a plan: a voicing a slot."""

    plan: Plan
    pitch: Array  # (slots, 4) MIDI, S A T B; of a given voice the note that belongs to the chord, else its first
    fifths: Array  # (slots, 4)
    chords: tuple[Chord, ...]
    held: tuple[bool, ...]  # the chord, and all voices that are free, go on from the slot before
    goes_on: Array  # (slots, 4): this voice goes on, without being struck again
    cost: float  # the lower the better: rules, doublings, and what the scorer says, in nats


def skeletons(
    plan: Plan,
    *,
    score_voicings: Scorer[Any] | None = None,
    count: int = 1,
    rng: Generator | None = None,
    counted: ChoraleStatistics | None = None,
) -> list[Skeleton]:
    """Up to `count` settings of a plan that differ, best first; the first one is the best found without chance.

    Args:
        plan: the slots and what is asked of each; see `plan_of`.
        score_voicings: judges settings slot after slot; the habits of Bach's chorales unless given.
        count: how many are wanted.
        rng: drawn from for the second and later ones only; without it they are the next best ends of one search.
        counted: the chorale statistics that price chords and moves; the shipped ones unless given.

    Raises:
        NoSolution: the requests contradict each other; `conflicts` are an irreducible set of them: without any one
            of them there is a solution.
    """
    ways = Ways(plan, ChordChain(plan, counted or statistics()), Laws(plan.pack, lenient=plan.lenient))
    lattice = open_lattice(ways)
    found: dict[bytes, Skeleton] = {}
    for path in _paths(lattice, score_voicings, plan, count, rng):
        skeleton = _skeleton(ways, lattice, path)
        found.setdefault(skeleton.pitch.tobytes(), skeleton)
        if len(found) == count:
            break
    first, *others = found.values()
    return [first, *sorted(others, key=lambda skeleton: skeleton.cost)]


def contradiction(plan: Plan) -> NoSolution | None:
    """The error that names an irreducible set of requests of a plan that contradict each other; None where none do.

    >>> from musegen.generation.conditions import Condition
    >>> from musegen.generation.requests.plan import plan_of
    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.keys import Key
    >>> contradiction(plan_of(parse_grid("meter: 2/4\\nS: e5 c3"), Condition(key=Key.parse("C")))).conflicts
    ("measure 1, beat 2: the melody's C3",)
    """
    try:
        open_lattice(Ways(plan, ChordChain(plan, statistics()), Laws(plan.pack, lenient=plan.lenient)))
    except NoSolution as found:
        return found
    return None


class Lattice(NamedTuple):
    """The settings of every slot and the steps between them; there is a way through."""

    slots: list[Slotted]
    steps: list[Step]  # the first one leads into the second slot


def open_lattice(ways: Ways) -> Lattice:
    """The narrowest lattice found that has a way through: where there is none, slots are set more freely.

    Raises:
        NoSolution: there is no way, however freely they are set.
    """
    count = len(ways.plan.slots)
    freedom = [TAUGHT] * count
    while True:
        slots = [ways.at(slot, free) for slot, free in enumerate(freedom)]
        steps = [ways.step(slot, freedom[slot - 1], freedom[slot]) for slot in range(1, count)]
        lattice = Lattice(slots, steps)
        window = _closed_window(lattice)
        if window is None:
            return lattice
        first, last = window
        if min(freedom[first : last + 1]) == EVERY:
            raise irreducible(ways, first, last)
        freedom[first : last + 1] = [min(free + 1, EVERY) for free in freedom[first : last + 1]]


def _closed_window(lattice: Lattice) -> tuple[int, int] | None:
    """The shortest stretch of slots up to the first dead end that has no way through; None where all is open."""
    reached: Array = np.ones(len(lattice.slots[0].cost), dtype=bool)
    for slot in range(len(lattice.slots)):
        if slot:
            reached = np.asarray(np.isfinite(lattice.steps[slot - 1].law[reached]).any(axis=0))
        if not reached.any():
            return _begin(lattice, slot), slot
    return None


def _begin(lattice: Lattice, last: int) -> int:
    """The latest slot from which there is no way to `last`."""
    leads: Array = np.ones(len(lattice.slots[last].cost), dtype=bool)
    first = last
    while leads.any():
        first -= 1
        leads = np.asarray(np.isfinite(lattice.steps[first].law[:, leads]).any(axis=1))
    return first


class _Path(NamedTuple):
    places: list[int]  # of the setting in each slot
    cost: float


def _paths(
    lattice: Lattice, scorer: Scorer[Any] | None, plan: Plan, count: int, rng: Generator | None
) -> Iterator[_Path]:
    """The best path without chance, then the next best ends, or paths found under noise."""
    ends = _search(lattice, scorer, plan, [np.zeros(len(slot.cost)) for slot in lattice.slots])
    if rng is None:
        yield from ends
        return
    yield ends[0]
    for _ in range(_TRIES * (count - 1)):
        yield _search(lattice, scorer, plan, [rng.gumbel(0, _NOISE, len(slot.cost)) for slot in lattice.slots])[0]


def _search(lattice: Lattice, scorer: Scorer[Any] | None, plan: Plan, noise: list[Array]) -> list[_Path]:
    """A beam of paths that keeps to what has a way on, and knows what it costs; best first."""
    own = [slot.cost + extra for slot, extra in zip(lattice.slots, noise, strict=True)]
    weight = 1.0 if scorer is None else _LOOK_AHEAD
    ahead = _ahead(lattice, own, weight)
    state = scorer.start(plan) if scorer else None
    cost = own[0][None, :] - (scorer.scores(state, 0, lattice.slots[0].settings) if scorer else 0.0)
    back: list[Array] = []
    kept: list[Array] = []
    total = np.zeros(0)
    for slot, here in enumerate(lattice.slots):
        if slot:
            step = lattice.steps[slot - 1]
            before = kept[-1]
            cost = total[:, None] + step.law[before] + own[slot][None, :]
            cost = cost + (step.habit[before] if scorer is None else -scorer.scores(state, slot, here.settings))
        parents = cost.argmin(axis=0)
        reached = cost[parents, np.arange(cost.shape[1])]
        chosen = np.argsort(reached + ahead[slot], kind="stable")[:BEAM]
        chosen = chosen[np.isfinite((reached + ahead[slot])[chosen])]
        total = reached[chosen]
        kept.append(chosen)
        back.append(parents[chosen])
        if scorer:
            state = scorer.advance(state, slot, back[-1], here.settings.at(chosen))
    ends = [_traced(kept, back, int(end)) for end in np.argsort(total, kind="stable")]
    drawn = [sum(float(extra[place]) for extra, place in zip(noise, places, strict=True)) for places in ends]
    return [_Path(places, float(cost) - luck) for places, cost, luck in zip(ends, np.sort(total), drawn, strict=True)]


def _ahead(lattice: Lattice, own: list[Array], weight: float) -> list[Array]:
    """For every slot and setting: the least that the way on costs; infinite where there is none."""
    ahead = [np.zeros(len(own[-1]))]
    for slot in range(len(own) - 1, 0, -1):
        step = lattice.steps[slot - 1]
        ahead.append((step.law + weight * step.habit + (own[slot] + ahead[-1])[None, :]).min(axis=1))
    return ahead[::-1]


def _traced(kept: list[Array], back: list[Array], end: int) -> list[int]:
    places: list[int] = []
    for chosen, parents in zip(reversed(kept), reversed(back), strict=True):
        places.append(int(chosen[end]))
        end = int(parents[end])
    return places[::-1]


def _skeleton(ways: Ways, lattice: Lattice, path: _Path) -> Skeleton:
    plan = ways.plan
    picked = [slot.settings.at(np.array([place])) for slot, place in zip(lattice.slots, path.places, strict=True)]
    moments = [Moment(*item) for item in zip(plan.slots, plan.wishes, picked, strict=True)]
    rules = [float(step.rules[pair]) for step, pair in zip(lattice.steps, pairwise(path.places), strict=True)]
    moments = eased(ways, moments, rules)
    pitch = np.concatenate([moment.setting.pitch for moment in moments])
    fifths = np.concatenate([moment.setting.fifths for moment in moments])
    chords = tuple(ways.chain.space.chords[int(moment.setting.chord[0])] for moment in moments)
    held = [_is_held(*pair) for pair in pairwise(moments)]
    goes_on = _going_on(moments, held)
    return Skeleton(plan_with(plan, moments), pitch, fifths, chords, (False, *held), goes_on, path.cost)


def _stays(before: Moment, here: Moment) -> Array:
    return np.asarray(before.setting.pitch[0] == here.setting.pitch[0])


def _is_held(before: Moment, here: Moment) -> bool:
    same = bool(before.setting.chord[0] == here.setting.chord[0]) and not here.slot.is_phrase_start
    return same and bool((_stays(before, here) | given_voices(here.wish)).all())


def _going_on(moments: list[Moment], held: list[bool]) -> Array:
    """(slots, 4): the voices of chords that are held and, between two beats, every note that stays."""
    voices = np.zeros((len(moments), VOICES), dtype=bool)
    for number, (before, here) in enumerate(pairwise(moments), 1):
        passing = here.slot.strength == OFF_THE_PULSE and before.wish.states_chord and not here.wish.states_chord
        if held[number - 1] or passing:
            voices[number] = _stays(before, here)
    return voices
