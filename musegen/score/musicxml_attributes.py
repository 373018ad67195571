"""The values of MusicXML's `<attributes>`: time and key signatures, clefs, transposition; each checked when read."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import NamedTuple

from lxml import etree

from musegen.errors import MalformedScore
from musegen.score.meter import TimeSignature
from musegen.score.model import Clef, KeySignature
from musegen.score.pitch import STEP_FIFTHS, STEP_SEMITONES

MAX_STAVES = 32
MAX_SHARPS = 14
_DEFAULT_LINES = {"G": 2, "F": 4, "C": 3}
_SIGNS = ("G", "F", "C", "percussion", "TAB", "jianpu", "none")
_MODES = ("major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "aeolian", "ionian", "locrian")
_WHOLE = re.compile(r"[+-]?\d{1,9}$", re.ASCII)
_STEPS_OF_SEMITONES = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)


class Transposition(NamedTuple):
    """From written to sounding pitch: staff steps, semitones and places on the line of fifths."""

    steps: int = 0
    semitones: int = 0
    fifths: int = 0


def whole(text: str | None, what: str, low: int, high: int) -> int:
    """A whole number inside its range.

    Raises:
        MalformedScore: it is not.

    >>> whole(" 3 ", "the staff", 1, 32)
    3
    """
    stripped = (text or "").strip()
    if not _WHOLE.match(stripped) or not low <= int(stripped) <= high:
        raise MalformedScore(f"{what} is `{stripped[:40]}`", hint=f"it must be a whole number from {low} to {high}")
    return int(stripped)


def child_text(element: etree._Element, tag: str) -> str | None:
    """The text of the first child with that tag, stripped; None when there is none."""
    for child in element:
        if child.tag == tag:
            return (child.text or "").strip()
    return None


def time_of(element: etree._Element) -> TimeSignature | None:
    """A time signature; 3+2/8 is read as 5/8; None for music without measure.

    >>> time_of(etree.fromstring("<time><beats>3+2</beats><beat-type>8</beat-type></time>"))
    TimeSignature(numerator=5, denominator=8)
    """
    return _time_said(_contents(element))


Contents = tuple[tuple[str, str | None], ...]


def _contents(element: etree._Element) -> Contents:
    """The children of an element as names and texts."""
    return tuple([(str(child.tag), child.text) for child in element])


def _first(contents: Contents, name: str) -> str | None:
    """What the first child of that name says, stripped; None when there is none."""
    return next(((text or "").strip() for tag, text in contents if tag == name), None)


@lru_cache(maxsize=256)
def _time_said(contents: Contents) -> TimeSignature | None:
    if any(tag == "senza-misura" for tag, _ in contents):
        return None
    beats = [text for tag, text in contents if tag == "beats"]
    types = [text for tag, text in contents if tag == "beat-type"]
    if not beats or len(beats) != len(types):
        raise MalformedScore("a time signature without beats", hint="it needs <beats> and <beat-type>")
    pairs = []
    for above, below in zip(beats, types, strict=True):
        denominator = whole(below, "the beat type of the time signature", 1, 128)
        if denominator & (denominator - 1):
            raise MalformedScore(f"the beat type {denominator} is no note value", hint="use 1, 2, 4, 8, 16, 32 or 64")
        addends = (above or "").split("+")
        numerator = sum(whole(one, "the beats of the time signature", 1, 99) for one in addends)
        pairs.append((numerator, denominator))
    common = lcm(*(denominator for _, denominator in pairs))
    total = sum(numerator * common // denominator for numerator, denominator in pairs)
    if total > 99:
        raise MalformedScore(f"the time signature {total}/{common} is too long", hint="at most 99 beats")
    return TimeSignature(total, common)


def key_of(element: etree._Element) -> KeySignature:
    """A key signature as written; a free one is read as the number of its sharps less its flats."""
    return _key_said(_contents(element))


@lru_cache(maxsize=256)
def _key_said(contents: Contents) -> KeySignature:
    mode = (_first(contents, "mode") or "").lower()
    fifths = _first(contents, "fifths")
    if fifths is None:
        alters = [decimal(text, "an alteration of the key") for tag, text in contents if tag == "key-alter"]
        sharps = sum((alter > 0) - (alter < 0) for alter in alters)
        return KeySignature(max(-7, min(7, sharps)))
    return KeySignature(
        whole(fifths, "the number of sharps or flats", -MAX_SHARPS, MAX_SHARPS), mode if mode in _MODES else ""
    )


def clef_of(element: etree._Element) -> Clef:
    """A clef; its usual line where none is given."""
    return _clef_said(_contents(element))


@lru_cache(maxsize=256)
def _clef_said(contents: Contents) -> Clef:
    sign = _first(contents, "sign") or ""
    if sign not in _SIGNS:
        raise MalformedScore(f"there is no clef `{sign[:20]}`", hint="signs are G, F, C, percussion, TAB")
    line = _first(contents, "line")
    octave = _first(contents, "clef-octave-change")
    return Clef(
        sign,
        whole(line, "the line of the clef", 0, 9) if line else _DEFAULT_LINES.get(sign, 3),
        whole(octave, "the octave change of the clef", -3, 3) if octave else 0,
    )


def transposition_of(element: etree._Element) -> Transposition:
    """A transposition with its spelling: B flat instruments sound a major second lower, not a diminished third.

    >>> text = "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>"
    >>> transposition_of(etree.fromstring(text))
    Transposition(steps=-1, semitones=-2, fifths=-2)
    """
    octaves = whole(child_text(element, "octave-change") or "0", "the octave change", -5, 5)
    chromatic = child_text(element, "chromatic") or "0"
    if not _is_number(chromatic):
        raise MalformedScore(f"the transposition is `{chromatic[:20]}`", hint="it must be a number of semitones")
    semitones = round(float(chromatic)) + 12 * octaves
    if abs(semitones) > 60:
        raise MalformedScore(f"the transposition is {semitones} semitones", hint="at most five octaves")
    diatonic = child_text(element, "diatonic")
    steps = whole(diatonic, "the diatonic transposition", -50, 50) + 7 * octaves if diatonic else None
    return spelled_transposition(steps, semitones)


def spelled_transposition(steps: int | None, semitones: int) -> Transposition:
    """A transposition from its size; the steps are guessed where they are not known or cannot be."""
    guessed = _STEPS_OF_SEMITONES[semitones % 12] + 7 * (semitones // 12)
    if steps is None or abs(_alter(steps, semitones)) > 1:
        steps = guessed
    return Transposition(steps, semitones, int(STEP_FIFTHS[steps % 7]) + 7 * _alter(steps, semitones))


def _alter(steps: int, semitones: int) -> int:
    return semitones - int(STEP_SEMITONES[steps % 7]) - 12 * (steps // 7)


def _is_number(text: str | None) -> bool:
    return bool(re.match(r"\s*[+-]?\d{1,6}(\.\d{0,9})?\s*$", text or "", re.ASCII))


def decimal(text: str | None, what: str) -> Fraction:
    """A plain decimal number such as `4`, `-1` or `0.5`, exactly; no exponents, infinities or NaN.

    Raises:
        MalformedScore: it is none.
    """
    stripped = (text or "").strip()
    if not re.match(r"[+-]?\d{1,12}(\.\d{1,9})?$", stripped, re.ASCII):
        raise MalformedScore(f"{what} is `{stripped[:40]}`", hint="it must be a plain number")
    return Fraction(stripped)
