"""Where a plain sequence is found: masks over a row of things, one a word, joined as the pattern says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from musegen.features.search.syntax import Item, Joint, Pattern

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Atom = TypeVar("Atom")


class Row(NamedTuple):
    """Things one after another, and what may stand between them."""

    follows: Bools  # (things,): it follows the thing before without a break
    changes: Bools  # (things,): it follows it in another key
    group: Ints  # (things,): the stretch that a gap may not leave


class Span(NamedTuple):
    """From one thing to another, both included."""

    first: int
    last: int


def matches(pattern: Pattern[Atom], row: Row, mask_of: Callable[[Atom], Bools]) -> list[Span]:
    """Every place where one of the readings of a pattern is found, in order, each once.

    Of places that end alike after a gap, the shortest is kept.

    >>> from musegen.features.search.syntax import read_pattern
    >>> letters = np.array(list("abcab"))
    >>> row = Row(np.ones(5, bool), np.zeros(5, bool), np.zeros(5, int))
    >>> [tuple(span) for span in matches(read_pattern("a ... (b|c)", str), row, lambda letter: letters == letter)]
    [(0, 1), (0, 2), (3, 4)]
    """
    masks = {atom: mask_of(atom) for atom in pattern.atoms}
    found: set[Span] = set()
    for reading in pattern.readings:
        spans = set(_of_reading(reading, row, masks))
        if any(item.joint == "gap" for item in reading):
            nearest: dict[int, int] = {}
            for span in spans:
                nearest[span.last] = max(span.first, nearest.get(span.last, -1))
            spans = {Span(first, last) for last, first in nearest.items()}
        found |= spans
    return sorted(found)


def _of_reading(items: Sequence[Item[Atom]], row: Row, masks: dict[Atom, Bools]) -> Iterator[Span]:
    """The places of a plain sequence: its unbroken stretches, the nearest one after each gap."""
    cuts = [number for number, item in enumerate(items) if item.joint == "gap"]
    stretches = [items[start:end] for start, end in zip([0, *cuts], [*cuts, len(items)], strict=True)]
    starts = [np.flatnonzero(_begins(stretch, row, masks)) for stretch in stretches]
    for first in starts[0].tolist():
        last = first + len(stretches[0]) - 1
        for stretch, begins in zip(stretches[1:], starts[1:], strict=True):
            place = int(np.searchsorted(begins, last, side="right"))
            if place == len(begins) or row.group[begins[place]] != row.group[last]:
                break
            last = int(begins[place]) + len(stretch) - 1
        else:
            yield Span(first, last)


def _begins(items: Sequence[Item[Atom]], row: Row, masks: dict[Atom, Bools]) -> Bools:
    """(things,): an unbroken stretch of the pattern begins here."""
    size = len(row.group)
    count = max(size - len(items) + 1, 0)
    good = np.zeros(size, dtype=bool)
    good[:count] = True
    joints: dict[Joint, Bools] = {"next": row.follows, "changes": row.changes}
    for number, item in enumerate(items):
        if item.atom is not None:
            mask = masks[item.atom]
            good[:count] &= (~mask if item.negated else mask)[number : number + count]
        if number:
            good[:count] &= joints[item.joint][number : number + count]
    return good
