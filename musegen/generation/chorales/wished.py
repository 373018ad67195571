"""Cadences that are wished of a plan: which of its phrases they end, and with which home keys they can be."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.random import Generator

from musegen.errors import UsageError
from musegen.generation.cadence_words import CadenceWish
from musegen.generation.chorales.counted import drawn, habits
from musegen.generation.chorales.lengths import MOST_PHRASES, Form
from musegen.theory.analysis import CadenceKind
from musegen.theory.keys import Key


def near_keys(home: Key) -> tuple[Key, ...]:
    """The keys that differ from home by a sharp or flat at most.

    >>> [str(key) for key in near_keys(Key.parse("C"))]
    ['F', 'd', 'a', 'G', 'e']
    """
    near = [Key.of_signature(home.signature + step, minor=minor) for step in (-1, 0, 1) for minor in (False, True)]
    return tuple(key for key in near if key != home)


def lawful(wishes: Sequence[CadenceWish]) -> Sequence[CadenceWish]:
    """The wishes, where each names a phrase that a chorale can have.

    Raises:
        UsageError: one names a measure, or a phrase beyond all.
    """
    for wish in wishes:
        if wish.measure:
            hint = "count the phrases, such as 1: HC, 2: PAC in D"
            raise UsageError(f"a chorale that is yet to be made has no measure {wish.measure}", hint=hint)
        if wish.phrase > MOST_PHRASES:
            raise UsageError(f"no chorale has {wish.phrase} phrases", hint=f"at most {MOST_PHRASES}")
    return wishes


def draw_home(rng: Generator, key: Key | None, wishes: Sequence[CadenceWish]) -> Key:
    """The home key that is stated, or a drawn one that is near to the keys of all these cadences.

    Raises:
        UsageError: one is not near to home, or no key is near to all.
    """
    asked = [wish.key for wish in wishes if wish.key is not None]
    if key is not None:
        far = next((one for one in asked if one not in (key, *near_keys(key))), None)
        if far is not None:
            hint = f"cadences are in {', '.join(map(str, (key, *near_keys(key))))}"
            raise UsageError(f"{far.words} is too far from {key.words}", hint=hint)
        return key

    def weight(name: str) -> float:
        home = Key.parse(name)
        return all(one in (home, *near_keys(home)) for one in asked)

    found = drawn(habits().homes, [], rng, weight)
    if found is None:
        told = f"no home key is near to {', '.join(one.words for one in asked)}"
        raise UsageError(told, hint="cadences lie within one sharp or flat of home")
    return Key.parse(found)


def meets(wish: CadenceWish, kind: CadenceKind, key: Key) -> bool:
    """Whether a cadence is as it is wished.

    >>> meets(CadenceWish("HC", None, 1), "HC", Key.parse("C"))
    True
    """
    return wish.kind in (None, kind) and wish.key in (None, key)


def wished_of(wishes: Sequence[CadenceWish], form: Form, home: Key) -> dict[int, CadenceWish] | None:
    """The wishes by the number of the different phrase that each ends, from 0; None where the form cannot have them.

    A phrase that comes twice closes alike both times, and the last one closes with a perfect cadence at home.

    >>> wishes = [CadenceWish("HC", None, 1), CadenceWish("PAC", None, 3)]
    >>> wished_of(wishes, Form(2, 2), Key(0)), len(wished_of(wishes, Form(0, 4), Key(0)))
    (None, 2)
    """
    order = [*range(form.stollen), *range(form.different)]
    found: dict[int, CadenceWish] = {}
    for wish in wishes:
        if wish.phrase > len(order):
            return None
        if wish.kind is None and wish.key is None:
            continue
        number = order[wish.phrase - 1]
        other = found.setdefault(number, wish)
        if (other.kind, other.key) != (wish.kind, wish.key):
            return None
        if number == form.different - 1 and not meets(wish, "PAC", home):
            return None
    return found
