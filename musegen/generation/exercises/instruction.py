"""The instruction of a student's sheet: what to do, in plain words by level."""

from __future__ import annotations

from typing import NamedTuple

from musegen.generation.exercises.annotations import TONE_LETTERS, TONE_WORDS
from musegen.generation.levels import Level
from musegen.theory.analysis import CadenceKind
from musegen.theory.keys import Key

CADENCE_WORDS: dict[CadenceKind, str] = {
    "PAC": "authentic cadence, soprano on 1",
    "IAC": "authentic cadence, soprano not on 1",
    "HC": "half cadence, ends on V",
    "DC": "deceptive cadence, V to {sixth}",
}
"""Words that no school reads in another sense, as it would "imperfect" or "interrupted"."""
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
    """What to do in short lines, each with its heading.

    >>> from musegen.generation.levels import level_named
    >>> print(instruction(level_named(1), Key.parse("G"), 20, ["PAC"], TonesAsked()).replace("\\xa0", " "))
    Do: Add alto, tenor and bass, one chord on each *. Write key and Roman numerals below. 20 marks.
    Chords: I, IV, V
    Cadence: as marked. PAC = authentic cadence, soprano on 1
    """
    words = level.words_minor if key.minor else level.words_major
    chords = words or ", ".join(level.figures(minor=key.minor))
    chords = chords.replace("Cad64", f"Cad64 (= {'i' if key.minor else 'I'}64 before V)", 1)
    sixth = "VI" if key.minor else "vi"
    meant = "; ".join(f"{kind}\xa0= {CADENCE_WORDS[kind].format(sixth=sixth)}" for kind in dict.fromkeys(cadences))
    lines = [
        f"Do: Add alto, tenor and bass, one chord on each *. Write key and Roman numerals below. {marks}\xa0marks.",
        f"Chords: {chords}",
        f"{'Cadence' if len(cadences) == 1 else 'Cadences'}: as marked. {meant}",
    ]
    tones_asked = _tones_sentence(level, tones)
    return "\n".join([*lines, f"Letters: {tones_asked}"] if tones_asked else lines)


def _tones_sentence(level: Level, tones: TonesAsked) -> str:
    """What to do about non-chord tones, with the letters for those that the level has."""
    kinds = [kind for kind in TONE_LETTERS if kind in level.non_chord_tones]
    letters = ", ".join(f"{TONE_LETTERS[kind]}\xa0=\xa0{TONE_WORDS[kind]}" for kind in kinds)
    number = {1: "one", 2: "two"}.get(tones.lower, "")
    if tones.melody and tones.lower:
        return f"Letter the melody's non-chord tones ({letters}); add {number} or more to the lower voices."
    if tones.melody:
        return f"Letter the melody's non-chord tones ({letters})."
    if tones.lower:
        return f"Give the lower voices {number} or more non-chord tones, and letter them ({letters})."
    return ""
