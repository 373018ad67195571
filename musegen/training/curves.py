"""Learning curves: the rows that a course writes while it learns, and their plot."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from musegen.errors import UnreadableFile, UsageError
from musegen.features.report.figures import figures
from musegen.features.report.plots.frame import WIDTH, around, legend, line, mark, number, svg, x_axis, y_axis
from musegen.score.files import regular_file
from musegen.score.whole_files import write_atomically

_MOST_BYTES = 1 << 24
_LEFT, _RIGHT, _TALL = 62.0, WIDTH - 12.0, 300
_SMALL = 2.4
_ANEW = "remove it to begin a new curve"


def curves_svg(rows: Sequence[Mapping[str, float]], title: str, *, y_label: str = "nats") -> str:
    """A file of SVG: each column but the first over the first one, a line a column; NaN where nothing was measured.

    Raises:
        UsageError: there is nothing to draw.

    >>> drawn = curves_svg([{"pass": 1, "training": 0.9}, {"pass": 2, "training": 0.5}], "Harmoniser")
    >>> drawn.count("<title>pass"), drawn.startswith("<svg")
    (2, True)
    """
    across, *names = rows[0] if rows else [""]
    lines = [[(row[across], row[name]) for row in rows if math.isfinite(row.get(name, math.nan))] for name in names]
    points = [point for one in lines for point in one]
    if not points:
        raise UsageError("there is no curve to draw", hint="nothing has been learned yet")
    signs, height = legend(names, _LEFT, 14, _RIGHT)
    top = height + 6
    bottom = top + _TALL
    x = around([point[0] for point in points], _LEFT, _RIGHT)
    y = around([point[1] for point in points], bottom, top)
    parts = [signs, x_axis(x, bottom, across, top), y_axis(y, _LEFT, y_label, _RIGHT)]
    for series, (name, one) in enumerate(zip(names, lines, strict=True)):
        parts += [line(x(a), y(b), x(c), y(d), f"w c{series}") for (a, b), (c, d) in pairwise(one)]
        parts += [mark(x(a), y(b), series, f"{across} {number(a)}: {name} {number(b)}", _SMALL) for a, b in one]
    return next(iter(figures(svg(title, bottom + 42, "".join(parts))).values()))


def append_row(path: str | os.PathLike[str], row: Mapping[str, float]) -> None:
    """Add a row to a CSV file, which is written whole or not at all; its first row makes the head.

    Rows that begin with the same number as this one or a higher one are left out: a course that was interrupted goes
    on from its last checkpoint.

    Raises:
        EngravingError: the place cannot be written.
        UnreadableFile: the file is no curve, or has other columns.
    """
    before = read_rows(path)
    if before and list(before[0]) != list(row):
        raise UnreadableFile(f"its columns are {', '.join(before[0])}", file=str(path), hint=_ANEW)
    across = next(iter(row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(row)
    kept = [one for one in before if one[across] < row[across]]
    writer.writerows([["" if math.isnan(value) else repr(value) for value in one.values()] for one in (*kept, row)])
    write_atomically(path, text.getvalue().encode())


def read_rows(path: str | os.PathLike[str]) -> list[dict[str, float]]:
    """The rows of a curve, none where there is no file; NaN where nothing was measured.

    Raises:
        UnreadableFile: the file is no curve.
    """
    if not Path(path).exists():
        return []
    content = regular_file(Path(path), _MOST_BYTES)
    try:
        head, *lines = csv.reader(io.StringIO(content.decode(), newline=""))
        return [{name: float(value or "nan") for name, value in zip(head, one, strict=True)} for one in lines]
    except (ValueError, csv.Error) as error:
        raise UnreadableFile(f"this is no curve ({error})", file=str(path), hint=_ANEW) from None
