"""Putting systems together: the header, one tall page or pages of paper, and the SVG around them."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import NamedTuple

from lxml import etree

from musegen.engraving.figures_text import split_numeral
from musegen.engraving.fonts import TEXT_FAMILY, Style, font_faces
from musegen.engraving.ink import SVG, Block, draw, line, text
from musegen.engraving.marks import Sheet
from musegen.engraving.numerals import numeral_block
from musegen.engraving.score_head import MARGIN_MM, PAPERS_MM
from musegen.engraving.systems import Drawing, System

SYSTEM_GAP = 700.0
_TIGHTEST = 0.25  # of the usual gap, where one page would otherwise become two
"""Between the lowest sign of a system and the highest of the next, in hundredths of a millimetre."""
_XLINK = "http://www.w3.org/1999/xlink"
_NUMERAL_WORD = re.compile(r"([(]?)((?:[b#]?[IViv]+|Cad|N|It|Ger|Fr)[oø+]?\d*(?:/[IViv]+)?)([(]\d+[)])?([.,;:)]*)$")
_NAMESPACES: dict[str | None, str] = {None: SVG, "xlink": _XLINK}
_FONTS = f"'{TEXT_FAMILY}', Times, 'Times New Roman', serif"
_ITALIC = {"dir", "dynam", "mNum"}  # verovio's groups, by its style sheet
_BOLD = {"ending", "fing", "reh", "tempo"}
_TITLE_EM, TEXT_EM, _SMALL_EM = 635.0, 390.0, 260.0  # 18, 11 and 7.4 points
_TEXT_LINE = 1.3
_HEADING = re.compile(r"([A-Z][a-z]+:) ")  # of a paragraph of an instruction
_HEADING_GAP = 0.5
_HEAD_EM = 300.0  # of the line over later pages
_HEAD_HEIGHT = 850.0
_HEAD_GAP = 300.0
_SPARE_MM = 4.0  # of every page: browsers round up


class Header(NamedTuple):
    """What stands over the music, and how high it is."""

    elements: tuple[etree._Element, ...]
    height: float


def draw_header(sheet: Sheet, title: str, composer: str) -> Header:
    """Name line, title, composer and instruction, over the full width of the paper."""
    width = page_width(sheet)
    elements: list[etree._Element] = []
    low = 0.0
    if sheet.name_line:
        low = 420.0
        elements += _name_line(width, low)
        low += 260.0
    if title:
        low += _TITLE_EM
        em = min(_TITLE_EM, _TITLE_EM * width / max(text(title).width * _TITLE_EM, 1.0))
        elements.append(draw(text(title), (width - text(title).width * em) / 2, low, em, **{"class": "title"}))
        low += 200.0
    if composer:
        low += TEXT_EM
        block = text(composer)
        elements.append(draw(block, width - block.width * TEXT_EM, low, TEXT_EM, **{"class": "composer"}))
        low += 120.0
    for head, words, left in _instruction_lines(sheet.instruction, width / TEXT_EM):
        low += TEXT_EM * _TEXT_LINE
        elements.append(draw(text(head, style="bold"), 0.0, low, TEXT_EM, **{"class": "instruction"}))
        elements.append(draw(_sentence(words), left * TEXT_EM, low, TEXT_EM, **{"class": "instruction"}))
    return Header(tuple(elements), low + 350.0 if low else 0.0)


def _instruction_lines(words: str, width: float) -> list[tuple[str, str, float]]:
    """Each line's heading, words and where these begin, in ems: `Chords: I, IV, V` stands right of its heading."""
    split = [_HEADING.match(paragraph) for paragraph in words.splitlines()]
    heads = [found[1] if found else "" for found in split]
    column = max((text(head, style="bold").width + _HEADING_GAP for head in heads if head), default=0.0)
    lines: list[tuple[str, str, float]] = []
    for head, paragraph in zip(heads, words.splitlines(), strict=True):
        left = column if head else 0.0
        for number, part in enumerate(wrap(paragraph[len(head) :].strip(), width - left)):
            lines.append(("" if number else head, part, left))
    return lines


