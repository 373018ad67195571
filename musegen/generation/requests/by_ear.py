"""Tendency tones as a stranger hears them, who reads every sonority by its sound alone: what it costs to upset one."""

from __future__ import annotations

import numpy as np

from musegen.generation.requests.scoring import Array
from musegen.rules.core.templates import (
    UNREAD,
    Readings,
    doubled_leading_tones,
    read_sonorities,
    unresolved_leading_tones,
    unresolved_sevenths,
)


def read_by_ear(pitch: Array, fifths: Array, home: int) -> Readings:
    """(settings,): the chords that settings sound like; `home` is the pitch class of the home tonic."""
    return read_sonorities(pitch.astype(np.int64), fifths.astype(np.int64), np.full(len(pitch), home))


def doubled(pitch: Array, heard: Readings) -> Array:
    """(settings,): a leading tone sounds twice."""
    return doubled_leading_tones(pitch.astype(np.int64), heard)


def goes_astray(left: Array, met: Array, before: Readings, here: Readings) -> Array:
    """(before, here): a leading tone or a seventh goes elsewhere than it should; `left` and `met` are the pitches.

    >>> pitch, fifths = np.array([[74, 71, 65, 55]]), np.array([[2, 5, -1, 1]])
    >>> falls, rises = np.array([[72, 67, 64, 48]]), np.array([[72, 72, 67, 52]])
    >>> to = np.concatenate([falls, rises])
    >>> spelled = np.array([[0, 1, 4, 0], [0, 0, 1, 4]])
    >>> goes_astray(pitch, to, read_by_ear(pitch, fifths, 0), read_by_ear(to, spelled, 0)).tolist()
    [[False, True]]
    """
    astray = np.zeros((len(left), len(met)), dtype=bool)
    tends = np.flatnonzero((before.leading != UNREAD) | (before.seventh != UNREAD))
    if not len(tends) or not len(met):
        return astray
    one, two = (grid.ravel() for grid in np.indices((len(tends), len(met))))
    one = tends[one]
    pitch, first = left[one].astype(np.int64), Readings(*(column[one] for column in before))
    second = Readings(*(column[two] for column in here))
    moves = met[two] - pitch
    found = unresolved_leading_tones(pitch, moves, first, second) | unresolved_sevenths(pitch, moves, first, second)
    astray[tends] = found.any(axis=1).reshape(len(tends), len(met))
    return astray
