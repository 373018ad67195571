"""Small text set by ourselves: runs of letters, stacked figures and music accidentals, with the widths of Times.

Units here are ems of the label's own size; y grows upwards from the baseline. `draw` turns a label into SVG.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from lxml import etree

from musegen.engraving.fonts import verovio_data

SVG = "http://www.w3.org/2000/svg"
_FACES = {"": "Times.xml", "bold": "Times-bold.xml", "italic": "Times-italic.xml"}
_EM = 2048
_MUSIC = {"b": "E260", "n": "E261", "#": "E262", "x": "E263", "bb": "E264", "##": "E263"}
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BESIDE_LETTER = 0.07  # ems between a letter and the accidental after it
_OVERHANG = {"f": 0.09, "F": 0.04}  # how far a letter leans over what follows it, in ems
_SHAPES = {"♭": "b", "♯": "#", "♮": "n", "-": "b", "𝄪": "x", "𝄫": "bb"}


class Run(NamedTuple):
    """Letters at a place: x and y of their baseline start, size relative to the label."""

    text: str
    x: float
    y: float = 0.0
    size: float = 1.0
    style: str = ""  # "", "bold" or "italic"


class Glyph(NamedTuple):
    """A music accidental: `b`, `n`, `#`, `x` or `bb`; y is the baseline of the text that it stands in."""

    name: str
    x: float
    y: float = 0.0
    size: float = 1.0


class Ring(NamedTuple):
    """The circle of a diminished chord; slashed for a half-diminished one. x and y are its middle."""

    x: float
    y: float
    radius: float
    slashed: bool = False


class Stroke(NamedTuple):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float


class Block(NamedTuple):
    """A label that is laid out: its parts and its width."""

    parts: tuple[Run | Glyph | Ring | Stroke, ...] = ()
    width: float = 0.0
    hang: float = 0.0  # how much of it hangs left of what is aligned with the note

    def then(self, other: Block, gap: float = 0.0) -> Block:
        """This block with another one at its right."""
        start = self.width + gap
        return Block(self.parts + moved(other, start).parts, start + other.width, self.hang)


def moved(block: Block, x: float, y: float = 0.0) -> Block:
    """The same block at another place."""
    return block._replace(parts=tuple(_moved(part, x, y) for part in block.parts))


def legal(letters: str) -> str:
    """Letters without those that XML forbids.

    >>> legal("Etude" + chr(0))
    'Etude'
    """
    return _ILLEGAL.sub("", letters)


@lru_cache(maxsize=4096)
def text(letters: str, *, size: float = 1.0, y: float = 0.0, style: str = "") -> Block:
    """Plain letters; flats and sharps among them become music glyphs (`♭`, `♯`)."""
    block, before = Block(), ""
    for piece in _pieces(legal(letters)):
        if piece in _SHAPES and piece != "-":
            gap = _BESIDE_LETTER + _OVERHANG.get(before, 0.0)
            block = block.then(accidental(_SHAPES[piece], size=size, y=y), gap * size)
        else:
            shown = piece.lstrip(" ")  # SVG drops blanks at the start of a text
            lead = width(" ", style) * (len(piece) - len(shown)) * size
            block = block.then(Block((Run(shown, lead, y, size, style),), lead + width(shown, style) * size))
        before = piece[-1]
    return block


def accidental(name: str, *, size: float = 1.0, y: float = 0.0) -> Block:
    """One music accidental, as high as the letters beside it."""
    name = _SHAPES.get(name, name)
    return Block((Glyph(name, 0.0, y, size),), (_glyph_width(name) + 0.06) * size)


def width(letters: str, style: str = "") -> float:
    """The width of letters in ems.

    >>> width("II") == 2 * width("I")
    True
    """
    known = _metrics(style)
    return sum(known.get(letter, known["0"]) for letter in letters)


def draw(block: Block, x: float, y: float, em: float, **attributes: str) -> etree._Element:
    """An SVG group with the block's baseline start at (x, y) and letters of `em` user units."""
    group = etree.Element(f"{{{SVG}}}g", attributes)
    for part in block.parts:
        left, base = x + _left(part) * em, y
        if isinstance(part, Run):
            _draw_run(group, part, left, base - part.y * em, em)
        elif isinstance(part, Glyph):
            _draw_glyph(group, part, left, base - part.y * em, em)
        elif isinstance(part, Ring):
            _draw_ring(group, part, left, base - part.y * em, em)
        else:
            ends = (x + part.x1 * em, base - part.y1 * em, x + part.x2 * em, base - part.y2 * em)
            line(group, *ends, thickness=0.045 * em)
    return group