def _running_head(sheet: Sheet, title: str, number: int, count: int) -> Header:
    """The line over a later page: the title, room for the name, and which page this is."""
    width = page_width(sheet)
    page = text(f"page {number} of {count}")
    right = width - page.width * _HEAD_EM
    elements = [draw(page, right, _HEAD_EM, _HEAD_EM, **{"class": "page-number"})]
    left = 0.0
    if title:
        block = text(title)
        em = min(_HEAD_EM, _HEAD_EM * 0.55 * width / max(block.width * _HEAD_EM, 1.0))
        elements.append(draw(block, 0.0, _HEAD_EM, em, **{"class": "running-title"}))
        left = block.width * em + _HEAD_GAP
    if sheet.name_line:
        elements.append(_ruled("Name", left, right - _HEAD_GAP, _HEAD_EM, _HEAD_EM))
    return Header(tuple(elements), _HEAD_HEIGHT)


def draw_small_print(sheet: Sheet) -> etree._Element | None:
    """Level and seed, right-aligned on a baseline at 0."""
    if not sheet.small_print:
        return None
    block = text(sheet.small_print)
    group = draw(block, page_width(sheet) - block.width * _SMALL_EM, 0.0, _SMALL_EM, **{"class": "small-print"})
    group.set("fill", "#555555")
    return group


def wrap(words: str, width: float) -> list[str]:
    """Lines no wider than `width` ems, broken at plain blanks; line ends in the text are kept.

    >>> wrap("Add alto, tenor and bass.", 7)
    ['Add alto, tenor', 'and bass.']
    """
    lines = []
    for paragraph in words.splitlines():
        current = ""
        for word in paragraph.split(" "):
            longer = f"{current} {word}".strip()
            if current and _sentence(longer).width > width:
                lines.append(current)
                longer = word
            current = longer
        lines.append(current)
    return lines


def _sentence(words: str) -> Block:
    """A line of text in which Roman numerals with figures are set as such: `ii6`, `V(7)`, `Cad64`."""
    block, plain = Block(), ""
    for word in words.split(" "):
        found = _NUMERAL_WORD.match(word)
        if found is None or not split_numeral(found[2]):
            plain += word + " "
            continue
        block = block.then(text(plain.replace("\xa0", " ") + found[1])).then(numeral_block(found[2]))
        if found[3]:
            block = block.then(text(found[3], size=0.66, y=0.40), 0.03)
        block, plain = block.then(text(found[4])), " "
    return block.then(text(plain.rstrip().replace("\xa0", " ")))


def compose(
    drawing: Drawing,
    header: Header,
    small_print: etree._Element | None,
    sheet: Sheet,
    *,
    title: str,
    gap: float,
    paged: bool,
) -> list[str]:
    """The SVG text of every page; later pages have the title and their number in a line of small print."""
    limit = (PAPERS_MM[sheet.paper][1] - 2 * MARGIN_MM - _SPARE_MM) * 100 if paged else float("inf")
    room = limit - (450.0 if small_print is not None else 0.0)
    found: list[str] = []
    dealt = _dealt(drawing.systems, header.height, gap, room)
    for number, systems in enumerate(dealt, start=1):
        head = header if number == 1 else _running_head(sheet, title, number, len(dealt))
        low = head.height
        between = _gap(systems, low, gap, room)
        chosen: list[tuple[System, float]] = []
        for system in systems:
            low += between if chosen else 0.0
            chosen.append((system, low - system.top))
            low += system.bottom - system.top
        found.append(_page(drawing, head, chosen, small_print, low, sheet))
    return found


def _dealt(systems: list[System], header: float, gap: float, room: float) -> list[list[System]]:
    """The systems of each page."""
    if _height(systems, header, _TIGHTEST * gap) <= room:
        return [systems]
    dealt: list[list[System]] = [[]]
    for system in systems:
        top = header if len(dealt) == 1 else _HEAD_HEIGHT
        if dealt[-1] and _height([*dealt[-1], system], top, gap) > room:
            dealt.append([])
        dealt[-1].append(system)
    if len(dealt) > 1 and len(dealt[-1]) == 1:
        top = header if len(dealt) == 2 else _HEAD_HEIGHT
        dealt[-2:] = _not_alone(dealt[-2], dealt[-1], fits=_height(dealt[-2] + dealt[-1], top, _TIGHTEST * gap) <= room)
    return dealt


