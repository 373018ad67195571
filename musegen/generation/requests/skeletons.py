"""Skeletons: a voicing for every slot, every request kept; what ornaments are put upon afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.random import Generator

from musegen.generation.requests.plan import Plan
from musegen.generation.requests.scoring import Array, Scorer
from musegen.generation.voicings import Chord


@dataclass(frozen=True)
class Skeleton:
    """One answer to a plan: a voicing a slot."""

    plan: Plan
    pitch: Array  # (slots, 4) MIDI, S A T B; of a given voice the note that belongs to the chord, else its first
    fifths: Array  # (slots, 4)
    chords: tuple[Chord, ...]
    held: tuple[bool, ...]  # chord, and all voices that are free, go on from the slot before
    cost: float  # the lower the better: rules, doublings, and what the scorer says, in nats


def skeletons(
    plan: Plan,
    *,
    score_voicings: Scorer[Any] | None = None,
    count: int = 1,
    rng: Generator | None = None,
) -> list[Skeleton]:
    """Up to `count` settings of a plan that differ, best first; the first one is the best found without chance.

    Args:
        plan: the slots and what is asked of each; see `plan_of`.
        score_voicings: judges settings slot after slot; the habits of Bach's chorales unless given.
        count: how many are wanted.
        rng: drawn from for the second and later ones only; without it they are the next best ends of one search.

    Raises:
        NoSolution: the requests contradict each other; `conflicts` are an irreducible set of them: without any one
            of them there is a solution.
    """
    raise NotImplementedError
