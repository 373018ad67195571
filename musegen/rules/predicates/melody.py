"""One voice, two notes: the melodic intervals that singers do not thank you for."""

from __future__ import annotations

from typing import Literal

import numpy as np

from musegen.rules.registry import predicate
from musegen.theory.motion import melodic_fifths, melodic_steps
from musegen.theory.sonority import Bools, Sonority

Interval = Literal["augmented second", "augmented fourth", "augmented fifth", "augmented sixth"]

_SPELLED: dict[Interval, tuple[int, int]] = {
    "augmented second": (1, 9),
    "augmented fourth": (3, 6),
    "augmented fifth": (4, 8),
    "augmented sixth": (5, 10),
}
_DIMINISHED = ((2, -10), (3, -8), (4, -6), (6, -9))
"""Staff steps, and places on the line of fifths."""


@predicate("pair", "voices")
def melodic_interval(first: Sonority, second: Sonority, *, interval: Interval) -> Bools:
    """A voice moves by this augmented interval, up or down."""
    steps, fifths = _SPELLED[interval]
    moved = melodic_steps(first, second)
    return np.asarray((np.abs(moved) == steps) & (melodic_fifths(first, second) == np.sign(moved) * fifths))


@predicate("pair", "voices")
def diminished_leap(first: Sonority, second: Sonority) -> Bools:
    """A voice leaps a diminished third, fourth, fifth or seventh."""
    moved, fifths = melodic_steps(first, second), melodic_fifths(first, second)
    found = [(np.abs(moved) == steps) & (fifths == np.sign(moved) * size) for steps, size in _DIMINISHED]
    return np.asarray(np.logical_or.reduce(found))


@predicate("pair", "voices")
def leap_of_seventh(first: Sonority, second: Sonority) -> Bools:
    """A voice leaps a seventh of any size."""
    return np.asarray(np.abs(melodic_steps(first, second)) == 6)


@predicate("pair", "voices")
def leap_beyond_octave(first: Sonority, second: Sonority) -> Bools:
    """A voice leaps further than an octave."""
    return np.asarray(np.abs(melodic_steps(first, second)) > 7)
