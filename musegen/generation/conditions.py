"""Condition: what a generator is asked for, the same for every engine."""

from __future__ import annotations

from dataclasses import dataclass

from musegen.score.meter import TimeSignature
from musegen.score.model import HarmonyLabel
from musegen.theory.keys import Key


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
    harmonies: tuple[HarmonyLabel, ...] = ()  # chords that are given and kept
    candidates: int = 1  # how many proposals to return
