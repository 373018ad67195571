"""A ruled table under the music, such as a mark scheme: a block of the page like a system, so that no page cuts it."""

from __future__ import annotations

from lxml import etree

from musegen.engraving.ink import SVG, draw, line, text
from musegen.engraving.marks import Table
from musegen.engraving.page_svg import wrap
from musegen.engraving.systems import System

_EM = 300.0
_LINE = 1.25  # ems between lines of one cell
_PADDING = 90.0
_RULE = 12.0


def table_block(table: Table, width: float) -> System:
    """The table over the full width of the paper, its first row in italics."""
    group = etree.Element(f"{{{SVG}}}g", {"class": "table"})
    edges = [width * sum(table.shares[:number]) for number in range(len(table.shares) + 1)]
    low = 0.0
    _rule(group, 0.0, low, width, low)
    for number, row in enumerate(table.rows):
        low = _draw_row(group, row, edges, low, style="italic" if number == 0 else "")
        _rule(group, 0.0, low, width, low)
    for edge in edges:
        _rule(group, edge, 0.0, edge, low)
    return System(group, (0.0, 0.0), top=-_RULE, bottom=low + _RULE)


def _draw_row(group: etree._Element, row: tuple[str, ...], edges: list[float], top: float, *, style: str) -> float:
    """Draws one row from its top, and gives its bottom."""
    bottom = top
    for words, left, right in zip(row, edges, edges[1:], strict=False):
        low = top + _PADDING * 0.5
        for words_of_line in wrap(words, (right - left - 2 * _PADDING) / _EM) or [""]:
            low += _LINE * _EM
            base = low - 0.3 * _EM
            group.append(draw(text(words_of_line, style=style), left + _PADDING, base, _EM))
        bottom = max(bottom, low + _PADDING * 0.5)
    return bottom


def _rule(group: etree._Element, x1: float, y1: float, x2: float, y2: float) -> None:
    line(group, x1, y1, x2, y2, thickness=_RULE, color="#777777")
