"""Plans drawn from what Bach's own chorales do."""

from __future__ import annotations

from numpy.random import Generator

from musegen.generation.chorales.plan import ChoralePlan
from musegen.score.meter import TimeSignature
from musegen.theory.keys import Key


def draw_plan(
    rng: Generator,
    *,
    key: Key | None = None,
    meter: TimeSignature | None = None,
    measures: int = 0,
    phrases: int = 0,
    pickup: str = "auto",
) -> ChoralePlan:
    """A plan as Bach could have had it; what is None, 0 or auto is drawn, too."""
    raise NotImplementedError
