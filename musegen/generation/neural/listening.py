"""What the network hears of the frames so far: for each voice its note, how long it has lasted, how it was reached.

All numbers are small whole numbers, ready to be looked up in tables; those of intervals do not change when a piece is
transposed. `Listener` goes frame by frame with many particles; `heard` gives all frames of a piece at once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.frames import VOICES, Frames

Array = npt.NDArray[Any]

LOWEST = 29
"""The MIDI number below the lowest note that the network knows."""
NOTES = 60
"""Numbers of notes: 0 is silence, 1 to 59 are MIDI 30 to 88."""
EVERY = np.arange(NOTES)
CLASSES = (EVERY + LOWEST) % 12
"""Every number of a note, and the pitch class of each; that of silence says nothing."""
OLDEST = 16
"""Frames from which on a note is only old."""
WIDEST = 24
NO_INTERVAL = 2 * WIDEST + 1
"""Where one of two notes is missing."""
HELD, STRUCK, UNKNOWN = 0, 1, 2
"""Of a note: it goes on, it begins, nobody says."""
ROUND = 48
"""Frames after which the count of frames begins anew: bars of two, three and four quarters go into it."""
FARTHEST = 13
NOT_SPELLED = 2 * FARTHEST + 1


class Heard(NamedTuple):
    """The frame before each frame, (..., voices) each; the last axis of `over_bass` and `spelled` is S A T."""

    note: Array  # 0 silent, else MIDI - LOWEST
    age: Array  # frames since it began to sound, up to OLDEST; a note that is struck again goes on
    reached: Array  # semitones from the voice's note before, by WIDEST; NO_INTERVAL
    over_bass: Array  # semitones over the bass, 0 to 2 * WIDEST; NO_INTERVAL
    struck: Array  # HELD, STRUCK or UNKNOWN
    spelled: Array  # places on the line of fifths over the bass, by FARTHEST; NOT_SPELLED
    elapsed: Array  # (...,): frames since the piece began, in the round of ROUND


def numbers_of(pitch: Array) -> Array:
    """MIDI numbers as the network's: 0 for silence; what lies outside goes to its end.

    >>> numbers_of(np.array([0, 60])).tolist()
    [0, 31]
    """
    return np.where(pitch > 0, np.clip(pitch - LOWEST, 1, NOTES - 1), 0)


class Listener:
    """Goes through frames with n particles: `now` is what the network hears before the next frame."""

    def __init__(self, particles: int, elapsed: Array | int = 0) -> None:
        """`elapsed` frames of a piece went before, of each particle or of all."""
        shape = (particles, VOICES)
        self._note = np.zeros(shape, dtype=np.int64)
        self._age = np.zeros(shape, dtype=np.int64)
        self._reached = np.full(shape, NO_INTERVAL)
        self._struck = np.full(shape, UNKNOWN)
        self._fifths: Array | None = None
        self._elapsed = np.broadcast_to(np.asarray(elapsed, dtype=np.int64) % ROUND, particles)

    def hear(self, note: Array, struck: Array, fifths: Array | None) -> None:
        """Take the next frame: (particles, voices) each; `fifths` is None where nobody spells."""
        same = note == self._note
        steps = np.clip(note - self._note, -WIDEST, WIDEST) + WIDEST
        steps = np.where((note == 0) | (self._note == 0), NO_INTERVAL, steps)
        self._reached = np.where(same, self._reached, steps)
        self._age = np.where(same, np.minimum(self._age + 1, OLDEST), 0)
        self._note, self._struck, self._fifths = note, struck, fifths
        self._elapsed = (self._elapsed + 1) % ROUND

    @property
    def now(self) -> Heard:
        """What is heard of the frame taken last; of silence before the first."""
        upper, bass = self._note[:, :-1], self._note[:, -1:]
        missing = (upper == 0) | (bass == 0)
        over = np.where(missing, NO_INTERVAL, np.clip(upper - bass, 0, 2 * WIDEST))
        if self._fifths is None:
            spelled = np.full(over.shape, NOT_SPELLED)
        else:
            apart = np.clip(self._fifths[:, :-1] - self._fifths[:, -1:], -FARTHEST, FARTHEST) + FARTHEST
            spelled = np.where(missing, NOT_SPELLED, apart)
        return Heard(self._note, self._age, self._reached, over, self._struck, spelled, self._elapsed)

    def keep(self, chosen: Array) -> None:
        """Go on with these particles, by number."""
        self._note, self._age, self._reached, self._struck, self._elapsed = (
            column[chosen] for column in (self._note, self._age, self._reached, self._struck, self._elapsed)
        )
        self._fifths = None if self._fifths is None else self._fifths[chosen]


def heard(frames: Frames) -> Heard:
    """(frames, ...): what is heard before each frame of a piece."""
    listener = Listener(1)
    notes, struck = numbers_of(frames.pitch), np.where(frames.attack, STRUCK, HELD)
    found = []
    for note, begins, fifths in zip(notes, struck, frames.fifths.astype(np.int64), strict=True):
        found.append(listener.now)
        listener.hear(note[None], begins[None], fifths[None])
    return Heard(*(np.concatenate(column) for column in zip(*found, strict=True)))
