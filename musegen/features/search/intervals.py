"""Intervals as a pattern writes them: `+3` a third up, `-2s` two semitones down, `P5`, `-m2`, `/` anything upwards."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musegen.errors import UsageError

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
_GENERIC = re.compile(r"([+-]?)(\d{1,2})$")
_SEMITONES = re.compile(r"([+-]?)(\d{1,2})s$")
_NAMED = re.compile(r"([+-]?)([PMmAd])(\d{1,2})$")
_PERFECT, _MAJOR = {1: 0, 4: -1, 5: 1}, {2: 2, 3: 4, 6: 3, 7: 5}
"""The line of fifths by size within the octave (8 is 1)."""
_DIRECTIONS = {"/": 1, "\\": -1, "=": 0}
HINT = "write +2 or -3 (steps of the staff), +1s (semitones), m2 or -P4 (by name), / \\ or = (up, down, the same)"


@dataclass(frozen=True)
class Move:
    """A melodic interval: each part that is not None must be so."""

    steps: int | None = None  # of the staff, up positive
    semitones: int | None = None
    fifths: int | None = None  # on the line of fifths
    direction: int | None = None

    def fits(self, steps: Ints, semitones: Ints, fifths: Ints) -> Bools:
        """(moves,): which of these are it."""
        good = np.ones(len(steps), dtype=bool)
        given = ((self.steps, steps), (self.semitones, semitones), (self.fifths, fifths))
        for asked, there in given:
            if asked is not None:
                good &= there == asked
        if self.direction is not None:
            good &= np.sign(semitones) == self.direction
        return good


def read_move(text: str) -> Move:
    """A melodic interval; one without a sign goes up.

    Raises:
        UsageError: it is none.

    >>> read_move("-m2"), read_move("+3").steps
    (Move(steps=-1, semitones=None, fifths=5, direction=None), 2)
    """
    if text in _DIRECTIONS:
        return Move(direction=_DIRECTIONS[text])
    found = _SEMITONES.match(text)
    if found:
        return Move(semitones=_signed(found[1], int(found[2])))
    found = _GENERIC.match(text)
    if found and int(found[2]):
        return Move(steps=_signed(found[1], int(found[2]) - 1))
    found = _NAMED.match(text)
    if found:
        size = int(found[3])
        return Move(_signed(found[1], size - 1), fifths=_signed(found[1], _fifths(found[2], size, text)))
    raise UsageError(f"`{text}` is no interval", hint=HINT)


@dataclass(frozen=True)
class Sonance:
    """A vertical interval from the lower voice up: its size, and its kind where it was named.

    Up to the octave a size stands for itself and its compounds, `3` for thirds and tenths; a larger one, `10`, only
    for itself.
    """

    size: int
    fifths: int | None = None

    def fits(self, steps: Ints, fifths: Ints) -> Bools:
        """Which of these are it, told by staff steps and by the line of fifths, from the lower voice up."""
        if self.size > 8 or self.size == 1:
            good = steps == self.size - 1
        else:
            good = (steps > 0) & ((steps - 1) % 7 + 2 == self.size)
        return np.asarray(good if self.fifths is None else good & (fifths == self.fifths))


def read_sonance(text: str) -> Sonance:
    """A vertical interval: `7`, `m7`, `P8`.

    Raises:
        UsageError: it is none.

    >>> read_sonance("d5")
    Sonance(size=5, fifths=-6)
    """
    found = _GENERIC.match(text) or _NAMED.match(text)
    if found is None or found[1] or not int(found[found.lastindex or 2]):
        raise UsageError(f"`{text}` is no interval between two voices", hint="write 3, 10, m7 or P8")
    if found.lastindex == 2:
        return Sonance(int(found[2]))
    return Sonance(int(found[3]), _fifths(found[2], int(found[3]), text))


def _fifths(quality: str, size: int, text: str) -> int:
    """A named interval on the line of fifths, upwards.

    >>> _fifths("m", 6, "m6"), _fifths("P", 8, "P8"), _fifths("A", 4, "A4")
    (-4, 0, 6)
    """
    within = (size - 1) % 7 + 1 if size else 0
    if within in _PERFECT and quality in "PAd":
        return _PERFECT[within] + {"P": 0, "A": 7, "d": -7}[quality]
    if within in _MAJOR and quality in "MmAd":
        return _MAJOR[within] + {"M": 0, "m": -7, "A": 7, "d": -14}[quality]
    raise UsageError(f"there is no interval `{text}`", hint="unison, fourth, fifth, octave are P; the others M or m")


def _signed(sign: str, size: int) -> int:
    return -size if sign == "-" else size
