"""The fields of an ABC tune that say how its notes are read: key, meter, note length, clef, octave, transposition."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from musegen.errors import MalformedScore
from musegen.score.meter import TimeSignature
from musegen.score.model import BASS, Clef, KeySignature
from musegen.score.musicxml_attributes import spelled_transposition
from musegen.score.pitch import LINE_OF_FIFTHS

_MODES = {
    "": ("major", 0), "maj": ("major", 0), "ion": ("ionian", 0), "m": ("minor", -3), "min": ("minor", -3),
    "aeo": ("aeolian", -3), "mix": ("mixolydian", -1), "dor": ("dorian", -2), "phr": ("phrygian", -4),
    "lyd": ("lydian", 1), "loc": ("locrian", -5),
}  # fmt: skip
"""The first letters of a mode: its name, and how many sharps it has more than the major of its tonic."""
_TONIC = re.compile(r"([A-H])([#b♯♭]?)[ \t]*([A-Za-z]*)")
_PIPES = {"HP": 0, "Hp": 2}  # Highland pipes: signature not written, written
_CHANGED = re.compile(r"(?:^|(?<=[\s_^=]))(\^\^?|__?|=)([A-Ga-g])(?![a-z])")
ALTERS = {"^^": 2, "^": 1, "=": 0, "_": -1, "__": -2}
_METER = re.compile(r"\(?(\d{1,2}(?:\+\d{1,2})*)\)?/(\d{1,3})(?!\d)")
_NAMED_METERS = {"C": TimeSignature(4, 4), "C|": TimeSignature(2, 2), "c": TimeSignature(4, 4)}
_FREE = ("", "none", "free", "frei")
_LENGTH = re.compile(r"(\d{1,3})(?:/(\d{1,3}))?")
_CLEF = re.compile(
    r"(?:clef[ \t]*=[ \t]*\"?|(?<![\w=\"]))(treble|bass|alto|tenor|soprano|mezzo|baritone|[GCF]\d|perc|none)"
    r"(\d?)([+-]8(?:va)?|8)?(?![a-z])",
    re.IGNORECASE,
)
_OCTAVE_SIGN = re.compile(r"(?<!\w)([+-])8va\b")
_SETTING = re.compile(r"(\w+)[ \t]*=[ \t]*(?:\"([^\"]*)\"|(\S+))")
_CLEFS = {
    "treble": Clef("G", 2), "bass": BASS, "alto": Clef("C", 3), "tenor": Clef("C", 4), "soprano": Clef("C", 1),
    "mezzo": Clef("C", 2), "baritone": Clef("F", 3), "perc": Clef("percussion", 2), "none": Clef("none", 0),
}  # fmt: skip
_TEX = re.compile(r"\\([`'^\"~,])([A-Za-z])")
_COMBINING = {"`": "\u0300", "'": "\u0301", "^": "\u0302", '"': "\u0308", "~": "\u0303", ",": "\u0327"}
_MOST_OCTAVES = 4


class Key(NamedTuple):
    """A key field: the signature, and how each step is altered by it (in the order F C G D A E B)."""

    signature: KeySignature
    alters: tuple[int, ...]


class Setting(NamedTuple):
    """What a K: or V: field says about a staff; None where it says nothing."""

    clef: Clef | None = None
    octave: int | None = None  # from written to sounding
    transpose: tuple[int, int] | None = None  # (steps, semitones) from written to sounding
    name: str | None = None
    abbreviation: str | None = None


@lru_cache(1024)
def key_of(text: str) -> Key | None:
    """The key of a K: field; None where it names only a clef.

    >>> key_of("A Mixolydian").signature, key_of("D exp ^f ^c").signature, key_of("Hp").signature.fifths
    (KeySignature(fifths=2, mode='mixolydian'), KeySignature(fifths=2, mode=''), 2)
    >>> key_of("D =c ^g").alters, key_of("clef=bass") is None
    ((1, 0, 1, 0, 0, 0, 0), True)
    """
    text = text.strip()
    found = _TONIC.match(text)
    if text[:2] in _PIPES:
        return _with_signature(KeySignature(_PIPES[text[:2]]))
    if found:
        signature, rest = _tonal(found), text[found.end(2) :]
    elif not text or text.lower().startswith("none") or _CHANGED.match(text):
        signature, rest = KeySignature(0), text
    elif _CLEF.match(text) or _SETTING.match(text) or _OCTAVE_SIGN.match(text):
        return None
    else:
        raise MalformedScore(f"`K:{text[:30]}` is no key", hint="write it like K:G, K:Am, K:D dorian or K:none")
    changed = {letter.upper(): ALTERS[sign] for sign, letter in _CHANGED.findall(rest)}
    return _with_signature(signature, changed)


def _tonal(found: re.Match[str]) -> KeySignature:
    """Of a tonic with a mode; where the word is none, the signature is that of the major key."""
    sign = {"#": 7, "♯": 7, "b": -7, "♭": -7}.get(found[2], 0)
    word = found[3].lower()
    if word.startswith("exp"):
        return KeySignature(0)
    mode, more = _MODES["m"] if word == "m" else _MODES.get(word[:3], ("", 0))
    mode = "major" if _CLEF.match(word) else mode
    tonic = "B" if found[1] == "H" else found[1]  # German, in the Essen collection
    return KeySignature(LINE_OF_FIFTHS.index(tonic) - 1 + sign + more, mode)


def _with_signature(signature: KeySignature, changed: dict[str, int] | None = None) -> Key:
    """The key with single steps changed; where they add up to another signature, that one."""
    own = _alters(signature.fifths)
    alters = tuple((changed or {}).get(step, alter) for step, alter in zip(LINE_OF_FIFTHS, own, strict=True))
    fitting = next((fifths for fifths in range(-7, 8) if _alters(fifths) == alters), signature.fifths)
    return Key(signature._replace(fifths=fitting), alters)


def _alters(fifths: int) -> tuple[int, ...]:
    """What a signature does to F C G D A E B."""
    return tuple((fifths + 6 - place) // 7 for place in range(7))


@lru_cache(256)
def meter_of(text: str) -> TimeSignature | None:
    """The meter of an M: field; None for music without measure.

    Raises:
        MalformedScore: it is none.

    >>> meter_of("C|"), meter_of("2+3/8"), meter_of("none")
    (TimeSignature(numerator=2, denominator=2), TimeSignature(numerator=5, denominator=8), None)
    """
    text = text.strip()
    if text in _NAMED_METERS:
        return _NAMED_METERS[text]
    if text.lower() in _FREE or text.upper().startswith("FREI"):
        return None
    found = _METER.match(text)
    numerator, denominator = (sum(map(int, found[1].split("+"))), int(found[2])) if found else (0, 0)
    if not 0 < numerator < 100 or denominator not in (1, 2, 4, 8, 16, 32, 64, 128):
        raise MalformedScore(f"`M:{text[:30]}` is no meter", hint="write it like M:4/4, M:6/8, M:C| or M:none")
    return TimeSignature(numerator, denominator)


@lru_cache(64)
def unit_of(text: str) -> Fraction:
    """The note length of an L: field, in quarters.

    Raises:
        MalformedScore: it is none.

    >>> unit_of("1/8")
    Fraction(1, 2)
    """
    found = _LENGTH.fullmatch(text.strip())
    if not found or not int(found[1]) or not int(found[2] or 1):
        raise MalformedScore(f"`L:{text[:30]}` is no note length", hint="write it like L:1/8")
    return Fraction(4 * int(found[1]), int(found[2] or 1))


def usual_unit(meter: TimeSignature | None) -> Fraction:
    """The note length where none is stated: a sixteenth in short measures, else an eighth.

    >>> usual_unit(TimeSignature(2, 4)), usual_unit(TimeSignature(6, 8))
    (Fraction(1, 4), Fraction(1, 2))
    """
    return Fraction(1, 4) if meter is not None and meter.quarters < 3 else Fraction(1, 2)


@lru_cache(256)
def setting_of(text: str) -> Setting:
    """Clef, octave, transposition and names in a K: or V: field.

    >>> setting_of('T1 clef=treble-8 name="Tenore"')
    Setting(clef=Clef(sign='G', line=2, octave=-1), octave=-1, transpose=None, name='Tenore', abbreviation=None)
    """
    said = {name.lower(): quoted or plain for name, quoted, plain in _SETTING.findall(text)}
    clef = _clef(text, said.get("clef"))
    octave = clef.octave if clef and clef.octave else None
    if re.fullmatch(r"[+-]?\d", said.get("octave", "")):
        octave = (octave or 0) + max(-_MOST_OCTAVES, min(_MOST_OCTAVES, int(said["octave"])))
    moved = re.fullmatch(r"([+-]?\d{1,2})", said.get("transpose", said.get("t", "")))
    transposition = spelled_transposition(None, int(moved[1])) if moved else None
    return Setting(
        clef,
        octave,
        (transposition.steps, transposition.semitones) if transposition else None,
        said.get("name", said.get("nm")),
        said.get("subname", said.get("snm", said.get("sname"))),
    )


def _clef(text: str, stated: str | None) -> Clef | None:
    sign = _OCTAVE_SIGN.search(text)
    found = _CLEF.search(f"clef={stated}" if stated else re.sub(r"\"[^\"]*\"", "", text))
    if not found:
        return _CLEFS["treble"]._replace(octave=int(f"{sign[1]}1")) if sign else None
    word = found[1]
    clef = _CLEFS.get(word.lower()) or Clef(word[0].upper(), int(word[1]))
    octave = (0 if not found[3] else -1 if found[3][0] == "-" else 1) or (int(f"{sign[1]}1") if sign else 0)
    if found[2] == "8" and not found[3]:  # K:G treble8
        return clef._replace(octave=0)
    return clef._replace(line=int(found[2]) if found[2] else clef.line, octave=octave)


def plain_text(text: str) -> str:
    r"""The words of a field, with TeX's accents as letters.

    >>> plain_text(r" K\"onigskinder ")
    'Königskinder'
    """
    if "\\" not in text:
        return text.strip()
    return _TEX.sub(lambda found: unicodedata.normalize("NFC", found[2] + _COMBINING[found[1]]), text.strip())
