"""Chords that suit what is given: prices for logits of the network, which hears given notes too faintly.

Of Bach's chords 98.8 % hold the soprano's note where they begin; with that soprano given, only 86 % of what the network
would draw there, all frames before being Bach's (11 chorales of the test split). The prices make up for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.chord_tables import NOT_A_MEMBER, bass_table, figure_numbers, key_classes, role_table
from musegen.generation.neural.frames import VOICES
from musegen.generation.neural.listening import LOWEST

Array = npt.NDArray[Any]

FOREIGN = 3.5
"""Nats that a chord is the less likely for each given note that it does not hold where it begins."""
STALE = 4.0
"""Nats by which a new chord is the likelier on a pulse where a given note is struck that the old one does not hold."""
_BASS = VOICES - 1


def against(note: Array, free: Array, local: Array) -> Array:
    """(rows, figures): how many given notes each figure does not hold in a key; the bass is to be its own.

    Args:
        note: (rows, voices) numbers of `listening`; 0 where silent.
        free: (rows, voices): not given.
        local: (rows,) keys as `Said` has them.
    """
    degree = _degrees(note, local)
    missing = role_table()[:, degree].transpose(1, 2, 0) == NOT_A_MEMBER  # (rows, voices, figures)
    missing[:, _BASS] = bass_table() != degree[:, _BASS, None]
    given = ~free & (note > 0)
    return np.asarray((missing & given[:, :, None]).sum(axis=1))


def is_stale(note: Array, struck: Array, free: Array, local: Array, figure: Array) -> Array:
    """(rows,): a given note is struck that a chord, key and figure as `Said` has them, does not hold."""
    number = figure_numbers(local, figure)
    outside = role_table()[number[:, None], _degrees(note, local)] == NOT_A_MEMBER
    return np.asarray((outside & ~free & struck & (note > 0)).any(axis=1) & (number > 0))


def _degrees(note: Array, local: Array) -> Array:
    """(rows, ...): semitones over the tonic."""
    tonic = (key_classes(local) - 1) // 2
    return np.asarray((note + LOWEST - tonic[:, None]) % 12)
