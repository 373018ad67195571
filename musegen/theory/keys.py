"""Keys: a tonic on the line of fifths and a mode, with the scale degrees that they give."""

from __future__ import annotations

import re
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.score.pitch import STEP_FIFTHS, STEPS, alter_of, fifths_name, nearest_fifths, pitch_class_of, step_of

MAJOR_DEGREES = (0, 2, 4, -1, 1, 3, 5)
"""Scale degrees 1 to 7 of a major key on the line of fifths, counted from the tonic."""
MINOR_DEGREES = (0, 2, -3, -1, 1, -4, -2)
"""The same for natural minor."""
ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII")
"""Scale degrees 1 to 7 as the numerals of major chords."""

EXERCISE_KEYS = "C G D A E B F# F B- E- A- D- G- a e b f# c# g# d# d g c f b- e-".split()
MOST_SIGNS = 7
"""Sharps or flats that a key signature has."""
_KEY = re.compile(r"([A-Ga-g])(##|#|bb|b|--|[ -]flat|[ -]sharp|-|)(?::|\s*(maj|min|m|)(?:or|)\.?)$")


def scale_degrees(*, minor: bool) -> tuple[int, ...]:
    """Scale degrees 1 to 7 of a mode (natural minor), counted from the tonic on the line of fifths.

    >>> scale_degrees(minor=False)
    (0, 2, 4, -1, 1, 3, 5)
    """
    return MINOR_DEGREES if minor else MAJOR_DEGREES


def scale_tones(*, minor: bool) -> tuple[int, ...]:
    """All that belongs to a key, counted from the tonic on the line of fifths: in minor the raised 6 and 7 too.

    >>> scale_tones(minor=True)
    (0, 2, -3, -1, 1, -4, -2, 3, 5)
    """
    return (*MINOR_DEGREES, 3, 5) if minor else MAJOR_DEGREES


def signs(alter: int) -> str:
    """An alteration in semitones as figures and chord symbols write it.

    >>> signs(1), signs(-2), signs(0)
    ('#', 'bb', '')
    """
    return "#" * alter or "b" * -alter


class Key(NamedTuple):
    """A key. Printed as music21 and RomanText do: `G` is major, `g` minor, `B-` B flat.

    >>> Key.parse("B- major"), str(Key.parse("f# minor"))
    (Key(tonic=-2, minor=False), 'f#')
    """

    tonic: int  # place on the line of fifths
    minor: bool = False

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read `G major`, `g minor`, `g`, `F#`, `Bb`, `B- major`, `B flat major`, `B-flat major`.

        Without a word for the mode, a small letter is minor.

        Raises:
            UsageError: the text is no key; the hint lists the keys.

        >>> [str(Key.parse(text)) for text in ("Bb", "g", "F sharp minor", "b flat minor", "B-flat major", "f-sharp")]
        ['B-', 'g', 'f#', 'b-', 'B-', 'f#']
        """
        found = _KEY.match(text.strip())
        if not found:
            raise UsageError(f"`{text}` is not a key", hint=f"keys are {' '.join(EXERCISE_KEYS)} (small letters minor)")
        letter, spelled, mode = found.groups()
        accidental = {"flat": "b", "sharp": "#"}.get(spelled.lstrip(" -"), spelled)
        minor = (mode or "")[:1] == "m" and mode != "maj" if mode else letter.islower()
        alter = accidental.count("#") - accidental.count("b") - accidental.count("-")
        return cls(int(STEP_FIFTHS[STEPS.index(letter.upper())]) + 7 * alter, minor)

    @classmethod
    def of_signature(cls, fifths: int, *, minor: bool) -> Key:
        """The major or minor key with so many sharps (positive) or flats (negative).

        >>> str(Key.of_signature(-3, minor=True))
        'c'
        """
        return cls(fifths + 3 * minor, minor)

    def __str__(self) -> str:
        name = fifths_name(self.tonic)
        return name[0].lower() + name[1:] if self.minor else name

    @property
    def written(self) -> str:
        """`G`, `f#`, `Bb`: as RomanText and DCML write it; a key of three accidentals or more by what it sounds like.

        >>> Key.parse("B-").written, Key(-17).written
        ('Bb', 'Db')
        """
        tonic = self.tonic
        if abs(alter_of(tonic)) > 2:
            tonic = nearest_fifths(int(pitch_class_of(tonic)), centre=3 * self.minor)
        return str(self._replace(tonic=tonic)).replace("-", "b")

    @property
    def words(self) -> str:
        """`G major`, `F# minor`, `B flat major`: for people.

        >>> Key.parse("B-").words
        'B flat major'
        """
        name = fifths_name(self.tonic)
        return name.replace("-", " flat").replace("#", " sharp") + (" minor" if self.minor else " major")

    @property
    def signature(self) -> int:
        """Sharps (positive) or flats (negative) of its key signature.

        >>> Key.parse("A").signature, Key.parse("c").signature
        (3, -3)
        """
        return self.tonic - 3 * self.minor

    @property
    def mode(self) -> str:
        """`major` or `minor`."""
        return "minor" if self.minor else "major"

    @property
    def degrees(self) -> tuple[int, ...]:
        """The seven scale degrees on the line of fifths (natural minor in minor).

        >>> Key.parse("G").degrees
        (1, 3, 5, 0, 2, 4, 6)
        >>> Key.parse("e").degrees
        (4, 6, 1, 3, 5, 0, 2)
        """
        return tuple(self.tonic + degree for degree in scale_degrees(minor=self.minor))

    @property
    def leading_tone(self) -> int:
        """Scale degree 7, raised in minor.

        >>> from musegen.score.pitch import fifths_name
        >>> fifths_name(Key.parse("a").leading_tone)
        'G#'
        """
        return self.tonic + 5

    def scale_degree(self, fifths: int) -> tuple[int, int]:
        """(degree 1 to 7, alteration in semitones against this key's scale) of a spelled pitch.

        >>> Key.parse("a").scale_degree(8), Key.parse("a").scale_degree(3)
        ((7, 1), (1, 0))
        """
        degree = (int(step_of(fifths)) - int(step_of(self.tonic))) % 7
        return degree + 1, (fifths - self.degrees[degree]) // 7
