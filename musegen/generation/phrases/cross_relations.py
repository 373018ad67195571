"""Cross relations in drawn frames: a chromatic note that another voice takes up, F in the soprano, F sharp in the bass.

The tables of the rule `cross-relation` are for masks; here places are wanted, and a reach of more than a sonority.
"""

from __future__ import annotations

import numpy as np

from musegen.generation.neural.frames import Frames
from musegen.theory.sonority import Bools

_ALTERED = 7
"""Fifths from a note to its chromatic form."""


def cross_relations(frames: Frames, joined: Bools, reach: int = 1) -> list[int]:
    """The frames in which a voice takes a note whose chromatic form another voice sang so many frames before, or sings.

    Not where the voice itself had either form, or the other takes the same with it, and not from phrase to phrase
    (`joined` is False where one begins).

    >>> pitch = np.array([[77, 72, 69, 62], [74, 72, 69, 66]])
    >>> fifths = np.array([[-1, 0, 3, 2], [2, 0, 3, 6]])
    >>> frames = Frames(pitch, fifths, np.ones((2, 4), dtype=bool))
    >>> cross_relations(frames, np.array([False, True]))
    [1]
    """
    found, first = [], 0
    for time in range(len(joined)):
        first = first if joined[time] else time
        if any(_crosses(frames, time, max(time - back, first)) for back in range(reach + 1)):
            found.append(time)
    return found


def changed_closes(frames: Frames, closing: Bools) -> list[int]:
    """The frames of last chords (`closing`) in which a voice alters a note that the chord has had: B flat after B.

    >>> pitch = np.array([[74, 67, 59, 43], [74, 67, 58, 43]])
    >>> fifths = np.array([[2, 1, 5, 1], [2, 1, -2, 1]])
    >>> changed_closes(Frames(pitch, fifths, np.ones((2, 4), dtype=bool)), np.array([True, True]))
    [1]
    """
    found, first = [], 0
    for time in np.flatnonzero(closing).tolist():
        first = first if time and closing[time - 1] else time
        had = frames.fifths[first:time][frames.pitch[first:time] > 0].astype(int)
        now = frames.fifths[time][frames.attack[time] & (frames.pitch[time] > 0)].astype(int)
        if (np.abs(had[:, None] - now[None, :]) == _ALTERED).any():
            found.append(time)
    return found


def _crosses(frames: Frames, time: int, before: int) -> bool:
    """Whether a voice takes at `time` a note whose chromatic form another one sang at `before`."""
    old, new = frames.fifths[before].astype(int), frames.fifths[time].astype(int)
    sounds = (frames.pitch[before] > 0)[:, None] & (frames.pitch[time] > 0)[None, :]
    altered = (np.abs(old[:, None] - new[None, :]) == _ALTERED) & sounds
    between = frames.fifths[before:time].astype(int)
    had = ((between == new) | (np.abs(between - new) == _ALTERED)).any(axis=0)
    with_it = (new[:, None] == new[None, :]) & (before < time)
    struck = frames.attack[time]
    takes = struck[None, :] | (struck[:, None] & (before == time))
    return bool((altered & ~with_it & ~had[None, :] & takes & ~np.eye(len(new), dtype=bool)).any())
