"""The predicates that rules are made of, by musical domain; importing this package declares them all."""

from musegen.rules.predicates import (
    chords,
    chromatic,
    dissonance,
    endings,
    exemptions,
    independence,
    lines,
    melody,
    notation,
    progression,
    suspensions,
    tendency,
    texture_rules,
    voice_leading,
    written_numerals,
)
from musegen.rules.registry import EXEMPTIONS, PREDICATES

__all__ = [
    "EXEMPTIONS",
    "PREDICATES",
    "chords",
    "chromatic",
    "dissonance",
    "endings",
    "exemptions",
    "independence",
    "lines",
    "melody",
    "notation",
    "progression",
    "suspensions",
    "tendency",
    "texture_rules",
    "voice_leading",
    "written_numerals",
]
