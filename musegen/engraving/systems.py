"""Reading verovio's SVG: the systems of a piece, where their staves, measures and notes stand, and how far they reach.

Coordinates are hundredths of a millimetre, as verovio's inner view box counts with the options of `spacing`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from lxml import etree

from musegen.engraving.ink import SVG, text

_G, _RECT, _PATH, _USE, _TEXT, _POLYGON = (f"{{{SVG}}}{tag}" for tag in ("g", "rect", "path", "use", "text", "polygon"))
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NO_CONTENT = {"system", "measure", "section", "mdiv", "score", "harm", "pageMilestone", "systemMilestone"}
_SPANNING = {"tie", "slur", "lv"}
_INK = _SPANNING | {
    "note",
    "stem",
    "flag",
    "beam",
    "dots",
    "dot",
    "accid",
    "rest",
    "mRest",
    "fermata",
    "artic",
    "ledgerLines",
}
HEAD_WIDTH = 236.0
_ASCENT, _DESCENT = 0.7, 0.22  # of letters, in ems
_ANCHORS = {"middle": 0.5, "end": 1.0}
_CLEAR = 60.0
"""Between a fermata and a beam beside it: a third of the space between two staff lines."""
_BLANK = 0.25
"""Between words, in heights of their letters, at least: hyphens need as much."""


class Head(NamedTuple):
    """Where a notehead stands: its middle, the staff that it belongs to, counted from the top, and its accidental."""

    x: float
    y: float
    staff: int = 0
    accidental: float | None = None  # where it begins


class Box(NamedTuple):
    """What something drawn covers."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box, margin: float = 0.0) -> bool:
        """Whether two boxes come nearer to each other than a margin."""
        apart_x = self.right + margin <= other.left or other.right + margin <= self.left
        apart_y = self.bottom + margin <= other.top or other.bottom + margin <= self.top
        return not (apart_x or apart_y)


@dataclass
class System:
    """One system: its group, and what it holds."""

    element: etree._Element
    shift: tuple[float, float]  # of the page that it was drawn on
    left: float = 0.0  # of the staff lines
    right: float = 0.0
    top: float = 0.0  # of everything drawn
    bottom: float = 0.0
    staff_top: float = 0.0  # top line of the top staff
    staff_bottom: float = 0.0  # bottom line of the bottom staff
    staves: list[tuple[float, float]] = field(default_factory=list)  # top and bottom lines, from the top
    ink: list[Box] = field(default_factory=list)  # notes and their signs, one by one
    measures: list[int] = field(default_factory=list)  # indices


@dataclass
class Drawing:
    """All systems of a piece, the noteheads by id, the right ends of the measures, glyph definitions and style."""

    systems: list[System]
    heads: dict[str, Head]
    measure_ends: list[float]
    definitions: dict[str, etree._Element]
    style: str
    root_id: str

    def system_of(self, measure_index: int) -> int:
        """The system that holds a measure."""
        return bisect_right([system.measures[0] for system in self.systems if system.measures], measure_index) - 1


def read_drawing(pages: list[bytes]) -> Drawing:
    """The systems of verovio's pages, with its helper boxes and placeholders taken out."""
    drawing = Drawing([], {}, [], {}, "", "")
    for page in pages:
        root = etree.fromstring(page)
        drawing.root_id = drawing.root_id or root.get("id", "")
        _definitions(root, drawing)
        margin = next(group for group in root.iter(_G) if group.get("class") == "page-margin")
        x, y, *_ = (float(number) for number in _NUMBER.findall(margin.get("transform", "0 0")))
        for group in list(margin):
            if _class(group) == "system":
                system = _system(group, (x, y), drawing)
                drawing.systems += [system] if system.measures else []
    return drawing


def words_touch(drawing: Drawing) -> bool:
    """Whether anywhere two neighbouring syllables of one verse stand as close as the letters of a word."""
    return any(_are_one(line) for system in drawing.systems for line in _verses(system.element))


def _verses(system: etree._Element) -> list[list[Box]]:
    """The boxes of the syllables that stand on one line, from the left."""
    verses: dict[str, list[Box]] = defaultdict(list)
    for element in (words for group in system.iter(_G) if _class(group) == "syl" for words in group.iter(_TEXT)):
        verses[element.get("y", "")] += _letters(element)
    return [sorted(boxes) for boxes in verses.values()]


def _are_one(line: list[Box]) -> bool:
    return any(after.left - box.right < _BLANK * (box.bottom - box.top) for box, after in pairwise(line))


def _definitions(root: etree._Element, drawing: Drawing) -> None:
    mine = root.get("id", "")
    for glyph in root.iterfind(f"{{{SVG}}}defs/*"):
        drawing.definitions.setdefault(glyph.get("id", "").replace(mine, drawing.root_id), glyph)
        glyph.set("id", glyph.get("id", "").replace(mine, drawing.root_id))
    style = root.find(f"{{{SVG}}}style")
    drawing.style = drawing.style or ("" if style is None else style.text or "")
    if mine != drawing.root_id:
        for use in root.iter(_USE):
            href = "{http://www.w3.org/1999/xlink}href"
            use.set(href, use.get(href, "").replace(mine, drawing.root_id))


def _system(group: etree._Element, shift: tuple[float, float], drawing: Drawing) -> System:
    system = System(group, shift)
    _clear_fermatas(group)
    extents = list(_boxes(group))
    system.top = min((box.top for _, box in extents), default=0.0)
    system.bottom = max((box.bottom for _, box in extents), default=0.0)
    system.ink = [box for kind, box in extents if kind in _INK]
    for element in list(group.iter(_G)):
        kind = element.get("class", "")
        if "bounding-box" in kind or kind == "harm" or "placeholder" in kind:
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
    for measure in [element for element in group.iter(_G) if _class(element) == "measure"]:
        system.measures.append(len(drawing.measure_ends))
        _measure(measure, system, drawing)
    return system


