"""The instruction of a student's sheet: what to do, in plain words by level."""

from __future__ import annotations

from typing import NamedTuple

from musegen.generation.exercises.annotations import TONE_LETTERS, TONE_WORDS
from musegen.generation.levels import Level
from musegen.theory.analysis import CadenceKind
from musegen.theory.keys import Key

CADENCE_WORDS: dict[CadenceKind, str] = {
    "PAC": "perfect authentic cadence",
    "IAC": "imperfect authentic cadence",
    "HC": "half cadence",
    "DC": "deceptive cadence",
}
_TONES_ASKED = 2


class TonesAsked(NamedTuple):
    """What a sheet asks of non-chord tones: to letter the melody's, and to add so many to the lower voices."""

    melody: bool = False
    lower: int = 0

    @classmethod
    def of(cls, parts: list[int]) -> TonesAsked:
        """By the parts of the answer's non-chord tones: two in the lower voices, where the answer has them."""
        lower = sum(part > 0 for part in parts)
        return cls(len(parts) > lower, min(lower, _TONES_ASKED))


def instruction(level: Level, key: Key, marks: int, cadences: list[CadenceKind], tones: TonesAsked) -> str:
    """One instruction in plain words.

    >>> from musegen.generation.levels import level_named
    >>> print(instruction(level_named(1), Key.parse("G"), 20, ["PAC"], TonesAsked()).replace("\\xa0", " "))
    Add alto, tenor and bass. One chord on each *. Chords: I, IV, V. End with the cadence marked \
(PAC perfect authentic cadence). Write key and Roman numerals below. 20 marks.
    """
    words = level.words_minor if key.minor else level.words_major
    chords = words or ", ".join(level.figures(minor=key.minor))
    meant = ", ".join(f"{kind} {CADENCE_WORDS[kind]}" for kind in dict.fromkeys(cadences))
    ends = "End with the cadence" if len(cadences) == 1 else "End each phrase with the cadence"
    return (
        f"Add alto, tenor and bass. One chord on each *. Chords: {chords}. {ends} marked ({meant}). "
        f"{_tones_sentence(level, tones)}Write key and Roman numerals below. {marks}\xa0marks."
    )


def _tones_sentence(level: Level, tones: TonesAsked) -> str:
    """What to do about non-chord tones, with the letters for those that the level has."""
    kinds = [kind for kind in TONE_LETTERS if kind in level.non_chord_tones]
    letters = ", ".join(f"{TONE_LETTERS[kind]}\xa0{TONE_WORDS[kind]}" for kind in kinds)
    number = {1: "one", 2: "two"}.get(tones.lower, "")
    if tones.melody and tones.lower:
        return f"Letter the melody's non-chord tones ({letters}); add {number} or more to the lower voices. "
    if tones.melody:
        return f"Letter the melody's non-chord tones ({letters}). "
    if tones.lower:
        return f"Give the lower voices {number} or more non-chord tones, and letter them ({letters}). "
    return ""