def _not_alone(before: list[System], last: list[System], *, fits: bool) -> list[list[System]]:
    """The last two pages, so that no system stands alone on one: closer together, or with company from before."""
    if fits:
        return [before + last]
    return [before[:-1], before[-1:] + last] if len(before) > 2 else [before, last]


def _height(systems: list[System], top: float, gap: float) -> float:
    """How far down a page these systems reach."""
    return top + sum(system.bottom - system.top for system in systems) + gap * (len(systems) - 1)


def _gap(systems: list[System], top: float, gap: float, room: float) -> float:
    """The gap between the systems of a page: narrower than usual where they would not fit."""
    between = len(systems) - 1
    return min(gap, (room - _height(systems, top, 0.0)) / between) if between else gap


def _page(
    drawing: Drawing,
    header: Header,
    systems: list[tuple[System, float]],
    small_print: etree._Element | None,
    height: float,
    sheet: Sheet,
) -> str:
    width = page_width(sheet)
    height += 450.0 if small_print is not None else 60.0
    root = etree.Element(f"{{{SVG}}}svg", nsmap=_NAMESPACES)  # type: ignore[arg-type]
    box = {
        "width": f"{width / 100:.1f}mm",
        "height": f"{height / 100:.1f}mm",
        "viewBox": f"0 0 {width:.0f} {height:.0f}",
    }
    for name, value in (box | {"id": drawing.root_id, "color": "black", "font-family": _FONTS}).items():
        root.set(name, value)
    style = _style(root, drawing)
    for element in header.elements:
        root.append(deepcopy(element))
    for system, shift in systems:
        place = f"translate({system.shift[0]:.0f},{shift:.1f})"
        group = etree.SubElement(root, f"{{{SVG}}}g", {"transform": place})
        group.append(system.element)
    if small_print is not None:
        foot = etree.SubElement(root, f"{{{SVG}}}g", {"transform": f"translate(0,{height - 90:.1f})"})
        foot.append(deepcopy(small_print))
    style.text = font_faces(_letters(root)) + (style.text or "")
    return etree.tostring(root, encoding="unicode") + "\n"


def _style(root: etree._Element, drawing: Drawing) -> etree._Element:
    used = {
        use.get(f"{{{_XLINK}}}href", "")[1:]
        for system in drawing.systems
        for use in system.element.iter(f"{{{SVG}}}use")
    }
    definitions = etree.SubElement(root, f"{{{SVG}}}defs")
    for name in sorted(used & drawing.definitions.keys()):
        definitions.append(deepcopy(drawing.definitions[name]))
    style = etree.SubElement(root, f"{{{SVG}}}style", type="text/css")
    style.text = drawing.style
    return style


def _letters(root: etree._Element) -> dict[Style, set[str]]:
    """The letters of a page by the style that they are set in."""
    found: dict[Style, set[str]] = {"regular": set(), "bold": set(), "italic": set()}
    for element in root.iter(f"{{{SVG}}}text"):
        style: Style = "regular"
        for one in (element, *element.iterdescendants(), *element.iterancestors()):
            kinds = set(one.get("class", "").split())
            if one.get("font-style") == "italic" or kinds & _ITALIC:
                style = "italic"
            elif one.get("font-weight") == "bold" or kinds & _BOLD:
                style = "bold"
        found[style].update("".join(str(words) for words in element.itertext()))
    return found


def _name_line(width: float, y: float) -> list[etree._Element]:
    """`Name ____  Date ____`, ruled."""
    elements = []
    for label, left, right in (("Name", 0.0, width * 0.55), ("Date", width * 0.62, width)):
        elements.append(_ruled(label, left, right, y, TEXT_EM))
    return elements


def _ruled(label: str, left: float, right: float, y: float, em: float) -> etree._Element:
    """A word and a line to write on."""
    block = text(label)
    group = draw(block, left, y, em, **{"class": "name-line"})
    line(group, left + (block.width + 0.35) * em, y + 30.0, right, y + 30.0, thickness=12.0)
    return group


def page_width(sheet: Sheet) -> float:
    """The width of the paper inside its margins."""
    return (PAPERS_MM[sheet.paper][0] - 2 * MARGIN_MM) * 100
