"""Tempo marks and dynamics as MusicXML elements."""

from __future__ import annotations

from fractions import Fraction

from lxml import etree

from musegen.engraving.harmony_xml import child
from musegen.score.meter import TimeSignature
from musegen.score.model import Direction
from musegen.score.musicxml_directions import BEAT_UNITS

_DOTTED = Fraction(3, 2)


def direction_element(direction: Direction, meter: TimeSignature, *, offset: int, staff: int) -> etree._Element:
    """A `<direction>`; `offset` is in divisions from where it is written, `staff` is 0 in parts with one staff."""
    is_tempo = direction.kind == "tempo"
    element = etree.Element("direction", placement="above" if is_tempo else "below")
    if is_tempo:
        _tempo(element, direction, meter)
    else:
        child(child(child(element, "direction-type"), "dynamics"), direction.text)
    if offset:
        child(element, "offset", offset)
    if staff:
        child(element, "staff", staff)
    if is_tempo:
        child(element, "sound", tempo=number_words(direction.tempo))
    return element


def is_silent(direction: Direction) -> bool:
    """Whether it is heard and not seen: a tempo without words or number."""
    return direction.kind == "tempo" and not direction.text and not direction.is_counted


def sound_element(direction: Direction, *, offset: int) -> etree._Element:
    """The `<sound>` of a tempo that is not printed."""
    element = etree.Element("sound", tempo=number_words(direction.tempo))
    if offset:
        child(element, "offset", offset)
    return element


def number_words(number: float, digits: int = 6) -> str:
    """A number as MusicXML has it, without an exponent.

    >>> number_words(72.0), number_words(66.5), number_words(200 / 3, 1)
    ('72', '66.5', '66.7')
    """
    return f"{number:.{digits}f}".rstrip("0").rstrip(".")


def _tempo(element: etree._Element, direction: Direction, meter: TimeSignature) -> None:
    if direction.text:
        words = child(child(element, "direction-type"), "words", direction.text + "\u00a0" * direction.is_counted)
        words.set("font-weight", "bold")
    if direction.is_counted:
        metronome = child(child(element, "direction-type"), "metronome")
        unit, dots, quarters = _beat(meter)
        child(metronome, "beat-unit", unit)
        for _ in range(dots):
            child(metronome, "beat-unit-dot")
        child(metronome, "per-minute", number_words(direction.tempo / float(quarters), 1))


def _beat(meter: TimeSignature) -> tuple[str, int, Fraction]:
    """The name, the dots and the quarters of a felt beat, as far as a note can be one; else a quarter."""
    pulse = Fraction(meter.pulse_quarters)
    for unit, quarters in BEAT_UNITS.items():
        if pulse == quarters:
            return unit, 0, quarters
        if pulse == quarters * _DOTTED:
            return unit, 1, pulse
    return "quarter", 0, Fraction(1)
