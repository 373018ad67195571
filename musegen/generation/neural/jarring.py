"""What jars: chromatic steps in short notes, cross relations, chords without their third, basses that are not theirs.

Bach's lower voices never go on by a chromatic semitone from or to an eighth (ten chorales; those of the network alone
fourteen times), and his chords have their third and their own bass where they begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.chord_tables import NOT_A_MEMBER, SEVENTH, THIRD, bass_table, role_table, root_table
from musegen.generation.neural.frames import A_QUARTER, VOICES
from musegen.generation.neural.listening import CLASSES, EVERY, LOWEST, NOTES
from musegen.theory.sonority import Sonority

Array = npt.NDArray[Any]

_CHROMATIC, _CROSS, _CLASH = 6.0, 4.0, 20.0
"""Nats for a chromatic semitone from or to a short note; for a letter that another voice has just altered, or does."""
_OTHER_BASS, _STRANGER = 4.0, 5.0
"""Nats for a bass that is not the chord's where it begins; near a close also for every note that is foreign to it."""
_WITHOUT_THIRD, _NEAR_CLOSE = (0.0, 0.0, 2.0), (0.0, 1.5, 14.0)
"""Nats for any other note of soprano, alto, tenor where a chord begins and has no third yet; near a close."""
_UNLED, _UNREST = 6.0, 3.0
"""Nats for a bass that closes on the root without a leading note before; for a chord of the seventh as a close."""
_COVERED = 5.0
"""Nats for a fifth or an octave on a pulse after the same one on the pulse before, both voices moving the same way."""
_LETTERS, _LEADING = 7, 11
_PERFECT = (0, 7)
_TENOR, _BASS = VOICES - 2, VOICES - 1


def relations(
    sung: Sonority, names: Array, age: Array, pulse: Array, voices: Sequence[int] = range(VOICES)
) -> dict[int, Array]:
    """By voice (rows, notes): what notes cost after what all voices have sung.

    Args:
        sung: what each voice sang last.
        names: (rows, 12) how pitch classes are spelled now, on the line of fifths.
        age: (rows, voices) frames since each voice began its note.
        pulse: (rows,) whether the frame is a pulse.
        voices: which are asked for.
    """
    spelled = names[:, CLASSES]
    altered = [_altered(spelled, sung, voice) for voice in range(VOICES)]
    short = ~pulse[:, None] | (age + 1 < A_QUARTER)
    found = {}
    for voice in voices:
        step = np.abs(EVERY + LOWEST - sung.pitch[:, voice, None]) == 1
        own = altered[voice] & step
        others = np.any([altered[other] for other in range(VOICES) if other != voice], axis=0)
        found[voice] = _CHROMATIC * (own & short[:, voice, None]) + _CROSS * (others & ~own)
    return found


def clashes(now: Sonority, names: Array, voice: int) -> Array:
    """(rows, notes): what notes of a voice cost whose letter a decided voice sings with another alteration."""
    spelled = names[:, CLASSES]
    altered = [_altered(spelled, now, other) for other in range(VOICES) if other != voice]
    return np.asarray(_CLASH * np.any(altered, axis=0))


def _altered(spelled: Array, sonority: Sonority, voice: int) -> Array:
    """(rows, notes): the letter of a voice's note, with another alteration."""
    apart = spelled - sonority.fifths[:, voice, None]
    found = (apart % _LETTERS == 0) & (apart != 0) & sonority.sounds[:, voice, None]
    found[:, 0] = False
    return np.asarray(found)


