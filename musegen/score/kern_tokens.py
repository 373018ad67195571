"""The notes and rests of kern: what `2.b-]` or `4c 4e` says, read once for each different token of a file."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from musegen.errors import MalformedScore
from musegen.score.limits import FinerGrid
from musegen.score.pitch import SpelledPitch, spell
from musegen.score.table import Flag

REST = -1
"""What stands in place of the pitch of a rest."""
_MIDDLE_C_OCTAVE = 4
_MOST_LETTERS, _MOST_ACCIDENTALS, _MOST_DOTS, _MOST_ZEROS, _MOST_DIGITS = 8, 3, 4, 3, 5
_LETTERS = re.compile(r"([a-gA-G])\1*")
_ACCIDENTAL = re.compile(r"#+|-+")
_DURATION = re.compile(r"(\d+)(?:%(\d+))?")
_MARKS = (
    ("[", int(Flag.TIED_TO_NEXT)), ("]", int(Flag.TIED_FROM_PREVIOUS)),
    ("_", int(Flag.TIED_TO_NEXT | Flag.TIED_FROM_PREVIOUS)), (";", int(Flag.FERMATA)), ("yy", int(Flag.HIDDEN)),
    ("q", int(Flag.GRACE)), ("Q", int(Flag.GRACE)),
)  # fmt: skip


class Sound(NamedTuple):
    """One note of a token."""

    pitch: int  # MIDI number, or REST
    fifths: int
    flags: int


class Token(NamedTuple):
    """A note, a chord or a rest. The duration is in ticks, 0 for a grace note."""

    duration: int
    sounds: tuple[Sound, ...]


class Tokens(dict[str, "Token | None"]):
    """The tokens of a file by their text; None for what says neither note nor rest.

    Raises:
        MalformedScore: on asking for a note without a duration, or with one that none can have.
        FinerGrid: the ticks are too long for the duration.

    >>> Tokens(10080)["4.b-]"]
    Token(duration=15120, sounds=(Sound(pitch=70, fifths=-2, flags=2),))
    """

    def __init__(self, ticks_per_quarter: int) -> None:
        super().__init__()
        self.ticks_per_quarter = ticks_per_quarter

    def __missing__(self, text: str) -> Token | None:
        notes = [note for note in text.split(" ") if "r" in note or _LETTERS.search(note)]
        token = None
        if notes and text[0] not in "=*!":
            sounds = tuple(_sound(note) for note in notes)
            token = Token(self._ticks(notes[0]), sounds)
        self[text] = token
        return token

    def _ticks(self, note: str) -> int:
        if "q" in note or "Q" in note:
            return 0
        exact = duration(note) * self.ticks_per_quarter
        if exact.denominator != 1:
            raise FinerGrid(exact.denominator)
        return exact.numerator


def duration(note: str) -> Fraction:
    """The duration of a note or rest in quarters.

    A number is the part of a whole note (`6` a triplet quarter), `3%2` two thirds of it; `0`, `00` and `000` are a
    breve, a long and a maxima; each dot adds half of what the last one added.

    >>> [str(duration(note)) for note in ("4c", "8..d", "3%2e", "0.r", "12g")]
    ['1', '7/8', '8/3', '12', '1/3']
    """
    found = _DURATION.search(note)
    dots = note.count(".")
    if not found:
        raise MalformedScore(f"`{note[:20]}` has no duration", hint="write it like 4c, a quarter note")
    number, parts = found[1], found[2] or "1"
    zeros = not number.strip("0")
    most = _MOST_ZEROS if zeros else _MOST_DIGITS
    if dots > _MOST_DOTS or not parts.strip("0") or len(number) > most or len(parts) > _MOST_DIGITS:
        raise MalformedScore(f"`{note[:20]}` has a duration that no note can have")
    return _quarters(number, parts, dots)


@lru_cache(1024)
def _quarters(number: str, parts: str, dots: int) -> Fraction:
    over = int(parts)
    whole = Fraction(over, int(number)) if number.strip("0") else Fraction(over * 2 ** len(number))
    return 4 * whole * (2 - Fraction(1, 2**dots))


def _sound(note: str) -> Sound:
    """Pitch, spelling and flags of one note."""
    if "r" in note:
        return Sound(REST, 0, 0)
    letters = _LETTERS.search(note)
    assert letters is not None
    found = _ACCIDENTAL.search(note)
    sign = found[0] if found else ""
    count = len(letters[0])
    if count > _MOST_LETTERS or len(sign) > _MOST_ACCIDENTALS:
        raise MalformedScore(f"`{note[:20]}` is no note", hint="c is middle C, cc the C above it, c# a C sharp")
    pitch, fifths = _spelled(letters[0], sign)
    flags = 0
    for mark, flag in _MARKS:
        if mark in note:
            flags |= flag
    return Sound(pitch, fifths, flags)


@lru_cache(1024)
def _spelled(letters: str, sign: str) -> SpelledPitch:
    count = len(letters)
    octave = _MIDDLE_C_OCTAVE - 1 + count if letters.islower() else _MIDDLE_C_OCTAVE - count
    return spell(letters[0].upper(), len(sign) if "#" in sign else -len(sign), octave)
