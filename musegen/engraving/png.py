"""SVG to PNG with the fonts of the wheels only: the same picture on every machine."""

from __future__ import annotations

from musegen.engraving.fonts import font_files
from musegen.errors import EngravingError


def png(svg: str, *, dots_per_mm: float = 6.0) -> bytes:
    """A picture of one SVG page on white; 6 dots a millimetre is 150 dpi.

    Raises:
        EngravingError: the picture could not be drawn.
    """
    import resvg_py

    try:
        drawn = resvg_py.svg_to_bytes(
            svg_string=svg,
            background="white",
            dpi=96,
            zoom=1,
            width=round(width_mm(svg) * dots_per_mm),
            skip_system_fonts=True,
            font_files=[str(path) for path in font_files()],
            serif_family="Liberation",
            font_family="Liberation",
        )
    except (ValueError, RuntimeError) as error:
        raise EngravingError(f"no PNG could be drawn: {error}") from error
    return bytes(drawn)


def width_mm(svg: str) -> float:
    """The width that the SVG gives itself, in millimetres."""
    start = svg.index('width="') + len('width="')
    return float(svg[start : svg.index('mm"', start)])