def line(
    group: etree._Element, x1: float, y1: float, x2: float, y2: float, *, thickness: float, color: str = "currentColor"
) -> None:
    """A straight line, as a path so that every reader draws it alike."""
    path = f"M{_n(x1)} {_n(y1)} L{_n(x2)} {_n(y2)}"
    attributes = {"d": path, "stroke": "currentColor", "stroke-width": _n(thickness), "fill": "none"}
    if color != "currentColor":
        attributes["color"] = color  # verovio's style draws every path in the current colour
    etree.SubElement(group, f"{{{SVG}}}path", attributes)


def _left(part: Run | Glyph | Ring | Stroke) -> float:
    return part.x1 if isinstance(part, Stroke) else part.x


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _draw_run(group: etree._Element, run: Run, x: float, y: float, em: float) -> None:
    attributes = {"x": _n(x), "y": _n(y), "font-size": _n(run.size * em)}
    if run.style:
        attributes["font-weight" if run.style == "bold" else "font-style"] = run.style
    etree.SubElement(group, f"{{{SVG}}}text", attributes).text = run.text


def _draw_glyph(group: etree._Element, glyph: Glyph, x: float, y: float, em: float) -> None:
    path, box = _outline(glyph.name)
    scale = _glyph_scale(glyph.name) * glyph.size * em
    base = y + (box[1] - _GLYPH_FEET[glyph.name] / _glyph_scale(glyph.name)) * scale
    across = scale * _GLYPH_STRETCH.get(glyph.name, 1.0)
    place = f"translate({_n(x - box[0] * across)},{_n(base)}) scale({across:.4f},{-scale:.4f})"
    unstroked = "stroke:none"  # verovio's style strokes paths, and no PDF reader draws a stroke thinner than a dot
    etree.SubElement(group, f"{{{SVG}}}path", {"d": path, "transform": place, "style": unstroked})


def _draw_ring(group: etree._Element, ring: Ring, x: float, y: float, em: float) -> None:
    radius, thick = ring.radius * em, 0.045 * em
    circle = {
        "cx": _n(x),
        "cy": _n(y),
        "r": _n(radius),
        "fill": "none",
        "stroke": "currentColor",
        "stroke-width": _n(thick),
    }
    etree.SubElement(group, f"{{{SVG}}}circle", circle)
    if ring.slashed:
        reach = radius * 1.25
        line(group, x - reach * 0.7, y + reach, x + reach * 0.7, y - reach, thickness=thick)


_GLYPH_HEIGHTS = {"b": 0.92, "n": 0.86, "#": 0.88, "x": 0.36, "bb": 0.92}  # in ems
_GLYPH_FEET = {"b": -0.04, "n": -0.10, "#": -0.11, "x": 0.13, "bb": -0.04}  # above the baseline, in ems
_GLYPH_STRETCH = {"#": 1.15, "b": 1.1, "bb": 1.05}  # across: counters as small as letters fill with ink


def _glyph_scale(name: str) -> float:
    return _GLYPH_HEIGHTS[name] / _outline(name)[1][3]


def _glyph_width(name: str) -> float:
    return _outline(name)[1][2] * _glyph_scale(name) * _GLYPH_STRETCH.get(name, 1.0)


@cache
def _metrics(style: str) -> dict[str, float]:
    tree = etree.parse(verovio_data() / "text" / _FACES[style])
    return {chr(int(g.get("c", "0"), 16)): _advance(g) / _EM for g in tree.iter("g")}


def _advance(glyph: etree._Element) -> float:
    """How far a letter moves on; where verovio's table leaves it out, its outline with equal sides."""
    stated = glyph.get("h-a-x")
    return float(stated) if stated else 2 * float(glyph.get("x", "0")) + float(glyph.get("w", "0"))


@cache
def _outline(name: str) -> tuple[str, tuple[float, float, float, float]]:
    """The path of a glyph of the Leipzig font, and its x, y, width and height in font units."""
    code = _MUSIC[name]
    glyph = etree.parse(verovio_data() / "Leipzig" / f"{code}.xml")
    box = next(g for g in etree.parse(verovio_data() / "Leipzig.xml").iter("g") if g.get("c") == code)
    path = glyph.find("path")
    sizes = [float(box.get(side, "0")) for side in "xywh"]
    return ("" if path is None else path.get("d", "")), (sizes[0], sizes[1], sizes[2], sizes[3])


def _pieces(letters: str) -> list[str]:
    """Letters cut at the music signs among them."""
    pieces: list[str] = []
    for letter in letters:
        if (letter in _SHAPES and letter != "-") or not pieces or pieces[-1] in _SHAPES:
            pieces.append(letter)
        else:
            pieces[-1] += letter
    return pieces


def _moved(part: Run | Glyph | Ring | Stroke, x: float, y: float) -> Run | Glyph | Ring | Stroke:
    if isinstance(part, Stroke):
        return Stroke(part.x1 + x, part.y1 + y, part.x2 + x, part.y2 + y)
    return part._replace(x=part.x + x, y=part.y + y)
