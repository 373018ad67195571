"""Points: pieces on a map, and numbers over the years."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from musegen.features.report.plots.frame import (
    WIDTH,
    Scale,
    around,
    legend,
    line,
    mark,
    rect,
    svg,
    words,
    x_axis,
    y_axis,
)

MOST = 2000
"""So many points a plot has at most."""


class Point(NamedTuple):
    """A piece: where, of which series, and what is told of it."""

    x: float
    y: float
    series: int
    told: str


class Step(NamedTuple):
    """Some years: their median, and the interval of it (NaN where there is none)."""

    first: float
    last: float
    median: float
    low: float
    high: float


def thinned(rows: Sequence[int], most: int = MOST) -> list[int]:
    """At most so many of these, evenly over their order: more points than these hide each other and swell the page.

    >>> thinned(range(10), 4), thinned([3, 1])
    ([0, 3, 6, 9], [3, 1])
    """
    if len(rows) <= most:
        return list(rows)
    return [rows[round(number * (len(rows) - 1) / (most - 1))] for number in range(most)]


def drawn_of(shown: Sequence[int], every: Sequence[int]) -> str:
    """What a caption says where points are left out.

    >>> drawn_of([1], [1, 2]), drawn_of([1], [1])
    (', 1 of them drawn', '')
    """
    return f", {len(shown):,} of them drawn" if len(shown) < len(every) else ""


def scatter(title: str, points: Sequence[Point], series: Sequence[str], x_label: str, y_label: str) -> str:
    """Points over two axes.

    >>> scatter("Map", [Point(0, 0, 0, "a"), Point(1, 1, 1, "b")], ["one", "two"], "x", "y").count("<title>")
    2
    """
    left, right = 62.0, WIDTH - 12.0
    signs, top = legend(series, left, 14, right)
    top += 6
    bottom = top + 420
    x = around([point.x for point in points], left, right)
    y = around([point.y for point in points], bottom, top)
    parts = [
        signs,
        x_axis(x, bottom, x_label, top),
        y_axis(y, left, y_label, right),
        line(left, top, left, bottom, "a"),
    ]
    size = 4.0 if len(points) < 300 else 3.2 if len(points) < 1000 else 2.4
    parts += [mark(x(point.x), y(point.y), point.series, point.told, size) for point in points]
    return svg(title, bottom + 42, "".join(parts))


def trend(title: str, points: Sequence[Point], steps: Sequence[Step], x_label: str, y_label: str) -> str:
    """Points over the years with the median of each span of years, and a band where it may lie."""
    left, right, top = 62.0, WIDTH - 12.0, 10.0
    bottom = top + 200
    x = around([point.x for point in points] + [edge for step in steps for edge in step[:2]], left, right)
    y = around([point.y for point in points], bottom, top)
    parts = [_years(x, bottom, x_label, top), y_axis(y, left, y_label, right)]
    for step in steps:
        if step.low == step.low:
            wide, tall = x(step.last) - x(step.first), y(step.low) - y(step.high)
            parts.append(rect(x(step.first), y(step.high), wide, max(tall, 0.5), "band"))
    size = 3.2 if len(points) < 1000 else 2.4
    parts += [mark(x(point.x), y(point.y), point.series, point.told, size) for point in points]
    parts += [line(x(step.first), y(step.median), x(step.last), y(step.median), "mid") for step in steps]
    return svg(title, bottom + 42, "".join(parts))


def _years(scale: Scale, y: float, label: str, top: float) -> str:
    """An axis whose numbers are years: without a comma."""
    parts = []
    for value in scale.ticks(8):
        if value == int(value):
            x = scale(value)
            parts += [line(x, top, x, y, "g"), words(x, y + 16, f"{value:.0f}", anchor="middle", kind="t")]
    parts += [line(scale.start, y, scale.end, y, "a")]
    return "".join([*parts, words((scale.start + scale.end) / 2, y + 34, label, anchor="middle")])
