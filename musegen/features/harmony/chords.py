"""Which chords a piece uses, and for how long: numerals, functions, kinds, inversions, what is borrowed or altered."""

from __future__ import annotations

import numpy as np

from musegen.features.chord_columns import FUNCTIONS, NUMERALS, QUALITIES, ChordColumns, chord_columns
from musegen.features.counting import NAN, Floats, entropy, mean, share, shares, undefined
from musegen.features.piece_view import PieceView
from musegen.features.registry import feature

_INVERSIONS = "triad triad6 triad64 seventh seventh65 seventh43 seventh42".split()
_DEGREES = tuple(str(degree) for degree in range(1, 8))
_CHROMATIC = ("neapolitan", "italian", "french", "german", "borrowed_in_major", "borrowed_in_minor")


@feature("harmony", unit="share of time", dims=NUMERALS, needs="chords", source="musegen; DCML harmony standard")
def numeral_shares(view: PieceView) -> Floats:
    """How the time is divided among the commonest numerals of both modes; all others are `other` of their mode."""
    return _time(view, "numeral", len(NUMERALS))


@feature("harmony", unit="bits", high=float(np.log2(len(NUMERALS))), needs="chords", source="Shannon, 1948")
def numeral_entropy(view: PieceView) -> float:
    """How evenly the time is divided among the numerals of `numeral_shares`."""
    return entropy(_time(view, "numeral", len(NUMERALS)))


@feature(
    "harmony", unit="share of time", dims=FUNCTIONS, needs="chords", source="Riemann; Caplin, Classical Form, 1998"
)
def function_shares(view: PieceView) -> Floats:
    """How the time is divided among tonic, predominant and dominant, heard in context."""
    found = chord_columns(view)
    return undefined(3) if found is None else shares(found.function, 3, found.weight)


@feature("harmony", unit="share of time", dims=_DEGREES, needs="chords", source="musegen")
def root_degree_shares(view: PieceView) -> Floats:
    """How the time is divided among the scale degrees that chords stand on, altered or not, in the local key."""
    return _time(view, "degree", 7)


@feature("harmony", unit="share of time", dims=QUALITIES, needs="chords", source="Aldwell & Schachter on chords")
def chord_quality_shares(view: PieceView) -> Floats:
    """How the time is divided among kinds of chords, inverted or not."""
    return _time(view, "quality", len(QUALITIES))


@feature("harmony", unit="share of time", dims=_INVERSIONS, needs="chords", source="musegen; thoroughbass figures")
def inversion_shares(view: PieceView) -> Floats:
    """How the time is divided among triads and chords of four notes or more, by inversion."""
    found = chord_columns(view)
    if found is None:
        return undefined(len(_INVERSIONS))
    seventh, inversion = found.fact("is_seventh"), found.fact("inversion")
    return shares(np.where(seventh, 3 + inversion, np.minimum(inversion, 2)), len(_INVERSIONS), found.weight)


@feature("harmony", unit="share of time", needs="chords", source="musegen")
def seventh_share_of_dominants(view: PieceView) -> float:
    """How much of the time of V and vii (in the key or applied) goes to chords with a seventh."""
    found = chord_columns(view)
    if found is None:
        return NAN
    dominant = found.weight * found.fact("is_dominant")
    return share(float(dominant @ found.fact("is_seventh")), float(dominant.sum()))


@feature("harmony", unit="share of time", dims=("all", *(f"of_{degree}" for degree in _DEGREES[1:])), needs="chords",
         source="Aldwell & Schachter on applied chords")  # fmt: skip
def applied_shares(view: PieceView) -> Floats:
    """How much of the time goes to applied chords: all, and those applied to each scale degree, altered or not."""
    found = chord_columns(view)
    if found is None or not found.weight.any():
        return undefined(7)
    to = found.fact("applied")
    time = np.bincount(np.maximum(to, 0), found.weight * (to >= 0), 7) / found.weight.sum()
    return np.array([time.sum(), *time[1:]])


@feature("harmony", unit="share of time", dims=_CHROMATIC, needs="chords", source="Aldwell & Schachter on chromaticism")
def chromatic_chord_shares(view: PieceView) -> Floats:
    """How much of the time goes to Neapolitan chords, the three augmented sixths, and chords borrowed from the other
    mode: in major with any note foreign to the key, in minor with a note other than raised sixth and seventh.
    """
    found = chord_columns(view)
    if found is None or not found.weight.any():
        return undefined(len(_CHROMATIC))
    borrowed = found.fact("is_borrowed") > 0
    kinds = [found.fact("special") == number for number in (1, 2, 3, 4)]
    kinds += [borrowed & (found.minor == 0), borrowed & (found.minor == 1)]
    return np.asarray(np.array([found.weight @ kind for kind in kinds]) / found.weight.sum())


@feature("harmony", unit="probability", needs="chords", source="musegen")
def chord_confidence(view: PieceView) -> float:
    """How sure the analysis is of its chords on average, by time: low in textures and styles that it does not know."""
    found = chord_columns(view)
    return NAN if found is None else mean(found.confidence, found.duration)


def _time(view: PieceView, fact: str, size: int) -> Floats:
    found: ChordColumns | None = chord_columns(view)
    return undefined(size) if found is None else shares(found.fact(fact), size, found.weight)
