"""One choice for each place of a line, so that the whole row is the cheapest: a dynamic programme over neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

Option = TypeVar("Option")


def cheapest_row(
    options: Sequence[Sequence[Option]],
    alone: Callable[[int, Option], float],
    between: Callable[[int, Option, Option], float],
) -> list[Option]:
    """An option of each place; of rows that cost as much the one with earlier options.

    Args:
        options: of each place; one at least.
        alone: what an option costs at the place of a number.
        between: what it costs that one option at the place before is followed by another at the place of a number.

    >>> cheapest_row([[0], [5, 3], [4]], lambda place, one: 0.0, lambda place, one, two: abs(two - one))
    [0, 3, 4]
    """
    rows = [[(alone(0, one), -1) for one in options[0]]]
    for place, (before, here) in enumerate(pairwise(options), start=1):
        row = []
        for two in here:
            ways = [cost + between(place, one, two) for (cost, _), one in zip(rows[-1], before, strict=True)]
            best = min(range(len(ways)), key=ways.__getitem__)
            row.append((ways[best] + alone(place, two), best))
        rows.append(row)
    at = min(range(len(rows[-1])), key=lambda number: rows[-1][number][0])
    path = []
    for row, there in zip(reversed(rows), reversed(options), strict=True):
        path.append(there[at])
        at = row[at][1]
    return path[::-1]
