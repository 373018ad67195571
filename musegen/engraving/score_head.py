"""The head of a MusicXML file: titles, page, credits, part list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from musegen.engraving.harmony_xml import child
from musegen.engraving.marks import Sheet
from musegen.score.model import Part, Score
from musegen.score.musicxml import METADATA_FIELDS
from musegen.score.percussion import DRUM_CHANNEL

_ID = re.compile(r"[A-Za-z_][\w.-]*$", re.ASCII)
STAFF_MM = 7.5
"""The height of a staff in print."""
MARGIN_MM = 15.0
PAPERS_MM = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
NAME_LINE = "Name ____________________   Date ______________"


def score_head(score: Score, sheet: Sheet) -> tuple[etree._Element, list[str]]:
    """The root element with everything before its parts, and the id of each part."""
    root = etree.Element("score-partwise", version="4.0")
    title = sheet.title or score.metadata.title
    if title:
        child(child(root, "work"), "work-title", title)
    _identification(root, score, sheet)
    _defaults(root, sheet)
    _credits(root, title, sheet)
    return root, _part_list(root, score)


def part_ids(parts: tuple[Part, ...]) -> list[str]:
    """Legal ids, each once."""
    ids: list[str] = []
    for number, part in enumerate(parts, start=1):
        free = part.id if _ID.match(part.id) and part.id not in ids else f"P{number}"
        while free in ids:
            free += "x"
        ids.append(free)
    return ids


def _identification(root: etree._Element, score: Score, sheet: Sheet) -> None:
    identification = child(root, "identification")
    for kind in ("composer", "lyricist", "editor"):
        if getattr(score.metadata, kind):
            child(identification, "creator", getattr(score.metadata, kind), type=kind)
    if score.metadata.rights:
        child(identification, "rights", score.metadata.rights)
    encoding = child(identification, "encoding")
    child(encoding, "software", "musegen")
    child(encoding, "supports", element="accidental", type="yes")
    child(encoding, "supports", element="beam", type="yes")
    child(encoding, "supports", element="stem", type="no")
    if score.metadata.edition:
        child(identification, "source", score.metadata.edition)
    told = [(name, value) for name in METADATA_FIELDS if (value := getattr(score.metadata, name))]
    fields = (*sheet.fields, *told)
    if fields:
        miscellaneous = child(identification, "miscellaneous")
        for name, value in fields:
            child(miscellaneous, "miscellaneous-field", value, name=name)


def _defaults(root: etree._Element, sheet: Sheet) -> None:
    tenths = 40 / STAFF_MM
    width, height = PAPERS_MM[sheet.paper]
    defaults = child(root, "defaults")
    scaling = child(defaults, "scaling")
    child(scaling, "millimeters", STAFF_MM)
    child(scaling, "tenths", 40)
    layout = child(defaults, "page-layout")
    child(layout, "page-height", round(height * tenths, 1))
    child(layout, "page-width", round(width * tenths, 1))
    margins = child(layout, "page-margins", type="both")
    for side in ("left", "right", "top", "bottom"):
        child(margins, f"{side}-margin", round(MARGIN_MM * tenths, 1))


def _credits(root: etree._Element, title: str, sheet: Sheet) -> None:
    if sheet == Sheet():
        return
    tenths = 40 / STAFF_MM
    width, height = (side * tenths for side in PAPERS_MM[sheet.paper])
    margin, centre = MARGIN_MM * tenths, width / 2
    rows = (
        (title, centre, height - margin, "center", "22"),
        (NAME_LINE if sheet.name_line else "", width - margin, height - margin - 60, "right", "10"),
        (sheet.instruction, margin, height - margin - 100, "left", "10"),
        (sheet.small_print, width - margin, margin / 2, "right", "7"),
    )
    for text, x, y, justify, size in rows:
        if text:
            words = child(child(root, "credit", page="1"), "credit-words", text)
            words.attrib.update(
                {"default-x": f"{x:.1f}", "default-y": f"{y:.1f}", "justify": justify, "font-size": size}
            )


def drum_id(part: str, number: int) -> str:
    """The id of a drum in the part of that id."""
    return f"{part}-I{number + 1}"


def _kit(element: etree._Element, name: str, part: Part) -> None:
    """The drums of a part, each with its key; all on the channel of drums."""
    for drum in part.kit:
        child(child(element, "score-instrument", id=drum_id(name, drum.number)), "instrument-name", drum.name)
    for drum in part.kit:
        instrument = child(element, "midi-instrument", id=drum_id(name, drum.number))
        child(instrument, "midi-channel", DRUM_CHANNEL + 1)
        if part.midi_program:
            child(instrument, "midi-program", part.midi_program)
        child(instrument, "midi-unpitched", drum.number + 1)


def _part_list(root: etree._Element, score: Score) -> list[str]:
    listing = child(root, "part-list")
    ids = part_ids(score.parts)
    groups = _groups(score.parts)
    for number, (part, name) in enumerate(zip(score.parts, ids, strict=True)):
        if number in groups:
            group = child(listing, "part-group", type="start", number="1")
            child(group, "group-symbol", "bracket")
            child(group, "group-barline", "no" if score.lyrics else "yes")  # words may stand where it would
        element = child(listing, "score-part", id=name)
        child(element, "part-name", part.name)
        if part.abbreviation:
            child(element, "part-abbreviation", part.abbreviation)
        if part.kit:
            _kit(element, name, part)
        elif part.midi_program:
            child(child(element, "score-instrument", id=f"{name}-I1"), "instrument-name", part.name)
            child(child(element, "midi-instrument", id=f"{name}-I1"), "midi-program", part.midi_program)
        if number in groups.values():
            child(listing, "part-group", type="stop", number="1")
    return ids


def _groups(parts: Sequence[Part]) -> dict[int, int]:
    """The first part of each group that a bracket joins, with its last: voices and instruments on one staff each.

    A piano has a brace of its own, and the players of a band are no choir (Gould 2011, Behind Bars, ch. 17).
    """
    if any(part.kit for part in parts):
        return {}
    found, first = dict[int, int](), 0
    for number, part in enumerate(parts):
        if len(part.clefs) > 1:
            first = number + 1
        elif number > first:
            found[first] = number
    return found
