"""Sketches of an exercise: plain settings of the best outlines of a plan, and which devices of the level they show."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from numpy.random import Generator

from musegen.generation.exercises.judging import Faults, faults
from musegen.generation.exercises.outline import Outline, find_outlines
from musegen.generation.exercises.plan import Plan
from musegen.generation.exercises.setting import Setting, set_outline
from musegen.generation.exercises.states import device_family
from musegen.generation.exercises.taste import may_sing
from musegen.generation.levels import Level

OUTLINES_TRIED = 6
DEVICES_WANTED = 2
FIRST_WITH_DEVICES = 3


class Sketch(NamedTuple):
    """A setting of an outline, without ornaments and without errors."""

    faults: Faults
    setting: Setting
    outline: Outline


def sketches_of(plan: Plan, level: Level, rng: Generator, eagerness: float) -> list[Sketch]:
    """Settings of the best outlines, without errors, the ones with fewest other findings first."""
    outlines = find_outlines(plan, level, rng, eagerness)
    usable = (one for one in outlines if may_sing(plan, one, level) and _may_show(plan, one, level))
    settings = [(set_outline(plan, outline), outline) for outline in islice(usable, OUTLINES_TRIED)]
    judged = [Sketch(faults(setting, level), setting, outline) for setting, outline in settings if setting is not None]
    return sorted((sketch for sketch in judged if not sketch.faults.errors), key=lambda sketch: sketch.faults)


def shows(level: Level, devices: tuple[str, ...]) -> bool:
    """Whether enough is new at the level; ornaments alone are not, as the student's chords would never meet it."""
    if level.number < FIRST_WITH_DEVICES:
        return True
    return len(devices) >= DEVICES_WANTED and any(device not in level.new.ornaments for device in devices)


def _may_show(plan: Plan, outline: Outline, level: Level) -> bool:
    """Whether an outline has so many of the level's new devices that ornaments can make up the rest."""
    devices = devices_in(Setting(plan, tuple(outline.chords()), ()), level, ())
    return shows(level, (*devices, *level.new.ornaments))


def devices_in(setting: Setting, level: Level, ornaments: tuple[str, ...]) -> tuple[str, ...]:
    """The names of the devices new at this level that a setting uses, in order of their first use."""
    found = []
    goals = level.new.goals(setting.plan.key)
    for place, chord in enumerate(setting.chords):
        if chord.numeral.figure in level.new.figures(minor=chord.key.minor):
            deceptive = place > 0 and _is_deceptive(setting, place)
            found.append("deceptive progression" if deceptive else device_family(chord.numeral))
        if chord.key in goals:
            found.append("modulation")
    found += [kind for kind in ornaments if kind in level.new.ornaments]
    return tuple(dict.fromkeys(found))


def _is_deceptive(setting: Setting, place: int) -> bool:
    before, here = setting.chords[place - 1].numeral, setting.chords[place].numeral
    return before.figure in ("V", "V7") and here.figure in ("vi", "VI")
