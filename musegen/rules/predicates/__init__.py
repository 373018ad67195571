"""The predicates that rules are made of, by musical domain; importing this package declares them all."""

from musegen.rules.predicates import exemptions, melody, texture_rules, voice_leading
from musegen.rules.registry import EXEMPTIONS, PREDICATES, Exemption, Hit, Predicate, exemption, predicate

__all__ = [
    "EXEMPTIONS",
    "PREDICATES",
    "Exemption",
    "Hit",
    "Predicate",
    "exemption",
    "exemptions",
    "melody",
    "predicate",
    "texture_rules",
    "voice_leading",
]
