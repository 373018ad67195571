"""The setting of an exercise: inner voices for an outline, as notes of four parts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from musegen.generation.decode import Layer, cheapest_path
from musegen.generation.exercises.outline import Outline
from musegen.generation.exercises.plan import Plan
from musegen.generation.voicings import Chord, Voicings, voicings_of

_UNISON = 1.2


@dataclass(frozen=True)
class Note:
    """A note of one voice; times in quarters from the first barline."""

    onset: Fraction
    duration: Fraction
    pitch: int
    fifths: int

    @property
    def end(self) -> Fraction:
        """Where it stops."""
        return self.onset + self.duration


@dataclass(frozen=True)
class Setting:
    """Four voices over the chords of a plan."""

    plan: Plan
    chords: tuple[Chord, ...]  # one a slot
    voices: tuple[tuple[Note, ...], ...]  # S A T B
    cost: float


def set_outline(plan: Plan, outline: Outline, pack: str) -> Setting | None:
    """The best inner voices for an outline under a pack; None where there are none."""
    chords = outline.chords()
    layers = []
    for slot, chord, soprano, bass in zip(
        plan.slots, chords, outline.column("soprano"), outline.column("bass"), strict=True
    ):
        all_settings = voicings_of(chord)
        fits = (all_settings.pitch[:, 0] == soprano) & (all_settings.pitch[:, 3] == bass)
        layers.append(Layer(chord, _without_unisons(all_settings.where(fits)), slot.is_held))
    found = cheapest_path(layers, pack)
    if found is None:
        return None
    path, cost = found
    pitch = np.array([layer.voicings.pitch[place] for layer, place in zip(layers, path, strict=True)])
    fifths = np.array([layer.voicings.fifths[place] for layer, place in zip(layers, path, strict=True)])
    voices = tuple(_voice(plan, pitch[:, voice], fifths[:, voice], holds=voice > 0) for voice in range(4))
    return Setting(plan, tuple(chords), voices, outline.cost + cost)


def _without_unisons(settings: Voicings) -> Voicings:
    """The settings, those dearer in which two voices sing one note."""
    same = settings.pitch[:, :-1] == settings.pitch[:, 1:]
    return replace(settings, cost=settings.cost + _UNISON * same.sum(axis=1))


def _voice(plan: Plan, pitch: np.ndarray, fifths: np.ndarray, *, holds: bool) -> tuple[Note, ...]:
    notes: list[Note] = []
    for slot, sound, spelling in zip(plan.slots, pitch, fifths, strict=True):
        if slot.is_held and (holds or sound == notes[-1].pitch):
            last = notes.pop()
            notes.append(Note(last.onset, last.duration + slot.duration, last.pitch, last.fifths))
        else:
            notes.append(Note(slot.onset, slot.duration, int(sound), int(spelling)))
    return tuple(notes)