def of_chord(voice: int, note: Array, before: Array, chord: tuple[Array, Array], begins: Array, nears: Array) -> Array:
    """(rows, notes): what notes of a voice cost where a chord begins, or closes a phrase.

    Args:
        voice: a voice below the soprano.
        note: (rows, voices) the notes of the frame, as far as they are decided.
        before: (rows, voices) those of the frame before.
        chord: class of key and number of figure of each row.
        begins: (rows,) whether the chord begins here, or closes.
        nears: (rows,) whether it is the last of a phrase, or leads to it.
    """
    key, figure = chord
    degree = (CLASSES - ((key - 1) // 2)[:, None]) % 12
    known = begins & (key > 0) & (figure > 0)
    near = known & nears
    if voice == _BASS:
        price = _OTHER_BASS * known + _STRANGER * near
        return np.asarray(price[:, None] * (degree != bass_table()[figure][:, None]))
    role = role_table()[figure[:, None], degree]
    above = np.take_along_axis(role, note[:, :voice], axis=1)
    lowest = role_table()[figure, bass_table()[figure]]
    wants = (role_table()[figure] == THIRD).any(axis=1) & (lowest != THIRD)
    missing = known & wants & ~((above == THIRD) & (note[:, :voice] > 0)).any(axis=1)
    root = (root_table()[figure] + (key - 1) // 2) % 12
    rises = (voice < _TENOR) & ((before[:, _TENOR] + LOWEST - root) % 12 == _LEADING)  # then the tenor has the root
    price = np.where(nears, np.where(rises, _NEAR_CLOSE[_TENOR], _NEAR_CLOSE[voice]), _WITHOUT_THIRD[voice])
    strange = _STRANGER * (near[:, None] & (role == NOT_A_MEMBER))
    return np.asarray((missing * price)[:, None] * (role != THIRD) + strange)


def unled(note: Array, before: Array, closes: Array) -> Array:
    """(rows, notes): what basses cost that make a close of a soprano's step down to the root without a leading note.

    `note` and `before` (rows, voices) are the notes of this frame, the bass not yet decided, and of the one before.
    """
    steps = (before[:, 0] - note[:, 0] > 0) & (before[:, 0] - note[:, 0] <= 2) & (note[:, 0] > 0)
    led = (((before - note[:, :1]) % 12 == 11) & (before > 0)).any(axis=1)
    to_root = (EVERY - note[:, :1]) % 12 == 0
    return np.asarray(_UNLED * ((closes & steps & ~led)[:, None] & to_root))


def unrest(closes: Array) -> Array:
    """(rows, figures): what chords cost that are no close."""
    sevenths = (role_table() == SEVENTH).any(axis=1)
    return np.asarray(_UNREST * (closes[:, None] & sevenths))


def covered(voice: int, earlier: Array, note: Array, pulse: Array) -> Array:
    """(rows, notes): what notes of a voice cost for parallels from pulse to pulse, whatever comes between.

    `earlier` and `note` (rows, voices) are the notes on the pulse before, 0 where there is none, and now; NOT_GIVEN
    where a voice is not decided.
    """
    found = np.zeros((len(note), NOTES), dtype=bool)
    own = np.sign(EVERY - earlier[:, voice, None])
    for other in range(VOICES):
        there, here = earlier[:, other], note[:, other]
        known = (there > 0) & (earlier[:, voice] > 0) & (here > 0) & (here < NOTES) & pulse & (other != voice)
        was = (earlier[:, voice] - there) % 12
        perfect = np.isin(was, _PERFECT) if other < voice else np.isin(-was % 12, _PERFECT)
        again = (EVERY - here[:, None]) % 12 == was[:, None]
        way = np.sign(here - there)[:, None]
        found |= (known & perfect)[:, None] & again & (own == way) & (way != 0)
    return np.asarray(_COVERED * found)


def is_rest(pitch: Array, sounds: Array) -> Array:
    """(rows,): whether voices (rows, voices) close: on root, third and perfect fifth over the bass, at least the third.

    >>> chords = np.array([[72, 67, 64, 48], [72, 67, 60, 48], [76, 67, 60, 55], [71, 67, 64, 48]])
    >>> is_rest(chords, chords > 0).tolist()  # a triad, no third, a six-four, a seventh
    [True, False, False, False]
    """
    over = np.where(sounds, (pitch - pitch[:, -1:]) % 12, 0)
    triads = [np.isin(over, (0, third, 7)).all(axis=1) & (over == third).any(axis=1) for third in (3, 4)]
    return np.asarray(np.any(triads, axis=0))
