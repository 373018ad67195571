"""Finishing an exercise: a sketch is ornamented, and kept where it shows the level and sings."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from numpy.random import Generator

from musegen.generation.exercises.judging import Faults, faults
from musegen.generation.exercises.ornaments import Taste, ornament
from musegen.generation.exercises.setting import Setting
from musegen.generation.exercises.sketches import devices_in, shows
from musegen.generation.exercises.taste import has_shape, sings
from musegen.generation.levels import Level

Soprano = tuple[tuple[Fraction, int], ...]
"""A melody as (onset, MIDI pitch) of its notes: what two sheets must not share."""


@dataclass(frozen=True)
class Exercise:
    """A finished exercise: the setting, and which devices new at its level it uses."""

    setting: Setting
    level: Level
    devices: tuple[str, ...]
    faults: Faults
    liked: float = 0.0  # by the engine that made it, beside what makes any exercise a good one

    @property
    def soprano(self) -> Soprano:
        """Its melody."""
        return tuple((note.onset, note.pitch) for note in self.setting.voices[0])


def finished(
    setting: Setting, before: Faults, level: Level, rng: Generator, taste: Taste | None = None
) -> Exercise | None:
    """The exercise that a plain setting with these faults becomes; None where it does not show its level or sing.

    Args:
        setting: without ornaments.
        before: what the level's pack finds in it.
        level: whose ornaments are put in.
        rng: what is drawn is drawn from it.
        taste: which ornaments are liked; without it they are drawn by lot, the soprano's first.
    """
    ornamented, kinds = ornament(setting, level, partial(_improves, level=level, before=before), rng, taste)
    devices = devices_in(ornamented, level, kinds)
    if shows(level, devices) and sings(ornamented):
        return Exercise(ornamented, level, devices, faults(ornamented, level))
    return None


def _improves(setting: Setting, level: Level, before: Faults) -> bool:
    """Whether an ornament has left the soprano its shape and brought no error or warning."""
    if not has_shape(setting):
        return False
    after = faults(setting, level)
    return not after.errors and after.warnings <= before.warnings
