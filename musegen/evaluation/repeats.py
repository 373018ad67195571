"""What a voice says more than once: repeated sequences of notes, each as long as it can be."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.frames import Bools, Ints

_HELD = -1
_FEWEST_NOTES = 2


def repeated_sequences(pitch: Ints, fifths: Ints, attack: Bools) -> Counter[int]:
    """How often sequences of each length in frames are heard, those that are heard twice or more.

    A sequence begins with a note, or a rest, and has two at least; the last may be held shorter than it is written.
    One that is only ever heard as part of the same longer one does not count. Columns of one voice, (frames,).

    >>> tune = np.array([60, 62, 64, 60, 62, 67, 65], dtype=np.int16)
    >>> repeated_sequences(tune, np.zeros(7, dtype=np.int16), np.ones(7, dtype=bool))
    Counter({2: 2})
    """
    begins = attack | _rest_begins(pitch)
    token = np.where(begins, pitch.astype(np.int64) * 64 + fifths, _HELD)
    onset = np.flatnonzero(begins)
    if len(onset) < _FEWEST_NOTES:
        return Counter()
    common = _common_lengths(token, onset)
    number = np.searchsorted(onset, np.arange(len(token) + 1))  # notes that begin before each frame
    before = _note_before(token, onset)
    found: Counter[int] = Counter()
    for place in range(len(onset)):
        for length in np.unique(common[place][common[place] > 0]).tolist():
            where = np.flatnonzero(common[place] >= length)
            where = np.append(where, place)
            first_said = where.min() == place
            if (
                first_said
                and _notes(number, onset[place], length) >= _FEWEST_NOTES
                and not _always_after(before, where)
            ):
                found[length] += len(where)
    return found


def _rest_begins(pitch: Ints) -> Bools:
    silent = pitch == 0
    return np.asarray(silent & ~np.r_[False, silent[:-1]])


def _common_lengths(token: npt.NDArray[np.int64], onset: npt.NDArray[np.intp]) -> npt.NDArray[np.int32]:
    """(notes, notes): for how many frames the piece goes on alike from two notes; 0 from a note and itself."""
    frames = len(token)
    row = np.zeros(frames + 1, dtype=np.int32)
    found = np.zeros((len(onset), len(onset)), dtype=np.int32)
    place = {int(frame): number for number, frame in enumerate(onset)}
    for frame in range(frames - 1, -1, -1):
        row[:-1] = np.where(token == token[frame], row[1:] + 1, 0)
        if frame in place:
            found[place[frame]] = row[onset]
    np.fill_diagonal(found, 0)
    return found


def _notes(number: npt.NDArray[np.intp], first: int, length: int) -> int:
    return int(number[first + length] - number[first])


def _note_before(token: npt.NDArray[np.int64], onset: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """(notes,): what stands before each note, with its length, as one number; -1 before the first."""
    lengths = np.diff(onset)
    return np.concatenate([[-1], token[onset[:-1]] * 4096 + lengths])


def _always_after(before: npt.NDArray[np.int64], where: npt.NDArray[np.intp]) -> bool:
    """Every time the same note stands before it: it is part of a longer sequence."""
    return bool((before[where] == before[where[0]]).all() and before[where[0]] >= 0)
