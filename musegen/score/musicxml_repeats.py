"""Repeat signs inside a part (`%`): a measure that stands under one and holds no notes gets those that it repeats.

MusicXML asks that the music be there and the sign be only a way of drawing it; some programs leave rests there instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from fractions import Fraction

from lxml import etree

from musegen.errors import MalformedScore, ScoreError
from musegen.score.model import Notice
from musegen.score.musicxml_attributes import child_text, decimal, whole

MOST_BYTES = 16 << 20
"""All that is written out together: a short file may stand for a long one, not for an endless one."""
_MOST_MEASURES = 64  # under one sign
_MUSIC, _OVER_IT = ("note", "backup", "forward"), ("harmony", "figured-bass")
_PLACED = (*_OVER_IT, "direction", "sound")


def written_out(root: etree._Element, document: bytes) -> tuple[bytes, tuple[Notice, ...]]:
    """The document with every repeated measure written out, in `root` too; a notice for each. Most documents have none.

    Raises:
        MalformedScore: a sign has nothing to repeat, or stands for beats that are not there; says the measure.
    """
    if b"measure-repeat" not in document and b"beat-repeat" not in document:
        return document, ()
    filled, size = dict[str, None](), 0
    for part in root.iterchildren("part"):
        for number, more in _filled(list(part.iterchildren("measure"))):
            filled[number] = None
            size += more
            if size > MOST_BYTES:
                raise MalformedScore("the repeat signs stand for more notes than any piece", measure=number)
    notices = tuple(Notice("the repeat sign is read as the music before it", number) for number in filled)
    return (etree.tostring(root, encoding="UTF-8", xml_declaration=True) if filled else document), notices


def _filled(measures: Sequence[etree._Element]) -> Iterator[tuple[str, int]]:
    """The number of each measure of a part that is filled, and how many bytes are written there."""
    signs: dict[str, int] = {}  # staff, "" for all: how many measures are repeated
    divisions: list[str] = []
    for index, measure in enumerate(measures):
        number = measure.get("number", "")
        try:
            stated = [element.text or "" for element in measure.iterfind("attributes/divisions")]
            divisions.append(stated[-1] if stated else divisions[-1] if divisions else "")
            _follow(signs, measure)
            for staff, count in signs.items():
                if not _sounds(measure, staff):
                    if index < count or divisions[index - count] != divisions[index]:
                        raise MalformedScore("a repeat sign without music that it could repeat", hint="write it out")
                    copies = _copies(measures[index - count], measure, staff)
                    yield number, sum(len(etree.tostring(copy)) for copy in copies)
                    _fill(measure, staff, copies)
        except ScoreError as error:
            error.measure = error.measure or number
            raise


def _follow(signs: dict[str, int], measure: etree._Element) -> None:
    """The signs that hold from this measure on."""
    for style in measure.iterfind("attributes/measure-style"):
        staff, sign, beats = style.get("number", ""), style.find("measure-repeat"), style.find("beat-repeat")
        if sign is not None and sign.get("type") == "start":
            signs[staff] = whole(sign.text or "1", "the measures of a repeat sign", 1, _MOST_MEASURES)
        elif sign is not None:
            signs.pop(staff, None)
        elif beats is not None and beats.get("type") == "start" and not _sounds(measure, staff, after=style):
            raise MalformedScore("the beats under a repeat sign hold no notes", hint="write them out")


def _sounds(measure: etree._Element, staff: str, *, after: etree._Element | None = None) -> bool:
    """Whether a staff has notes in a measure, or in what follows one of its styles."""
    parent = None if after is None else after.getparent()
    notes = measure.iterchildren("note") if parent is None else parent.itersiblings("note")
    return any(_is_on(note, staff) and note.find("rest") is None for note in notes)


def _is_on(element: etree._Element, staff: str) -> bool:
    return not staff or (child_text(element, "staff") or "1") == staff


def _copies(source: etree._Element, target: etree._Element, staff: str) -> list[etree._Element]:
    """The music of a staff; what another staff has is skipped. Symbols and figures too, where the target has none."""
    over = () if any(target.find(tag) is not None for tag in _OVER_IT) else _OVER_IT
    found = []
    for element in source.iterchildren(*_MUSIC, *over):
        if element.tag in ("backup", "forward") or _is_on(element, staff):
            found.append(_copy(element))
        elif element.tag == "note" and (length := _length(element)):
            found.append(_moved("forward", length))
    return found


def _copy(element: etree._Element) -> etree._Element:
    """The same without its name, and without what is said once."""
    copy = deepcopy(element)
    for one in copy.iter():
        one.attrib.pop("id", "")
    for one in copy.findall("lyric"):
        copy.remove(one)
    return copy


def _fill(measure: etree._Element, staff: str, copies: list[etree._Element]) -> None:
    """Put music into a measure: in place of all its rests, or after what else it holds, from its beginning."""
    music = list(measure.iterchildren(*_MUSIC))
    first = measure.index(music[0]) if music else len(measure)
    after = [child for child in list(measure)[first:] if child.tag not in _MUSIC]
    if not _sounds(measure, "") and not any(child.tag in _PLACED for child in after):
        for element in music:
            measure.remove(element)
        measure.extend([*copies, *after])
        return
    time = sum((-_length(one) if one.tag == "backup" else _length(one) for one in music), Fraction(0))
    for rest in (one for one in music if one.tag == "note" and _is_on(one, staff)):
        measure.replace(rest, _moved("forward", _length(rest)))
    measure.extend([_moved("backup", time)] * bool(time) + copies)


def _length(element: etree._Element) -> Fraction:
    """How far an element moves on, in divisions."""
    if element.find("chord") is not None or element.find("grace") is not None:
        return Fraction(0)
    return decimal(child_text(element, "duration"), "a duration")


def _moved(tag: str, length: Fraction) -> etree._Element:
    element = etree.Element(tag)
    duration = etree.SubElement(element, "duration")
    duration.text = str(length.numerator) if length.denominator == 1 else f"{float(length):.9f}"
    return element
