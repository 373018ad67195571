"""How the phrases of a given melody close: on chords in root position."""

from __future__ import annotations

from musegen.generation.neural.drawn import Task
from musegen.generation.neural.said import UNSAID


def closing(task: Task) -> Task:
    """The task with root position said of the last chord of each phrase, where no inversion is said.

    >>> from musegen.generation.conditions import Condition
    >>> from musegen.generation.neural.asking import task_for
    >>> from musegen.score.textgrid import parse_grid
    >>> tune = parse_grid("key: G major; meter: 4/4\\nS: b4 a4 g4 f#4 | g4^ . . .")
    >>> closing(task_for(tune, Condition())).said.inversion[[0, -1]].tolist()
    [-1, 0]
    """
    inversion = task.said.inversion.copy()
    inversion[(task.said.to_phrase_end == 0) & (inversion == UNSAID)] = 0
    return task._replace(said=task.said._replace(inversion=inversion))
