"""Spelling: places on the line of fifths, measured from the key signature and from the final."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from musegen.features.counting import NAN, Floats, deviation, each, entropy, mean, parts, share
from musegen.features.piece_view import PieceView
from musegen.features.pitch.final import final
from musegen.features.registry import feature
from musegen.score.keeping import kept

_FLATTEST, _SHARPEST = -8, 12
_NAMES = ("Fb", "Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#",
          "E#", "B#")  # fmt: skip
_SIGNATURE = (-1, 5)  # F to B: what a signature without accidentals holds
_LETTER_DEGREES = (0, 4, 1, 5, 2, 6, 3)
"""The degree above the final that lies 0, 1, ... 6 fifths above it, modulo 7."""
_DEGREES = ("1", "2", "3", "4", "5", "6", "7")


def from_signature(view: PieceView) -> npt.NDArray[np.int64]:
    """The place of each note on the line of fifths as if its key signature had no accidentals: C is 0."""
    return kept(view, "from_signature", _from_signature)


def _from_signature(view: PieceView) -> npt.NDArray[np.int64]:
    signatures = np.array([measure.key_signature.fifths for measure in view.score.measures], dtype=np.int64)
    fifths = view.notes["fifths"].astype(np.int64)
    return fifths - signatures[view.grid.measure] if len(signatures) else fifths


def _altered(view: PieceView) -> npt.NDArray[np.bool_]:
    where = from_signature(view)
    return np.asarray((where < _SIGNATURE[0]) | (where > _SIGNATURE[1]))


@feature("pitch", dims=_NAMES, unit="share of sounding time",
         source="musegen; line of fifths: Temperley, The Cognition of Basic Musical Structures (2001), ch. 5",
         confounds=("format",))  # fmt: skip
def spelling_shares(view: PieceView) -> Floats:
    """How much of the sounding time each spelled pitch class has, named as if the key signature had no accidentals.

    What lies beyond Fb and B# counts there. MIDI holds no spelling: it is guessed, and so is this.
    """
    place = np.minimum(np.maximum(from_signature(view), _FLATTEST), _SHARPEST) - _FLATTEST
    return parts(np.bincount(place, view.duration, minlength=len(_NAMES)))


@feature("pitch", dims=_DEGREES, unit="share of sounding time", source="scale degrees by letter, musegen",
         confounds=("format",))  # fmt: skip
def degree_shares(view: PieceView) -> Floats:
    """How much of the sounding time each degree above the final has, whatever its accidental."""
    return parts(np.bincount(degrees(view), view.duration, minlength=7))


@feature("pitch", dims=_DEGREES, unit="share of the degree's time", source="musegen",
         confounds=("format",))  # fmt: skip
def altered_degree_shares(view: PieceView) -> Floats:
    """How much of the time of each degree above the final is altered against the key signature."""
    where, duration = degrees(view), view.duration
    altered = np.bincount(where, duration * _altered(view), minlength=7)
    return each(altered, np.bincount(where, duration, minlength=7))


@feature("pitch", dims=("time", "notes", "sharpwards", "flatwards"), unit="share of sounding time, or of notes",
         source="chromatic notes: FANTASTIC's and musif's non-diatonic shares, by spelling",
         confounds=("format",))  # fmt: skip
def altered_shares(view: PieceView) -> tuple[float, float, float, float]:
    """How much is altered against the key signature: of the time, of the notes; of the notes sharpwards, flatwards."""
    where, altered, duration = from_signature(view), _altered(view), view.duration
    sharp, total = np.count_nonzero(where > _SIGNATURE[1]), len(where)
    notes = np.count_nonzero(altered)
    time = share(duration.dot(altered), duration.sum())
    return time, share(notes, total), share(sharp, total), share(notes - sharp, total)


@feature("pitch", dims=("number", "entropy"), high=70.0, unit="spellings; bits",
         source="musegen; spellings are what MIDI tools cannot count", confounds=("format",))  # fmt: skip
def spelling_variety(view: PieceView) -> tuple[float, float]:
    """How many differently spelled pitch classes there are, and how evenly the sounding time is spread over them."""
    spelled = view.notes["fifths"]
    if not len(spelled):
        return NAN, NAN
    time = np.bincount(spelled - spelled.min(), view.duration)
    return float(np.count_nonzero(time)), entropy(parts(time))


@feature("pitch", unit="share of sounding time", source="musegen: chromaticism without a signature")
def outside_best_scale(view: PieceView) -> float:
    """How much of the sounding time lies outside the best seven neighbours by fifths (a diatonic scale)."""
    time = np.bincount(view.pitch * 7 % 12, view.duration, minlength=12)
    reached = np.concatenate([[0.0], time, time[:7]]).cumsum()
    total = float(time.sum())
    return share(max(total - float((reached[7:19] - reached[:12]).max()), 0.0), total)


@feature("pitch", dims=("mean", "deviation", "span"), low=-60.0, high=120.0, unit="fifths",
         source="musegen; tonal pitch class distribution of Temperley (2001)", confounds=("format",))  # fmt: skip
def fifths_place(view: PieceView) -> tuple[float, float, float]:
    """Where the sounding time lies on the line of fifths.

    The mean, from the first degree of the signature's major scale; the deviation; the distance of the extremes.
    """
    duration, where = view.duration, from_signature(view)
    if not len(where):
        return NAN, NAN, NAN
    spelled = view.notes["fifths"]
    return mean(where, duration), deviation(where, duration), float(spelled.max() - spelled.min())


@feature("pitch", dims=("fifths", "changes"), low=-14.0, high=float("inf"), unit="fifths; changes a measure",
         source="musegen", confounds=("format", "meter"), absolute=True)  # fmt: skip
def key_signature(view: PieceView) -> tuple[float, float]:
    """The sharps (or, negative, flats) of the key signature of most measures, and how often it changes a measure."""
    fifths = [measure.key_signature.fifths for measure in view.score.measures]
    if not fifths:
        return NAN, NAN
    changes = sum(before != after for before, after in pairwise(fifths))
    return float(max(fifths, key=fifths.count)), changes / len(fifths)


def degrees(view: PieceView) -> npt.NDArray[np.int64]:
    """The degree of each note above the final by letter, from 0: E, E flat and E sharp are all 2 above C."""
    return kept(view, "degrees", _degrees)


def _degrees(view: PieceView) -> npt.NDArray[np.int64]:
    above = (view.notes["fifths"] - final(view).fifths) % 7
    return np.asarray(np.array(_LETTER_DEGREES, dtype=np.int64)[above])
