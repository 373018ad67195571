"""The plan that a given chorale follows."""

from __future__ import annotations

from musegen.generation.chorales.plan import ChoralePlan
from musegen.score.model import Score
from musegen.theory.analysis import Analysis


def plan_of(score: Score, analysis: Analysis | None = None) -> ChoralePlan:
    """The plan of a chorale: its measures, and its phrases as its fermatas mark them."""
    raise NotImplementedError
