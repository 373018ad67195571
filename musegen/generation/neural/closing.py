"""How phrases of a given melody close: on chords in root position, and the last one on the tonic."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from musegen.generation.neural.drawn import Task
from musegen.generation.neural.said import UNSAID, key_of
from musegen.score.pitch import pitch_class_of
from musegen.theory.numerals import parse_numeral
from musegen.theory.vocabulary import index_of

MAJOR_CLOSE = 0.6
"""The share of pieces in minor that end with a major chord, where the melody leaves it open."""


def closing(task: Task, rng: Generator) -> Task:
    """The task with root position said of the last chord of each phrase, and the home tonic of the last of all.

    Only where nothing else is said, and where all given notes there are of the tonic chord.

    >>> from musegen.generation.conditions import Condition
    >>> from musegen.generation.neural.asking import task_for
    >>> from musegen.score.textgrid import parse_grid
    >>> tune = parse_grid("key: G major; meter: 4/4\\nS: b4 a4 g4 f#4 | g4^ . . .")
    >>> said = closing(task_for(tune, Condition()), np.random.default_rng(1)).said
    >>> str(key_of(int(said.local[-1]))), int(said.figure[-1]), said.inversion[[0, -1]].tolist()
    ('G', 0, [-1, 0])
    """
    said = task.said
    inversion, local, figure = said.inversion.copy(), said.local.copy(), said.figure.copy()
    inversion[(said.to_phrase_end == 0) & (inversion == UNSAID)] = 0
    last = said.to_end == 0
    home = int(said.home[-1]) if last.any() else UNSAID
    name = "" if home == UNSAID or (figure[last] != UNSAID).any() else _tonic(task, last, home, rng)
    place = index_of(parse_numeral(name, minor=key_of(home).minor)) if name else None
    if place is not None:
        local[last], figure[last] = home, place
    return task._replace(said=said._replace(inversion=inversion, local=local, figure=figure))


def _tonic(task: Task, last: np.ndarray[tuple[int], np.dtype[np.bool_]], home: int, rng: Generator) -> str:
    """The numeral of the tonic chord that holds all given notes there; empty where none does."""
    given = (task.given.pitch > 0) & ~task.free & last[:, None]
    key = key_of(home)
    sung = {int(tone) for tone in (task.given.pitch[given] - pitch_class_of(key.tonic)) % 12}
    fits = [name for name, third in (("I", 4), ("i", 3)) if sung <= {0, third, 7} and (key.minor or name == "I")]
    return fits[0] if len(fits) == 1 or (fits and rng.random() < MAJOR_CLOSE) else "".join(fits[1:])
