"""Reading verovio's SVG: the systems of a piece, where their staves, measures and notes stand, and how far they reach.

Coordinates are hundredths of a millimetre, as verovio's inner view box counts with the options of `spacing`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from musegen.engraving.ink import SVG

_G, _RECT, _PATH, _USE, _TEXT = (f"{{{SVG}}}{tag}" for tag in ("g", "rect", "path", "use", "text"))
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NO_CONTENT = {"system", "measure", "section", "mdiv", "score", "harm", "pageMilestone", "systemMilestone"}
_SPANNING = {"tie", "slur", "lv"}
_HEAD_WIDTH = 236.0


class Head(NamedTuple):
    """Where a notehead stands: its middle."""

    x: float
    y: float


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
                drawing.systems.append(_system(group, (x, y), drawing))
    return drawing


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
    extents = _boxes(group)
    system.top = min((y for y, _ in extents), default=0.0)
    system.bottom = max((y for _, y in extents), default=0.0)
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


def _measure(measure: etree._Element, system: System, drawing: Drawing) -> None:
    lines = [_line(path) for staff in measure if _class(staff) == "staff" for path in staff if path.tag == _PATH]
    flat = [line for line in lines if len(line) == 4 and line[1] == line[3]]
    right = max((line[2] for line in flat), default=system.right)
    drawing.measure_ends.append(right)
    if flat and len(system.measures) == 1:
        system.left, system.staff_top = min(line[0] for line in flat), min(line[1] for line in flat)
        system.staff_bottom = max(line[1] for line in flat)
    system.right = max(system.right, right)
    for note in measure.iter(_G):
        if _class(note) == "note":
            head = next((use for use in note.iter(_USE)), None)
            if head is not None:
                x, y, *_ = (float(number) for number in _NUMBER.findall(head.get("transform", "")))
                drawing.heads[note.get("id", "")] = Head(x + _HEAD_WIDTH / 2, y)


def _line(path: etree._Element) -> list[float]:
    return [float(number) for number in _NUMBER.findall(path.get("d", ""))]


def _boxes(group: etree._Element) -> list[tuple[float, float]]:
    """Top and bottom of everything drawn in a group, placeholders left out."""
    found: list[tuple[float, float]] = []
    for element in group:
        kinds = element.get("class", "").split()
        if element.tag == _TEXT:
            found += [_top_and_bottom(rect) for rect in element.iter(_RECT) if float(rect.get("height", "0"))]
        if element.tag != _G or "harm" in kinds:
            continue
        if kinds and kinds[0] in _SPANNING:
            found += _curve(element)
            continue
        if kinds and kinds[-1].endswith("bounding-box"):
            if not _NO_CONTENT & set(kinds):
                found += [_top_and_bottom(rect) for rect in element.iter(_RECT) if float(rect.get("height", "0"))]
        else:
            found += _boxes(element)
    return found


def _curve(group: etree._Element) -> list[tuple[float, float]]:
    """Top and bottom of a tie or slur by its own outline: verovio's box of one that is broken holds both its halves."""
    heights = [y for path in group.iter(_PATH) for y in _line(path)[1::2]]
    return [(min(heights), max(heights))] if heights else []


def _top_and_bottom(rect: etree._Element) -> tuple[float, float]:
    top = float(rect.get("y", "0"))
    return top, top + float(rect.get("height", "0"))


def _class(element: etree._Element) -> str:
    return element.get("class", "").split(" ")[0]
