"""What the words of a melodic or rhythmic pattern mean: intervals, scale degrees, pitches; note values, ratios."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt

from musegen.errors import UsageError
from musegen.features.search.intervals import HINT, Move, read_move
from musegen.features.search.syntax import ANYTHING, Pattern, QueryError, read_pattern
from musegen.score.pitch import parse_pitch

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Rhythm = Pattern["Value"]
_DEGREE = re.compile(r"(\^?)([#b]{0,2})([1-7])$")
_PITCH_CLASS = re.compile(r"[A-Ga-g](#{1,2}|b{1,2}|-{1,2}|)$")
_VALUES = {
    "w": Fraction(4), "h": Fraction(2), "q": Fraction(1), "e": Fraction(1, 2), "s": Fraction(1, 4), "t": Fraction(1, 8)
}  # fmt: skip
_VALUE = re.compile(r"([whqest])(\.{0,2})$")
_QUARTERS = re.compile(r"(\d{1,3})(?:/(\d{1,3}))?$")
_RATIO = re.compile(r"\d{1,2}(?::\d{1,2})+$")
_DOTS = (Fraction(1), Fraction(3, 2), Fraction(7, 4))


@dataclass(frozen=True)
class Degree:
    """A scale degree of the local key; without a sign in minor 6 and 7 natural or raised."""

    degree: int
    alteration: int | None = None  # semitones against the key's scale (natural minor)

    def fits(self, degree: Ints, alteration: Ints, minor: Bools) -> Bools:
        """(notes,): which notes are it; `minor` is the mode of the key at each."""
        right = degree == self.degree
        if self.alteration is not None:
            return np.asarray(right & (alteration == self.alteration))
        return np.asarray(right & ((alteration == 0) | (minor & (alteration == 1) & (self.degree in (6, 7)))))


@dataclass(frozen=True)
class Tone:
    """A pitch by its spelling, in one octave or in any."""

    fifths: int
    pitch: int | None = None  # MIDI number

    def fits(self, fifths: Ints, pitch: Ints) -> Bools:
        """(notes,): which notes are it."""
        right = fifths == self.fifths
        return np.asarray(right if self.pitch is None else right & (pitch == self.pitch))


@dataclass(frozen=True)
class Value:
    """A note value in quarters."""

    quarters: Fraction


MelodyWord = Move | Degree | Tone


@dataclass(frozen=True)
class Melody:
    """A melodic pattern: of `moves` from note to note, or of `notes`."""

    kind: Literal["moves", "notes"]
    pattern: Pattern[MelodyWord]

    @property
    def needs_key(self) -> bool:
        """It names scale degrees."""
        return any(isinstance(atom, Degree) for atom in self.pattern.atoms)


def read_melody(text: str) -> Melody:
    """A melodic pattern.

    Raises:
        QueryError: it cannot be read, or names intervals and notes at once.

    >>> read_melody("5 6 #7 1").pattern.atoms[2], read_melody("+2 -1s").kind
    (Degree(degree=7, alteration=1), 'moves')
    """
    pattern = read_pattern(text, read_melody_word)
    kinds = {isinstance(atom, Move) for atom in pattern.atoms}
    if len(kinds) > 1:
        raise QueryError("a pattern is of intervals or of notes, not of both", text, _first_odd(text), hint=HINT)
    return Melody("moves" if kinds == {True} else "notes", pattern)


def read_melody_word(text: str) -> MelodyWord:
    """An interval (`+2`, `m2`, `-1s`), a scale degree (`5`, `^b7`, `#4`) or a pitch (`c#5`, `bb`).

    Raises:
        UsageError: it is none.
    """
    found = _DEGREE.match(text)
    if found and (found[1] or not found[2].startswith("b")):
        signs = found[2]
        return Degree(int(found[3]), (signs.count("#") - signs.count("b")) if signs else None)
    if _PITCH_CLASS.match(text):
        return Tone(parse_pitch(f"{text}4").fifths)
    try:
        spelled = parse_pitch(text)
        return Tone(spelled.fifths, spelled.pitch)
    except UsageError:
        pass
    try:
        return read_move(text)
    except UsageError:
        hint = f"{HINT}; 5 or ^b7 (a scale degree); c#5 or bb (a pitch)"
        raise UsageError(f"`{text}` is no interval, degree or pitch", hint=hint) from None


@dataclass(frozen=True)
class Ratios:
    """Lengths in proportion: `3:1:2`, whatever the note values."""

    text: str
    parts: tuple[int, ...]


def read_rhythm(text: str) -> Rhythm | Ratios:
    """A rhythmic pattern: note values (`q. e q`; in quarters `3/2`, `1/3`), or ratios (`3:1:2`).

    Raises:
        QueryError: it cannot be read.

    >>> [item.atom.quarters for item in read_rhythm("q. e").readings[0]], read_rhythm("3:1").parts
    ([Fraction(3, 2), Fraction(1, 2)], (3, 1))
    """
    if _RATIO.match(text.strip()):
        parts = tuple(int(part) for part in text.split(":"))
        if not all(parts):
            raise QueryError("a note lasts longer than nothing", text, text.index("0") + 1)
        return Ratios(text, parts)
    return read_pattern(text, _read_value)


def _read_value(text: str) -> Value:
    found = _VALUE.match(text)
    if found:
        return Value(_VALUES[found[1]] * _DOTS[len(found[2])])
    quarters = _QUARTERS.match(text)
    if quarters and int(quarters[1]) and int(quarters[2] or 1):
        return Value(Fraction(int(quarters[1]), int(quarters[2] or 1)))
    hint = "write w h q e s t (whole to thirty-second), dotted q., quarters like 1/3, or ratios like 3:1:2"
    raise UsageError(f"`{text}` is no note value", hint=hint)


def _first_odd(text: str) -> int:
    """The position, from 1, of the first word that is of another kind than the first one."""
    kinds = [
        (isinstance(read_melody_word(found[0]), Move), found.start() + 1)
        for found in re.finditer(r"[^\s()|?!>]+", text)
        if found[0] not in (ANYTHING, "...")
    ]
    return next(position for kind, position in kinds if kind != kinds[0][0])
