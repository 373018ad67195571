"""The chords of both modes as numbers, and what each says of pitch classes: tables that network and decoder read."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.said import UNSAID
from musegen.score.pitch import pitch_class_of
from musegen.theory.vocabulary import numerals

Array = npt.NDArray[Any]

_MAJORS = len(numerals(False))
_EVERY = (*numerals(False), *numerals(True))
FIGURES = len(_EVERY) + 1
"""Numbers of figures: 0 where none is said, then those of major, then those of minor."""
KEYS = 25
"""Numbers of keys: 0 where none is said, else 1 + 2 * pitch class + minor."""
NOT_A_MEMBER, ROOT, THIRD, FIFTH, SEVENTH = range(5)
ROLES = 5


def figure_numbers(local: Array, figure: Array) -> Array:
    """The numbers of chords given as `Said` has them: key number, and place in the vocabulary of its mode.

    >>> figure_numbers(np.array([24, 25, 24]), np.array([0, 0, UNSAID])).tolist()[0]
    1
    """
    return np.where((figure == UNSAID) | (local == UNSAID), 0, figure + 1 + _MAJORS * (local % 2))


def places_of(numbers: Array) -> Array:
    """The places in their mode's vocabulary of figures by number; UNSAID for 0.

    >>> places_of(figure_numbers(np.array([24, 25, 24]), np.array([3, 4, UNSAID]))).tolist()
    [3, 4, -1]
    """
    return np.where(numbers > _MAJORS, numbers - 1 - _MAJORS, numbers - 1)


def key_classes(key: Array) -> Array:
    """The numbers of keys given as `Said` has them, their spelling forgotten; 0 where UNSAID.

    >>> from musegen.generation.neural.said import key_number
    >>> from musegen.theory.keys import Key
    >>> key_classes(np.array([key_number(Key.parse("d")), UNSAID])).tolist()
    [6, 0]
    """
    return np.where(key == UNSAID, 0, 1 + 2 * pitch_class_of(key // 2 - 12) + key % 2)


@cache
def role_table() -> Array:
    """(figures, 12): what each pitch class, counted from the local tonic, is in a chord; the first row says nothing."""
    table = np.zeros((FIGURES, 12), dtype=np.int64)
    for number, numeral in enumerate(_EVERY, start=1):
        for role, member in reversed([*enumerate(numeral.members[: ROLES - 1], start=ROOT)]):
            table[number, int(pitch_class_of(member))] = role
    return table


@cache
def bass_table() -> Array:
    """(figures,): the pitch class of the bass, counted from the local tonic; 0 for figure 0."""
    return np.array([0, *(int(pitch_class_of(numeral.bass)) for numeral in _EVERY)], dtype=np.int64)


@cache
def root_table() -> Array:
    """(figures,): the pitch class of the root, counted from the local tonic; 0 for figure 0."""
    return np.array([0, *(int(pitch_class_of(numeral.root)) for numeral in _EVERY)], dtype=np.int64)


@cache
def inversion_table() -> Array:
    """(figures,): the inversion, 0 to 3; UNSAID for figure 0."""
    return np.array([UNSAID, *(numeral.inversion for numeral in _EVERY)], dtype=np.int64)


def is_minor_table() -> Array:
    """(figures,): whether a figure is one of minor."""
    return np.arange(FIGURES) > _MAJORS


@cache
def of_modes() -> Array:
    """(2, figures): the figures of major, and those of minor; figure 0 is in neither.

    >>> [places_of(np.flatnonzero(row))[[0, -1]].tolist() for row in of_modes()] == [
    ...     [0, len(numerals(minor)) - 1] for minor in (False, True)
    ... ]
    True
    """
    said = np.arange(FIGURES) > 0
    return np.array([said & ~is_minor_table(), is_minor_table()])
