"""What stands on and around music21's notes, read for a Score: flags, colours, clefs, labels and figures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from musegen.score.chord_symbols import NO_CHORD, ChordSymbol, Degree
from musegen.score.model import Clef, FiguredBass, HarmonyLabel
from musegen.score.pitch import fifths_name, spell
from musegen.score.table import Flag

EDITORIAL = "musegen"
"""The key of `element.editorial` under which musegen keeps what music21 has no place for."""
_KINDS = {
    "dominant-seventh": "dominant", "half-diminished-seventh": "half-diminished",
    "minor-major-seventh": "major-minor",
}  # fmt: skip
"""music21's names of chord kinds that MusicXML calls otherwise."""
_SUSPENDED_SEVENTH = "suspended-fourth-seventh"  # MusicXML: a suspended fourth with a seventh added
_WORDS = {"add": "add", "alter": "alter", "subtract": "omit"}
_TIES = {
    "start": Flag.TIED_TO_NEXT, "stop": Flag.TIED_FROM_PREVIOUS,
    "continue": Flag.TIED_TO_NEXT | Flag.TIED_FROM_PREVIOUS,
}  # fmt: skip


def note_flags(note: Any, bearer: Any | None, written: Any) -> int:
    """Flags of one note; `bearer` is the chord or note whose fermatas it carries, `written` its chord or itself."""
    flags = Flag(0)
    if note.tie is not None:
        flags |= _TIES.get(note.tie.type, Flag(0))
    if written.duration.isGrace:
        flags |= Flag.GRACE
    marks = [*note.expressions, *(bearer.expressions if bearer is not None else ())]
    if any("Fermata" in mark.classSet for mark in marks):
        flags |= Flag.FERMATA
    if "Unpitched" in note.classSet:
        flags |= Flag.UNPITCHED
    for one in (note, written):
        if one.hasStyleInformation:
            flags |= Flag.HIDDEN if one.style.hideObjectOnPrint else Flag(0)
            flags |= Flag.CUE if getattr(one.style, "noteSize", None) == "cue" else Flag(0)
    return int(flags)


def color_of(note: Any) -> str:
    """`#RRGGBB`, or nothing."""
    color = note.style.color if note.hasStyleInformation else None
    return color.upper() if isinstance(color, str) and re.match(r"#[0-9A-Fa-f]{6}$", color) else ""


def names_of(owners: Iterable[tuple[int, Any]]) -> tuple[tuple[int, str], ...]:
    """Ids that notes were given, other than musegen's own `n12` and music21's numbers."""
    return tuple(
        (number, owner.id) for number, owner in owners if isinstance(owner.id, str) and owner.id != f"n{number}"
    )


def clef_of(element: Any) -> Clef:
    """A music21 clef as a Clef."""
    sign = element.sign or "G"
    return Clef(sign, element.line or {"F": 4, "G": 2}.get(sign, 3), element.octaveChange or 0)


def label_of(element: Any, onset: int, part: int, staff: int) -> HarmonyLabel | FiguredBass | None:
    """The chord symbol, numeral, function or figures that a music21 object stands for; None for other texts."""
    kept = element.editorial.get(EDITORIAL) if element.hasEditorialInformation else None
    if isinstance(kept, dict) and kept.get("kind") == "figures":
        return FiguredBass(onset, kept["duration"], tuple(kept["figures"]), part, staff)
    if "RomanNumeral" in element.classSet:
        key = element.key
        name = "" if key is None else key.tonicPitchNameWithCase
        return HarmonyLabel(onset, "numeral", element.figure, name, part, staff)
    if isinstance(kept, dict) and kept.get("figure") == _content(element):
        return HarmonyLabel(onset, kept["kind"], kept["text"], kept["key"], part, staff, kept["alternate"])
    if "ChordSymbol" in element.classSet:
        return HarmonyLabel(onset, "chord_symbol", _chord_text(element), "", part, staff)
    return None


def _content(element: Any) -> str:
    return str(element.figure if "Harmony" in element.classSet else element.content)


def _chord_text(symbol: Any) -> str:
    """A music21 ChordSymbol as musegen writes it."""
    root = symbol.root() if "NoChord" not in symbol.classSet else None
    if root is None:
        return NO_CHORD
    degrees = tuple(
        Degree(_WORDS.get(one.modType, "add"), one.degree, round(one.interval.semitones) if one.interval else 0)
        for one in symbol.chordStepModifications
    )
    bass = symbol.bass()
    bass_name = "" if bass is None or bass.name == root.name or symbol.inversion() is None else _name(bass)
    kind = _KINDS.get(symbol.chordKind, symbol.chordKind)
    if kind == _SUSPENDED_SEVENTH:
        return ChordSymbol(_name(root), "suspended-fourth", None, (Degree("add", 7), *degrees), bass_name).text
    return ChordSymbol(_name(root), kind, symbol.chordKindStr or None, degrees, bass_name).text


def _name(pitch: Any) -> str:
    return fifths_name(spell(pitch.step, round(pitch.alter), 4).fifths)
