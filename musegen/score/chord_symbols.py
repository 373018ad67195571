"""Chord symbols such as `F#m7b5/A` as root, kind (MusicXML's names), degrees and bass, and back to text."""

from __future__ import annotations

import re
from typing import NamedTuple

from musegen.errors import UsageError

NO_CHORD, PEDAL = "NC", "pedal"
WITHOUT_CHORD = (NO_CHORD, "N.C.", "N.C", "n.c.")
"""How sheets write that no chord sounds."""
ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    "major": ("", "M", "maj"), "minor": ("m", "min", "mi"), "augmented": ("+", "aug"), "diminished": ("dim", "o"),
    "dominant": ("7", "dom7"), "major-seventh": ("maj7", "M7", "Maj7"), "minor-seventh": ("m7", "min7", "mi7"),
    "major-minor": ("mM7", "m#7", "minmaj7", "mMaj7"), "augmented-seventh": ("7+", "+7", "aug7"),
    "half-diminished": ("m7b5", "ø7"), "diminished-seventh": ("o7", "dim7"),
    "major-sixth": ("6",), "minor-sixth": ("m6", "min6"),
    "dominant-ninth": ("9", "dom9"), "major-ninth": ("M9", "Maj9"), "minor-ninth": ("m9", "min9"),
    "dominant-11th": ("11", "dom11"), "major-11th": ("M11", "Maj11"), "minor-11th": ("m11", "min11"),
    "dominant-13th": ("13", "dom13"), "major-13th": ("M13", "Maj13"), "minor-13th": ("m13", "min13"),
    "suspended-second": ("sus2",), "suspended-fourth": ("sus", "sus4"),
    "Neapolitan": ("N6",), "Italian": ("It+6", "It"), "French": ("Fr+6", "Fr"), "German": ("Gr+6", "Ger"),
    "pedal": (PEDAL,), "power": ("power", "5"), "Tristan": ("tristan",),
}  # fmt: skip
"""How each MusicXML kind of chord is written after its root, the usual way first (music21's spellings)."""

_SUSPENDED_SEVENTHS = ("7sus4", "7sus")  # MusicXML has no kind of its own for them
_KIND_OF_WRITTEN = {written: kind for kind, ways in ABBREVIATIONS.items() for written in ways}
_KIND_NAMES = {kind.lower(): kind for kind in ABBREVIATIONS}
_SYMBOL = re.compile(
    r"([A-G](?:#{1,3}|-{1,3}|))(.*?)((?:(?:add|alter|omit)[#b]{0,3}\d{1,2})*)(?:/([A-G](?:#{1,3}|-{1,3}|)))?$"
)
_DEGREE = re.compile(r"(add|alter|omit)(#*|b*)(\d+)")


class Degree(NamedTuple):
    """A note added to a chord, altered in it or left out: `add` 9, `alter` -1 of 5, `omit` 3.

    >>> Degree("add", 9, -1).text
    'addb9'
    """

    word: str  # "add", "alter", "omit"
    value: int
    alter: int = 0

    @property
    def text(self) -> str:
        """`addb9`."""
        return f"{self.word}{'#' * self.alter or 'b' * -self.alter}{self.value}"


class ChordSymbol(NamedTuple):
    """A chord symbol taken apart.

    >>> ChordSymbol("B-", "half-diminished", bass="D-").text
    'B-m7b5/D-'
    """

    root: str  # `F#`, `B-`
    kind: str  # a MusicXML kind, a key of ABBREVIATIONS
    written: str | None = None  # how the kind is written, where it is not the usual way
    degrees: tuple[Degree, ...] = ()
    bass: str = ""

    @property
    def text(self) -> str:
        """The symbol as text; a way of writing that means another kind is not kept.

        >>> ChordSymbol("F#", "minor", written="min").text, ChordSymbol("F#", "minor", written="odd").text
        ('F#min', 'F#m')
        """
        ways = ABBREVIATIONS.get(known_kind(self.kind), ("",))
        written = self.written if self.written in ways else ways[0]
        degrees = "".join(degree.text for degree in self.degrees)
        return f"{self.root}{written}{degrees}" + (f"/{self.bass}" if self.bass else "")


def known_kind(kind: str) -> str:
    """The kind in MusicXML's spelling, whatever its capitals; what is unknown stays as it is.

    >>> known_kind("Half-Diminished"), known_kind("strange")
    ('half-diminished', 'strange')
    """
    return _KIND_NAMES.get(kind.lower(), kind)


def usual_writing(text: str) -> str:
    """A symbol, or what stands after its root, as musicians write it; flats of the root stay `-`.

    >>> [usual_writing(text) for text in ("B-7", "Csusadd7add9", "F#m7addb9", "C7alterb5/E")]
    ['B-7', 'C9sus4', 'F#m7(b9)', 'C7(b5)/E']
    """
    text = text.replace("sus4", "sus")
    for stacked, usual in (("susadd7add9", "9sus4"), ("susadd7", "7sus4")):
        text = text.replace(stacked, usual)
    return re.sub(r"(?:add|alter)([#b]+\d+)", r"(\1)", text).replace(")(", "")


def parse_chord_symbol(text: str) -> ChordSymbol:
    """Take a symbol apart.

    Raises:
        UsageError: the text is none that `ChordSymbol.text` writes.

    >>> parse_chord_symbol("F#m7b5/A")
    ChordSymbol(root='F#', kind='half-diminished', written='m7b5', degrees=(), bass='A')
    >>> parse_chord_symbol("B-7").root
    'B-'
    >>> parse_chord_symbol("G7addb9").degrees, parse_chord_symbol("G7sus4").text
    ((Degree(word='add', value=9, alter=-1),), 'Gsusadd7')
    """
    found = _SYMBOL.match(text)
    suspended_seventh = found is not None and found[2] in _SUSPENDED_SEVENTHS
    kind = "suspended-fourth" if suspended_seventh else _KIND_OF_WRITTEN.get(found[2]) if found else None
    if found is None or kind is None:
        raise UsageError(f"`{text}` is not a chord symbol", hint="write it like C, Am7, F#m7b5, B-maj7 or G7/B")
    degrees = tuple(
        Degree(word, int(value), len(alter) * (1 if "#" in alter else -1))
        for word, alter, value in _DEGREE.findall(found[3])
    )
    if suspended_seventh:
        return ChordSymbol(found[1], kind, None, (Degree("add", 7), *degrees), found[4] or "")
    return ChordSymbol(found[1], kind, found[2], degrees, found[4] or "")
