"""Drawing again in places: all but a few quarters of an answer is given, and only what lies round them is heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.frames import A_QUARTER, Bools, Frames
from musegen.generation.neural.listening import ROUND
from musegen.generation.neural.said import Said

Column = npt.NDArray[Any]

_BEFORE, _AFTER = 2, 1
"""Quarters that are drawn again before the one in which a fault arrives, and after it."""
_LEAD, _TAIL = 4 * A_QUARTER, 4 * A_QUARTER
"""Frames that the network hears at least before it draws, and frames that are given behind."""
_MOST = 0.5
"""The share of a piece from which on all of it had better be drawn anew."""


class Excerpt(NamedTuple):
    """A task that goes through part of another one."""

    task: Task
    first: int  # frame


def places_round(faults: Sequence[int], length: int) -> Bools:
    """(frames,): the quarters round the frames in which faults arrive.

    >>> np.flatnonzero(places_round([13], 40)).tolist() == list(range(4, 20))
    True
    """
    found = np.zeros(length, dtype=bool)
    for frame in faults:
        quarter = frame // A_QUARTER
        found[max(quarter - _BEFORE, 0) * A_QUARTER : (quarter + _AFTER + 1) * A_QUARTER] = True
    return found


def is_worth_it(where: Bools) -> bool:
    """Whether so little is to be drawn again that the rest had better stay."""
    return bool(where.any()) and float(where.mean()) <= _MOST


def excerpt_of(task: Task, answer: Drawn, where: Bools) -> Excerpt:
    """What is free in these frames, the answer being given elsewhere, with what comes before and after.

    It begins where the count of frames that the network hears begins anew.
    """
    free = task.free & where[:, None]
    given = Frames(*(np.where(task.free, new, old) for new, old in zip(answer.frames, task.given, strict=True)))
    chords = {
        name: np.where(where, getattr(task.said, name), getattr(answer.said, name)) for name in ("local", "figure")
    }
    again = np.flatnonzero(free.any(axis=1))
    first = max(int(again[0]) - _LEAD, 0) // ROUND * ROUND
    part = slice(first, int(again[-1]) + 1 + _TAIL)
    said = Said(*(column[part] for column in task.said._replace(**chords)))
    joined = task.joined[part].copy()
    joined[:1] &= first == 0
    return Excerpt(Task(given.cut(first, part.stop), free[part], said, joined), first)


def put_back(answer: Drawn, excerpt: Excerpt, drawn: Drawn) -> Drawn:
    """The answer with an excerpt of it as it was drawn again.

    What was likely before counts by the share of notes that stay.
    """
    part = slice(excerpt.first, excerpt.first + len(drawn.frames.pitch))
    frames = Frames(*(_with(old, part, new) for old, new in zip(answer.frames, drawn.frames, strict=True)))
    chords = {name: _with(getattr(answer.said, name), part, getattr(drawn.said, name)) for name in ("local", "figure")}
    struck = np.count_nonzero(answer.frames.attack, axis=1)
    gone = float(struck[part][excerpt.task.free.any(axis=1)].sum()) / max(float(struck.sum()), 1.0)
    likely = (1 - gone) * answer.log_probability + drawn.log_probability
    return Drawn(frames, answer.said._replace(**chords), likely, answer.cost + drawn.cost, answer.stuck + drawn.stuck)


def _with(column: Column, part: slice, new: Column) -> Column:
    found = column.copy()
    found[part] = new
    return found
