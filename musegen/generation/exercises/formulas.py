"""Formulas of exercises: how phrases open, approach and reach their cadences, and how a pivot chord turns the key."""

from __future__ import annotations

from functools import cache

import numpy as np

from musegen.generation.syntax import follows
from musegen.generation.voicings import Chord
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral, parse_numeral

_PLAIN_TRIADS = {False: ("I", "ii", "iii", "IV", "V", "vi"), True: ("i", "iio", "III", "iv", "VI")}
"""The diatonic triads that a pivot may be, by mode (minor or not)."""
_SIXTH, _LOWERED_SIXTH, _LEADING_TONE = 3, -4, 5  # the sixth degrees of major and minor, in fifths from the tonic


def succession_price(first: Chord, second: Chord) -> float:
    """The cost of a chord succession, inside a key or over a pivot chord; infinite where it is no progression."""
    if first.key == second.key:
        weight = 0.0 if _clash(first.numeral, second.numeral) else follows(first.numeral, second.numeral)
        return float(-np.log(weight)) if weight > 0 else np.inf
    pivot = pivot_reading(first, second.key)
    if pivot is None:
        return np.inf
    weight = follows(pivot, second.numeral)
    direct = second.numeral.function in ("PD", "D") and not second.numeral.applied_to and pivot.degree != 1
    return float(0.3 - np.log(weight)) if weight > 0 and direct else np.inf


def _clash(first: Numeral, second: Numeral) -> bool:
    """Whether an altered sixth degree goes wrong: one borrowed from minor meets the natural one in an applied chord (a
    cross relation), or one raised in minor does not rise to the leading tone."""
    if first.applied_to:
        return False
    if first.minor:
        return _SIXTH in first.members and not {_SIXTH, _LEADING_TONE} & set(second.members)
    return _LOWERED_SIXTH in first.members and bool(second.applied_to) and _SIXTH in second.members


@cache
def pivot_reading(chord: Chord, key: Key) -> Numeral | None:
    """The diatonic triad of `key` that sounds as this chord does, where both readings are plain: a pivot."""
    plain = chord.numeral.figure.rstrip("6") in _PLAIN_TRIADS[chord.key.minor]
    if not plain:
        return None
    tones, bass = set(chord.tones), chord.key.tonic + chord.numeral.bass
    for name in _PLAIN_TRIADS[key.minor]:
        for suffix in ("", "6"):
            reading = parse_numeral(name + suffix, minor=key.minor)
            if set(reading.tones(key)) == tones and key.tonic + reading.bass == bass:
                return reading
    return None


def is_goal(numeral: Numeral, cadence: str) -> bool:
    """Whether a phrase with this cadence may end on the chord: a plain triad in root position."""
    if numeral.inversion or numeral.is_seventh or numeral.applied_to:
        return False
    if cadence == "HC":
        return numeral.degree == 5 and numeral.quality == "major"
    if cadence == "DC":
        return numeral.degree == 6 and numeral.quality in ("minor", "major") and numeral.figure in ("vi", "VI")
    return numeral.degree == 1 and numeral.figure in ("I", "i")


def is_approach(numeral: Numeral, cadence: str) -> bool:
    """Whether the chord may stand just before the last one: a half cadence is reached from ii, IV, vi or a V of V."""
    if cadence == "HC":
        return numeral.applied_to == "V" or (numeral.degree in (2, 4, 6) and not numeral.applied_to)
    return numeral.figure in ("V", "V7")


def opens(numeral: Numeral, *, piece: bool, pickup: bool) -> bool:
    """Whether a phrase may begin with the chord; a `piece` begins on the tonic, with a `pickup` also on V."""
    plain = numeral.inversion == 0 and not numeral.applied_to and not numeral.is_cadential
    if piece:
        return plain and (numeral.figure in ("I", "i") or (pickup and numeral.figure == "V"))
    return (plain and numeral.figure in ("I", "i", "V", "IV", "iv", "vi", "VI")) or numeral.figure in ("I6", "i6")
