"""The setting of an exercise: inner voices for an outline, as notes of four parts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from musegen.generation.exercises.outline import Outline
from musegen.generation.exercises.plan import Plan
from musegen.generation.voicings import Chord


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


def set_outline(plan: Plan, outline: Outline, wished: np.ndarray | None = None) -> Setting | None:
    """The best inner voices for an outline under its level's pack; None where there are none.

    With `wished`, (slots, 2) pitches of alto and tenor, those that are nearest to them.
    """
    rows = outline.inner.cheapest(outline.path, [slot.is_held for slot in plan.slots], wished)
    if rows is None:
        return None
    pitch, fifths = outline.inner.pitch[rows], outline.inner.fifths[rows]
    voices = tuple(voice_of(plan, pitch[:, voice], fifths[:, voice], holds=voice > 0) for voice in range(4))
    return Setting(plan, tuple(outline.chords()), voices)


def voice_of(plan: Plan, pitch: np.ndarray, fifths: np.ndarray, *, holds: bool) -> tuple[Note, ...]:
    """A voice as notes, one a slot; over a held chord an equal pitch (with `holds` any) lengthens the note before."""
    notes: list[Note] = []
    for slot, sound, spelling in zip(plan.slots, pitch, fifths, strict=True):
        if slot.is_held and (holds or sound == notes[-1].pitch):
            last = notes.pop()
            notes.append(Note(last.onset, last.duration + slot.duration, last.pitch, last.fifths))
        else:
            notes.append(Note(slot.onset, slot.duration, int(sound), int(spelling)))
    return tuple(notes)
