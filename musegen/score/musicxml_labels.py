"""What stands over and under the staves of a MusicXML score: chord symbols, Roman numerals, functions, figured bass.

Figures are written as text: an accidental before or after its number as it stands in the source (`#6`, `b`, `4+`),
with `#` sharp, `b` flat, `n` natural, `##` and `bb` doubled, `+` a plus or cross, `\\` a backslash, `/` a slash through
the number, `|` a vertical stroke; a figure that is only held by a line is `_`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from musegen.errors import MalformedScore
from musegen.score.chord_symbols import ABBREVIATIONS, NO_CHORD, ChordSymbol, Degree, known_kind
from musegen.score.model import HarmonyKind, HarmonyLabel
from musegen.score.musicxml_attributes import child_text, decimal, whole
from musegen.score.pitch import STEP_FIFTHS, STEPS, fifths_name

_ACCIDENTALS = {
    "sharp": "#", "flat": "b", "natural": "n", "double-sharp": "##", "sharp-sharp": "##", "flat-flat": "bb",
    "plus": "+", "cross": "+", "slash": "/", "back-slash": "\\", "backslash": "\\", "vertical": "|",
}  # fmt: skip
_DEGREE_WORDS = {"add": "add", "alter": "alter", "subtract": "omit"}
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII")
_LOOKS_ROMAN = re.compile(r"[b#-]?(?:[IViv]{1,3}|Cad|N|It|Ger|Fr)[^a-zA-Z]*[a-zA-Z0-9/]*$")
_MINOR_KINDS = ("minor", "diminished", "half-diminished", "diminished-seventh", "minor-seventh", "major-minor")
_SIGNS = {"diminished": "o", "diminished-seventh": "o", "half-diminished": "ø", "augmented": "+"}
_TRIAD_FIGURES = ("", "6", "64")
_SEVENTH_FIGURES = ("7", "65", "43", "42")


def label_order(label: HarmonyLabel) -> tuple[object, ...]:
    """The order of labels in a Score: by time, then part, staff, reading and kind."""
    return (label.onset, label.part, label.staff, label.alternate, label.kind)


class Label(NamedTuple):
    """A harmony label before its measure has a place in time."""

    measure_index: int
    onset: int  # ticks from the barline
    kind: HarmonyKind
    text: str
    key: str
    part: int
    staff: int
    alternate: bool


@dataclass(slots=True)
class Figures:
    """Thoroughbass figures before their measure has a place in time; duration 0 until their note is read."""

    measure_index: int
    onset: int  # ticks from the barline
    duration: int
    figures: tuple[str, ...]
    staff: int = 1


def read_harmony(element: etree._Element, measure_index: int, onset: int, part: int, staff: int) -> Label | None:
    """The label of a `<harmony>`; None when it names no chord."""
    kind: HarmonyKind = "chord_symbol"
    key = ""
    if element.find("numeral") is not None:
        kind, text, key = "numeral", _numeral(element), _numeral_key(element)
    elif element.find("function") is not None:
        text = child_text(element, "function") or ""
        kind = "numeral" if _LOOKS_ROMAN.match(text) and text != "T" else "function"
    else:
        text = _chord_symbol(element)
    if not text:
        return None
    return Label(measure_index, onset, kind, text, key, part, staff, element.get("type") == "alternate")


def unknown_kind(element: etree._Element) -> str:
    """The kind of a chord symbol that MusicXML does not know, or that says nothing (`other`); else nothing.

    >>> unknown_kind(etree.fromstring("<harmony><root><root-step>C</root-step></root><kind>mystic</kind></harmony>"))
    'mystic'
    """
    kind = (child_text(element, "kind") or "").strip()
    is_known = known_kind(kind) in ABBREVIATIONS or kind in ("", "none")
    return "" if is_known or element.find("root") is None else kind[:40]


def read_figures(element: etree._Element) -> tuple[str, ...]:
    """The figures of a `<figured-bass>`, top first.

    >>> read_figures(etree.fromstring("<figured-bass><figure><prefix>sharp</prefix>"
    ...     "<figure-number>6</figure-number></figure><figure><prefix>flat</prefix></figure></figured-bass>"))
    ('#6', 'b')
    """
    return tuple(text for figure in element.findall("figure") if (text := _figure(figure)))


def _figure(figure: etree._Element) -> str:
    before, after = child_text(figure, "prefix") or "", child_text(figure, "suffix") or ""
    number = child_text(figure, "figure-number") or ""
    written = _ACCIDENTALS.get(before, "") + number[:3] + _ACCIDENTALS.get(after, "")
    return written or ("_" if figure.find("extend") is not None else "")


def _chord_symbol(element: etree._Element) -> str:
    """`F#m7b5/A`, as music21 writes figures: flats are `-` after a root."""
    kind_element = element.find("kind")
    kind = "" if kind_element is None else (kind_element.text or "").strip()
    if kind == "none":
        return NO_CHORD
    root, bass = element.find("root"), element.find("bass")
    if root is None:
        return ""
    printed = "" if kind_element is None else (kind_element.get("text") or "").strip()
    degrees = tuple(_degree(degree) for degree in element.findall("degree"))
    bass_name = "" if bass is None else _note_name(bass, "bass")
    return ChordSymbol(_note_name(root, "root"), kind, printed or None, degrees, bass_name).text


def _note_name(element: etree._Element, prefix: str) -> str:
    step = child_text(element, f"{prefix}-step") or ""
    if step not in STEPS or not step:
        raise MalformedScore(f"the {prefix} of a chord symbol is `{step[:20]}`", hint="write one of C D E F G A B")
    alter = child_text(element, f"{prefix}-alter")
    semitones = round(decimal(alter, f"the alteration of a {prefix}")) if alter else 0
    if abs(semitones) > 3:
        raise MalformedScore(f"the alteration of a {prefix} is {semitones} semitones", hint="at most three")
    return fifths_name(int(STEP_FIFTHS[STEPS.index(step)]) + 7 * semitones)


def _degree(element: etree._Element) -> Degree:
    value = whole(child_text(element, "degree-value"), "the degree of a chord symbol", 1, 30)
    alter = whole(child_text(element, "degree-alter") or "0", "the alteration of a degree", -3, 3)
    return Degree(_DEGREE_WORDS.get(child_text(element, "degree-type") or "add", "add"), value, alter)


def _numeral(element: etree._Element) -> str:
    """The printed figure where there is one; else made from root, alteration, kind and inversion."""
    root = element.find("numeral/numeral-root")
    printed = "" if root is None else root.get("text") or ""
    kind_element, inversion_element = element.find("kind"), element.find("inversion")
    if printed:
        rest = [one.get("text") or "" for one in (kind_element, inversion_element) if one is not None]
        return "".join([printed, *rest]).strip()
    number = whole(None if root is None else root.text, "the root of a numeral", 1, 7)
    kind = "" if kind_element is None else (kind_element.text or "").strip()
    turn = whole(child_text(element, "inversion") or "0", "the inversion of a numeral", 0, 6)
    seventh = kind in ("dominant", "half-diminished", "major-minor") or "seventh" in kind
    figures: tuple[str, ...] = _SEVENTH_FIGURES if seventh else _TRIAD_FIGURES
    letters = _ROMAN[number - 1].lower() if kind in _MINOR_KINDS else _ROMAN[number - 1]
    return _numeral_accidental(element) + letters + _SIGNS.get(kind, "") + figures[min(turn, len(figures) - 1)]


def _numeral_accidental(element: etree._Element) -> str:
    alter = element.find("numeral/numeral-alter")
    if alter is None or alter.get("print-object") == "no":
        return ""
    semitones = round(decimal(alter.text, "the alteration of a numeral"))
    return "#" * semitones or "b" * -semitones


def _numeral_key(element: etree._Element) -> str:
    """`G` major, `g` minor, `B-`: the key that a numeral is read in, or nothing."""
    key = element.find("numeral/numeral-key")
    if key is None:
        return ""
    fifths = whole(child_text(key, "numeral-fifths"), "the key of a numeral", -14, 14)
    minor = "minor" in (child_text(key, "numeral-mode") or "")
    name = fifths_name(fifths + 3 * minor)
    return name[0].lower() + name[1:] if minor else name
