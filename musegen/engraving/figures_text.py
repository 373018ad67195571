"""Harmony labels and thoroughbass figures taken apart: what machines are told about them, and how they are printed."""

from __future__ import annotations

import re
from typing import NamedTuple

from musegen.score.pitch import STEP_FIFTHS, STEPS

_DEGREES = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7}
_CHANGES = r"((?:\[(?:no|add)?[b#-]*\d+\])*)$"  # notes left out and added, as rntxt writes them
_NUMERAL = re.compile(r"([b#-]*)(VII|VI|V|IV|III|II|I|vii|vi|v|iv|iii|ii|i)(o|°|ø|%|\+)?([0-9b#+n]*)" + _CHANGES)
_SPECIAL = re.compile(r"(Cad|N|It|Ger|Fr)(\d*)" + _CHANGES)
_CHANGE = re.compile(r"\[(no|add)?([b#-]*)(\d+)\]")
_INVERSIONS = {"6": 1, "63": 1, "64": 2, "65": 1, "653": 1, "43": 2, "643": 2, "42": 3, "642": 3, "2": 3}
_SEVENTHS = {"7", "65", "653", "43", "643", "42", "642", "2", "75", "753"}
_FIGURE = re.compile(r"([#bnx♯♭♮+/\\|-]*)(\d*)([#bn♯♭♮+/\\|]*)$")
_SPECIAL_ROOTS = {"N": (2, -1, "Neapolitan"), "It": (4, 1, "Italian"), "Ger": (4, 1, "German"), "Fr": (2, 0, "French")}


class Figure(NamedTuple):
    """One Roman numeral without what stands after its slash."""

    accidental: str  # "b", "#" before it
    roman: str  # "vii", or "N", "Ger", "Cad"
    quality: str  # "", "o", "ø", "+"
    figures: str  # "65"; "" for a root-position triad
    changes: tuple[str, ...] = ()  # notes left out and added: "no3", "add4"; an alteration alone as "b9"


class NumeralWords(NamedTuple):
    """What MusicXML says of one numeral for machines."""

    degree: int
    alter: int
    kind: str
    inversion: int


def split_numeral(text: str) -> tuple[Figure, ...]:
    """`V65/V` as its parts, the chord itself first; () where it is no Roman numeral.

    >>> [(part.roman, part.figures) for part in split_numeral("V65/V")]
    [('V', '65'), ('V', '')]
    >>> split_numeral("V7[no3][add4]")[0].changes
    ('no3', 'add4')
    """
    parts = []
    for part in text.split("/"):
        special, plain = _SPECIAL.match(part), _NUMERAL.match(part)
        if special:
            parts.append(Figure("", special[1], "", special[2], _changes(special[3])))
        elif plain:
            quality = {"°": "o", "%": "ø"}.get(plain[3] or "", plain[3] or "")
            parts.append(Figure(plain[1], plain[2], quality, plain[4], _changes(plain[5])))
        else:
            return ()
    return tuple(parts)


def numeral_words(part: Figure, *, minor: bool) -> NumeralWords:
    """Degree, alteration, kind and inversion of one part of a numeral.

    >>> numeral_words(split_numeral("viio7")[0], minor=True)
    NumeralWords(degree=7, alter=1, kind='diminished-seventh', inversion=0)
    """
    inversion = _INVERSIONS.get(part.figures, 0)
    if part.roman == "Cad":
        return NumeralWords(1, 0, "minor" if minor else "major", 2)
    if part.roman in _SPECIAL_ROOTS:
        degree, alter, kind = _SPECIAL_ROOTS[part.roman]
        return NumeralWords(degree, alter, kind, inversion)
    degree = _DEGREES[part.roman.upper()]
    alter = part.accidental.count("#") - part.accidental.count("b") - part.accidental.count("-")
    if minor and degree in (6, 7) and part.roman.islower() and not part.accidental:
        alter = 1
    return NumeralWords(degree, alter, _kind(part, degree, minor), inversion)


def key_fifths(name: str) -> tuple[int, str]:
    """The key signature and mode of a key name: `e` is (1, "minor"), `B-` (-2, "major").

    >>> key_fifths("f#"), key_fifths("B-")
    ((3, 'minor'), (-2, 'major'))
    """
    tonic = int(STEP_FIFTHS[STEPS.index(name[0].upper())]) + 7 * (
        name.count("#") - name[1:].count("-") - name[1:].count("b")
    )
    return (tonic - 3, "minor") if name[0].islower() else (tonic, "major")


def split_figure(text: str) -> tuple[str, str, str]:
    """A thoroughbass figure as prefix, number and suffix: `#6` is ("#", "6", "").

    >>> split_figure("6+"), split_figure("b")
    (('', '6', '+'), ('b', '', ''))
    """
    found = _FIGURE.match(text)
    return (found[1], found[2], found[3]) if found else ("", text, "")


def _changes(brackets: str) -> tuple[str, ...]:
    return tuple("".join(found) for found in _CHANGE.findall(brackets))


def _kind(part: Figure, degree: int, minor: bool) -> str:
    upper, seventh = part.roman.isupper(), part.figures in _SEVENTHS
    if part.quality == "ø":
        return "half-diminished"
    if part.quality == "o":
        return "diminished-seventh" if seventh else "diminished"
    if part.quality == "+":
        return "augmented-seventh" if seventh else "augmented"
    if part.figures.startswith("9"):
        return "dominant-ninth" if upper else "minor-ninth"
    if not seventh:
        return "major" if upper else "minor"
    if not upper:
        return "minor-seventh"
    return "dominant" if degree == 5 or (minor and degree in (4, 7)) else "major-seventh"
