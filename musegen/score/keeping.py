"""What is found once for a score, or its voices, and kept with it: all ask for the same things many times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Owner = TypeVar("Owner")
Found = TypeVar("Found")


def kept(owner: Owner, name: str, make: Callable[[Owner], Found]) -> Found:
    """What `make` finds in a frozen object, made at the first call under a name; equality and `replace` do not see it.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece, made = parse_grid("meter: 2/4\\nS: c5 d5"), []
    >>> [kept(piece, "count", lambda score: made.append(score) or len(score.notes)) for _ in range(2)], len(made)
    ([2, 2], 1)
    """
    held: dict[str, Any] = vars(owner)  # as a cached property would
    place = f"_kept_{name}"
    if place not in held:
        held[place] = make(owner)
    found: Found = held[place]
    return found
