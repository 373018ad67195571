"""Chord symbols, numerals, functions and figures as music21 objects."""

from __future__ import annotations

from typing import Any

from musegen.errors import UsageError
from musegen.score.chord_symbols import NO_CHORD, parse_chord_symbol
from musegen.score.model import FiguredBass, HarmonyLabel
from musegen.score.music21_marks import EDITORIAL

_KINDS = {
    "dominant": "dominant-seventh", "half-diminished": "half-diminished-seventh",
    "major-minor": "minor-major-seventh",
}  # fmt: skip
_WORDS = {"add": "add", "alter": "alter", "omit": "subtract"}


def label_object(label: HarmonyLabel | FiguredBass, m21: Any) -> Any:
    """A ChordSymbol, or a TextExpression below the staff for everything that must not sound."""
    if isinstance(label, FiguredBass):
        return _figures(label, m21)
    made = _chord_symbol(label.text, m21) if label.kind == "chord_symbol" else None
    if made is None:
        made = m21.expressions.TextExpression(label.text)
        made.placement = "below"
    made.editorial[EDITORIAL] = {
        "kind": label.kind, "text": label.text, "key": label.key, "alternate": label.alternate,
        "figure": made.content if "TextExpression" in made.classSet else made.figure,
    }  # fmt: skip
    return made


def _figures(figures: FiguredBass, m21: Any) -> Any:
    """Figured bass as a TextExpression of several lines, top figure first."""
    made = m21.expressions.TextExpression("\n".join(figures.figures))
    made.placement = "below"
    kept = {"kind": "figures", "figures": list(figures.figures), "duration": figures.duration}
    made.editorial[EDITORIAL] = kept
    return made


def _chord_symbol(text: str, m21: Any) -> Any:
    """A music21 ChordSymbol, or None for a text that is none."""
    if text == NO_CHORD:
        return m21.harmony.NoChord()
    try:
        parsed = parse_chord_symbol(text)
    except UsageError:
        return None
    made = m21.harmony.ChordSymbol(
        root=parsed.root, kind=_KINDS.get(parsed.kind, parsed.kind), bass=parsed.bass or None
    )
    made.chordKindStr = parsed.written or ""
    for degree in parsed.degrees:
        made.addChordStepModification(
            m21.harmony.ChordStepModification(_WORDS[degree.word], degree.value, degree.alter)
        )
    return made
