"""What a score and a condition ask of the network: frames that are given, frames that are free, and what is said."""

from __future__ import annotations

from musegen.generation.conditions import Condition
from musegen.generation.given import Given
from musegen.generation.neural.drawn import Task
from musegen.score.model import Score


def task_for(score: Score, condition: Condition) -> Task:
    """The task that a score and a condition ask for.

    Without `condition.left` the top line is given and three voices are drawn under it; with it, what it names of four
    voices is drawn and all else is given. A score of fewer lines has just those that are not left: a bass alone, with
    S, A and T left.

    Raises:
        NoSolution: there is nothing to harmonise.
        UnreadableFile: the melody is too long or too crowded, or the score has not the voices that are given.
        UsageError: a measure or voice that is left does not exist.
    """
    raise NotImplementedError


def chords_given(score: Score, condition: Condition) -> Given:
    """The chords that are given at each frame, with symbols and notices for `writing.score_of`."""
    raise NotImplementedError
