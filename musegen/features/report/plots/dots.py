"""Dots with intervals, a row for each name; ranges of pitch."""

from __future__ import annotations

from collections.abc import Sequence

from musegen.features.report.plots import frame
from musegen.features.report.plots.frame import WIDTH, Scale, legend, line, mark, rect, svg, width_of, words, x_axis
from musegen.features.report.statistics import Mean

_NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")


def dots(
    title: str, names: Sequence[str], series: Sequence[tuple[str, Sequence[Mean]]], x_label: str,
    bounds: tuple[float, float] | None = None,
) -> str:  # fmt: skip
    """A row for each name: a dot for each series, with a line from the low to the high end of its interval.

    >>> drawn = dots("Cadences", ["PAC"], [("", [Mean("PAC", 0.5, 0.4, 0.6)])], "share")
    >>> drawn.count("<title>PAC: 0.5 (0.4 to 0.6)</title>")
    1
    """
    left = min(300.0, max([40.0, *(width_of(name) + 14 for name in names)]))
    right = WIDTH - 12.0
    signs, top = legend([name for name, _ in series], left, 14, right)
    values = [one for _, row in series for mean in row for one in mean[1:] if one == one]
    low, high = bounds or (min([0.0, *values]), max([1e-9, *values]) * 1.03)
    x = Scale(low, high, left, right)
    step = 8.0 + 11.0 * len(series) if len(series) > 1 else 19.0
    bottom = top + 6 + step * len(names)
    parts = [signs, x_axis(x, bottom, x_label, top)]
    if low < 0 < high:
        parts.append(line(x(0), top, x(0), bottom, "a"))
    for number, name in enumerate(names):
        middle = top + 6 + (number + 0.5) * step
        parts.append(words(left - 8, middle + 4, _cut(name), anchor="end", kind="t"))
        for which, (label, row) in enumerate(series):
            y = middle + (which - (len(series) - 1) / 2) * 11
            parts.append(_dot(row[number], name, label, which, x, y))
    return svg(title, bottom + 42, "".join(parts))


def _dot(mean: Mean, name: str, label: str, which: int, x: Scale, y: float) -> str:
    if mean.mean != mean.mean:
        return ""
    told = f"{name}{', ' + label if label else ''}: {frame.number(mean.mean)}"
    told += f" ({frame.number(mean.low)} to {frame.number(mean.high)})" if mean.low == mean.low else ""
    whisker = line(x(mean.low), y, x(mean.high), y, f"w c{which}") if mean.low == mean.low else ""
    return whisker + mark(x(mean.mean), y, which, told)


def _cut(name: str) -> str:
    return name if len(name) <= 46 else name[:44] + "…"


def ranges(title: str, rows: Sequence[tuple[str, tuple[float, float, float, float]]], x_label: str) -> str:
    """Ranges of voices: a thin line over all pieces, a thick one between the median lowest and highest notes.

    >>> ranges("Voices", [("B", (36, 40, 60, 64))], "pitch").count("<title>B: C2 to E4; median piece E2 to C4</title>")
    1
    """
    left, right = max([40.0, *(width_of(name) + 14 for name, _ in rows)]), WIDTH - 12.0
    lowest = min([48.0, *(numbers[0] for _, numbers in rows)]) - 2
    highest = max([72.0, *(numbers[3] for _, numbers in rows)]) + 2
    x, top = Scale(lowest, highest, left, right), 8.0
    bottom = top + 24.0 * len(rows)
    parts = []
    for pitch in range(int(lowest), int(highest) + 1):
        if pitch % 12 == 0:
            parts += [line(x(pitch), top, x(pitch), bottom, "g")]
            parts += [words(x(pitch), bottom + 16, pitch_name(pitch), anchor="middle", kind="t")]
    parts += [line(left, bottom, right, bottom, "a"), words((left + right) / 2, bottom + 34, x_label, anchor="middle")]
    for number, (name, (low, inner_low, inner_high, high)) in enumerate(rows):
        y = top + 24.0 * (number + 0.5)
        told = (
            f"{name}: {pitch_name(low)} to {pitch_name(high)}; median piece {pitch_name(inner_low)} to "
            f"{pitch_name(inner_high)}"
        )
        parts.append(words(left - 8, y + 4, _cut(name), anchor="end", kind="t"))
        parts.append(line(x(low), y, x(high), y, "w c0"))
        parts.append(rect(x(inner_low), y - 6, x(inner_high) - x(inner_low), 12, "b c0", told))
    return svg(title, bottom + 42, "".join(parts))


def pitch_name(pitch: float) -> str:
    """`C4`, for the middle C; between two the lower one.

    >>> pitch_name(60), pitch_name(70)
    ('C4', 'B♭4')
    """
    number = int(pitch)
    return f"{_NAMES[number % 12]}{number // 12 - 1}"
