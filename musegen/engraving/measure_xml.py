"""What stands around the notes of a measure in MusicXML: attributes and barlines."""

from __future__ import annotations

from lxml import etree

from musegen.engraving.events import PartWriter
from musegen.engraving.harmony_xml import child
from musegen.score.model import Clef, Measure, Score

_STYLES = {"final": "light-heavy", "double": "light-light"}


def attributes(element: etree._Element, score: Score, writer: PartWriter, index: int, divisions: int) -> None:
    """Divisions, key, time, clefs and transposition at the start; key and time where they change."""
    measure, part = score.measures[index], score.parts[writer.part]
    before = score.measures[index - 1] if index else None
    has_key = not part.kit or len(score.parts) == 1  # drums beside others have no key, and print none
    new_key = has_key and (before is None or before.key_signature != measure.key_signature)
    new_time = before is None or before.time_signature != measure.time_signature
    if not (new_key or new_time or before is None):
        return
    found = child(element, "attributes")
    if before is None:
        child(found, "divisions", divisions)
    if new_key:
        key = child(found, "key")
        child(key, "fifths", writer.written_key(measure))
        if measure.key_signature.mode:
            child(key, "mode", measure.key_signature.mode)
    if new_time:
        time = child(found, "time")
        child(time, "beats", measure.time_signature.numerator)
        child(time, "beat-type", measure.time_signature.denominator)
    if before is None:
        if len(part.clefs) > 1:
            child(found, "staves", len(part.clefs))
        for number, clef in enumerate(part.clefs, start=1):
            _clef(found, clef, number if len(part.clefs) > 1 else 0)
        _transpose(found, part.transpose)


def barlines(element: etree._Element, score: Score, index: int, location: str) -> None:
    """The barline at one side of a measure, where it is not a plain one."""
    measure = score.measures[index]
    left = location == "left"
    ending = _ending(score, index, left=left)
    repeat = measure.repeat_start if left else measure.repeat_end
    style = "" if left else _STYLES.get(measure.barline, measure.barline)
    if repeat:
        style = "heavy-light" if left else "light-heavy"
    if not (style or ending or repeat):
        return
    barline = child(element, "barline", location=location)
    if style:
        child(barline, "bar-style", style)
    if ending:
        child(barline, "ending", number=measure.ending, type=ending)
    if repeat:
        child(barline, "repeat", direction="forward" if left else "backward")


def _ending(score: Score, index: int, *, left: bool) -> str:
    """`start`, `stop` or nothing: an ending lasts as long as neighbouring measures carry the same text."""
    ending = score.measures[index].ending
    neighbour = index - 1 if left else index + 1
    inside = 0 <= neighbour < len(score.measures)
    if not ending or (
        inside and _same_ending(score.measures[neighbour], score.measures[min(index, neighbour)], ending)
    ):
        return ""
    return "start" if left else "stop"


def _same_ending(neighbour: Measure, earlier: Measure, ending: str) -> bool:
    return neighbour.ending == ending and not earlier.repeat_end


def _clef(found: etree._Element, clef: Clef, number: int) -> None:
    element = child(found, "clef")
    if number:
        element.set("number", str(number))
    child(element, "sign", clef.sign)
    child(element, "line", clef.line)
    if clef.octave:
        child(element, "clef-octave-change", clef.octave)


def _transpose(found: etree._Element, transpose: tuple[int, int]) -> None:
    steps, semitones = transpose
    if not (steps or semitones):
        return
    octaves = int(semitones / 12)
    element = child(found, "transpose")
    child(element, "diatonic", steps - 7 * octaves)
    child(element, "chromatic", semitones - 12 * octaves)
    if octaves:
        child(element, "octave-change", octaves)
