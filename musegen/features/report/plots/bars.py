"""Bars: how many pieces, or what share, over names in an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from musegen.features.report.plots import frame
from musegen.features.report.plots.frame import WIDTH, Scale, legend, line, rect, svg, words, y_axis

_HEIGHT = 250.0


class Series(NamedTuple):
    """The heights of one colour, a bar for each name; intervals where there are any."""

    name: str
    heights: Sequence[float]
    intervals: Sequence[tuple[float, float]] = ()


def bars(title: str, names: Sequence[str], series: Sequence[Series], x_label: str, y_label: str) -> str:
    """Upright bars in groups, one group for each name.

    >>> drawn = bars("Keys", ["C", "G"], [Series("", [3, 1])], "tonic", "pieces")
    >>> drawn.count("<rect"), 'aria-label="Keys"' in drawn
    (2, True)
    """
    top, left, right = 14.0, 58.0, WIDTH - 8.0
    signs, below = legend([one.name for one in series], left, top, right)
    signs = signs.replace('class="m c', 'class="m b c')
    top += below
    bottom = top + _HEIGHT
    highest = max([height for one in series for height in one.heights if height == height] + _tops(series) + [1e-9])
    y = Scale(0, highest * 1.05, bottom, top)
    step = (right - left) / max(len(names), 1)
    wide = min(36.0, step * 0.8 / max(len(series), 1))
    parts = [signs, y_axis(y, left, y_label, right), line(left, bottom, right, bottom, "a")]
    for number, name in enumerate(names):
        middle = left + (number + 0.5) * step
        start = middle - wide * len(series) / 2
        for which, one in enumerate(series):
            parts.append(_bar(one, number, name, which, start + which * wide, wide, y))
        if len(names) <= 30 or number % 2 == 0:
            parts.append(words(middle, bottom + 16, name, anchor="middle", kind="t"))
    parts.append(words((left + right) / 2, bottom + 34, x_label, anchor="middle"))
    return svg(title, bottom + 42, "".join(parts))


def _tops(series: Sequence[Series]) -> list[float]:
    return [high for one in series for _, high in one.intervals if high == high]


def _bar(one: Series, number: int, name: str, which: int, x: float, wide: float, y: Scale) -> str:
    height = one.heights[number]
    if height != height:
        return ""
    low, high = one.intervals[number] if one.intervals else (float("nan"),) * 2
    told = f"{name}{', ' + one.name if one.name else ''}: {frame.number(height)}"
    told += f" ({frame.number(low)} to {frame.number(high)})" if low == low else ""
    tall = y.start - y(height)
    drawn = rect(x + 0.5, y(height), wide - 1, tall, f"b c{which}", told)
    middle = x + wide / 2
    return drawn + (line(middle, y(low), middle, y(high), "w") if low == low else "")
