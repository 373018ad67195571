"""Tables of results: a column an array; read from and written to CSV, Parquet, or a folder of Parquet parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy.typing as npt

Column = npt.NDArray[Any]
"""One value a row: float32, float64 or int64, or texts (dtype object)."""


@dataclass(frozen=True)
class Table:
    """Columns of one length, by name, in order. Texts have dtype object; what is undefined is NaN."""

    columns: dict[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))


def read_table(path: Path | str) -> Table:
    """The table in a .csv or .parquet file, or in a folder of parts; files in the order of their names.

    Raises:
        UnreadableFile: it is not there, or no table.
        MissingExtra: Parquet, and pyarrow is not installed.
    """
    raise NotImplementedError


def write_table(table: Table, path: Path | str) -> None:
    """Write a table as .csv or .parquet, whole or not at all; equal tables become equal bytes.

    Raises:
        UsageError: the suffix is neither.
        MissingExtra: Parquet, and pyarrow is not installed.
        EngravingError: the place cannot be written.
    """
    raise NotImplementedError
