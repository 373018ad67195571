"""Keys of a single chord: it has a name in the key before or after it, and is told there."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musegen.theory.keys import Key
from musegen.theory.lattice import read_in
from musegen.theory.neural.decoding import Path, keys_of, name_of, runs, state_of
from musegen.theory.vocabulary import numerals

Ints = npt.NDArray[np.int64]

DOUBTFUL = 0.3
"""A key that is less probable than this under its only chord is none. On validation pieces four of seven
moments that are told otherwise have the key that analysts name then; one had it before."""


def absorbed(path: Path, lowest: int) -> Ints:
    """The states that a path takes, but a doubtful key of a single chord is told in the keys around it, if it can be.

    One chord makes no key: what sounds like the tonic of one is an applied chord, or the pivot, of its neighbours
    (Laitz, The Complete Musician, on tonicization). It is told in the key after it where it is plain there or, applied,
    resolves; else in the key before it; else as it can. `lowest` is the tonic that states count from.
    """
    found = path.taken.copy()
    for start, stop in reversed(runs(found)[1:-1]):
        around = int(found[stop]), int(found[start - 1])
        own = keys_of(found[start : start + 1])[0]
        if own not in keys_of(np.array(around)) and path.share(keys_of, start, stop) < DOUBTFUL:
            found[start:stop] = _elsewhere(int(found[start]), around, lowest)
    return found


def _elsewhere(state: int, around: tuple[int, ...], lowest: int) -> int:
    """The state's chord in the key of the state after it or before it, as it stands there best; itself if it cannot."""
    key, figure = name_of(state, lowest)
    numeral = numerals(key.minor)[figure]
    keys: list[Key] = [name_of(other, lowest)[0] for other in around]
    places = [(other, read_in(numeral, key, other)) for other in keys]
    named = [(other, place) for other, place in places if place is not None]
    named.sort(key=lambda item: not _stands(item[0], item[1], around[0], lowest))
    return state_of(named[0][0], named[0][1], lowest) if named else state


def _stands(key: Key, figure: int, following: int, lowest: int) -> bool:
    """A plain chord of the key, or an applied one whose goal comes next."""
    numeral = numerals(key.minor)[figure]
    after, goal = name_of(following, lowest)
    root = after.tonic + numerals(after.minor)[goal].root
    return not numeral.applied_to or root == key.tonic + numeral.applied_tonic
