"""What thoroughbass figures ask for: the intervals over the bass, completed, with the accidentals they may have."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from musegen.score.pitch import STEP_FIFTHS, step_of

_FIGURE = re.compile(r"(##|#|bb|b|n|\+|)(\d*)(##|#|bb|b|n|\+|/|\\|\||)$")
_RAISED = ("+", "/", "\\", "|")
HELD = "_"
_SECOND, _THIRD, _FOURTH, _FIFTH, _SIXTH, _SEVENTH, _OCTAVE, _HIGHEST = 2, 3, 4, 5, 6, 7, 8, 9


class Asked(NamedTuple):
    """The intervals that one set of figures asks for: generic size to the accidental written, `` where none is."""

    accidentals: dict[int, str]
    written: frozenset[int]

    @property
    def sizes(self) -> frozenset[int]:
        """All sizes, implied ones included."""
        return frozenset(self.accidentals)

    @property
    def required(self) -> tuple[int, ...]:
        """The sizes that must sound: all but the octave, and the fifth of a triad or seventh chord on its root."""
        on_root = not self.sizes & {_SECOND, _FOURTH, _SIXTH}
        free = {_OCTAVE, _FIFTH} if on_root else {_OCTAVE}
        return tuple(sorted(self.sizes - free))

    def allows(self, size: int) -> bool:
        """Whether a note so many steps above the bass (1 to 7, the octave as 1) belongs to the chord."""
        return size == 1 or any((wanted - size) % 7 == 0 for wanted in self.sizes)


def read_figures(figures: tuple[str, ...]) -> Asked | None:
    """The figures completed; None where nobody can read them.

    >>> sorted(read_figures(("6", "5")).sizes), sorted(read_figures(("2",)).sizes), read_figures(("#",)).accidentals[3]
    ([3, 5, 6], [2, 4, 6], '#')
    >>> read_figures(("12",)) is None, read_figures(("x9y",)) is None
    (True, True)
    """
    accidentals: dict[int, str] = {}
    for figure in figures:
        found = _FIGURE.match(figure)
        if found is None or not figure:
            return None
        before, number, after = found.groups()
        size = int(number or _THIRD)
        if not _SECOND <= size <= _HIGHEST or size in accidentals or (before and after):
            return None
        accidentals[size] = before or after
    implied = dict.fromkeys(_implied(frozenset(accidentals)), "")
    return Asked({**implied, **accidentals}, frozenset(accidentals))


def _implied(sizes: frozenset[int]) -> tuple[int, ...]:
    """What goes without saying."""
    if _SECOND in sizes:
        fourth = () if _FIFTH in sizes else (_FOURTH,)
        return fourth if sizes & {_FIFTH, _SEVENTH} else (_FOURTH, _SIXTH)
    if _FOURTH in sizes:
        if _THIRD in sizes:
            return (_SIXTH,)
        return () if _SIXTH in sizes else (_FIFTH,)
    return (_THIRD,) if _SIXTH in sizes else (_THIRD, _FIFTH)


def fifths_above(bass: int, size: int, accidental: str, signature: int) -> tuple[int, ...]:
    """The notes that may be meant so many steps above a bass, as places on the line of fifths, the likeliest first.

    A sharp before a note that the signature flattens is a natural, as in old scores; before one that is sharp already
    it may confirm it or double it. A stroke raises what the signature flattens, and else may only confirm; through a 5
    it may mean the diminished fifth of the signature.

    >>> fifths_above(4, 3, "#", 0), fifths_above(1, 3, "#", -3), fifths_above(2, 6, "/", -3)
    ((8,), (5,), (5,))
    """
    natural = int(STEP_FIFTHS[(int(step_of(bass)) + size - 1) % 7])
    signed = (signature + 5 - natural) // 7
    if accidental in _RAISED:
        confirms = signed >= 0 or size == _FIFTH
        return tuple(natural + 7 * alter for alter in (signed + 1, signed)[: 1 + confirms])
    return tuple(natural + 7 * alter for alter in _alters(accidental, signed))


def _alters(accidental: str, signed: int) -> tuple[int, ...]:
    if accidental in ("#", "b"):
        way = 1 if accidental == "#" else -1
        return (signed, signed + way) if signed * way > 0 else (signed + way,)
    known = {"": signed, "n": 0, "##": 2, "bb": -2}
    return (known[accidental],)


def size_above(bass: int, tone: int) -> int:
    """How many steps a note lies above the bass, 1 for its unison and octaves; from places on the line of fifths."""
    return int(np.asarray(step_of(tone)) - np.asarray(step_of(bass))) % 7 + 1
