"""Answers of the network as scores: frames become notes, beside what was given."""

from __future__ import annotations

from collections.abc import Sequence

from musegen.generation.given import Given
from musegen.generation.neural.drawn import Drawn, Task
from musegen.score.model import Measure, Score
from musegen.score.table import Rows


def score_of(
    drawn: Drawn,
    like: Score | None = None,
    *,
    task: Task | None = None,
    measures: Sequence[Measure] = (),
    title: str = "",
    given: Given | None = None,
) -> Score:
    """Four parts S A T B with a numeral at every new chord.

    Args:
        drawn: what the network answered to the task; notes that are given in the task count as they stand in `like`.
        like: the score that the task was made of; its measures are taken over.
        task: what was given; without one all notes are new.
        measures: where there is no `like`, the measures to write in.
        title: of a score without `like`.
        given: chord symbols to write over the top part, and notices, as `asking.chords_given` finds them.
    """
    raise NotImplementedError


def kept_notes(like: Score, task: Task) -> Rows:
    """The written rows of a score that a task gives, ties included; `part` is 0 to 3, S A T B."""
    raise NotImplementedError
