"""Whole chorales: phrases, cadences and keys planned before a note is drawn."""

from __future__ import annotations

from musegen.generation.chorales.asked import task_of, written_out
from musegen.generation.chorales.drawing import draw_plan
from musegen.generation.chorales.following import plan_of
from musegen.generation.chorales.plan import ChoralePlan, PhrasePlan

__all__ = ["ChoralePlan", "PhrasePlan", "draw_plan", "plan_of", "task_of", "written_out"]
