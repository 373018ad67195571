"""The predicates that rules are made of, by musical domain; importing this package declares them all."""

from musegen.rules.predicates import (
    chords,
    dissonance,
    exemptions,
    independence,
    lines,
    melody,
    notation,
    progression,
    tendency,
    texture_rules,
    voice_leading,
)
from musegen.rules.registry import EXEMPTIONS, PREDICATES

__all__ = [
    "EXEMPTIONS",
    "PREDICATES",
    "chords",
    "dissonance",
    "exemptions",
    "independence",
    "lines",
    "melody",
    "notation",
    "progression",
    "tendency",
    "texture_rules",
    "voice_leading",
]
