"""The symbols of a tune: a place on the staff counted from its tonic, and a length; what they mean in a key."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import UsageError
from musegen.score.meter import TimeSignature
from musegen.score.pitch import (
    STEP_FIFTHS,
    STEP_SEMITONES,
    Numbers,
    SpelledPitch,
    alter_of,
    fifths_name,
    octave_of,
    step_of,
)
from musegen.theory.keys import MOST_SIGNS, Key

Ints = npt.NDArray[np.int64]

GRID = 24
"""Parts of a quarter: what a tune is measured in. Thirty-second notes, triplets and sextuplets are whole numbers."""
END, REST, FIRST = 0, 1, 2
"""The symbol after the last note, a rest, and the first symbol of a note."""
LOWEST, HIGHEST = -12, 19
"""Staff places from the tonic in the fourth octave."""
ALTERS = 3
"""Lowered, as the key signature has it, raised."""
SYMBOLS = FIRST + ALTERS * (HIGHEST - LOWEST + 1)
LENGTHS = (
    3, 4, 6, 8, 9, 12, 15, 16, 18, 21, 24, 30, 36, 42, 48, 54, 60, 66, 72, 78, 84, 90, 96, 102, 108, 114, 120, 126,
    132, 144, 156, 168, 180, 192, 216, 240, 288,
)  # fmt: skip
"""Every length that a note may have, in parts of the grid."""
METERS = tuple(TimeSignature.parse(text) for text in "2/4 3/4 4/4 2/2 6/8 9/8 12/8 3/8 6/4 3/2".split())
MODES = ("lydian", "major", "mixolydian", "dorian", "minor", "phrygian")
"""By how far the tonic lies from that of the major key with the same signature, on the line of fifths, less one."""


_OTHER_NAMES = {"ionian": "major", "aeolian": "minor"}


class Home(NamedTuple):
    """Where a tune is at home: its tonic as a spelled pitch, and the mode on it.

    >>> home_of(2, "dorian")
    Home(fifths=2, mode=3, staff=29)
    """

    fifths: int  # of the tonic, on the line of fifths
    mode: int  # place in MODES
    staff: int  # of the tonic: 7 * octave + step

    @property
    def words(self) -> str:
        """`D dorian`, `B flat major`: for people.

        >>> home_of(-2, "major").words
        'B flat major'
        """
        return f"{fifths_name(self.fifths).replace('-', ' flat').replace('#', ' sharp')} {MODES[self.mode]}"

    @property
    def signature(self) -> int:
        """Sharps of the key signature, or flats as a negative number.

        >>> home_of(2, "dorian").signature, home_of(-1, "major").signature
        (0, -1)
        """
        return self.fifths - (self.mode - 1)

    def pitch(self, symbol: int) -> SpelledPitch:
        """The note of a symbol.

        >>> home_of(2, "major").pitch(symbol_of(2, 0)).name, home_of(2, "minor").pitch(symbol_of(-1, 1)).name
        ('F#4', 'C#4')
        """
        place, alter = place_of(symbol), alter_symbol(symbol)
        staff = self.staff + place
        fifths = under_signature(staff % 7, self.signature) + 7 * alter
        return SpelledPitch(_sounding(staff, fifths), fifths)

    def natural(self, place: int) -> SpelledPitch:
        """The note of a staff place counted from the tonic, as the key signature has it."""
        return self.pitch(symbol_of(place))

    def symbol(self, pitch: int, fifths: int) -> int:
        """The symbol of a note; END where it lies outside what symbols reach.

        >>> home = home_of(1, "major")
        >>> home.symbol(66, 6), home.pitch(home.symbol(66, 6)).name
        (36, 'F#4')
        """
        staff = 7 * int(octave_of(pitch, fifths)) + int(step_of(fifths))
        alter = (fifths - (self.signature - 1)) // 7
        place = staff - self.staff
        reached = LOWEST <= place <= HIGHEST and abs(alter) <= 1
        return symbol_of(place, alter) if reached else END


def home_of(fifths: int, mode: str, octave: int = 4) -> Home:
    """The home of a tonic in an octave, and a mode by name.

    >>> home_of(0, "minor").signature
    -3
    """
    return Home(fifths, MODES.index(mode), 7 * octave + int(step_of(fifths)))


def home_named(text: str) -> Home:
    """Read a key of any mode: `D dorian`, `B- major`, `e`, `A mixolydian`, `C ionian`, `f# aeolian`.

    Raises:
        UsageError: the text is no key, or of a mode that no tune is in.

    >>> home = home_named("D dorian")
    >>> home.signature, MODES[home.mode], MODES[home_named("f#").mode]
    (0, 'dorian', 'minor')
    """
    tonic, _, word = text.strip().rpartition(" ")
    mode = _OTHER_NAMES.get(word.lower(), word.lower())
    try:
        if mode in MODES and word.lower() not in ("major", "minor"):
            home = home_of(Key.parse(f"{tonic} major").tonic, mode)
        else:
            key = Key.parse(text)
            home = home_of(key.tonic, key.mode)
    except UsageError:
        told = f"write a note and a mode, such as D dorian; modes are {', '.join(MODES)}"
        raise UsageError(f"`{text[:80]}` is not a key", hint=told) from None
    if abs(home.signature) > MOST_SIGNS:
        raise UsageError(f"{text} has too many sharps or flats", hint=f"a key signature has {MOST_SIGNS} at most")
    return home


def symbol_of(place: int, alter: int = 0) -> int:
    """The symbol of a staff place counted from the tonic, raised or lowered by so many semitones.

    >>> place_of(symbol_of(-3)), alter_symbol(symbol_of(4, -1))
    (-3, -1)
    """
    return FIRST + ALTERS * (place - LOWEST) + alter + 1


def place_of(symbol: Numbers) -> Numbers:
    """The staff place of a note's symbol, or of an array of them, counted from the tonic."""
    return (symbol - FIRST) // ALTERS + LOWEST


