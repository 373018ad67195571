"""Lines between noteheads, over or under the notes, and the legend that explains them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, takewhile
from math import hypot
from typing import NamedTuple

from lxml import etree

from musegen.engraving.ink import SVG, draw, text
from musegen.engraving.marks import Line, LineSample, Pen, Sheet
from musegen.engraving.systems import HEAD_WIDTH, Drawing, Head, System
from musegen.score.model import Score

_RIM = (HEAD_WIDTH / 2 + 45.0, 100.0 + 45.0)  # from the middle of a head to where its line begins, across and down
_LONGEST_TRIM = 0.36  # of a line: heads close together still have something between them
_SHORTEST = 110.0  # of what is left of a line between a head and the accidental of the next
_BEFORE_ACCIDENTAL, _ACCIDENTAL_REACH = 35.0, 280.0  # left of it; and over or under the middle of its head
_ARROW, _ARROW_HALF, _LONGEST_ARROW = 165.0, 62.0, 0.7  # its length, half its width, its share of a short line
_OVER_BARLINE, _AFTER_CLEF = 100.0, 800.0  # where the halves of a line that a system parts end and begin
_NEAR, _SLANT = 330.0, 190.0  # how far before its note the second half begins under the notes, and how steep it may be
_EM = 270.0
_SAMPLE, _GAP, _APART, _ROW = 620.0, 130.0, 480.0, 430.0  # of the legend

Ends = tuple[float, float, float, float]
"""x and y of both ends of a line."""


class _Stretch(NamedTuple):
    """A line, or a half of one, inside a system: from and to a head, or a place where there is none."""

    system: int
    start: Head
    end: Head
    from_head: bool = True
    to_head: bool = True


def draw_lines(drawing: Drawing, score: Score, sheet: Sheet, names: dict[int, str]) -> None:
    """Adds the sheet's lines between noteheads; where a system ends between them, two halves."""
    measures = dict(zip(score.notes["id"].tolist(), score.notes["measure_index"].tolist(), strict=True))
    grounds: dict[int, etree._Element] = {}
    for mark in sheet.marks.lines:
        if mark.first not in measures or mark.second not in measures:
            continue
        first = _last_piece(drawing, names[mark.first]) if mark.pen.is_under else names[mark.first]
        ends = [drawing.heads.get(name) for name in (first, names[mark.second])]
        places = [drawing.system_of(measures[note]) for note in (mark.first, mark.second)]
        for stretch in _stretches(drawing, mark.pen, ends, places):
            element = drawing.systems[stretch.system].element
            if mark.pen.is_under:
                element = grounds.setdefault(stretch.system, etree.Element(f"{{{SVG}}}g", {"class": "under-notes"}))
            _draw(element, mark, stretch)
    for number, ground in grounds.items():
        drawing.systems[number].element.insert(0, ground)


def _last_piece(drawing: Drawing, name: str) -> str:
    """The name of the last head of a note that takes several values to write."""
    pieces = takewhile(drawing.heads.__contains__, (f"{name}-{number}" for number in count(2)))
    return max(pieces, default=name, key=lambda piece: drawing.heads[piece].x)


def _stretches(drawing: Drawing, pen: Pen, ends: Sequence[Head | None], places: Sequence[int]) -> Iterator[_Stretch]:
    one, two = ends
    if one is None or two is None:
        return
    if places[0] == places[1]:
        yield _Stretch(places[0], one, two)
        return
    first, second = (drawing.systems[number] for number in places)
    slant, start = 0.0, second.left + _AFTER_CLEF
    if pen.is_under:
        slant, start = _slant(first, second, one, two), max(start, _left(two) - _NEAR)
    yield _Stretch(places[0], one, Head(first.right + _OVER_BARLINE, one.y + slant), to_head=False)
    yield _Stretch(places[1], Head(start, two.y - slant), two, from_head=False)


def _slant(first: System, second: System, one: Head, two: Head) -> float:
    """How much of the way up or down either half of a parted line goes; none from staff to staff."""
    if one.staff != two.staff:
        return 0.0
    way = (two.y - second.staves[two.staff][0]) - (one.y - first.staves[one.staff][0])
    return max(-_SLANT, min(_SLANT, way / 2))


