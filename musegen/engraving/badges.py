"""Numbered badges beside notes and the legend that explains them: shapes that differ without colour, in print too.

A square is filled, a diamond and a circle are outlined, so that the gravest is the darkest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from musegen.engraving.ink import SVG, Block, draw, text, width
from musegen.engraving.letters import Crowd, free_place
from musegen.engraving.marks import Badge
from musegen.engraving.page_svg import wrap
from musegen.engraving.systems import Box, Head, System

_EM = 255.0
_HIGH = 330.0
_PADDING = 70.0  # left and right of the number
_OUTLINE = 30.0
_FAR = 250.0
_LEGEND_EM = 300.0
_LEGEND_LINE = 1.3  # ems
_INDENT = 900.0
_LINES_A_BLOCK = 55


def draw_badges(system: System, badges: Iterable[tuple[Badge, Head]]) -> None:
    """Adds each badge as near to its note as other signs let it stand, and makes the system as high as it then is."""
    placed = list(badges)
    if placed:
        system.ink += _syllables(system.element)
    crowd = Crowd(system)
    for badge, head in placed:
        wide, high = badge_size(badge)
        box = _nearest(crowd, head, wide, high)
        crowd.add(box)
        system.element.append(badge_drawing(badge, box))


def _nearest(crowd: Crowd, head: Head, wide: float, high: float) -> Box:
    """A place over the note, under the last of several staves; on the other side where that is far nearer."""
    first_over = head.staff == 0 or head.staff < len(crowd.system.staves) - 1
    over, under = (free_place(crowd, head, wide, high, is_over=is_over) for is_over in (True, False))
    usual, other = (over, under) if first_over else (under, over)
    return other if _distance(head, other) + _FAR < _distance(head, usual) else usual


def _distance(head: Head, box: Box) -> float:
    return max(head.y - box.bottom, box.top - head.y, 0.0)


def _syllables(system: etree._Element) -> Iterator[Box]:
    """What the words under the staves cover; they stay black where their note is coloured."""
    for verse in system.iter(f"{{{SVG}}}g"):
        if verse.get("class") == "verse":
            verse.set("style", "color:#000000;fill:#000000")
            for words in verse.iter(f"{{{SVG}}}text"):
                sizes = (float(run.get("font-size", "0").rstrip("px")) for run in words.iter(f"{{{SVG}}}tspan"))
                em, x, y = max(sizes, default=0.0), float(words.get("x", "0")), float(words.get("y", "0"))
                letters = "".join(str(part) for part in words.itertext())
                yield Box(x, y - em, x + width(letters) * em, y + 0.3 * em)


def badge_size(badge: Badge) -> tuple[float, float]:
    """Width and height; a diamond needs more of both to hold its number."""
    wide = max(text(str(badge.number), style="bold").width * _EM + 2 * _PADDING, _HIGH)
    return (wide * 1.4, _HIGH * 1.4) if badge.shape == "diamond" else (wide, _HIGH)


def badge_drawing(badge: Badge, box: Box) -> etree._Element:
    """The badge filling a box."""
    group = etree.Element(f"{{{SVG}}}g", {"class": f"badge {badge.shape}", "color": badge.color})
    is_dark = badge.shape == "square"
    look = {
        "fill": badge.color if is_dark else "#ffffff",
        "stroke": badge.color,
        "stroke-width": f"{_OUTLINE:g}",
        "stroke-linejoin": "round",
    }
    etree.SubElement(group, f"{{{SVG}}}path", {"d": _outline(badge, box), "style": _styled(look)})
    number = text(str(badge.number), style="bold")
    x = (box.left + box.right - number.width * _EM) / 2
    drawn = draw(number, x, (box.top + box.bottom) / 2 + 0.34 * _EM, _EM)
    drawn.set("fill", "#ffffff" if is_dark else badge.color)
    group.append(drawn)
    return group


def legend_blocks(badges: Sequence[Badge], across: float) -> list[System]:
    """The legend over the full width of the paper, in blocks that a page can hold."""
    blocks: list[System] = []
    for badge in badges:
        lines = wrap(badge.text, (across - _INDENT) / _LEGEND_EM) or [""]
        if not blocks or blocks[-1].bottom > _LINES_A_BLOCK * _LEGEND_LINE * _LEGEND_EM:
            blocks.append(System(etree.Element(f"{{{SVG}}}g", {"class": "legend"}), (0.0, 0.0)))
        _legend_row(blocks[-1], badge, lines)
    return blocks


def _legend_row(block: System, badge: Badge, lines: Sequence[str]) -> None:
    wide, high = badge_size(badge)
    middle = block.bottom + max(high, _LEGEND_LINE * _LEGEND_EM) / 2
    left = (_INDENT - 150.0 - wide) / 2
    block.element.append(badge_drawing(badge, Box(left, middle - high / 2, left + wide, middle + high / 2)))
    base = middle + 0.34 * _LEGEND_EM
    for number, words in enumerate(lines):
        line: Block = text(words)
        block.element.append(draw(line, _INDENT, base + number * _LEGEND_LINE * _LEGEND_EM, _LEGEND_EM))
    below = base + (len(lines) - 1) * _LEGEND_LINE * _LEGEND_EM + 0.3 * _LEGEND_EM
    block.bottom = max(middle + high / 2, below) + 45.0


def _outline(badge: Badge, box: Box) -> str:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    inset = _OUTLINE / 2
    left, top, right, bottom = box.left + inset, box.top + inset, box.right - inset, box.bottom - inset
    if badge.shape == "square":
        return f"M{left:.1f} {top:.1f} H{right:.1f} V{bottom:.1f} H{left:.1f} Z"
    if badge.shape == "diamond":
        return f"M{x:.1f} {top:.1f} L{right:.1f} {y:.1f} L{x:.1f} {bottom:.1f} L{left:.1f} {y:.1f} Z"
    across, up = (right - left) / 2, (bottom - top) / 2
    arc = f"A{across:.1f} {up:.1f} 0 0 1"
    return f"M{left:.1f} {y:.1f} {arc} {right:.1f} {y:.1f} {arc} {left:.1f} {y:.1f} Z"


def _styled(look: dict[str, str]) -> str:
    """As a style of its own: verovio's style sheet outranks attributes."""
    return ";".join(f"{name}:{value}" for name, value in look.items())
