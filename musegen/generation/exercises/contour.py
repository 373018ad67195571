"""The contour of a melody: the height that it would like at every slot, and how its phrases begin and end."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.generation.exercises.plan import Plan
from musegen.generation.exercises.roles import soprano_degrees
from musegen.generation.exercises.states import States

Array = npt.NDArray[Any]

_OTHER_DEGREE = 1.5  # another degree than the one drawn for the beginning or end of a phrase
_OFF_CONTOUR = 0.1  # a semitone
_ROOM = 6  # so many slots may have a turn of their own
_BELOW_TOP = {"start": (2, 12), "end": (4, 11), "turn": (3, 11)}
"""How far below the climax a melody begins, ends and turns, in semitones."""


class Contour:
    """What a drawn shape says to the sopranos of states: `price(numbers, slot)` is low for those near to it."""

    def __init__(self, plan: Plan, states: States, climax: tuple[int, int], rng: Generator) -> None:
        self._soprano = states.soprano
        self._heights = _draw_heights(len(plan.slots), climax, rng)
        tonic = np.array([chord.key.tonic for chord in states.chords])[states.chord]
        self._wishes = _draw_wishes(plan, states.soprano_fifths - tonic, rng)

    def price(self, numbers: Array, slot: int) -> Array:
        """(states,): the cost of these states at a slot."""
        cost = _OFF_CONTOUR * np.abs(self._soprano[numbers] - self._heights[slot])
        wish = self._wishes.get(slot)
        return np.asarray(cost if wish is None else cost + wish[numbers])


def _draw_heights(count: int, climax: tuple[int, int], rng: Generator) -> Array:
    """By slot a height (MIDI), by way of points drawn round the climax (its slot and pitch)."""
    peak, top = climax
    below = {0: rng.uniform(*_BELOW_TOP["start"]), peak: 0.0, count - 1: rng.uniform(*_BELOW_TOP["end"])}
    for start, end in ((0, peak), (peak, count - 1)):
        if end - start >= _ROOM:
            below[int(rng.integers(start + 2, end - 1))] = rng.uniform(*_BELOW_TOP["turn"])
    slots = sorted(below)
    return np.asarray(np.interp(np.arange(count), slots, [top - below[slot] for slot in slots]))


def _draw_wishes(plan: Plan, degree: Array, rng: Generator) -> dict[int, Array]:
    """By slot with a choice of degrees: what each state costs that has another one than is drawn for it."""
    choices = {slot: soprano_degrees(plan, slot) for slot in range(len(plan.slots))}
    return {
        slot: _OTHER_DEGREE * (degree != int(rng.choice(degrees)))
        for slot, degrees in choices.items()
        if len(degrees) > 1
    }
