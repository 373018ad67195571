"""What a strict stranger counts who reads every sonority by its sound alone: faults of settings, and of successions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from musegen.generation.requests.scoring import Array
from musegen.rules.core.counting import Arrivals, faults
from musegen.rules.core.templates import UNREAD, Readings, read_sonorities
from musegen.theory.sonority import Sonority


class Heard(NamedTuple):
    """Sonorities, a row each, and the chords that they sound like."""

    pitch: Array  # (rows, 4)
    fifths: Array  # (rows, 4)
    read: Readings

    def at(self, places: Array) -> Heard:
        """These rows alone."""
        return Heard(self.pitch[places], self.fifths[places], Readings(*(column[places] for column in self.read)))


def heard(sound: Sonority, home: int) -> Heard:
    """Sonorities in which all voices sound; `home` is the pitch class of the home tonic."""
    pitch, fifths = sound.pitch.astype(np.int64), sound.fifths.astype(np.int64)
    return Heard(pitch, fifths, read_sonorities(pitch, fifths, np.full(len(pitch), home)))


def faults_alone(here: Heard) -> Array:
    """(rows,): the faults of sonorities after silence."""
    silence = np.zeros_like(here.pitch)
    unread = Readings(*(np.full_like(column, UNREAD) for column in here.read))
    return faults(Arrivals(silence, silence, unread, *here))


def faults_after(before: Heard, here: Heard) -> Array:
    """(rows,): the faults of sonorities after others, row by row; none where nothing is new."""
    return faults(Arrivals(*before, *here))


def faults_between(before: Heard, here: Heard) -> Array:
    """(before, here): the same, each after each.

    >>> def sonorities(*rows):
    ...     pitch, fifths = np.array(rows, dtype=np.int16).transpose(1, 0, 2)
    ...     everywhere = np.ones(pitch.shape, dtype=bool)
    ...     return heard(Sonority(pitch, fifths, everywhere, everywhere), 0)
    >>> seventh = sonorities(((74, 71, 65, 55), (2, 5, -1, 1)))
    >>> falls, rises = ((72, 67, 64, 48), (0, 1, 4, 0)), ((72, 72, 67, 52), (0, 0, 1, 4))
    >>> faults_between(seventh, sonorities(falls, rises)).tolist()
    [[0, 1]]
    """
    one, two = (grid.ravel() for grid in np.indices((len(before.pitch), len(here.pitch))))
    return faults_after(before.at(one), here.at(two)).reshape(len(before.pitch), len(here.pitch))
