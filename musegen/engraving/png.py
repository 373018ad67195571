"""SVG to PNG with the fonts of the wheels only: the same picture on every machine."""

from __future__ import annotations

from lxml import etree

from musegen.engraving.fonts import font_files
from musegen.errors import EngravingError


def png(svg: str, *, dots_per_mm: float = 6.0, margin_mm: float = 8.0) -> bytes:
    """A picture of one SVG page on white; 6 dots a millimetre is 150 dpi.

    Raises:
        EngravingError: the picture could not be drawn.
    """
    import resvg_py

    framed, width = _framed(svg, margin_mm)
    try:
        drawn = resvg_py.svg_to_bytes(
            svg_string=framed,
            background="white",
            dpi=96,
            zoom=1,
            width=round(width * dots_per_mm),
            skip_system_fonts=True,
            font_files=[str(path) for path in font_files()],
            serif_family="Liberation Serif",
            font_family="Liberation Serif",
        )
    except (ValueError, RuntimeError) as error:
        raise EngravingError(f"no PNG could be drawn: {error}") from error
    return bytes(drawn)


def _framed(svg: str, margin: float) -> tuple[str, float]:
    """The SVG with a margin round it, and its whole width in millimetres."""
    root = etree.fromstring(svg.encode("utf-8"))
    left, top, width, height = (float(number) for number in root.get("viewBox", "0 0 100 100").split())
    whole = float(root.get("width", "0mm").removesuffix("mm"))
    rim = margin * width / whole
    root.set("viewBox", f"{left - rim:g} {top - rim:g} {width + 2 * rim:g} {height + 2 * rim:g}")
    whole += 2 * margin
    root.set("width", f"{whole:g}mm")
    root.set("height", f"{whole * (height + 2 * rim) / (width + 2 * rim):g}mm")
    return etree.tostring(root, encoding="unicode"), whole
