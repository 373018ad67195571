"""The tandem interpretations of kern, as far as they are notation: meters, keys, clefs, instruments, staves."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from musegen.errors import MalformedScore, UsageError
from musegen.score.meter import TimeSignature
from musegen.score.model import Clef, KeySignature
from musegen.score.musicxml_attributes import spelled_transposition
from musegen.score.pitch import parse_pitch

_MOST_SIGNS = 7
_MOST_SEMITONES = 60
_MINOR = 3
"""A minor key has the signature of the major key so many fifths above it."""


@dataclass(slots=True)
class SpineFacts:
    """What is told of one spine. `meter` and `key` are those of the moment, the rest is the first that was told."""

    meter: TimeSignature | None = None
    is_free: bool = False
    fifths: int | None = None
    tonic_fifths: int = 0  # of the signature that the key asks for
    mode: str = ""
    clef: Clef | None = None
    code: str = ""  # of the instrument
    name: str = ""
    abbreviation: str = ""
    transpose: tuple[int, int] = (0, 0)  # as in Part
    part: int = 0  # 0 where none is told
    staff: int = 0

    @property
    def key(self) -> KeySignature | None:
        """The signature; where none is printed, that of the key that is named."""
        if self.fifths is None:
            return KeySignature(self.tonic_fifths, self.mode) if self.mode else None
        return KeySignature(self.fifths, self.mode)


def interpret(token: str, facts: SpineFacts) -> None:
    """Note what an interpretation such as `*clefG2` or `*M3/4` says; what is unknown is passed over.

    Raises:
        MalformedScore: a time signature without beats.
    """
    for pattern, take in _READERS:
        found = pattern.match(token)
        if found:
            take(facts, found)
            return


def _meter(facts: SpineFacts, found: re.Match[str]) -> None:
    numerator, denominator = found[1], found[2]
    if not int(numerator) or not int(denominator):
        raise MalformedScore(f"`{found[0][:20]}` is no time signature")
    try:
        facts.meter, facts.is_free = TimeSignature.parse(f"{numerator}/{denominator}"), False
    except UsageError:
        _without_meter(facts, found)


def _without_meter(facts: SpineFacts, _: re.Match[str]) -> None:
    facts.meter, facts.is_free = None, True


def _signature(facts: SpineFacts, found: re.Match[str]) -> None:
    """Sharps or flats. The mode that was told at the same place before it stays; an earlier one ends with its key."""
    sharps, flats = found[1].count("#"), found[1].count("-")
    fifths = min(sharps, _MOST_SIGNS) if sharps else -min(flats, _MOST_SIGNS)
    if facts.fifths is not None and facts.fifths != fifths:
        facts.mode = ""
    facts.fifths = fifths


def _key(facts: SpineFacts, found: re.Match[str]) -> None:
    minor = found[1].islower()
    facts.mode = "minor" if minor else "major"
    facts.tonic_fifths = parse_pitch(f"{found[1]}{found[2]}4").fifths - _MINOR * minor


def _other_mode(facts: SpineFacts, _: re.Match[str]) -> None:
    """Church modes are no keys: the signature stands for itself."""
    facts.mode = ""


def _clef(facts: SpineFacts, found: re.Match[str]) -> None:
    if facts.clef is not None:
        return
    sign, shift, line = found.groups()
    if sign in ("X", "-"):
        facts.clef = Clef("percussion" if sign == "X" else "none", 3)
        return
    octave = shift.count("^") - shift.count("v")
    facts.clef = Clef(sign, int(line) if line else {"G": 2, "F": 4}.get(sign, 3), octave)


def _name(facts: SpineFacts, found: re.Match[str]) -> None:
    facts.name = found[1].strip() or facts.name


def _bracketed(facts: SpineFacts, found: re.Match[str]) -> None:
    """`*I:[SOPRANO]`: the Bach chorales of the first kern files name their voices so."""
    facts.name = facts.name or found[1].strip().capitalize()


def _abbreviation(facts: SpineFacts, found: re.Match[str]) -> None:
    facts.abbreviation = found[1].strip() or facts.abbreviation


def _transposition(facts: SpineFacts, found: re.Match[str]) -> None:
    """`*ITrd1c2` is written a second above what it sounds, and kern holds what sounds."""
    moved = spelled_transposition(-int(found[1]), -int(found[2]))
    if abs(moved.semitones) <= _MOST_SEMITONES:
        facts.transpose = moved.steps, moved.semitones


def _instrument(facts: SpineFacts, found: re.Match[str]) -> None:
    facts.code = facts.code or found[1]


def _part(facts: SpineFacts, found: re.Match[str]) -> None:
    facts.part = int(found[1])


def _staff(facts: SpineFacts, found: re.Match[str]) -> None:
    facts.staff = int(found[1])


_READERS: tuple[tuple[re.Pattern[str], Callable[[SpineFacts, re.Match[str]], None]], ...] = (
    (re.compile(r"\*M(\d+)/(\d+)(?![\d%])"), _meter),
    (re.compile(r"\*M(?:[X?]|\d+/\d+%)"), _without_meter),
    (re.compile(r"\*k\[(.{0,40})\]$"), _signature),
    (re.compile(r"\*([A-Ga-g])([#-]?):$"), _key),
    (re.compile(r"\*(?:[A-Ga-g][#-]?|\?):\w"), _other_mode),
    (re.compile(r"\*clef(X|-|[GFC])(v{0,3}|\^{0,3})([1-5]?)$"), _clef),
    (re.compile(r'\*I"(.{1,200})'), _name),
    (re.compile(r"\*I:\[(.{1,200})\]"), _bracketed),
    (re.compile(r"\*I'(.{1,200})"), _abbreviation),
    (re.compile(r"\*ITrd(-?\d{1,2})c(-?\d{1,2})$"), _transposition),
    (re.compile(r"\*I([a-z]{2,6})\d*$"), _instrument),
    (re.compile(r"\*part(\d{1,3})$"), _part),
    (re.compile(r"\*staff(\d{1,3})$"), _staff),
)
