"""Notes, moves and intervals as small numbers, the places of tables; all by semitones and fifths, so by spelling."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musegen.theory.sonority import Ints, Sonority

SILENT = -8000
"""The code of a voice that does not sound: no difference from another code is an interval."""
_SEMITONE = 64
"""A code is so many times the pitch and the place on the line of fifths; a difference of codes is an interval."""
_CODES = 1 << 15  # more than any difference of two codes to either side
_LOWEST, _HIGHEST = 33, 86
_FLATTEST, _SHARPEST = -9, 14


def codes(sonority: Sonority) -> Ints:
    """(rows, voices): one number for pitch and spelling.

    >>> both = np.ones((1, 2), dtype=bool)
    >>> notes = np.array([[60, 67]], dtype=np.int16), np.array([[0, 1]], dtype=np.int16)
    >>> found = codes(Sonority(*notes, both, both))
    >>> int(INTERVALS[found[0, 1] - found[0, 0]]) == int(INTERVALS[7 * 64 + 1])
    True
    """
    return np.where(sonority.sounds, codes_of(sonority.pitch, sonority.fifths), np.int16(SILENT))


def codes_of(pitch: Ints, fifths: Ints) -> Ints:
    """The same for notes by themselves, none of them silent."""
    return pitch.astype(np.int16) * np.int16(_SEMITONE) + fifths


def _all_notes() -> Ints:
    listed = [
        (pitch, fifths)
        for pitch in range(_LOWEST, _HIGHEST + 1)
        for fifths in range(_FLATTEST, _SHARPEST + 1)
        if (7 * fifths - pitch) % 12 == 0
    ]
    return np.array(listed, dtype=np.int16)


def _all_intervals(semitones: int, fifths: int) -> Ints:
    listed = [
        (size, place)
        for size in range(-semitones, semitones + 1)
        for place in range(-fifths, fifths + 1)
        if (7 * place - size) % 12 == 0
    ]
    return np.array(listed, dtype=np.int16)


def _numbered(pairs: Ints) -> npt.NDArray[np.int16]:
    """The number of each code; of all others the next number. A negative code counts from the end."""
    table = np.full(_CODES, len(pairs), dtype=np.int16)
    table[pairs.astype(np.intp) @ (_SEMITONE, 1)] = np.arange(len(pairs), dtype=np.int16)
    return table


NOTES = _all_notes()
"""(notes, 2): pitch and fifths of every note that tables know, A1 to D6, two spellings each."""
STRANGE_NOTE = len(NOTES)
"""The number of any other note."""
NOTE_NUMBERS = _numbered(NOTES)
NO_NOTE = STRANGE_NOTE + 1
NOTE_NUMBERS[SILENT] = NO_NOTE

DISTANCES = _all_intervals(48, 14)
"""(intervals, 2): semitones and fifths between two voices."""
STRANGE_DISTANCE = len(DISTANCES)
INTERVALS = _numbered(DISTANCES)

STEPS = _all_intervals(24, 12)
"""(moves, 2): semitones and fifths that a voice may move by; whoever leaps further is told so without a table."""
STRANGE_MOVE = len(STEPS)
HELD = STRANGE_MOVE + 1
"""The number of a note that goes on; the number after the last move."""
MOVES = _numbered(STEPS)
HELD_NOTE = NO_NOTE + 1
"""The number of a note that goes on, where new notes have those of `NOTES`."""


def notes_of(numbers: npt.NDArray[np.intp]) -> tuple[Ints, Ints]:
    """Pitch and fifths of notes by their numbers; 0 for what is no note of `NOTES`.

    >>> tuple(column.tolist() for column in notes_of(np.array([0, NO_NOTE])))
    ([33, 0], [-9, 0])
    """
    found = _NOTES_AND_NONE[numbers]
    return found[..., 0], found[..., 1]


def ways_of(numbers: npt.NDArray[np.intp]) -> Ints:
    """(..., 2): semitones and fifths of moves by their numbers; 0 for what is no move of `STEPS`.

    >>> ways_of(np.array([int(MOVES[2 * 64 + 2]), HELD])).tolist()
    [[2, 2], [0, 0]]
    """
    return np.asarray(_STEPS_AND_NONE[numbers])


_NOTHING = np.zeros((3, 2), dtype=np.int16)
_NOTES_AND_NONE = np.concatenate([NOTES, _NOTHING])
_STEPS_AND_NONE = np.concatenate([STEPS, _NOTHING])
