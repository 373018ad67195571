"""Condition: what a generator is asked for, the same for every engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from musegen.errors import UsageError
from musegen.score.line_choice import FOUR_PARTS
from musegen.score.meter import TimeSignature
from musegen.score.model import FiguredBass, HarmonyLabel
from musegen.theory.analysis import CadenceKind
from musegen.theory.keys import Key

_MOST_MEASURES = 100_000


Named = str | int | Iterable[str | int]
"""Voices or measures, as a list in words or as one of Python."""


class CadenceAsked(NamedTuple):
    """A cadence that is asked for at a place; what is None is left to the generator."""

    onset: int  # of its last chord, in ticks
    kind: CadenceKind | None = None
    key: Key | None = None


class Left(NamedTuple):
    """What of a four-voice score is left to a generator; everything else is kept note for note."""

    voices: tuple[str, ...] = ("A", "T", "B")
    measures: tuple[str, ...] = ()  # printed numbers; empty = every measure

    @classmethod
    def parse(cls, voices: Named = "", measures: Named = "") -> Left:
        """Read lists as people write them; where one is empty, it is alto, tenor and bass, or every measure.

        Lists of Python will do as well: `["A", "T"]`, `[5, 6]`, or 5 alone.

        Raises:
            UsageError: there is no such voice, or a list cannot be read.

        >>> Left.parse("T, B", "5-7,12")
        Left(voices=('T', 'B'), measures=('5', '6', '7', '12'))
        """
        voices, measures = _as_written(voices), _as_written(measures)
        words = tuple(word.strip() for word in voices.split(",")) if voices else cls().voices
        named, strange = tuple(map(str.upper, words)), [word for word in words if word.upper() not in FOUR_PARTS]
        if strange:
            raise UsageError(
                f"`{strange[0]}` is none of the voices {', '.join(FOUR_PARTS)}", hint="write it like A,T,B"
            )
        numbers = tuple(number for word in measures.split(",") for number in _numbers(word.strip())) if measures else ()
        return cls(tuple(dict.fromkeys(named)), tuple(dict.fromkeys(numbers)))


def _as_written(named: Named) -> str:
    return named if isinstance(named, str) else ",".join(map(str, [named] if isinstance(named, int) else named))


def _numbers(word: str) -> Iterable[str]:
    """The printed numbers of measures that `5-8` or `12` names."""
    first, dash, last = word.partition("-")
    if not dash and word:
        return [word]
    if not (first.isdecimal() and last.isdecimal() and int(first) <= int(last) <= _MOST_MEASURES):
        raise UsageError(f"`{word}` names no measures", hint="write it like 5-8,12")
    return map(str, range(int(first), int(last) + 1))


@dataclass(frozen=True)
class Condition:
    """Requests to a generator; what is None or empty is left to it.

    >>> Condition(key=Key.parse("G"), measures=8).pack
    'chorale'
    """

    key: Key | None = None
    meter: TimeSignature | None = None
    measures: int = 0
    pickup: str = "none"  # "none", "beat" or "auto"
    level: int = 0  # 1 to 8; 0 = no level
    pack: str = "chorale"  # the rules to keep
    harmonies: tuple[HarmonyLabel, ...] = ()  # chords that are given and kept; else those of the score
    figures: tuple[FiguredBass, ...] = ()  # figures that are given and kept; else those of the score
    cadences: tuple[CadenceAsked, ...] = ()
    style: str = ""  # "plain", "walking" or "florid"
    left: Left | None = None  # of a four-voice score; None = the top line is given, all below it is left
    candidates: int = 1  # how many proposals to return
