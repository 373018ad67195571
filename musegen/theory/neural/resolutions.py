"""A dominant resolves in its own key: the chord that it goes to is read there first, even where a new key begins."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from musegen.theory.lattice import read_in
from musegen.theory.neural.decoding import name_of, runs, state_of
from musegen.theory.vocabulary import numerals

Ints = npt.NDArray[np.int64]

_GOALS = (1, 6)
"""What a dominant goes to: the tonic, or the sixth degree in its stead."""


def resolved(taken: Ints, lowest: int) -> Ints:
    """The states of a path with such chords, where they have a name there, named in the key of their dominant.

    So do analysts at a pivot: its first name is that in the old key (Laitz, The Complete Musician, on modulation by a
    common chord). `lowest` is the tonic that states count from.
    """
    found = taken.copy()
    for (before, _), (first, stop) in pairwise(runs(taken)):
        state = _in_key_of_its_dominant(int(taken[before]), int(taken[first]), lowest)
        if state is not None:
            found[first:stop] = state
    return found


def _in_key_of_its_dominant(dominant: int, goal: int, lowest: int) -> int | None:
    (key, place), (new, figure) = name_of(dominant, lowest), name_of(goal, lowest)
    before = numerals(key.minor)[place]
    if key == new or before.applied_to or not before.is_dominant:
        return None
    there = read_in(numerals(new.minor)[figure], new, key)
    if there is None:
        return None
    named = numerals(key.minor)[there]
    return state_of(key, there, lowest) if named.degree in _GOALS and not named.applied_to else None
