"""The chords that particles draw, as the columns that rules read: looked up, not made anew at every frame."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.said import key_number, key_of
from musegen.generation.neural.spelling import spelled
from musegen.score.pitch import pitch_class_of
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral
from musegen.theory.sonority import NONE, Harmony
from musegen.theory.vocabulary import numerals

Array = npt.NDArray[Any]

_RELATIVE = ("members", "bass", "leading_tone", "seventh")


def harmony_of(local: Array, figure: Array) -> Harmony:
    """The columns of chords given as `Said` has them, local key and figure (rows,) each; an UNSAID figure has no notes.

    >>> a_minor = key_number(Key.parse("a"))
    >>> harmony_of(np.array([a_minor, a_minor]), np.array([0, -1])).members.tolist()
    [[3, 0, 4, 127], [127, 127, 127, 127]]
    """
    columns, kinds = _columns()
    minor = (local % 2).astype(np.intp)
    place = np.where(figure >= 0, figure + 1 + minor * len(numerals(False)), 0)
    found = columns[place]
    tonic = (local // 2 - 12).astype(np.int16)
    values = {name: getattr(found, name) for name in Harmony.__dataclass_fields__}
    for name in _RELATIVE:
        column = values[name]
        values[name] = np.where(column == NONE, NONE, column + (tonic[:, None] if column.ndim > 1 else tonic))
    values["tonic"], values["minor"] = tonic, minor.astype(bool)
    values["label"] = (kinds[place] + 512 * local.astype(np.int64)).astype(np.int16)
    return Harmony(**values)


def names_of(local: Array, figure: Array) -> Array:
    """(rows, 12): the place on the line of fifths of every pitch class in each row's key and chord."""
    classes = np.broadcast_to(np.arange(60, 72, dtype=np.int16), (len(local), 12))
    return spelled(classes, local, figure)


@cache
def _columns() -> tuple[Harmony, Array]:
    """The columns of every figure counted from C, the first one of none; and a number for each set of notes."""
    chords: list[tuple[Key, Numeral]] = [
        (Key(0, minor=minor), numeral) for minor in (False, True) for numeral in numerals(minor)
    ]
    every = Harmony.of([chords[0], *chords])
    nothing = {"members": NONE, "leading_tone": NONE, "seventh": NONE, "bass": NONE, "degree": 0, "inversion": 0}
    for name, value in nothing.items():
        getattr(every, name)[0] = value
    every.is_cadential[0] = False
    sorts = np.sort(every.members, axis=1)
    _, number = np.unique(sorts, axis=0, return_inverse=True)
    return every, number.reshape(-1)


def named_keys(classes: Array, home: Array) -> Array:
    """Key numbers as `Said` has them of keys whose spelling is forgotten (`key_classes`): the names nearest to home.

    >>> from musegen.generation.neural.chord_tables import key_classes
    >>> home = np.array([key_number(Key.parse("E"))])
    >>> str(key_of(int(named_keys(key_classes(np.array([key_number(Key.parse("Ab"))])), home)[0])))
    'G#'
    """
    return _names()[home, classes]


@cache
def _names() -> Array:
    """(home, key class): the key number of the nearest name."""
    table = np.zeros((key_number(Key(13, minor=True)) + 1, 25), dtype=np.int16)
    for home in range(len(table)):
        centre = key_of(home).tonic
        for tonic in range(max(-12, centre - 5), min(13, centre + 6) + 1):
            for minor in (False, True):
                table[home, 1 + 2 * int(pitch_class_of(tonic)) + minor] = key_number(Key(tonic, minor))
    return table
