"""What is found once for a score and kept with it: analysis, rules and aspects ask for the same things many times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from musegen.score.model import Score

Found = TypeVar("Found")


def kept(score: Score, name: str, make: Callable[[Score], Found]) -> Found:
    """What `make` finds in a score, made at the first call under this name; equality and `replace` do not see it.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece, made = parse_grid("meter: 2/4\\nS: c5 d5"), []
    >>> [kept(piece, "count", lambda score: made.append(score) or len(score.notes)) for _ in range(2)], len(made)
    ([2, 2], 1)
    """
    held: dict[str, Any] = vars(score)  # as a cached property would
    place = f"_kept_{name}"
    if place not in held:
        held[place] = make(score)
    found: Found = held[place]
    return found
