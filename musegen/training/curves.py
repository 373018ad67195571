"""Learning curves: the rows that a course writes while it learns, and their plot."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence


def curves_svg(rows: Sequence[Mapping[str, float]], title: str) -> str:
    """A plot of each column but the first over the first one, a line a column; NaN where nothing was measured."""
    raise NotImplementedError


def append_row(path: str | os.PathLike[str], row: Mapping[str, float]) -> None:
    """Add a row to a CSV file, which is written whole or not at all; its first row makes the head.

    Raises:
        EngravingError: the place cannot be written.
        UnreadableFile: the file is none of these.
    """
    raise NotImplementedError


def read_rows(path: str | os.PathLike[str]) -> list[dict[str, float]]:
    """The rows of a curve, none where there is no file.

    Raises:
        UnreadableFile: the file is no curve.
    """
    raise NotImplementedError
