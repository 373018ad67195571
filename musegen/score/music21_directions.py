"""Tempo marks and dynamics as music21 objects, and back."""

from __future__ import annotations

from typing import Any

from musegen.score.model import Direction
from musegen.score.music21_marks import EDITORIAL
from musegen.score.musicxml_directions import DYNAMICS, MAX_TEMPO, Spoken


def direction_object(direction: Direction, m21: Any) -> Any:
    """A MetronomeMark, whose number only sounds where it is not printed, or a Dynamic."""
    if direction.kind == "dynamic":
        return m21.dynamics.Dynamic(direction.text)
    words = direction.text or None
    if direction.is_counted:
        made = m21.tempo.MetronomeMark(words, direction.tempo)
    else:
        made = m21.tempo.MetronomeMark(words, None, numberSounding=direction.tempo)
    made.editorial[EDITORIAL] = {"text": direction.text}
    return made


def direction_of(element: Any, measure_index: int, onset: int, staff: int) -> Spoken | None:
    """What a MetronomeMark or a Dynamic says; None for words without a number, and signs that are not modelled."""
    if "Dynamic" in element.classSet:
        known = element.value in DYNAMICS
        return Spoken(measure_index, onset, "dynamic", element.value, 0.0, True, staff) if known else None
    is_counted = element.number is not None and not element.numberImplicit
    tempo = element.getQuarterBPM(useNumberSounding=False) if is_counted else element.numberSounding
    if not tempo or not 0 < tempo <= MAX_TEMPO:
        return None
    words = "" if element.textImplicit else " ".join((element.text or "").split())
    if element.hasEditorialInformation:
        words = element.editorial.get(EDITORIAL, {}).get("text", words)
    return Spoken(measure_index, onset, "tempo", words, round(float(tempo), 6), is_counted, 1)
