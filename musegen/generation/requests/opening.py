"""The lattice of a plan: settings of every slot and steps between them, made freer until there is a way through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from musegen.generation.requests.conflict import irreducible
from musegen.generation.requests.scoring import Array
from musegen.generation.requests.settings import EVERY, TAUGHT
from musegen.generation.requests.ways import Slotted, Step, Ways


class Lattice(NamedTuple):
    """The settings of every slot and the steps between them."""

    freedom: list[int]  # of each slot
    slots: list[Slotted]
    steps: list[Step]  # the first one leads into the second slot

    @classmethod
    def of(cls, ways: Ways, freedom: Sequence[int]) -> Lattice:
        """The lattice of slots set so freely; there may be no way through."""
        steps = [ways.step(slot, *freedom[slot - 1 : slot + 1]) for slot in range(1, len(freedom))]
        return cls(list(freedom), [ways.at(slot, free) for slot, free in enumerate(freedom)], steps)


def open_lattice(ways: Ways) -> Lattice:
    """The narrowest lattice found that has a way through: where there is none, slots are set more freely.

    Raises:
        NoSolution: there is no way, however freely they are set.
    """
    freedom = [TAUGHT] * len(ways.plan.slots)
    while True:
        lattice = Lattice.of(ways, freedom)
        window = closed_window(lattice)
        if window is None:
            return lattice
        first, last = window
        if min(freedom[first : last + 1]) == EVERY:
            raise irreducible(ways, first, last)
        freedom[first : last + 1] = [min(free + 1, EVERY) for free in freedom[first : last + 1]]


def closed_window(lattice: Lattice) -> tuple[int, int] | None:
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
