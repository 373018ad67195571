"""The key of what is being played: a running count of notes, weighed by how often each degree sounds in real music."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from musegen.theory.home_key import FIRST_BASS, PROFILE
from musegen.theory.statistics import DEGREES, statistics
from musegen.theory.tunes.symbols import MODES, Home, home_of

Floats = npt.NDArray[np.float64]

MODES_HEARD = ("major", "minor", "dorian", "mixolydian")
_RARER = np.array([0.0, 0.0, 1.0, 1.0])
"""What a church mode has against it, in the unit of the weights of `theory.home_key`."""
_SIXTHS, _SEVENTHS = (-4, 3), (-2, 5)
"""Lowered and natural degrees, on the line of fifths from the tonic."""
_HALF_LIFE = 24.0
"""Quarters after which a note counts half."""


_ENDS = 1.5
"""What a phrase that ends on the tonic tells."""


class KeyFinder:
    """The likeliest key of the notes so far, in a few microseconds a note.

    >>> finder = KeyFinder()
    >>> for pitch in (62, 64, 66, 67, 69, 67, 66, 64, 62):
    ...     finder.add(pitch, 1.0)
    >>> finder.best().words
    'D major'
    """

    def __init__(self) -> None:
        self._weights = np.zeros(12)
        self._first, self._last = -1, -1

    @property
    def is_silent(self) -> bool:
        """Nothing has been played."""
        return self._first < 0

    def add(self, pitch: int, quarters: float) -> None:
        """A note, in MIDI numbers, that has lasted so many quarters."""
        self._weights *= 0.5 ** (quarters / _HALF_LIFE)
        self._weights[pitch % 12] += quarters
        self._first = pitch % 12 if self.is_silent else self._first
        self._last = pitch % 12

    def best(self) -> Home:
        """The likeliest key, its tonic in the fourth octave; C major where nothing was played."""
        if self.is_silent:
            return home_of(0, "major")
        mode, tonic = np.unravel_index(int(self._scores().argmax()), (len(MODES_HEARD), 12))
        return home_of(_spelled(int(tonic), MODES_HEARD[mode]), MODES_HEARD[mode])

    def _scores(self) -> Floats:
        """(modes, 12)"""
        share = self._weights / self._weights.sum()
        turned = np.stack([np.roll(share, -tonic) for tonic in range(12)], axis=1)
        found = PROFILE * (_profiles() @ turned) - _RARER[:, None]
        found[:, self._first] += FIRST_BASS
        found[:, self._last] += _ENDS
        return np.asarray(found)


@cache
def _profiles() -> Floats:
    """(modes, 12): the log-probability of each semitone above the tonic."""
    major, minor = np.exp(statistics().profile())
    by_mode = [major, minor, _exchanged(minor, _SIXTHS), _exchanged(major, _SEVENTHS)]
    semitone = (7 * (np.arange(DEGREES) - DEGREES // 2)) % 12
    found = np.zeros((len(MODES_HEARD), 12))
    for row, chances in zip(found, by_mode, strict=True):
        np.add.at(row, semitone, chances)
    return np.asarray(np.log(found))


def _exchanged(profile: Floats, degrees: tuple[int, int]) -> Floats:
    """The profile with two degrees exchanged."""
    one, other = (degree + DEGREES // 2 for degree in degrees)
    changed = profile.copy()
    changed[[one, other]] = profile[[other, one]]
    return changed


def _spelled(tonic: int, mode: str) -> int:
    """The place of a tonic on the line of fifths whose key signature has the fewest signs.

    >>> _spelled(1, "major"), _spelled(1, "minor")
    (-5, 7)
    """
    away = MODES.index(mode) - 1
    places = [fifths for fifths in range(-12, 13) if 7 * fifths % 12 == tonic]
    return min(places, key=lambda fifths: (abs(fifths - away), fifths))


def octave_for(home: Home, pitches: npt.NDArray[np.int64]) -> Home:
    """The key with its tonic in the octave in which notes lie: their middle is a third above it, or near that.

    >>> octave_for(home_of(0, "major"), np.array([48, 52, 55])).natural(0).name
    'C3'
    """
    wanted = float(np.median(pitches)) - 4
    octaves = [home._replace(staff=home.staff % 7 + 7 * octave) for octave in range(1, 8)]
    return min(octaves, key=lambda one: abs(one.natural(0).pitch - wanted))


def symbol_at(home: Home, pitch: int) -> int:
    """The symbol of a MIDI number in a key: spelled as near to it as can be, and brought into what symbols reach.

    >>> home = home_of(2, "major")
    >>> [home.pitch(symbol_at(home, pitch)).name for pitch in (66, 68, 65, 127)]
    ['F#4', 'G#4', 'F4', 'G6']
    """
    fifths = spelled(home, pitch)
    for octaves in sorted(range(-10, 11), key=abs):
        symbol = home.symbol(pitch + 12 * octaves, fifths)
        if symbol:
            return symbol
    raise AssertionError("every pitch class has a symbol in every key")


def spelled(home: Home, pitch: int) -> int:
    """The place on the line of fifths of a MIDI number in a key: from the lowered second to the raised fourth.

    >>> spelled(home_of(0, "major"), 66), spelled(home_of(3, "minor"), 68)
    (6, 8)
    """
    low = home.fifths - 5
    return low + (7 * pitch - low) % 12
