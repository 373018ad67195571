"""A plan as a task for the network: what is said of each frame, every note left free."""

from __future__ import annotations

from musegen.generation.chorales.plan import ChoralePlan
from musegen.generation.neural.drawn import Drawn, Task


def task_of(plan: ChoralePlan, *, level: int = 0, style: str = "") -> Task:
    """The task of drawing all voices of a plan; phrases that repeat others are left out, and `written_out` adds them."""
    raise NotImplementedError


def written_out(plan: ChoralePlan, drawn: Drawn) -> Drawn:
    """What was drawn for `task_of`, with the phrases that come again."""
    raise NotImplementedError
