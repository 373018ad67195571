"""One sonority: ranges, spacing, crossing and clashes, told from the notes alone."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from musegen.rules.bounds import EasyRange, Range
from musegen.rules.registry import predicate
from musegen.score.pitch import parse_pitch
from musegen.theory.motion import both_sound
from musegen.theory.sonority import Bools, Sonority

Size = Literal["", "octave", "tenth", "twelfth", "two octaves"]
"""How far apart voices may lie; an empty text for any distance."""


@predicate("slice", "voices", four_parts=True)
def out_of_range(sonority: Sonority, *, soprano: Range, alto: Range, tenor: Range, bass: Range) -> Bools:
    """A voice begins a note below or above its limits, as sounding."""
    low, high = _limits(tuple(map(tuple, (soprano, alto, tenor, bass))))
    beyond = (sonority.pitch < low) | (sonority.pitch > high)
    return np.asarray(beyond & sonority.sounds & sonority.attack)


@predicate("slice", "pairs", view="pulses")
def wide_spacing(sonority: Sonority, *, limit: Size = "octave", bass_limit: Size = "") -> Bools:
    """Two neighbouring voices lie further apart than the limit; the lowest pair has its own, or none."""
    upper, lower = sonority.pairs
    neighbours = lower - upper == 1
    is_bass = lower == sonority.voices - 1
    semitones = sonority.pitch[..., upper] - sonority.pitch[..., lower]
    wide = np.where(is_bass, semitones > _SIZES[bass_limit], semitones > _SIZES[limit])
    return np.asarray(wide & neighbours & both_sound(sonority))


@predicate("slice", "voices", four_parts=True)
def uncomfortable_range(
    sonority: Sonority, *, soprano: EasyRange, alto: EasyRange, tenor: EasyRange, bass: EasyRange
) -> Bools:
    """A voice begins a note that it can sing, but not with ease: lowest, easy low, easy high, highest of each voice."""
    lowest, low, high, highest = _limits(tuple(map(tuple, (soprano, alto, tenor, bass))))
    hard = ((sonority.pitch < low) & (sonority.pitch >= lowest)) | (
        (sonority.pitch > high) & (sonority.pitch <= highest)
    )
    return np.asarray(hard & sonority.sounds & sonority.attack)


@predicate("slice", "pairs")
def low_close_spacing(sonority: Sonority) -> Bools:
    """The two lowest voices lie closer than their depth allows: thirds from C3, fourths from Bb2, fifths from Bb1."""
    upper, lower = sonority.pairs
    above, below = sonority.pitch[..., upper], sonority.pitch[..., lower]
    semitones = np.minimum(np.abs(above - below), len(LOW_LIMITS) - 1)
    sounding = np.where(sonority.sounds, sonority.pitch, np.int16(999))
    order = np.argsort(sounding, axis=-1, kind="stable")
    lowest = (order[..., :1] == upper) & (order[..., 1:2] == lower) | (order[..., :1] == lower) & (
        order[..., 1:2] == upper
    )
    return np.asarray((np.minimum(above, below) < LOW_LIMITS[semitones]) & lowest & both_sound(sonority))


@predicate("slice", "pairs")
def voice_crossing(sonority: Sonority) -> Bools:
    """A lower voice sounds above a higher one; equal pitches are no crossing."""
    upper, lower = sonority.pairs
    return np.asarray((sonority.pitch[..., upper] < sonority.pitch[..., lower]) & both_sound(sonority))


@predicate("slice", "pairs")
def chromatic_clash(sonority: Sonority) -> Bools:
    """A note sounds together with its own chromatic alteration."""
    upper, lower = sonority.pairs
    apart = np.abs(sonority.fifths[..., upper] - sonority.fifths[..., lower])
    return np.asarray((apart == 7) & both_sound(sonority))


_SIZES: dict[Size, int] = {"": 10_000, "octave": 12, "tenth": 16, "twelfth": 19, "two octaves": 24}


LOW_LIMITS = np.array([0, 52, 52, 48, 46, 46, 46, 34, 0])
"""By semitones between the two lowest voices: how low the lower one may lie (jazz and orchestration textbooks)."""


@cache
def _limits(ranges: tuple[tuple[str, ...], ...]) -> tuple[npt.NDArray[Any], ...]:
    """An array over the voices for each place of their lists."""
    return tuple(np.array([parse_pitch(name).pitch for name in names]) for names in zip(*ranges, strict=True))
