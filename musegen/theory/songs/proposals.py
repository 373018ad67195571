"""Chords found for a melody, as text for a person and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from musegen.score.model import Place, Score
from musegen.theory.analysis import Analysis, ChordSpan
from musegen.theory.songs.chart import chart
from musegen.theory.songs.melody_chords import Harmonisation, MelodyChords, MelodySlot
from musegen.theory.songs.sheet import read_symbol

_TOLD = 3
"""Chords of a slot that the text tells."""


def as_text(found: MelodyChords, score: Score, *, name: str = "") -> str:
    """The key, each harmonisation as a chart, and slot by slot the likeliest chords.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.songs.melody_chords import chords_for
    >>> tune = parse_grid("key: C major; meter: 3/4\\nS: e5 c5 g4 | f5 e5 d5 | d5 b4 g4 | c5 . .")
    >>> print("\\n".join(as_text(chords_for(tune, 1), tune).splitlines()[3:5]))
      1 | C    | Dm | G7 | C
        | C: I | ii | V7 | I
    """
    title = " · ".join(part for part in (name, " ".join(score.metadata.title.split())) if part)
    lines = [title] if title else []
    lines.append(f"Key: {found.key.words} (style: {found.style})")
    for number, one in enumerate(found.harmonisations, start=1):
        lines += ["", f"{number} (each chord {one.confidence:.0%} likely on average)", *_chart(found, one, score)]
    lines += ["", "The likeliest chords:", *(f"  {_slot(slot)}" for slot in found.slots)]
    return "\n".join(lines) + "\n"


def _chart(found: MelodyChords, one: Harmonisation, score: Score) -> list[str]:
    spans = tuple(
        ChordSpan(chord.onset, chord.end - chord.onset, chord.measure, chord.beat, found.key, chord.numeral, None)
        for chord in one.chords
    )
    return chart(Analysis(found.key, (), spans, symbols=True), replace(score, harmonies=one.labels))


def _slot(slot: MelodySlot) -> str:
    told = ", ".join(
        f"{read_symbol(choice.symbol).printed} {choice.probability:.0%}" for choice in slot.choices[:_TOLD]
    )
    return f"{Place(slot.measure, slot.beat)}: {told}"


def as_json(found: MelodyChords, score: Score, *, name: str = "") -> str:
    """Everything, for machines; times in quarters (floats)."""

    def when(onset: int, end: int, measure: str, beat: Any) -> dict[str, Any]:
        times = {"onset_quarter": float(score.quarters(onset)), "duration_quarter": float(score.quarters(end - onset))}
        return {**times, "measure": measure, "beat": float(beat)}

    document = {
        "version": 1,
        "file": name,
        "key": str(found.key),
        "style": found.style,
        "harmonisations": [
            {
                "confidence": round(one.confidence, 4),
                "chords": [when(*chord[:4]) | {"symbol": chord.symbol, "roman": chord.numeral.figure}
                           for chord in one.chords],
            }
            for one in found.harmonisations
        ],
        "slots": [
            when(*slot[:4])
            | {"choices": [{"symbol": choice.symbol, "roman": choice.numeral.figure, "probability": choice.probability}
                           for choice in slot.choices]}
            for slot in found.slots
        ],
    }  # fmt: skip
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
