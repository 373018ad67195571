"""Drawing again in places: all but a few quarters of an answer is given, and only what lies round them is heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from musegen.generation.neural.drawn import Drawn, Task
from musegen.generation.neural.frames import A_QUARTER, Bools, Frames
from musegen.generation.neural.said import Said

_BEFORE, _AFTER = 2, 1
"""Quarters that are drawn again before the one in which a fault arrives, and after it."""
_LEAD, _TAIL = 4 * A_QUARTER, 2 * A_QUARTER
"""Frames that the network hears at least before it draws, and frames that are given behind."""
_APART = 2 * A_QUARTER
"""Frames between places from which on each is drawn for itself."""
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


def excerpts_of(task: Task, answer: Drawn, where: Bools) -> list[Excerpt]:
    """What is free in these frames, the answer being given elsewhere; places that lie apart are apart."""
    drawn = np.flatnonzero((task.free & where[:, None]).any(axis=1))
    places = np.split(drawn, np.flatnonzero(np.diff(drawn) > _APART) + 1)
    return [_excerpt(task, answer, int(place[0]), int(place[-1]) + 1) for place in places if len(place)]


def _excerpt(task: Task, answer: Drawn, begin: int, end: int) -> Excerpt:
    """These frames, with what comes before and after."""
    where = np.zeros(len(task.joined), dtype=bool)
    where[begin:end] = True
    given = Frames(*(np.where(task.free, new, old) for new, old in zip(answer.frames, task.given, strict=True)))
    chords = {
        name: np.where(where, getattr(task.said, name), getattr(answer.said, name)) for name in ("local", "figure")
    }
    first = max(begin - _LEAD, 0) // A_QUARTER * A_QUARTER
    part = slice(first, end + _TAIL)
    said = Said(*(column[part] for column in task.said._replace(**chords)))
    joined = task.joined[part].copy()
    joined[:1] &= first == 0
    free = (task.free & where[:, None])[part]
    return Excerpt(Task(given.cut(first, part.stop), free, said, joined, task.elapsed + first), first)


def put_back(answer: Drawn, excerpts: Sequence[Excerpt], drawn: Sequence[Drawn]) -> Drawn:
    """The answer with excerpts of it as they were drawn again.

    What was likely before counts by the share of notes that stay.
    """
    frames, said = answer.frames.copy(), answer.said
    local, figure, gone = said.local.copy(), said.figure.copy(), 0.0
    for excerpt, one in zip(excerpts, drawn, strict=True):
        free = excerpt.task.free.any(axis=1)
        part = excerpt.first + np.flatnonzero(free)
        gone += float(answer.frames.attack[part].sum())
        for column, new in zip((*frames, local, figure), (*one.frames, one.said.local, one.said.figure), strict=True):
            column[part] = new[free]
    stays = 1 - gone / max(float(answer.frames.attack.sum()), 1.0)
    return Drawn(
        frames,
        said._replace(local=local, figure=figure),
        stays * answer.log_probability + sum(one.log_probability for one in drawn),
        answer.cost + sum(one.cost for one in drawn),
        answer.stuck + sum(one.stuck for one in drawn),
    )
