"""The way through a lattice: a beam that any judge of settings may lead, and slots made freer where it stumbles."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator

from musegen.generation.requests.laws import COUNTED
from musegen.generation.requests.opening import Lattice, closed_window
from musegen.generation.requests.plan import Plan
from musegen.generation.requests.scoring import Array, Scorer
from musegen.generation.requests.settings import EVERY
from musegen.generation.requests.ways import Ways

BEAM, JUDGED = 32, 8  # paths that go on; fewer where another scorer, who costs more, hears each of them
_LOOK_AHEAD = 0.3  # the weight of habits in what lies ahead, where another scorer judges what comes
_TRIES = 4  # searches for each further path that is to differ
_NOISE = 1.0  # nats
_FEW = 4  # chords of a slot that are tried in every way


class Path(NamedTuple):
    """A setting for every slot."""

    places: list[int]  # of the setting in each slot
    cost: float  # in nats


def smoothed(ways: Ways, lattice: Lattice) -> Lattice:
    """The lattice with slots set in every way where the best path would break a rule that is only priced.

    Not where many chords may stand: there another chord will do, and every way would be too many.
    """
    few = [len(np.unique(slot.settings.chord)) <= _FEW for slot in lattice.slots]
    while True:
        found = _rough(lattice, _best(lattice, ways.plan))
        rough = [slot for slot in found if few[slot] and lattice.freedom[slot] < EVERY]
        freedom = [EVERY if slot in rough else free for slot, free in enumerate(lattice.freedom)]
        wider = Lattice.of(ways, freedom) if rough else lattice
        if not rough or closed_window(wider):
            return lattice
        lattice = wider


def _best(lattice: Lattice, plan: Plan) -> Path:
    return _search(lattice, None, plan, [np.zeros(len(slot.cost)) for slot in lattice.slots])[0]


def _rough(lattice: Lattice, path: Path) -> set[int]:
    """The slots in which, or on the way into or out of which, a path breaks a rule."""
    inside = {slot for slot, place in enumerate(path.places) if lattice.slots[slot].rules[place] >= COUNTED}
    ways = enumerate(zip(lattice.steps, pairwise(path.places), strict=True), 1)
    return inside | {slot for here, (step, pair) in ways if step.rules[pair] >= COUNTED for slot in (here - 1, here)}


def paths(
    lattice: Lattice, scorer: Scorer[Any] | None, plan: Plan, count: int, rng: Generator | None
) -> Iterator[Path]:
    """The best path without chance, then the next best ends, or paths found under noise."""
    ends = _search(lattice, scorer, plan, [np.zeros(len(slot.cost)) for slot in lattice.slots])
    if rng is None:
        yield from ends
        return
    yield ends[0]
    for _ in range(_TRIES * (count - 1)):
        yield _search(lattice, scorer, plan, [rng.gumbel(0, _NOISE, len(slot.cost)) for slot in lattice.slots])[0]


def _search(lattice: Lattice, scorer: Scorer[Any] | None, plan: Plan, noise: list[Array]) -> list[Path]:
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
        chosen = np.argsort(reached + ahead[slot], kind="stable")[: BEAM if scorer is None else JUDGED]
        chosen = chosen[np.isfinite((reached + ahead[slot])[chosen])]
        total = reached[chosen]
        kept.append(chosen)
        back.append(parents[chosen])
        if scorer:
            state = scorer.advance(state, slot, back[-1], here.settings.at(chosen))
    ends = [_traced(kept, back, int(end)) for end in np.argsort(total, kind="stable")]
    drawn = [sum(float(extra[place]) for extra, place in zip(noise, places, strict=True)) for places in ends]
    return [Path(places, float(cost) - luck) for places, cost, luck in zip(ends, np.sort(total), drawn, strict=True)]


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
