"""What a chorale does, as nine histograms: degrees, values, parallels, sonorities, moves of each voice, repeats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.evaluation.repeats import repeated_sequences
from musegen.generation.neural.frames import VOICES, Frames
from musegen.score.pitch import diatonic_of
from musegen.theory.keys import Key

Histogram = Counter[str]
VOICE_NAMES = ("soprano", "alto", "tenor", "bass")
PROFILES = {
    False: (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    True: (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
"""Probe-tone ratings of major and minor: Krumhansl & Kessler, Psychological Review 89 (1982)."""
_QUALITIES = {
    "major": (0, 4, 7), "minor": (0, 3, 7), "diminished": (0, 3, 6), "augmented": (0, 4, 8),
    "dominant seventh": (0, 4, 7, 10), "major seventh": (0, 4, 7, 11), "minor seventh": (0, 3, 7, 10),
    "half-diminished": (0, 3, 6, 10), "diminished seventh": (0, 3, 6, 9), "minor-major seventh": (0, 3, 7, 11),
    "augmented seventh": (0, 4, 8, 10), "augmented major seventh": (0, 4, 8, 11), "suspended": (0, 5, 7),
    "ninth": (0, 2, 4, 7, 10), "fifth": (0, 7), "unison": (0,), "": (),
}  # fmt: skip
OTHER = "other"


class Histograms(NamedTuple):
    """Counts of one chorale, or of many; what is counted is named by texts."""

    note: Histogram  # frames on each note: its distance from the tonic on the line of fifths
    rhythm: Histogram  # notes and rests by their length in frames
    parallels: Histogram  # fifths, octaves, in similar and contrary motion
    quality: Histogram  # sonorities, one wherever a note begins
    soprano: Histogram  # moves: staff steps and distance on the line of fifths
    alto: Histogram
    tenor: Histogram
    bass: Histogram
    repetition: Histogram  # repeated sequences by their length in frames

    def plus(self, other: Histograms) -> Histograms:
        """Both together."""
        return Histograms(*(one + two for one, two in zip(self, other, strict=True)))

    @property
    def notes(self) -> int:
        """How many notes and rests there are."""
        return sum(self.rhythm.values())


def histograms_of(frames: Frames) -> Histograms:
    """The counts of a chorale; `key_by_profile` says what is the tonic."""
    key = key_by_profile(frames)
    repeats: Counter[int] = Counter()
    for voice in range(VOICES):
        columns = frames.pitch[:, voice], frames.fifths[:, voice], frames.attack[:, voice]
        repeats += repeated_sequences(*columns)
    return Histograms(
        note=_notes(frames, key),
        rhythm=Counter(str(length) for voice in range(VOICES) for length in _lengths(frames, voice)),
        parallels=Counter(_parallels(frames)),
        quality=Counter(_sonorities(frames)),
        **{name: Counter(_moves(frames, voice)) for voice, name in enumerate(VOICE_NAMES)},
        repetition=Counter({str(length): count for length, count in repeats.items()}),
    )


def key_by_profile(frames: Frames) -> Key:
    """The key whose probe-tone profile the sounding time fits best, its tonic spelled as the piece spells it.

    >>> chord = np.tile(np.array([72, 67, 64, 48], dtype=np.int16), (3, 1))
    >>> frames = Frames(chord, np.tile(np.array([0, 1, 4, 0], dtype=np.int16), (3, 1)), np.ones((3, 4), dtype=bool))
    >>> str(key_by_profile(frames))
    'C'
    """
    sounds = frames.pitch > 0
    time = np.bincount(frames.pitch[sounds] % 12, minlength=12).astype(np.float64)
    fit = [
        (float(np.nan_to_num(_likeness(time, tonic, minor))), tonic, minor)
        for tonic in range(12)
        for minor in (False, True)
    ]
    _, tonic, minor = max(fit)
    middle = float(np.median(frames.fifths[sounds])) if sounds.any() else 0.0
    spelled = min((place for place in range(-15, 20) if place * 7 % 12 == tonic), key=lambda place: abs(place - middle))
    return Key(spelled, minor)


def _likeness(time: npt.NDArray[np.float64], tonic: int, minor: bool) -> float:
    with np.errstate(invalid="ignore"):
        return float(np.corrcoef(np.roll(PROFILES[minor], tonic), time)[0, 1])


def _notes(frames: Frames, key: Key) -> Histogram:
    sounds = frames.pitch > 0
    found: Histogram = Counter(str(place) for place in (frames.fifths[sounds] - key.tonic).tolist())
    if not sounds.all():
        found["rest"] = int((~sounds).sum())
    return found


def _begins(frames: Frames) -> npt.NDArray[np.bool_]:
    """(frames, 4): a note or a rest begins."""
    silent = frames.pitch == 0
    rests = silent & ~np.vstack([np.zeros((1, VOICES), dtype=bool), silent[:-1]])
    return np.asarray((frames.attack & ~silent) | rests)


def _lengths(frames: Frames, voice: int) -> list[int]:
    onset = np.flatnonzero(_begins(frames)[:, voice])
    return np.diff(np.append(onset, len(frames.pitch))).tolist() if len(onset) else []


def _moves(frames: Frames, voice: int) -> Iterator[str]:
    """From each note of a voice to the next, rests left out: `-1 -2` is a whole step down."""
    onset = np.flatnonzero(frames.attack[:, voice] & (frames.pitch[:, voice] > 0))
    pitch, fifths = (column[onset, voice].astype(np.int64) for column in (frames.pitch, frames.fifths))
    steps = np.diff(diatonic_of(pitch, fifths))
    for step, way in zip(steps.tolist(), np.diff(fifths).tolist(), strict=True):
        yield f"{step} {way}"


def _sonorities(frames: Frames) -> Iterator[str]:
    begins = np.flatnonzero(_begins(frames).any(axis=1))
    for row in frames.pitch[begins].tolist():
        yield _quality(frozenset(pitch % 12 for pitch in row if pitch))


@cache
def _quality(classes: frozenset[int]) -> str:
    for name, shape in _QUALITIES.items():
        if len(shape) == len(classes) and any({(root + tone) % 12 for tone in shape} == classes for root in range(12)):
            return name
    return OTHER


def _parallels(frames: Frames) -> Iterator[str]:
    """Two voices that strike new notes together, a fifth or an octave after a fifth or an octave, in any motion."""
    new = frames.attack[1:] & (frames.pitch[1:] != frames.pitch[:-1]) & (frames.pitch[1:] > 0) & (frames.pitch[:-1] > 0)
    for upper in range(VOICES):
        for lower in range(upper + 1, VOICES):
            apart = (frames.pitch[:, upper] - frames.pitch[:, lower]) % 12
            both = new[:, upper] & new[:, lower] & (apart[:-1] == apart[1:])
            for size, name in ((7, "fifths"), (0, "octaves")):
                yield from [name] * int((both & (apart[1:] == size)).sum())
