"""The states of an outline: every chord, soprano and bass note that a level allows, with their moves and tendencies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.levels import Level, level_named
from musegen.generation.voicings import Chord
from musegen.score.pitch import diatonic_of, pitch_class_of
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral, parse_numeral
from musegen.theory.sonority import NONE

SOPRANO = (62, 79)
BASS = (41, 60)

Array = npt.NDArray[Any]

# (generic, semitones) of melodic intervals: unison, seconds, thirds, fourth, fifth, sixths, octave.
_SINGABLE = {(0, 0), (1, 1), (1, 2), (2, 3), (2, 4), (3, 5), (4, 7), (5, 8), (7, 12)}
_BASS_MOVES = _SINGABLE | {(5, 9), (4, 6)}


@dataclass(frozen=True)
class States:
    """Every (chord, soprano, bass) that the level allows: columns of equal length."""

    chords: tuple[Chord, ...]
    chord: Array
    soprano: Array
    soprano_fifths: Array
    bass: Array
    bass_fifths: Array

    @property
    def soprano_steps(self) -> Array:
        """Staff steps of the soprano."""
        return np.asarray(diatonic_of(self.soprano, self.soprano_fifths))

    @property
    def bass_steps(self) -> Array:
        """Staff steps of the bass."""
        return np.asarray(diatonic_of(self.bass, self.bass_fifths))


@cache
def states_for(keys: tuple[Key, ...], level: int) -> States:
    """All states of a level in some keys, the home key first."""
    chords = [
        Chord(key, parse_numeral(figure, minor=key.minor))
        for key in keys
        for figure in level_named(level).figures(minor=key.minor)
    ]
    rows: list[tuple[int, int, int, int, int]] = []
    for number, (key, numeral) in enumerate(chords):
        bass_fifths = key.tonic + numeral.bass
        for soprano_fifths in sorted(set(numeral.tones(key))):
            if soprano_fifths == bass_fifths and not _may_double(numeral, numeral.bass):
                continue
            for soprano in _octaves(soprano_fifths, SOPRANO):
                rows += [
                    (number, soprano, soprano_fifths, bass, bass_fifths)
                    for bass in _octaves(bass_fifths, BASS)
                    if 10 <= soprano - bass <= 36
                ]
    columns = np.array(rows, dtype=np.int64).T
    return States(tuple(chords), columns[0], columns[1], columns[2], columns[3], columns[4])


def _octaves(fifths: int, span: tuple[int, int]) -> list[int]:
    pitch_class = int(pitch_class_of(fifths))
    return [pitch for pitch in range(span[0], span[1] + 1) if pitch % 12 == pitch_class]


def _may_double(numeral: Numeral, member: int) -> bool:
    """Whether soprano and bass may share this member: never a tendency tone; the bass of a 6/3 in minor chords."""
    if member in (numeral.leading_tone, numeral.seventh) or numeral.quality in ("It", "Fr", "Ger"):
        return False
    if numeral.is_cadential or numeral.inversion == 0:
        return True
    return numeral.quality in ("minor", "dim") and numeral.inversion == 1


def tendencies(states: States) -> tuple[Array, Array, Array, Array]:
    """By chord: its leading tone, its seventh, the raised and the lowered note of an augmented sixth or Neapolitan."""
    rises, falls, raised, lowered = [], [], [], []
    for key, numeral in states.chords:
        augmented = numeral.quality in ("It", "Fr", "Ger")
        rises.append(NONE if numeral.leading_tone is None else key.tonic + numeral.leading_tone)
        falls.append(NONE if numeral.seventh is None else key.tonic + numeral.seventh)
        raised.append(key.tonic + 6 if augmented else NONE)
        lowered.append(key.tonic - 4 if augmented or (-4 in numeral.members and not key.minor) else NONE)
    return np.array(rises), np.array(falls), np.array(raised), np.array(lowered)


def devices(chords: tuple[Chord, ...], level: Level) -> Array:
    """By chord: the number of the new device that it shows, or -1. Figures of one family are one device."""
    families: dict[str, int] = {}
    found = []
    for key, numeral in chords:
        family = device_family(numeral)
        is_new = level.number >= 3 and numeral.figure in level.new.figures(minor=key.minor)
        found.append(families.setdefault(family, len(families)) if is_new else -1)
    return np.array(found)


def device_family(numeral: Numeral) -> str:
    """What a teacher would call the device that a numeral shows: `ii6` and `ii` are one, `V65` and `V42` another.

    >>> [device_family(parse_numeral(figure, minor=False)) for figure in ("ii6", "V65", "V7/ii", "Ger65", "Cad64")]
    ['ii', 'inversions of V7', 'V7 of ii', 'augmented sixth', 'cadential six-four']
    """
    head = numeral.figure.split("/")[0].rstrip("0123456789")
    if numeral.is_cadential:
        return "cadential six-four"
    if numeral.quality in ("It", "Fr", "Ger"):
        return "augmented sixth"
    if numeral.figure.startswith("N"):
        return "Neapolitan sixth"
    if numeral.minor and head == "I":
        return "Picardy third"
    if numeral.applied_to:
        return f"{head}{'7' * numeral.is_seventh} of {numeral.applied_to}"
    if len(numeral.members) == 3 and numeral.inversion == 2:
        return "passing six-four"
    if head == "V" and numeral.is_seventh and numeral.inversion:
        return "inversions of V7"
    return head + "7" * numeral.is_seventh


@cache
def move_tables(level: int) -> tuple[Array, Array]:
    """Which melodic moves soprano and bass may make: boolean tables over (steps, semitones)."""
    soprano, bass = np.zeros((13, 20), dtype=bool), np.zeros((13, 20), dtype=bool)
    for steps, semitones in (
        _SINGABLE | ({(0, 1), (5, 9)} if level >= 6 else {(5, 9)}) | ({(2, 2)} if level >= 8 else set())
    ):
        soprano[steps, semitones] = True
    for steps, semitones in _BASS_MOVES - {(4, 6)} | ({(0, 1), (3, 4)} if level >= 5 else set()):
        bass[steps, semitones] = True
    return soprano, bass
