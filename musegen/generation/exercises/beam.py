"""The beam of the outline search: hypotheses as columns, with what a melody remembers of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.exercises.states import States

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Beam:
    """Hypotheses: arrays of equal length, with what the melody remembers."""

    path: Array  # (hypotheses, slots so far)
    cost: Array
    turn: Array  # soprano pitch where the present direction began
    move: Array  # last melodic move in steps
    leaps: Array
    repeats: Array
    devices: Array  # a bit for every device that has been used
    parent: Array  # the hypothesis that each one grew from
    reach: tuple[Array, ...] = ()  # by voicing of the last state: what the inner voices pay more than on the best one

    def grow(self, hypothesis: Array, number: Array, cost: Array, states: States, bits: Array) -> Beam:
        """Every hypothesis that was extended, with its new last state."""
        steps = states.soprano_steps
        last = self.path[hypothesis, -1]
        move = steps[number] - steps[last]
        turned = (np.sign(move) != np.sign(self.move[hypothesis])) & (move != 0)
        turn = np.where(turned, states.soprano[last], self.turn[hypothesis])
        devices = self.devices[hypothesis] | bits
        path = np.concatenate([self.path[hypothesis], number[:, None]], axis=1)
        leaps = self.leaps[hypothesis] + (np.abs(move) > 1)
        repeats = self.repeats[hypothesis] + (move == 0)
        return Beam(path, cost, turn, move, leaps, repeats, devices, hypothesis)

    def best(self, size: int) -> Beam:
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

    def at(self, chosen: Array, reach: tuple[Array, ...] = ()) -> Beam:
        """The chosen hypotheses."""
        path, cost, turn, move = self.path[chosen], self.cost[chosen], self.turn[chosen], self.move[chosen]
        counts = (self.leaps[chosen], self.repeats[chosen], self.devices[chosen])
        return Beam(path, cost, turn, move, *counts, self.parent[chosen], reach)