def alter_symbol(symbol: Numbers) -> Numbers:
    """How far a note's symbol, or each of an array of them, is from the key signature, in semitones."""
    return (symbol - FIRST) % ALTERS - 1


def under_signature(step: int, signature: int) -> int:
    """The place on the line of fifths of a step (0 is C) under a key signature.

    >>> under_signature(3, 2), under_signature(6, -3)
    (6, -2)
    """
    natural = int(STEP_FIFTHS[step])
    return natural + 7 * ((signature + 5 - natural) // 7)


def semitones(mode: int) -> Ints:
    """(SYMBOLS,): how far each symbol sounds above the tonic of the fourth octave in a mode; 0 for END and REST.

    >>> [int(semitones(mode)[symbol_of(2)]) for mode in (1, 4)]
    [4, 3]
    """
    home = Home(0, mode, 28)
    heard = [home.pitch(symbol).pitch - 60 for symbol in range(FIRST, SYMBOLS)]
    return np.array([0] * FIRST + heard, dtype=np.int64)


def _sounding(staff: int, fifths: int) -> int:
    octave, step = divmod(staff, 7)
    return int(STEP_SEMITONES[step]) + int(alter_of(fifths)) + 12 * (octave + 1)


DURATIONS = np.array(LENGTHS)
"""(LENGTHS,): the parts of the grid of each length."""
PLACES, ALTERATIONS = np.asarray(place_of(np.arange(SYMBOLS))), np.asarray(alter_symbol(np.arange(SYMBOLS)))
"""(SYMBOLS,) each: the staff place and the alteration of every symbol; of END and REST they mean nothing."""
IS_NOTE = np.arange(SYMBOLS) >= FIRST
"""(SYMBOLS,): which symbols are notes."""


def check_meter(meter: TimeSignature) -> None:
    """Whether tunes have this meter.

    Raises:
        UsageError: none that a network knows has it; says which they have.
    """
    if meter not in METERS:
        raise UsageError(f"no melody in {meter} was learned", hint=f"meters are {', '.join(map(str, METERS))}")


_SEVENTH = 6
_LED = MODES.index("lydian"), MODES.index("major")


@cache
def is_leading_tone(mode: int) -> npt.NDArray[np.bool_]:
    """(SYMBOLS,): the seventh degree, a semitone below the tonic; in modes that have none it is raised."""
    alteration = int(mode not in _LED)
    found: npt.NDArray[np.bool_] = (PLACES % 7 == _SEVENTH) & (alteration == ALTERATIONS) & IS_NOTE
    found.setflags(write=False)
    return found
