"""Exercises as the network would have them: it draws inner voices, likes ornaments and compares settings, all within
the level: what it draws is brought to the nearest voicings that the level's rules and chords allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.generation.exercises.finishing import Exercise, finished
from musegen.generation.exercises.hearing import Hearing, heard
from musegen.generation.exercises.judging import Faults, faults
from musegen.generation.exercises.ornaments import Ornament
from musegen.generation.exercises.setting import Setting, set_outline
from musegen.generation.exercises.sketches import Sketch
from musegen.generation.exercises.telling import task_of
from musegen.generation.levels import Level
from musegen.generation.neural.drawing import draw
from musegen.generation.neural.drawn import Drawn
from musegen.generation.neural.frames import A_QUARTER
from musegen.generation.neural.listening import numbers_of
from musegen.score.pitch import pitch_class_of

Array = npt.NDArray[Any]

SKETCHES = 2
"""So many of a plan's sketches are taken up."""
PARTICLES = 2
TEMPERATURE = 0.7
_INNER = (1, 2)
_SURPRISE, _DEVICE = 1.5, 0.2
"""What a nat a note takes off an exercise, and what a device new at its level adds, which is always a surprise."""
_INFO = 0.1
"""Nats a note that a point of a small fault costs."""


class _Heard(NamedTuple):
    """A plain setting with what speaks against it and what the network makes of it."""

    setting: Setting
    faults: Faults
    hearing: Hearing

    @property
    def price(self) -> tuple[float, float]:
        """Warnings first; then how surprising it is."""
        return self.faults.warnings, self.hearing.nats + _INFO * self.faults.infos


def best_heard(sketched: Iterator[list[Sketch]], level: Level, rng: Generator, *, together: int) -> Iterator[Exercise]:
    """Of each plan the setting that the network likes best and that can be finished; `together` plans at a time."""
    plans = (several[:SKETCHES] for several in sketched if several)
    while several := list(islice(plans, together)):
        made = [pair for liked in _settings(several, level, rng) if (pair := _finished(liked, level, rng))]
        again = iter(heard([exercise.setting for exercise, plain in made if exercise.setting != plain.setting]))
        for exercise, plain in made:
            hearing = plain.hearing if exercise.setting == plain.setting else next(again)
            yield replace(exercise, liked=_DEVICE * len(exercise.devices) - _SURPRISE * hearing.nats)


def _settings(plans: Sequence[list[Sketch]], level: Level, rng: Generator) -> list[list[_Heard]]:
    """For each plan the settings of its sketches, as they were found and as the network draws them, best first."""
    sketches = [sketch for several in plans for sketch in several]
    judged = [
        [(sketch.setting, sketch.faults), *_no_worse(others, sketch.faults, level)]
        for sketch, others in zip(sketches, _drawn(sketches, level, rng), strict=True)
    ]
    hearings = iter(heard([setting for several in judged for setting, _ in several]))
    each = iter([[_Heard(*one, next(hearings)) for one in several] for several in judged])
    found = [[one for _ in several for one in next(each)] for several in plans]
    return [sorted(several, key=lambda one: one.price) for several in found]


def _no_worse(settings: Sequence[Setting], least: Faults, level: Level) -> list[tuple[Setting, Faults]]:
    """Those settings in which the level's pack finds no error, and no warnings beyond these."""
    judged = ((setting, faults(setting, level)) for setting in settings)
    return [(setting, told) for setting, told in judged if not told.errors and told.warnings <= least.warnings]


def _drawn(sketches: Sequence[Sketch], level: Level, rng: Generator) -> list[list[Setting]]:
    """For each sketch other settings of its outline: those nearest to what the network draws for alto and tenor."""
    tasks = [task_of(sketch.setting, _INNER, tells_chords=True) for sketch in sketches]
    answers = draw(tasks, rng, pack=level.pack, particles=PARTICLES, temperature=TEMPERATURE)
    found: list[list[Setting]] = []
    for sketch, several in zip(sketches, answers, strict=True):
        plan = sketch.setting.plan
        nearest = (set_outline(plan, sketch.outline, _wished(sketch.setting, one)) for one in several)
        others = {setting.voices: setting for setting in nearest if setting is not None}
        found.append([setting for voices, setting in others.items() if voices != sketch.setting.voices])
    return found


def _wished(setting: Setting, drawn: Drawn) -> Array:
    """(slots, 2): the note of its chord that alto and tenor sing longest in each slot, else the one that they begin."""
    wished = []
    for slot, chord in zip(setting.plan.slots, setting.chords, strict=True):
        first = int((slot.onset + setting.plan.pickup) * A_QUARTER)
        sung = drawn.frames.pitch[first : first + max(int(slot.duration * A_QUARTER), 1), 1:3]
        wished.append([_longest(sung[:, voice], pitch_class_of(chord.tones)) for voice in range(len(_INNER))])
    return np.array(wished)


def _longest(sung: Array, classes: Sequence[int]) -> int:
    inside = sung[np.isin(sung % 12, classes)]
    pitches, counts = np.unique(inside if len(inside) else sung[:1], return_counts=True)
    return int(pitches[counts.argmax()])


def _finished(liked: Sequence[_Heard], level: Level, rng: Generator) -> tuple[Exercise, _Heard] | None:
    """The first of these settings that can be finished, and what it was before."""
    tried = ((finished(one.setting, one.faults, level, rng, _Liking(one)), one) for one in liked)
    return next(((exercise, one) for exercise, one in tried if exercise is not None), None)


class _Liking:
    """How much likelier an ornament is than the plain note, in nats, where it is first heard."""

    def __init__(self, heard: _Heard) -> None:
        self.notes, self.pickup = heard.hearing.notes, heard.setting.plan.pickup

    def __call__(self, option: Ornament) -> float:
        onset, sung, plain = option.change
        told = self.notes[int((onset + self.pickup) * A_QUARTER), option.voice]
        one, other = numbers_of(np.array([sung, plain]))
        return float(told[one] - told[other])
