"""A melody as symbols that stay when it is transposed or augmented: intervals, and ratios of neighbouring lengths."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Transformation = Literal["original", "inversion", "retrograde", "retrograde inversion"]
TRANSFORMATIONS: tuple[Transformation, ...] = get_args(Transformation)
INTERVALS = 25
"""From an octave down to an octave up; larger leaps count as octaves."""
RATIOS = 11
"""Half powers of two from 1:5.7 to 5.7:1, by which dotted notes, triplets and halves are told apart."""
GRAMS = ((4, 0), (2, 2))
"""The n-grams that the index knows, as numbers of (intervals, ratios) in each."""


class Tune(NamedTuple):
    """What is compared of a melody: pitches and the quarters from each onset to the next."""

    pitch: Ints
    step: Floats

    @property
    def onset(self) -> Floats:
        """Quarters from the first note to each."""
        return (np.cumsum(self.step, dtype=np.float64) - self.step).astype(np.float32)


def transformed(tune: Tune, how: Transformation) -> Tune:
    """The tune upside down (about its first note), backwards, or both.

    >>> transformed(Tune(np.array([60, 62, 64]), np.ones(3, np.float32)), "inversion").pitch.tolist()
    [60, 58, 56]
    """
    pitch, step = tune
    if "inversion" in how:
        pitch = 2 * pitch[:1] - pitch
    return Tune(pitch[::-1], step[::-1]) if "retrograde" in how else Tune(pitch, step)


def intervals(pitch: npt.NDArray[np.integer]) -> npt.NDArray[np.int8]:
    """The symbol of the interval to each note from the one before it, 0 to 24; the first note's means nothing.

    >>> intervals(np.array([60, 62, 59])).tolist()
    [12, 14, 9]
    """
    wide = pitch.astype(np.int16)
    return (np.clip(np.diff(wide, prepend=wide[:1]), -12, 12) + 12).astype(np.int8)


def ratios(step: Floats) -> npt.NDArray[np.int8]:
    """The symbol of each note's length by that of the one before it, 0 to 10; 5 is equally long.

    >>> ratios(np.array([1, 2, 2, 0.5], dtype=np.float32)).tolist()
    [5, 7, 5, 1]
    """
    log = np.log2(np.maximum(step, 1e-3))
    return np.asarray(np.clip(np.rint(2 * np.diff(log, prepend=log[:1])), -5, 5) + 5, dtype=np.int8)


def codes(interval: npt.NDArray[np.int8], ratio: npt.NDArray[np.int8], gram: tuple[int, int]) -> npt.NDArray[np.int32]:
    """The number of the n-gram that begins with each note; the last few notes have none and are left out."""
    count = max(len(interval) - max(gram), 0)
    code = np.zeros(count, dtype=np.int32)
    for symbols, size, base in ((interval, gram[0], INTERVALS), (ratio, gram[1], RATIOS)):
        for place in range(1, size + 1):
            code = code * base + symbols[place : place + count]
    return code


def codes_of_notes(pitch: Ints, notes: Sequence[int]) -> npt.NDArray[np.int32]:
    """The number of the n-gram of intervals between these notes, counted from each note: `codes`, with notes left out.

    With `(0, 2, 3)` the note after each one is passed over, as an ornament would be.

    >>> plain, turned = np.array([60, 62, 64, 65]), np.array([60, 61, 62, 64, 65])
    >>> codes_of_notes(plain, (0, 1, 2, 3)).tolist() == codes_of_notes(turned, (0, 2, 3, 4)).tolist()
    True
    """
    count = max(len(pitch) - notes[-1], 0)
    code = np.zeros(count, dtype=np.int32)
    for before, after in pairwise(notes):
        rise = pitch[after : after + count] - pitch[before : before + count]
        code = code * INTERVALS + (np.clip(rise, -12, 12) + 12).astype(np.int32)
    return code


def code_count(gram: tuple[int, int]) -> int:
    """How many different n-grams there can be.

    >>> code_count((2, 2))
    75625
    """
    return int(INTERVALS ** gram[0] * RATIOS ** gram[1])
