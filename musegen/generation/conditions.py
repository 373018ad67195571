"""Condition: what a generator is asked for, the same for every engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from musegen.score.meter import TimeSignature
from musegen.score.model import FiguredBass, HarmonyLabel
from musegen.theory.analysis import CadenceKind
from musegen.theory.keys import Key


class CadenceAsked(NamedTuple):
    """A cadence that is asked for at a place; what is None is left to the generator."""

    onset: int  # of its last chord, in ticks
    kind: CadenceKind | None = None
    key: Key | None = None


class Left(NamedTuple):
    """What of a four-voice score is left to a generator; everything else is kept note for note."""

    voices: tuple[str, ...] = ("A", "T", "B")
    measures: tuple[str, ...] = ()  # printed numbers; empty = every measure


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
