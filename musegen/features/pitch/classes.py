"""Pitch classes above the final: how long each sounds, where, and which keys and scales that resembles."""

from __future__ import annotations

from functools import cache

import numpy as np

from musegen.features.counting import NAN, Floats, each, entropy, parts, share
from musegen.features.piece_view import PieceView
from musegen.features.pitch.final import class_time, classes
from musegen.features.registry import feature

CLASSES = ("P1", "m2", "M2", "m3", "M3", "P4", "TT", "P5", "m6", "M6", "m7", "M7")
"""Semitones above the final, by the commonest name of the interval."""
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
"""Probe-tone ratings: Krumhansl & Kessler, Psychological Review 89 (1982)."""


@feature(
    "pitch",
    dims=CLASSES,
    unit="share of sounding time",
    source="jSymbolic 2, Pitch Class Histogram; by time, from the final",
)
def pitch_class_shares(view: PieceView) -> Floats:
    """How much of the sounding time each pitch class has, counted in semitones above the final.

    The final is the lowest of the notes that end last.
    """
    return parts(class_time(view))


@feature("pitch", dims=CLASSES, unit="share of notes", source="jSymbolic 2, Pitch Class Histogram; from the final")
def pitch_class_note_shares(view: PieceView) -> Floats:
    """How many of the notes each pitch class above the final has, long or short."""
    return parts(np.bincount(classes(view), minlength=12))


@feature("pitch", dims=[str(number) for number in range(12)], unit="share of notes",
         source="jSymbolic 2, Pitch Class Distribution; music21.features P20")  # fmt: skip
def pitch_classes_from_commonest(view: PieceView) -> Floats:
    """How many of the notes each pitch class has, in semitones above the commonest one.

    Of two that are equally common, the first above the final counts.
    """
    found = parts(np.bincount(classes(view), minlength=12))
    first = int(found.argmax())
    return np.concatenate([found[first:], found[:first]])


@feature("pitch", dims=CLASSES, unit="share of sounding time", source="jSymbolic 2, Pitch Class Histogram; one line",
         needs="voices")  # fmt: skip
def top_pitch_class_shares(view: PieceView) -> Floats:
    """How much of the top line's sounding time each pitch class above the final has."""
    lines = view.lines
    return parts(np.bincount(classes(view)[lines.row[lines.top]], lines.duration[lines.top], minlength=12))


@feature("pitch", dims=CLASSES, unit="share of sounding time", source="jSymbolic 2, Pitch Class Histogram; one line",
         needs="voices")  # fmt: skip
def bass_pitch_class_shares(view: PieceView) -> Floats:
    """How much of the bass line's sounding time each pitch class above the final has; undefined in a single line."""
    lines = view.lines
    return parts(np.bincount(classes(view)[lines.row[lines.bass]], lines.duration[lines.bass], minlength=12))


@feature("pitch", dims=CLASSES, unit="share of notes", source="musegen: the classes of strong places",
         confounds=("meter",))  # fmt: skip
def downbeat_pitch_class_shares(view: PieceView) -> Floats:
    """How many of the notes that begin at a barline each pitch class above the final has."""
    return parts(np.bincount(classes(view)[view.grid.level == 0], minlength=12))


@feature("pitch", dims=("2", "3", "4", "6", "7"), unit="share of sounding time",
         source="degrees of modes: Powers, `Mode`, New Grove")  # fmt: skip
def raised_degree_shares(view: PieceView) -> Floats:
    """How much of the time of a degree its higher form has: M2 of m2 and M2, M3, TT of P4 and TT, M6, M7."""
    time = class_time(view)
    high = time[[2, 4, 6, 9, 11]]
    return each(high, time[[1, 3, 5, 8, 10]] + high)


@feature("pitch", dims=("1", "2", "3", "4", "5", "6"), unit="relative magnitude",
         source="Amiot, Music through Fourier Space (2016); Yust, Journal of Music Theory 59 (2015)")  # fmt: skip
def pitch_class_spectrum(view: PieceView) -> Floats:
    """The magnitudes 1 to 6 of the Fourier transform of the pitch classes' time; 5 is diatonic, 6 whole-tone.

    1 where all sounding time is in one corner of that component, 0 where it is even.
    """
    return np.abs(parts(class_time(view)) @ _waves())


@feature(
    "pitch",
    dims=("major", "minor", "best", "lead"),
    low=-1.0,
    high=2.0,
    unit="correlation",
    source="Krumhansl, Cognitive Foundations of Musical Pitch (1990), ch. 4; FANTASTIC tonalness, tonal.clarity",
)
def key_fit(view: PieceView) -> Floats:
    """How well the pitch classes' time fits the probe-tone profiles of keys.

    Of major and minor on the final, of the best of 24 keys, and by how much the best leads the second.
    """
    apart = class_time(view) - class_time(view).sum() / 12
    length = float(np.sqrt(apart.dot(apart)))
    if not length:
        return np.full(4, NAN)
    fit = _profiles() @ (apart / length)
    second, best = np.sort(fit)[-2:]
    return np.array([fit[0], fit[12], best, best - second])


@feature("pitch", dims=("classes", "pitches"), high=7.0, unit="bits",
         source="Shannon entropy; FANTASTIC p.entropy")  # fmt: skip
def pitch_entropy(view: PieceView) -> tuple[float, float]:
    """How evenly the sounding time is spread over pitch classes, and over pitches."""
    if not len(view.pitch):
        return NAN, NAN
    by_pitch = np.bincount(view.pitch - view.pitch.min(), view.duration)
    return entropy(parts(class_time(view))), entropy(parts(by_pitch))


@feature("pitch", unit="share of sounding time", source="musegen; total variation between two distributions")
def change_of_pitch_classes(view: PieceView) -> float:
    """How much of the pitch classes' time would have to change for the first half of the notes to be as the second."""
    half = len(view.notes) // 2
    if not half:
        return NAN
    where, duration = classes(view), view.duration
    first = np.bincount(where[:half], duration[:half], minlength=12)
    second = np.bincount(where[half:], duration[half:], minlength=12)
    return share(np.abs(parts(first) - parts(second)).sum(), 2)


@cache
def _waves() -> Floats:
    """(12, 6) complex: the components 1 to 6 of the Fourier transform."""
    return np.asarray(np.exp(-2j * np.pi * np.outer(np.arange(12), np.arange(1, 7)) / 12))


@cache
def _profiles() -> Floats:
    """(24, 12): the profiles of the major keys, then the minor keys, on each class above the final, at length one."""
    rows = np.array([np.roll(profile, tonic) for profile in (_MAJOR, _MINOR) for tonic in range(12)])
    apart = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(apart / np.linalg.norm(apart, axis=1, keepdims=True))
