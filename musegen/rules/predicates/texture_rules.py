"""One sonority: ranges, spacing, crossing and clashes, told from the notes alone."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.rules.registry import predicate
from musegen.score.pitch import parse_pitch
from musegen.theory.motion import both_sound
from musegen.theory.sonority import Bools, Sonority


@predicate("slice", "voices", four_parts=True)
def out_of_range(
    sonority: Sonority, *, soprano: list[str], alto: list[str], tenor: list[str], bass: list[str]
) -> Bools:
    """A voice begins a note below or above its limits, as sounding."""
    low, high = _limits(tuple(map(tuple, (soprano, alto, tenor, bass))))
    beyond = (sonority.pitch < low) | (sonority.pitch > high)
    return np.asarray(beyond & sonority.sounds & sonority.attack)


@predicate("slice", "pairs", view="pulses")
def wide_spacing(sonority: Sonority, *, limit: str = "octave", bass_limit: str = "") -> Bools:
    """Two neighbouring voices lie further apart than the limit; the lowest pair has its own, or none."""
    upper, lower = sonority.pairs
    neighbours = lower - upper == 1
    is_bass = lower == sonority.voices - 1
    semitones = sonority.pitch[..., upper] - sonority.pitch[..., lower]
    wide = np.where(is_bass, semitones > _SIZES[bass_limit], semitones > _SIZES[limit])
    return np.asarray(wide & neighbours & both_sound(sonority))


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


_SIZES = {"": 10_000, "octave": 12, "tenth": 16, "twelfth": 19, "two octaves": 24}


@cache
def _limits(ranges: tuple[tuple[str, ...], ...]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    low, high = (np.array([parse_pitch(voice[end]).pitch for voice in ranges]) for end in (0, 1))
    return low, high
