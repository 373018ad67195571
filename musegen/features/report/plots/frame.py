"""The frame of a plot: scales with round ticks, axes with their words, and the SVG around them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 680
SHAPES = ("circle", "square", "triangle", "diamond", "cross", "down", "ring")
"""Of the series: colour alone tells nothing to some readers, and in a grey print to none."""
_LETTER = 6.3
"""About the width of a letter of 12 units."""


@dataclass(frozen=True)
class Scale:
    """Numbers from `low` to `high` as places from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a number."""
        span = (self.high - self.low) or 1.0
        return self.start + (value - self.low) / span * (self.end - self.start)

    def ticks(self, count: int = 5) -> list[float]:
        """Round numbers inside.

        >>> Scale(0, 0.93, 0, 1).ticks()
        [0.0, 0.2, 0.4, 0.6, 0.8]
        """
        span = self.high - self.low
        if not span > 0 or not math.isfinite(span):
            return [self.low]
        rough = span / count
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough * 0.999)
        first = math.ceil(self.low / step - 1e-9)
        return [round(number * step, 12) for number in range(first, math.floor(self.high / step + 1e-9) + 1)]


def around(values: Sequence[float], start: float, end: float) -> Scale:
    """A scale that holds these numbers, with a little room on both sides.

    >>> around([0.0, 100.0], 0.0, 108.0)(0.0)
    4.0
    """
    low, high = min(values, default=0.0), max(values, default=1.0)
    margin = (high - low) * 0.04 or 0.5
    return Scale(low - margin, high + margin, start, end)


def number(value: float) -> str:
    """A number in a few letters, with a real minus.

    >>> number(-0.25), number(1200.0), number(0.0), number(float("nan"))
    ('−0.25', '1,200', '0', '–')
    """
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    size = abs(value)
    told = f"{value:,.0f}" if size >= 100 else f"{value:.3g}" if size >= 0.001 else f"{value:.1e}"
    return told.replace("-", "−")


def place(value: float) -> str:
    """A coordinate, as short as it may be."""
    return f"{value:.1f}".removesuffix(".0")


def width_of(text: str) -> float:
    """About how wide a text of 12 units is."""
    return len(text) * _LETTER


def words(x: float, y: float, text: str, *, anchor: str = "start", kind: str = "", turned: bool = False) -> str:
    """A text; `kind` is its class."""
    shape = f' class="{kind}"' if kind else ""
    turn = f' transform="rotate(-90 {place(x)} {place(y)})"' if turned else ""
    how = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{place(x)}" y="{place(y)}"{how}{shape}{turn}>{escape(text)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A line of a class."""
    return f'<line x1="{place(x1)}" y1="{place(y1)}" x2="{place(x2)}" y2="{place(y2)}" class="{kind}"/>'


def mark(x: float, y: float, series: int, hover: str = "", size: float = 4.0) -> str:
    """The sign of a series at a place, with what is told when it is pointed at."""
    told = f"<title>{escape(hover)}</title>" if hover else ""
    which = series % len(SHAPES)
    return f'<path d="{_outline(SHAPES[which], x, y, size)}" class="m c{which}">{told}</path>'


def rect(x: float, y: float, wide: float, tall: float, kind: str, hover: str = "") -> str:
    """A rectangle of a class, with what is told when it is pointed at."""
    told = f"<title>{escape(hover)}</title>" if hover else ""
    size = f'width="{place(wide)}" height="{place(tall)}"'
    return f'<rect x="{place(x)}" y="{place(y)}" {size} class="{kind}">{told}</rect>'


def _outline(shape: str, x: float, y: float, r: float) -> str:
    if shape in ("circle", "ring"):
        return f"M{place(x - r)} {place(y)}a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 {-2 * r:g} 0z"
    points = {
        "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        "triangle": ((0, -1.2), (1.15, 0.9), (-1.15, 0.9)),
        "down": ((0, 1.2), (1.15, -0.9), (-1.15, -0.9)),
        "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
        "cross": ((-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2), (-0.4, 1.2),
                  (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)),
    }[shape]  # fmt: skip
    return "M" + "L".join(f"{place(x + r * a)} {place(y + r * b)}" for a, b in points) + "z"


def x_axis(scale: Scale, y: float, label: str, top: float, *, count: int = 6) -> str:
    """Ticks with grid lines up to `top`, and the words below."""
    parts = []
    for value in scale.ticks(count):
        x = scale(value)
        parts += [line(x, top, x, y, "g"), words(x, y + 16, number(value), anchor="middle", kind="t")]
    parts += [line(scale.start, y, scale.end, y, "a")]
    parts.append(words((scale.start + scale.end) / 2, y + 34, label, anchor="middle"))
    return "".join(parts)


def y_axis(scale: Scale, x: float, label: str, right: float) -> str:
    """Ticks with grid lines to `right`, and the words at the left, turned."""
    parts = []
    for value in scale.ticks():
        y = scale(value)
        parts += [line(x, y, right, y, "g"), words(x - 6, y + 4, number(value), anchor="end", kind="t")]
    parts.append(words(14, (scale.start + scale.end) / 2, label, anchor="middle", turned=True))
    return "".join(parts)


def legend(names: Sequence[str], left: float, y: float, right: float) -> tuple[str, float]:
    """The series with their signs, in rows; and the height of them."""
    if len(names) < 2:
        return "", 0.0
    parts, x, down = [], left, 0.0
    for series, name in enumerate(names):
        told = name if len(name) < 40 else name[:38] + "…"
        if x > left and x + 20 + width_of(told) > right:
            x, down = left, down + 18
        parts += [mark(x + 6, y + down - 4, series), words(x + 16, y + down, told, kind="t")]
        x += 34 + width_of(told)
    return "".join(parts), down + 22


def svg(title: str, height: float, body: str, width: float = WIDTH) -> str:
    """The whole plot; `title` is what is read out of it."""
    words_told = f'role="img" aria-label="{escape(title, quote=True)}"'
    size = f'viewBox="0 0 {place(width)} {place(height)}"'
    return f'<svg class="plot" {size} {words_told} xmlns="http://www.w3.org/2000/svg">{body}</svg>'
