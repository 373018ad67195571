"""The key that given chords are in, and whether a key that is asked for can be theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from musegen.theory.chord_symbols import members_of_symbol
from musegen.theory.tunes.symbols import FIRST, MODES, SYMBOLS, Home, alter_symbol, home_of, place_of

_SIGNATURES = range(-7, 8)
_FIFTH = 1  # on the line of fifths
_LAST, _FIRST, _CADENCE = 0.15, 0.1, 0.05
"""What the tonic as last chord, as first one, and a dominant before a tonic speak for a key, in shares of the time."""
_MINOR_LEADING = 5
"""Places on the line of fifths from a minor tonic up to its leading tone; its scale has the lowered one, too."""
_MAJOR, _MINOR, _SEVENTH = 4, -3, -2
"""Thirds and the minor seventh above a root, on the line of fifths."""
_APART = 0.35
"""Of 502 lead sheets two in a hundred have a signature that is farther from the best key than this."""


class TimedChord(NamedTuple):
    """The members of a chord on the line of fifths, root first, and for how many bars it sounds."""

    members: tuple[int, ...]
    bars: float


def home_of_chords(chords: list[TimedChord], signatures: Sequence[int] = _SIGNATURES) -> Home:
    """The major or minor key that holds most of the chords, that begins and ends with its tonic.

    >>> MODES[home_of_chords(timed("G D7 C D7 G".split())).mode], home_of_chords(timed("Am Dm E7 Am".split())).words
    ('major', 'A minor')
    """
    homes = [
        home_of(signature + MODES.index(mode) - 1, mode) for mode in ("major", "minor") for signature in signatures
    ]
    return max(homes, key=lambda home: (round(likeness(chords, home), 6), -abs(home.signature)))


def timed(symbols: list[str]) -> list[TimedChord]:
    """Chord symbols of a bar each."""
    return [TimedChord(members_of_symbol(symbol).members, 1.0) for symbol in symbols]


def is_key_of(home: Home, chords: list[TimedChord]) -> bool:
    """Whether chords can be in a key: no other one is much more like theirs.

    >>> from musegen.theory.tunes.symbols import home_named
    >>> [is_key_of(home_named(key), timed("G D7 C D7 G".split())) for key in ("G", "C", "E-", "G mixolydian")]
    [True, False, False, True]
    """
    return likeness(chords, home) >= likeness(chords, home_of_chords(chords)) - _APART


def likeness(chords: list[TimedChord], home: Home) -> float:
    """The share of the time that members of the chords are of the key's scale, and what its tonic and dominant add."""
    scale = _scale(home)
    whole = sum(chord.bars for chord in chords)
    inside = sum(chord.bars * np.mean([member in scale for member in chord.members]) for chord in chords)
    roots = [chord.members[0] for chord in chords]
    blues = roots[0] == roots[-1]  # where a seventh is at rest
    tonics = [root == home.fifths and _is_tonic(chord, home, blues) for root, chord in zip(roots, chords, strict=True)]
    cadences = any(before == home.fifths + _FIFTH and here for before, here in zip(roots, tonics[1:], strict=False))
    return float(inside / whole) + _LAST * tonics[-1] + _FIRST * tonics[0] + _CADENCE * cadences


def _scale(home: Home) -> frozenset[int]:
    natural = {
        home.pitch(symbol).fifths
        for symbol in range(FIRST, SYMBOLS)
        if alter_symbol(symbol) == 0 and 0 <= place_of(symbol) < 7
    }
    return frozenset(natural | ({home.fifths + _MINOR_LEADING} if MODES[home.mode] == "minor" else set()))


def _is_tonic(chord: TimedChord, home: Home, blues: bool) -> bool:
    """Whether a chord has the third of the mode, if any, and calls for no other one, as sevenths do outside a blues."""
    above = {member - chord.members[0] for member in chord.members}
    thirds, third = above & {_MAJOR, _MINOR}, home.natural(2).fifths - home.fifths
    return (not thirds or third in thirds) and (blues or not {_MAJOR, _SEVENTH} <= above)