def _left(head: Head) -> float:
    """Where a note begins, its accidental with it."""
    return head.x - HEAD_WIDTH / 2 if head.accidental is None else head.accidental


def _draw(parent: etree._Element, mark: Line, stretch: _Stretch) -> None:
    group = etree.SubElement(parent, f"{{{SVG}}}g", {"class": mark.kind, "opacity": f"{mark.pen.opacity:g}"})
    start, end = stretch.start, stretch.end
    ends = _trimmed(stretch) if mark.pen.to_rims else (start.x, start.y, end.x, end.y)
    draw_stroke(group, ends, mark.pen, mark.color, arrow=mark.pen.arrow and stretch.to_head)


def _trimmed(stretch: _Stretch) -> Ends:
    """Its ends, moved from the middles of the heads to their rims, and to before an accidental that is in the way."""
    start, end = stretch.start, stretch.end
    across, down = end.x - start.x, end.y - start.y
    length = hypot(across, down)
    if not length:
        return start.x, start.y, end.x, end.y
    rim = min(1.0 / hypot(across / _RIM[0], down / _RIM[1]), _LONGEST_TRIM)
    before, after = rim * stretch.from_head, rim * stretch.to_head
    if end.accidental is not None and across > 0:
        early = (end.x - end.accidental + _BEFORE_ACCIDENTAL) / across
        is_in_the_way = abs(down) * early < _ACCIDENTAL_REACH
        after = max(after, min(early, 1.0 - before - _SHORTEST / length)) if is_in_the_way else after
    return start.x + across * before, start.y + down * before, end.x - across * after, end.y - down * after


def draw_stroke(group: etree._Element, ends: Ends, pen: Pen, color: str, *, arrow: bool) -> None:
    """A straight line of a pen, as paths, with the head of an arrow where it has one."""
    x1, y1, x2, y2 = ends
    length = hypot(x2 - x1, y2 - y1)
    if arrow and length:
        share = min(_ARROW / length, _LONGEST_ARROW)
        base = x2 - (x2 - x1) * share, y2 - (y2 - y1) * share
        side = (y2 - y1) / length * _ARROW_HALF, -(x2 - x1) / length * _ARROW_HALF
        tip = [(base[0] + side[0], base[1] + side[1]), (x2, y2), (base[0] - side[0], base[1] - side[1])]
        points = " L".join(f"{x:.1f} {y:.1f}" for x, y in tip)
        etree.SubElement(group, f"{{{SVG}}}path", {"d": f"M{points} Z", "style": f"fill:{color};stroke:none"})
        x2, y2 = base
    look = {"fill": "none", "stroke": color, "stroke-width": f"{pen.thickness:g}"}
    if pen.dashes:
        look["stroke-dasharray"] = " ".join(f"{length:g}" for length in pen.dashes)
    if pen.is_round:
        look["stroke-linecap"] = "round"
    style = ";".join(f"{name}:{value}" for name, value in look.items())  # verovio's style sheet outranks attributes
    etree.SubElement(group, f"{{{SVG}}}path", {"d": f"M{x1:.1f} {y1:.1f} L{x2:.1f} {y2:.1f}", "style": style})


def line_legend(rows: Sequence[Sequence[LineSample]], across: float) -> list[System]:
    """The legend of lines over the width of the paper: a sample of each and what it says; none where there are none."""
    if not any(rows):
        return []
    block = System(etree.Element(f"{{{SVG}}}g", {"class": "line-legend"}), (0.0, 0.0))
    low = 0.0
    for row in rows:
        left = 0.0
        for sample in row:
            words = text(sample.text)
            wide = _SAMPLE + _GAP + words.width * _EM
            if left and left + wide > across:
                left, low = 0.0, low + _ROW
            middle = low + _ROW / 2
            group = etree.SubElement(block.element, f"{{{SVG}}}g", {"opacity": f"{sample.pen.opacity:g}"})
            cap = sample.pen.thickness / 2 if sample.pen.is_round else 0.0
            ends = (left + cap, middle, left + _SAMPLE - cap, middle)
            draw_stroke(group, ends, sample.pen, sample.color, arrow=sample.pen.arrow)
            block.element.append(draw(words, left + _SAMPLE + _GAP, middle + 0.34 * _EM, _EM))
            left += wide + _APART
        low += _ROW
    block.bottom = low
    return [block]
