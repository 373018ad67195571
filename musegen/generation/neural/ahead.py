"""Looking ahead: where a given voice goes next, its neighbours had better not stand."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.frames import VOICES, Bools
from musegen.generation.neural.listening import NOTES

Array = npt.NDArray[Any]

_SOON = ((1, 12.0), (4, 3.0), (8, 1.0))
"""Frames until the neighbour goes there, and what it costs, in nats, to stand beyond its next note."""


class Ahead(NamedTuple):
    """(tasks, frames, voices): the next other note of each given voice, 0 where none is, and how soon it comes."""

    note: Array
    frames: Array


def ahead_of(note: Array, free: Bools) -> Ahead:
    """What comes next in given voices: (tasks, frames, voices) numbers of notes, and which of them are free."""
    shape = note.shape
    following, wait = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for time in range(shape[1] - 2, -1, -1):
        here, after = note[:, time], note[:, time + 1]
        new = ~free[:, time + 1] & (after > 0) & ((after != here) | free[:, time])
        following[:, time] = np.where(new, after, following[:, time + 1])
        wait[:, time] = np.where(new, 1, wait[:, time + 1] + 1)
    return Ahead(following, wait)


def in_the_way(ahead: Ahead, owner: Array, time: int, voice: int) -> Array:
    """(rows, notes): what notes of a voice cost, over which the voice above falls next, or the one below rises.

    >>> given = np.array([[[31, 0, 0, 0], [28, 0, 0, 0]]])
    >>> ahead = ahead_of(given, np.array([[[False, True, True, True]] * 2]))
    >>> in_the_way(ahead, np.array([0]), 0, 1)[0, 27:31].tolist()
    [0.0, 0.0, 12.0, 12.0]
    """
    every, cost = np.arange(NOTES), np.zeros((len(owner), NOTES))
    for other, way in ((voice - 1, 1), (voice + 1, -1)):
        if not 0 <= other < VOICES:
            continue
        following, wait = (column[owner, time, other] for column in ahead)
        beyond = (way * (every - following[:, None]) > 0) & (following > 0)[:, None]
        cost += beyond * _price(wait)[:, None]
    return cost


def _price(wait: Array) -> Array:
    price = np.zeros(len(wait))
    for frames, nats in reversed(_SOON):
        price = np.where(wait <= frames, nats, price)
    return price
