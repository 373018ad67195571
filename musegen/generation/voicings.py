"""Voicings: every way to set a chord for soprano, alto, tenor and bass, with the textbook price of each doubling."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import BASS, TREBLE, Part
from musegen.score.pitch import pitch_class_of
from musegen.theory.keys import Key
from musegen.theory.numerals import Numeral

Array = npt.NDArray[Any]

PARTS = (
    Part("P1", "Soprano", "S.", (TREBLE,)),
    Part("P2", "Alto", "A.", (TREBLE,)),
    Part("P3", "Tenor", "T.", (BASS,)),
    Part("P4", "Bass", "B.", (BASS,)),
)
"""The four parts that every generated chorale texture is written in."""
COMFORTABLE = ((62, 79), (55, 72), (50, 67), (41, 60))
"""MIDI ranges in which generators stay: S D4-G5, A G3-C5, T D3-G4, B F2-C4."""
LIMITS = ((60, 81), (53, 74), (48, 69), (40, 62))
"""MIDI ranges that the `strict` pack allows: S C4-A5, A F3-D5, T C3-A4, B E2-D4."""
UPPER_SPACING = 12
LOWER_SPACING = 19

_NO_FIFTH = 1.6
_NO_COLOR = 4.0  # an added note, a seventh or the root for which four voices have no room


class Chord(NamedTuple):
    """A numeral in a key.

    >>> from musegen.theory.numerals import parse_numeral
    >>> str(Chord(Key.parse("g"), parse_numeral("V7", minor=True)))
    'g:V7'
    """

    key: Key
    numeral: Numeral

    def __str__(self) -> str:
        return f"{self.key}:{self.numeral.figure}"

    @property
    def tones(self) -> tuple[int, ...]:
        """Its notes on the line of fifths, root first."""
        return self.numeral.tones(self.key)

    @property
    def root(self) -> int:
        """The root that the ear compares: a cadential six-four counts as dominant.

        >>> from musegen.theory.numerals import parse_numeral
        >>> Chord(Key.parse("G"), parse_numeral("Cad64", minor=False)).root
        2
        """
        return self.key.tonic + (1 if self.numeral.is_cadential else self.numeral.root)


@dataclass(frozen=True)
class Voicings:
    """Settings of one chord: `pitch` and `fifths` of shape (settings, 4), S A T B, and the price of each."""

    pitch: Array
    fifths: Array
    cost: Array


@cache
def voicings_of(chord: Chord, ranges: tuple[tuple[int, int], ...] = COMFORTABLE) -> Voicings:
    """Every setting of a chord inside the ranges: voices in order, an octave at most between the upper ones.

    Chords are complete, but for the fifth of a root-position triad or seventh chord; tendency tones are not doubled.
    Of a chord of five notes or over a foreign bass, as much sounds as each soprano leaves room for.

    >>> from musegen.theory.numerals import parse_numeral
    >>> found = voicings_of(Chord(Key.parse("C"), parse_numeral("I", minor=False)))
    >>> found.pitch[found.cost.argmin()].tolist()
    [67, 64, 60, 48]
    """
    tones = sorted(set(chord.tones))
    bass_tone = chord.key.tonic + chord.numeral.bass
    choices = [notes_within(tones, span) for span in ranges[:3]] + [notes_within([bass_tone], ranges[3])]
    pitch, fifths = together(choices)
    gaps = pitch[:, :3] - pitch[:, 1:]
    spaced = (gaps >= 0).all(axis=1) & (gaps[:, :2] <= UPPER_SPACING).all(axis=1) & (gaps[:, 2] <= LOWER_SPACING)
    pitch, fifths = pitch[spaced], fifths[spaced]
    times = np.stack([(fifths == tone).sum(axis=1) for tone in chord.tones], axis=1)
    cost = doubling_cost(chord.numeral, times) + spacing_cost(pitch)
    kept = np.isfinite(cost)
    if chord.numeral.is_changed:
        kept &= _fullest(chord.numeral, times, pitch[:, 0], kept)
    return Voicings(pitch[kept], fifths[kept], cost[kept])


def together(choices: list[list[tuple[int, int]]]) -> tuple[Array, Array]:
    """Every way to choose one (pitch, place on the line of fifths) for each voice: pitches and places, (ways, voices).

    >>> together([[(60, 0)], [(48, 0), (52, 4)]])[0].tolist()
    [[60, 48], [60, 52]]
    """
    grids = np.meshgrid(*[np.arange(len(choice)) for choice in choices], indexing="ij")
    notes = [
        np.array(choice, dtype=np.int64).reshape(-1, 2)[grid.ravel()]
        for choice, grid in zip(choices, grids, strict=True)
    ]
    return np.stack([voice[:, 0] for voice in notes], axis=1), np.stack([voice[:, 1] for voice in notes], axis=1)


def notes_within(tones: list[int], span: tuple[int, int]) -> list[tuple[int, int]]:
    """All (pitch, place on the line of fifths) of these tones from the lowest to the highest pitch of a span."""
    return sorted(
        (pitch, tone)
        for tone in tones
        for pitch in range(span[0], span[1] + 1)
        if pitch % 12 == int(pitch_class_of(tone))
    )


def doubling_cost(numeral: Numeral, times: Array, forbidden: float = np.inf) -> Array:
    """The price of how often each member sounds; `forbidden` where a textbook forbids it. `times`: (settings, members).

    >>> from musegen.theory.numerals import parse_numeral
    >>> doubling_cost(parse_numeral("V", minor=False), np.array([[2, 1, 1], [1, 2, 1]])).tolist()
    [0.0, inf]
    """
    prices = np.minimum(_member_prices(numeral), forbidden)
    cost = np.zeros(len(times))
    for member, price in enumerate(prices):
        cost += np.where(times[:, member] >= 2, price, 0.0) + np.where(times[:, member] >= 3, 1.6, 0.0)
        cost += np.where(times[:, member] == 0, min(forbidden, _missing_price(numeral, member)), 0.0)
    cost += np.where((times >= 2).sum(axis=1) >= 2, 0.6, 0.0)
    return np.asarray(cost)


def _missing_price(numeral: Numeral, member: int) -> float:
    """What it costs to leave a member out: a perfect fifth over its root may be missing."""
    if _is_perfect_fifth(numeral, member) and (numeral.inversion == 0 or numeral.is_changed):
        return _NO_FIFTH
    return _NO_COLOR if numeral.is_changed and member not in (1, numeral.inversion) else np.inf


def _is_perfect_fifth(numeral: Numeral, member: int) -> bool:
    return numeral.members[member] - numeral.members[0] == 1


def _fullest(numeral: Numeral, times: Array, soprano: Array, allowed: Array) -> Array:
    """Under each soprano the settings that lack fewest members, the perfect fifth apart."""
    counted = [member for member in range(times.shape[1]) if not _is_perfect_fifth(numeral, member)]
    lacking = (times[:, counted] == 0).sum(axis=1)
    least = np.full(128, times.shape[1])
    np.minimum.at(least, soprano[allowed], lacking[allowed])
    return np.asarray(lacking == least[soprano])


def _member_prices(numeral: Numeral) -> list[float]:
    """The price of doubling each member (Kostka & Payne, chs. 5, 8, 9): tendency tones never, the bass of 6/4 first."""
    prices = []
    for place, member in enumerate(numeral.members):
        if member in (numeral.leading_tone, numeral.seventh) or _is_altered(numeral, member):
            prices.append(np.inf)
        elif numeral.is_seventh:
            prices.append(0.0 if place == 0 else 1.5)
        else:
            prices.append(_triad_price(numeral, place))
    return prices


def _triad_price(numeral: Numeral, place: int) -> float:
    if numeral.is_cadential or numeral.inversion == 2:
        return 0.0 if place == 2 else 2.5
    if numeral.quality == "dim":
        return (np.inf if numeral.degree == 7 else 1.5, 0.0, 0.8)[place]
    if numeral.inversion == 1:
        return (0.0, 1.6 if numeral.quality == "major" else 0.2, 0.3)[place]
    third = 0.7 if numeral.degree == 6 else 1.5
    return (0.0, third, 0.9)[place]


def _is_altered(numeral: Numeral, member: int) -> bool:
    """A chromatic note that pulls onward: the raised third of an applied chord, both ends of an augmented sixth.

    The bass of a Neapolitan sixth is diatonic and may be doubled; its root and the lowered sixth may not.
    """
    if numeral.quality in ("It", "Fr", "Ger"):
        return member in (6, -4)
    if numeral.figure.startswith("N"):
        return member in (-5,)
    return bool(numeral.applied_to) and member == numeral.applied_tonic + 5


def spacing_cost(pitch: Array) -> Array:
    """(settings,): even spacing above, room below: close gaps low down sound muddy, an empty middle sounds thin."""
    upper, middle, lower = (pitch[:, voice] - pitch[:, voice + 1] for voice in range(3))
    cost = 0.04 * np.abs(upper - middle) + 0.9 * (upper == 0) + 0.9 * (middle == 0) + 1.0 * (lower == 0)
    cost = cost + 0.1 * np.maximum(0, 5 - lower) * (pitch[:, 3] < 48) + 0.05 * np.maximum(0, lower - 14)
    return np.asarray(cost + 0.03 * np.abs(pitch[:, 2] - 58) + 0.02 * np.abs(pitch[:, 1] - 65))
