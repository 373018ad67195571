"""Skeletons: a voicing for every slot, every request kept; what ornaments are put upon afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.random import Generator

from musegen.errors import NoSolution
from musegen.generation.requests.chords import ChordChain
from musegen.generation.requests.easing import OFF_THE_PULSE, Moment, eased, plan_with
from musegen.generation.requests.laws import Laws
from musegen.generation.requests.opening import Lattice, open_lattice
from musegen.generation.requests.plan import VOICES, Plan
from musegen.generation.requests.scoring import Array, Scorer
from musegen.generation.requests.searching import Path, paths, smoothed
from musegen.generation.requests.ways import Ways, given_voices
from musegen.generation.voicings import Chord
from musegen.theory.statistics import ChoraleStatistics, statistics


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
    ways_of: Callable[[Plan, ChordChain, Laws], Ways] = Ways,
) -> list[Skeleton]:
    """Up to `count` settings of a plan that differ, best first; the first one is the best found without chance.

    Args:
        plan: the slots and what is asked of each; see `plan_of`.
        score_voicings: judges settings slot after slot; the habits of Bach's chorales unless given.
        count: how many are wanted.
        rng: drawn from for the second and later ones only; without it they are the next best ends of one search.
        counted: the chorale statistics that price chords and moves; the shipped ones unless given.
        ways_of: makes the ways from slot to slot; they may cost more than is usual.

    Raises:
        NoSolution: the requests contradict each other; `conflicts` are an irreducible set of them: without any one
            of them there is a solution.
    """
    ways = ways_of(plan, ChordChain(plan, counted or statistics()), Laws(plan.pack, lenient=plan.lenient))
    lattice = smoothed(ways, open_lattice(ways))
    found: dict[bytes, Skeleton] = {}
    for path in paths(lattice, score_voicings, plan, count, rng):
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


def _skeleton(ways: Ways, lattice: Lattice, path: Path) -> Skeleton:
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
