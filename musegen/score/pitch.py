"""Spelled pitches: a MIDI number and a place on the line of fifths (C is 0, G is 1, F is -1).

The two numbers say everything: the step and alteration follow from the place on the line of fifths, the octave from
both. All functions but `parse_pitch` work on single numbers and on numpy arrays alike.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from musegen.errors import UsageError

LINE_OF_FIFTHS = "FCGDAEB"
STEPS = "CDEFGAB"
STEP_SEMITONES = np.array([0, 2, 4, 5, 7, 9, 11])
STEP_FIFTHS = np.array([0, 2, 4, -1, 1, 3, 5])
_STEP_OF_FIFTHS = np.array([STEPS.index(letter) for letter in LINE_OF_FIFTHS])
_PITCH = re.compile(r"([A-Ga-g])(#{1,3}|b{1,3}|--|-|x|)(-?\d{1,2})$")
_ALTERS = {"": 0, "#": 1, "##": 2, "x": 2, "###": 3, "b": -1, "bb": -2, "bbb": -3, "-": -1, "--": -2}

Numbers = Any  # an int or an integer array; the result has the same shape


class SpelledPitch(NamedTuple):
    """A note's sound and spelling.

    >>> SpelledPitch(61, 7).name
    'C#4'
    """

    pitch: int
    fifths: int

    @property
    def name(self) -> str:
        """With its octave, flats written `-` as music21 does.

        >>> SpelledPitch(61, -5).name, SpelledPitch(61, 7).name
        ('D-4', 'C#4')
        """
        return f"{fifths_name(self.fifths)}{octave_of(self.pitch, self.fifths)}"


def parse_pitch(text: str) -> SpelledPitch:
    """Read `c4`, `F#4`, `bb3`, `E-5` or `Fx3`.

    Raises:
        UsageError: the text is no pitch.

    >>> parse_pitch("bb3")
    SpelledPitch(pitch=58, fifths=-2)
    """
    found = _PITCH.match(text)
    if not found:
        raise UsageError(f"`{text}` is not a note", hint="write it like c4, f#4 or bb3")
    letter, accidental, octave = found.groups()
    return spell(letter.upper(), _ALTERS[accidental], int(octave))


def spell(step: str, alter: int, octave: int) -> SpelledPitch:
    """The spelled pitch of a step, an alteration in semitones and an octave number (C4 is middle C)."""
    index = STEPS.index(step)
    return SpelledPitch(int(STEP_SEMITONES[index]) + alter + 12 * (octave + 1), int(STEP_FIFTHS[index]) + 7 * alter)


def step_of(fifths: Numbers) -> Numbers:
    """0 to 6 for C D E F G A B.

    >>> [STEPS[int(step_of(place))] for place in (0, 6, -2)]
    ['C', 'F', 'B']
    """
    return _STEP_OF_FIFTHS[(np.asarray(fifths) + 1) % 7]


def alter_of(fifths: Numbers) -> Numbers:
    """The alteration in semitones: 1 for a sharp, -1 for a flat.

    >>> int(alter_of(6)), int(alter_of(-2)), int(alter_of(1))
    (1, -1, 0)
    """
    return (np.asarray(fifths) + 1) // 7


def pitch_class_of(fifths: Numbers) -> Numbers:
    """0 to 11.

    >>> int(pitch_class_of(6)), int(pitch_class_of(-6))
    (6, 6)
    """
    return (np.asarray(fifths) * 7) % 12


def octave_of(pitch: Numbers, fifths: Numbers) -> Numbers:
    """The octave number; B#3 sounds like C4 and is still in octave 3.

    >>> int(octave_of(60, 0)), int(octave_of(60, 12))
    (4, 3)
    """
    return (np.asarray(pitch) - alter_of(fifths) - STEP_SEMITONES[step_of(fifths)]) // 12 - 1


def diatonic_of(pitch: Numbers, fifths: Numbers) -> Numbers:
    """Steps of the staff counted from C0: C4 is 28, D4 is 29, whatever the accidental.

    >>> int(diatonic_of(60, 0)), int(diatonic_of(59, -7))
    (28, 28)
    """
    return 7 * octave_of(pitch, fifths) + step_of(fifths)


@cache
def fifths_name(fifths: int) -> str:
    """`F#`, `B-`: the name of a place on the line of fifths, as music21 writes it.

    >>> [fifths_name(number) for number in (-2, 0, 6, 14)]
    ['B-', 'C', 'F#', 'C##']
    """
    alter = int(alter_of(fifths))
    return STEPS[int(step_of(fifths))] + ("#" * alter if alter > 0 else "-" * -alter)


@cache
def pitch_name(pitch: int, fifths: int) -> str:
    """`Bb3`, `F#4`, `Fx4`: what people call a note.

    >>> pitch_name(58, -2)
    'Bb3'
    """
    alter = int(alter_of(fifths))
    sign = "x" if alter == 2 else "#" * alter or "b" * -alter
    return f"{STEPS[int(step_of(fifths))]}{sign}{int(octave_of(pitch, fifths))}"


def nearest_fifths(pitch_class: int, centre: int) -> int:
    """The place on the line of fifths that sounds as `pitch_class` and lies nearest to `centre`.

    >>> fifths_name(nearest_fifths(6, centre=2)), fifths_name(nearest_fifths(6, centre=-3))
    ('F#', 'G-')
    """
    fifths = (pitch_class * 7) % 12
    return fifths + 12 * round((centre - fifths) / 12)
