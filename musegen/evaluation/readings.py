"""A piece by its notes alone: numerals, chord symbols and figures that it carries are put aside, then it is read."""

from __future__ import annotations

from dataclasses import replace

from musegen.score.model import Score
from musegen.theory.analysis import Analysis
from musegen.theory.kept_analyses import kept_analysis


def notes_alone(score: Score) -> tuple[Score, Analysis]:
    """The score without its labels, and what the neural engine hears in it; kept on disk."""
    bare = replace(score, harmonies=(), figures=(), stream=None)
    return bare, kept_analysis(bare, "neural", "tonal")
