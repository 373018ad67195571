"""A phrase as numbers: sixteen eighths of four voices, counted from the tonic, and what is said of it as a whole."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.frames import A_QUARTER, VOICES, Frames
from musegen.generation.neural.said import UNSAID, Said, key_of
from musegen.score.pitch import pitch_class_of

Ints = npt.NDArray[np.int64]

A_STEP = A_QUARTER // 2
"""Frames in a step: an eighth."""
STEPS = 16
BEATS = STEPS * A_STEP // A_QUARTER
NOTES = 36
"""Pitches that a voice has."""
LOWEST = (53, 48, 44, 33)
"""The lowest of them for S, A, T, B, in MIDI numbers, with the tonic on C."""
A_MEASURE = 4 * A_QUARTER
STARTS, CLOSES, DEGREES = 4, 3, 3
"""Beats of the measure on which a phrase may begin; beats that its last chord has, three and more alike; what its
bass has then: the tonic, the dominant, something else."""
COLUMNS = 3 + STARTS + CLOSES + DEGREES
"""Numbers that say a `Wish` to the networks."""


class Wish(NamedTuple):
    """What is said of phrases, a row each; UNSAID where it is left to the generator."""

    minor: Ints
    shift: Ints  # semitones from C to the tonic, -6 to 5; always said
    start: Ints  # beat of the measure on which it begins, from 0
    close: Ints  # beats that its last chord has, less one
    degree: Ints  # place in DEGREES of its last bass note

    def rows(self, which: Any) -> Wish:
        """Some rows."""
        return Wish(*(column[which] for column in self))


class Phrases(NamedTuple):
    """Phrases side by side."""

    note: Ints  # (phrases, STEPS, voices): places from LOWEST
    attack: Ints  # (phrases, STEPS, voices) 0 or 1: struck at the step
    wish: Wish

    def rows(self, which: Any) -> Phrases:
        """Some rows."""
        return Phrases(self.note[which], self.attack[which], self.wish.rows(which))

    @classmethod
    def joined(cls, parts: list[Phrases]) -> Phrases:
        """All rows of some."""
        wish = Wish(*(np.concatenate(column) for column in zip(*(part.wish for part in parts), strict=True)))
        return cls(np.concatenate([p.note for p in parts]), np.concatenate([p.attack for p in parts]), wish)


def shift_of(tonic: int) -> int:
    """Semitones from C to a tonic, given on the line of fifths: the nearer way.

    >>> shift_of(1), shift_of(-1)
    (-5, 5)
    """
    return (int(pitch_class_of(tonic)) + 6) % 12 - 6


def phrases_in(frames: Frames, said: Said) -> Phrases:
    """The last eight beats of every phrase of a chorale in 4/4 that is as long and in which all sing all the time.

    Of eighths the first sixteenth is heard.
    """
    found = []
    if int(said.phase.max()) + 1 == A_MEASURE:
        for begin, close, end in _spans(said):
            first = end - STEPS * A_STEP
            whole = first >= begin and end - close <= A_MEASURE and said.phase[first] % A_QUARTER == 0
            one = _phrase(frames, said, first, close, end) if whole else None
            if one is not None:
                found.append(one)
    if not found:
        nothing = np.zeros((0, STEPS, VOICES), dtype=np.int64)
        return Phrases(nothing, nothing, Wish(*(np.zeros(0, dtype=np.int64) for _ in Wish._fields)))
    return Phrases.joined(found)


def _spans(said: Said) -> list[tuple[int, int, int]]:
    """Where phrases begin, their last chord begins, and they end."""
    left = said.to_phrase_end
    rests = np.append(left == 0, False)
    closes = np.flatnonzero(rests[1:-1] & ~rests[:-2]) + 1
    ends = np.array([close + int(np.argmin(rests[close:])) for close in closes], dtype=np.int64)
    return [*zip([0, *ends[:-1].tolist()], closes.tolist(), ends.tolist(), strict=True)] if len(ends) else []


def _phrase(frames: Frames, said: Said, first: int, close: int, end: int) -> Phrases | None:
    key = key_of(int(said.home[0]))
    shift = shift_of(key.tonic)
    pitch = frames.pitch[first:end:A_STEP].astype(np.int64)
    attack = frames.attack[first:end].reshape(STEPS, A_STEP, VOICES).any(axis=1)
    note = pitch - shift - np.array(LOWEST)
    if (pitch == 0).any() or (note < 0).any() or (note >= NOTES).any():
        return None
    moved = np.diff(note, axis=0, prepend=-1) != 0
    bass = (int(frames.pitch[close, -1]) - shift) % 12
    wish = (key.minor, shift, said.phase[first] // A_QUARTER, min((end - close - 1) // A_QUARTER, CLOSES - 1),
            {0: 0, 7: 1}.get(bass, 2))  # fmt: skip
    return Phrases(note[None], (attack | moved)[None].astype(np.int64), Wish(*(np.array([int(one)]) for one in wish)))


def wish_numbers(wish: Wish) -> npt.NDArray[np.float32]:
    """(phrases, COLUMNS): what is said as the networks read it, 0 where UNSAID.

    >>> wish_numbers(Wish(*(np.array([value]) for value in (0, 3, -1, -1, 1)))).tolist()
    [[1.0, -1.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0]]
    """
    minor = np.where(wish.minor == UNSAID, 0, 2 * wish.minor - 1)
    parts = [(wish.minor != UNSAID)[:, None], minor[:, None], wish.shift[:, None] / 6]
    for column, size in ((wish.start, STARTS), (wish.close, CLOSES), (wish.degree, DEGREES)):
        parts.append(column[:, None] == np.arange(size))
    return np.concatenate(parts, axis=1).astype(np.float32)
