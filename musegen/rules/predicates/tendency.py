"""Notes that want to go somewhere: leading tones and sevenths, at the change of chord."""

from __future__ import annotations

from typing import Literal

import numpy as np

from musegen.rules.registry import predicate
from musegen.theory.motion import melodic_steps, same_chord
from musegen.theory.sonority import NONE, Bools, Harmony, Sonority


@predicate("pair", "voices", needs_harmony=True)
def unresolved_leading_tone(
    first: Sonority, second: Sonority, *, inner: Literal["rises", "may fall", "free"] = "rises"
) -> Bools:
    """The leading tone of a dominant does not rise to the tonic when a chord with that tonic follows.

    It may stay, or fall by a chromatic semitone; an inner one may fall a third to the fifth of the tonic where the
    pack says so.
    """
    harmony, goal = _chords(first, second)
    leading = harmony.leading_tone[..., None]
    tonic = leading - 5
    resolves = (goal.members[..., :3] == tonic).any(axis=-1) & ~same_chord(harmony, goal)
    steps = melodic_steps(first, second)
    leaves = (first.fifths == leading) & (leading != NONE) & second.attack & first.sounds & second.sounds
    rises = (steps == 1) & (second.fifths == tonic)
    stays = (second.pitch == first.pitch) | ((steps == 0) & (second.fifths == leading - 7))
    found = np.asarray(leaves & resolves[..., None] & ~rises & ~stays)
    if inner == "rises":
        return found
    is_inner = np.arange(second.voices) % (second.voices - 1) > 0 if second.voices > 1 else np.zeros(1, dtype=bool)
    return np.asarray(found & ~(is_inner & ((steps == -2) | (inner == "free"))))


@predicate("pair", "voices", needs_harmony=True)
def unresolved_seventh(first: Sonority, second: Sonority) -> Bools:
    """The seventh of a chord does not fall by step at the change of chord.

    It may stay, be altered, be taken over at the same time by another voice, or rise in V43-I6.
    """
    harmony, goal = _chords(first, second)
    seventh = harmony.seventh[..., None]
    leaves = (first.fifths == seventh) & (seventh != NONE) & first.sounds & second.sounds & second.attack
    steps = melodic_steps(first, second)
    taken_over = ((second.fifths == seventh) & second.sounds).any(axis=-1)
    to_tonic = goal.members[..., 0] == harmony.leading_tone - 5
    bass_rises = (harmony.degree == 5) & (harmony.inversion == 2) & to_tonic & (goal.inversion == 1)
    changes = ~same_chord(harmony, goal) & ~taken_over
    fine = (steps == -1) | (steps == 0) | (bass_rises[..., None] & (steps == 1))
    return np.asarray(leaves & changes[..., None] & ~fine)


@predicate("pair", "voices", needs_harmony=True)
def unresolved_six_four(first: Sonority, second: Sonority) -> Bools:
    """The fourth or sixth of a cadential six-four moves, and not a step down, when its dominant comes."""
    harmony, goal = _chords(first, second)
    tonic = harmony.members[..., 0, None]
    third = harmony.members[..., 1, None]
    comes = harmony.is_cadential & ~goal.is_cadential & (goal.members[..., 0] == harmony.bass)
    leans = ((first.fifths == tonic) | (first.fifths == third)) & first.sounds & second.sounds & second.attack
    moves = (second.pitch != first.pitch) & (melodic_steps(first, second) != -1)
    return np.asarray(leans & comes[..., None] & moves)


@predicate("pair", "voices", needs_harmony=True)
def unprepared_seventh(first: Sonority, second: Sonority) -> Bools:
    """The seventh of a new chord is reached by leap instead of being held over or reached by step."""
    harmony, goal = _chords(first, second)
    comes = (second.fifths == goal.seventh[..., None]) & (goal.seventh[..., None] != NONE)
    new = goal.members[..., 0] != harmony.members[..., 0]
    leaps = np.abs(melodic_steps(first, second)) > 1
    return np.asarray(comes & new[..., None] & leaps & first.sounds & second.sounds & second.attack)


def _chords(first: Sonority, second: Sonority) -> tuple[Harmony, Harmony]:
    assert first.harmony is not None, "a rule that needs chords was given none"
    assert second.harmony is not None, "a rule that needs chords was given none"
    return first.harmony, second.harmony