def _clear_fermatas(group: etree._Element) -> None:
    """Moves fermatas sideways that all but touch a beam: verovio places them as if nothing stood beside their note."""
    lines = [
        _round([float(number) for number in _NUMBER.findall(polygon.get("points", ""))])
        for beam in group.iter(_G)
        if _class(beam) == "beam"
        for polygon in beam.iter(_POLYGON)
    ]
    for fermata in [element for element in group.iter(_G) if _class(element) == "fermata"]:
        boxes = [_box(rect) for rect in fermata.iter(_RECT)]
        _shift(fermata, max((_away(box, line) for box in boxes for line in lines), key=abs, default=0.0))


def _shift(group: etree._Element, right: float) -> None:
    for sign in group.iter(_USE):
        x, rest = sign.get("transform", "").removeprefix("translate(").split(",", 1)
        sign.set("transform", f"translate({float(x) + right:.0f},{rest}")
    for rect in group.iter(_RECT):
        rect.set("x", f"{float(rect.get('x', '0')) + right:.0f}")


def _away(sign: Box, line: Box) -> float:
    """How far right of where it is a sign stands clear of a line beside it; left is negative."""
    is_beside = sign.left >= line.right - _CLEAR or line.left + _CLEAR >= sign.right
    if not is_beside or not sign.touches(line, _CLEAR):
        return 0.0
    return line.right + _CLEAR - sign.left if line.right < sign.right else line.left - _CLEAR - sign.right


def _measure(measure: etree._Element, system: System, drawing: Drawing) -> None:
    staves = [staff for staff in measure if _class(staff) == "staff"]
    lines = [[_line(path) for path in staff if path.tag == _PATH] for staff in staves]
    flat = [[line for line in staff if len(line) == 4 and line[1] == line[3]] for staff in lines]
    right = max((line[2] for staff in flat for line in staff), default=system.right)
    drawing.measure_ends.append(right)
    if any(flat) and len(system.measures) == 1:
        system.left = min(line[0] for staff in flat for line in staff)
        system.staves = [(min(line[1] for line in staff), max(line[1] for line in staff)) for staff in flat if staff]
        system.staff_top, system.staff_bottom = system.staves[0][0], system.staves[-1][1]
    system.right = max(system.right, right)
    for number, staff in enumerate(staves):
        _heads(staff, number, drawing)


def _heads(staff: etree._Element, number: int, drawing: Drawing) -> None:
    for note in staff.iter(_G):
        if _class(note) == "note":
            head = next((use for use in note.iter(_USE)), None)
            if head is not None:
                x, y, *_ = (float(number) for number in _NUMBER.findall(head.get("transform", "")))
                drawing.heads[note.get("id", "")] = Head(x + HEAD_WIDTH / 2, y, number, _accidental(note))


def _accidental(note: etree._Element) -> float | None:
    """Where the accidental of a note begins; None where it has none."""
    signs = (use for group in note.iter(_G) if _class(group) == "accid" for use in group.iter(_USE))
    return min((float(_NUMBER.findall(use.get("transform", ""))[0]) for use in signs), default=None)


def _line(path: etree._Element) -> list[float]:
    return [float(number) for number in _NUMBER.findall(path.get("d", ""))]


def _boxes(group: etree._Element) -> Iterator[tuple[str, Box]]:
    """Everything drawn in a group with the kind of sign that it is, placeholders left out."""
    for element in group:
        kinds = element.get("class", "").split()
        if element.tag == _TEXT:
            boxes = [_box(rect) for rect in element.iter(_RECT) if float(rect.get("height", "0"))]
            yield from (("text", box) for box in boxes or _letters(element))
        if element.tag != _G or "harm" in kinds:
            continue
        if kinds and kinds[0] == "ledgerLines":
            yield from (("ledgerLines", _round(_line(path))) for path in element.iter(_PATH))
        elif kinds and kinds[0] in _SPANNING:
            yield from ((kinds[0], box) for box in _curve(element))
        elif kinds and kinds[-1].endswith("bounding-box"):
            if not _NO_CONTENT & set(kinds):
                kind = kinds[0] if kinds[-1] == "bounding-box" else ""
                yield from ((kind, _box(rect)) for rect in element.iter(_RECT) if float(rect.get("height", "0")))
        else:
            yield from _boxes(element)


def _letters(element: etree._Element) -> list[Box]:
    """The box of a syllable, which verovio leaves out."""
    sizes = [float(size) for part in element.iter() for size in _NUMBER.findall(part.get("font-size", ""))]
    words = "".join(str(letters) for letters in element.itertext()).strip()
    if not words or not any(sizes) or not element.get("x"):
        return []
    left, base, size = float(element.get("x", "0")), float(element.get("y", "0")), max(sizes)
    wide = text(words).width * size
    left -= wide * _ANCHORS.get(element.get("text-anchor", ""), 0.0)
    return [Box(left, base - _ASCENT * size, left + wide, base + _DESCENT * size)]


def _curve(group: etree._Element) -> list[Box]:
    """The box of a tie or slur by its own outline: verovio's box of one that is broken holds both its halves."""
    outline = [number for path in group.iter(_PATH) for number in _line(path)]
    return [_round(outline)] if outline else []


def _round(outline: list[float]) -> Box:
    """The box round points, given as x y x y."""
    across, down = outline[::2], outline[1::2]
    return Box(min(across), min(down), max(across), max(down))


def _box(rect: etree._Element) -> Box:
    left, top, width, height = (float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
    return Box(left, top, left + width, top + height)


def _class(element: etree._Element) -> str:
    return element.get("class", "").split(" ")[0]
