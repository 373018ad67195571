"""The chords and keys that a pack's [allow] table leaves to the network: those that a level's students know."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.levels import keys_of
from musegen.generation.neural.chord_tables import FIGURES, KEYS, figure_numbers, key_classes
from musegen.generation.neural.frames import Bools
from musegen.generation.neural.said import key_number, key_of
from musegen.generation.vocabulary import has_vocabulary
from musegen.rules.packs import Pack
from musegen.theory.numerals import parse_numeral
from musegen.theory.vocabulary import index_of

Array = npt.NDArray[Any]
_HOMES = 64
"""Numbers of keys, as `key_number` makes them, are fewer."""


class KnownChords(NamedTuple):
    """What may be drawn."""

    figures: Bools  # (figures,) by number
    keys: Bools  # (homes, key classes), by the number of the home key


def known_chords(pack: Pack) -> KnownChords | None:
    """The chords of a pack that has a vocabulary; None where all may be drawn.

    >>> from musegen.rules.packs import load_pack
    >>> from musegen.theory.keys import Key
    >>> known = known_chords(load_pack("level-1"))
    >>> int(known.figures.sum()), np.flatnonzero(known.keys[key_number(Key.parse("D"))]).tolist()
    (6, [5])
    >>> known_chords(load_pack("chorale")) is None
    True
    """
    if not has_vocabulary(pack):
        return None
    figures = np.zeros(FIGURES, dtype=np.bool_)
    for minor, mode in enumerate(("major", "minor")):
        named = (index_of(parse_numeral(figure, minor=bool(minor))) for figure in pack.allow.get(mode, ()))
        places = np.array([place for place in named if place is not None], dtype=np.int64)
        figures[figure_numbers(np.full(len(places), minor), places)] = True
    keys = np.zeros((_HOMES, KEYS), dtype=np.bool_)
    for number in range(_HOMES):
        keys[number, _classes_round(number, pack)] = True
    return KnownChords(figures, keys)


def _classes_round(home: int, pack: Pack) -> Array:
    """The key classes of a home key and of those that it may modulate to."""
    key = key_of(home)
    near = keys_of(key, tuple(pack.allow.get("modulations_minor" if key.minor else "modulations_major", ())))
    return key_classes(np.array([key_number(item) for item in (key, *near)]))
