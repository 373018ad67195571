"""Altered notes of a chord and where they pull: raised ones go up by step, lowered ones down, or they stay.

Leading tones and sevenths are not among them: the rules `unresolved-leading-tone` and `unresolved-seventh` judge those.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from musegen.generation.voicings import Chord

Array = npt.NDArray[Any]
Line = Literal["soprano", "bass", "inner"]

_REACH = 16  # members lie within this many fifths of their tonic
_AUGMENTED_SIXTHS = ("It", "Fr", "Ger")
_RAISED_SIXTH, _MAJOR_THIRD = 3, 4
_BORROWED_ROOTS = (-4, -3, -2)


def pull(chord: Chord, member: int, line: Line) -> int:
    """1 where a chord member (in fifths from the tonic) has to rise, -1 where it has to fall, else 0.

    The raised sixth of minor rises; in the inner voices of an applied chord, which has a scale of its own, it is free.
    The root of a borrowed chord goes where it likes, but in the soprano it falls.

    >>> from musegen.theory.keys import Key
    >>> from musegen.theory.numerals import parse_numeral
    >>> pull(Chord(Key.parse("C"), parse_numeral("iv", minor=False)), -4, "inner")
    -1
    >>> pull(Chord(Key.parse("c"), parse_numeral("IV", minor=True)), 3, "inner")
    1
    """
    key, numeral = chord
    if member in (numeral.leading_tone, numeral.seventh):
        return 0
    if numeral.quality in _AUGMENTED_SIXTHS:
        return (member == 6) - (member == -4)
    if line != "soprano" and not key.minor and member == numeral.members[0] and member in _BORROWED_ROOTS:
        return 0
    if key.minor and member == _RAISED_SIXTH:
        return int(line != "inner" or not numeral.applied_to)
    raised = member > 5 or (key.minor and member == _MAJOR_THIRD)
    return raised - (member < (-4 if key.minor else -1))


def pulls(chords: Sequence[Chord], line: Line) -> Array:
    """(chords, 33): the pull of every note, by its distance in fifths from the tonic, -16 to 16."""
    table = np.zeros((len(chords), 2 * _REACH + 1), dtype=np.int8)
    for number, chord in enumerate(chords):
        for member in chord.numeral.members:
            table[number, member + _REACH] = pull(chord, member, line)
    return table


def doubles_altered(chords: Sequence[Chord], chord: Array, fifths: Array) -> Array:
    """(voicings,): two voices of a voicing (their notes in `fifths`, S A T B) have one altered note."""
    table, tonic = pulls(chords, "inner"), np.array([item.key.tonic for item in chords])
    altered = table[chord[:, None], np.clip(fifths - tonic[chord][:, None] + _REACH, 0, 2 * _REACH)] != 0
    return np.asarray(
        sum(altered[:, one] & (fifths[:, one] == fifths[:, two]) for one in range(4) for two in range(one + 1, 4))
    ).astype(bool)


class Pulls:
    """Whether moves follow the pull of the notes that they leave."""

    def __init__(self, chords: Sequence[Chord], line: Line) -> None:
        self.table = pulls(chords, line)
        self.tonic = np.array([chord.key.tonic for chord in chords])

    def follow(self, chord: Array, fifths: Array, steps: Array, semitones: Array) -> Array:
        """For notes of `chord` that move by staff steps and semitones: no altered note goes astray.

        It may stay; a raised one may sink to its natural form, a lowered second go straight to the leading tone.
        """
        way = self.table[chord, np.clip(fifths - self.tonic[chord] + _REACH, 0, 2 * _REACH)]
        stays = (steps == 0) & ((semitones == 0) | ((way > 0) & (semitones == -1)))
        to_leading_tone = (way < 0) & (steps == -2) & (semitones == -2)
        return np.asarray((way == 0) | (steps == way) | stays | to_leading_tone)
