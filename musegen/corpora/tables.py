"""Tables on disk: read from and written to CSV, Parquet, or a folder of Parquet parts."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from musegen.corpora.columns import Column, Table, column_of, packed, stacked, table_of, texts, unpacked, words_of
from musegen.errors import MissingExtra, UnreadableFile, UsageError
from musegen.score.cells import tamed, untamed
from musegen.score.whole_files import write_atomically

__all__ = [
    "Column", "Table", "is_table", "packed", "part_files", "read_table", "stacked", "table_of", "table_suffix", "texts",
    "unpacked", "write_table",
]  # fmt: skip
SUFFIXES = (".csv", ".parquet", ".npz")
ERRORS = "errors"
"""How the name of a table of failures begins: it is no part of the results."""
_FIELD = re.compile(r'("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|\n|\r|\Z)')


def read_table(path: Path | str, columns: Sequence[str] = ()) -> Table:
    """The table in a .csv or .parquet file, or in a folder of parts; files in the order of their names.

    Of `columns` those that are there are read, all where none is named. In a .csv of ours texts stand in quotes and
    numbers do not; in others a column of nothing but numbers is one of numbers.

    Raises:
        UnreadableFile: it is not there, or no table.
        MissingExtra: Parquet, and pyarrow is not installed.
    """
    place = Path(path)
    files = part_files(place) if place.is_dir() else [place]
    if not files:
        raise UnreadableFile("there is no table in this folder", file=str(place))
    try:
        return stacked([_read(file, columns) for file in files])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, csv.Error) as error:
        reason = getattr(error, "strerror", "") or str(error).split("\n")[0]
        raise UnreadableFile(f"it cannot be read as a table ({reason})", file=str(place)) from None


def write_table(table: Table, path: Path | str) -> None:
    """Write a table as .csv or .parquet, whole or not at all; equal tables become equal bytes.

    In .csv texts stand in quotes, those that a spreadsheet might take for formulas after an apostrophe, which
    `read_table` takes away; what is undefined is empty.

    Raises:
        UsageError: the suffix is neither.
        MissingExtra: Parquet, and pyarrow is not installed.
        EngravingError: the place cannot be written.
    """
    write_atomically(path, _WRITERS[table_suffix(Path(path))](table))


def table_suffix(path: Path) -> str:
    """How the table of that name is written.

    Raises:
        UsageError: no table is named so.
        MissingExtra: Parquet, and pyarrow is not installed.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(f"no table is written as {path.name}", hint="its name may end in .csv or .parquet")
    if suffix == ".parquet":
        _parquet()
    return suffix


def is_table(name: str) -> bool:
    """Whether a name is that of a table, or of a folder of its parts."""
    path = Path(name)
    with suppress(OSError, ValueError):
        is_run = path.is_dir() and any(path.glob("run*.json"))
        return is_run or (path.suffix.lower() in SUFFIXES and not path.is_dir())
    return False


def part_files(folder: Path) -> list[Path]:
    """The parts of a table in a folder, without its table of errors."""
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    return [path for path in found if not path.name.startswith((ERRORS, "."))]


def _to_csv(table: Table) -> bytes:
    def quoted(text: str) -> str:
        return '"' + tamed(text).replace('"', '""') + '"'

    columns = [
        [quoted(value) for value in values.tolist()] if values.dtype == object else words_of(values)
        for values in table.columns.values()
    ]
    names = [quoted(name) if re.search(r'[",\s]', name) else name for name in table.columns]
    lines = map(",".join, [names, *zip(*columns, strict=True)])
    return "".join(line + "\n" for line in lines).encode(errors="backslashreplace")


def _from_csv(path: Path, columns: Sequence[str]) -> Table:
    text = path.read_text(encoding="utf-8-sig")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    names = next(reader, [])
    rows = [row for row in reader if row]
    if not names or any(len(row) != len(names) for row in rows) or len(set(names)) < len(names):
        raise ValueError("no header, or rows that differ from it in length")
    quotes = _quoted_fields(text)
    made: dict[str, Column] = {}
    for number, name in enumerate(names):
        if not columns or name in columns:
            cells = [row[number] for row in rows]
            is_text = bool(quotes) and any(quotes) and quotes[number]
            made[name] = texts([untamed(cell) for cell in cells]) if is_text else _numbers(cells)
    return Table(made)


def _quoted_fields(text: str) -> list[bool]:
    """Which fields of the row below the header stand in quotes; nothing where there is no such row."""
    found: list[bool] = []
    line = 0
    for part in _FIELD.finditer(text):
        if line == 1:
            found.append(part[1].startswith('"'))
        line += part[2] != ","
        if line > 1:
            break
    return found


def _numbers(cells: Sequence[str]) -> Column:
    """Cells as numbers, if they are; NaN where empty."""
    try:
        if all(re.fullmatch(r"-?\d{1,18}", cell) for cell in cells):
            return np.array([int(cell) for cell in cells], np.int64)
        return np.array([float(cell) if cell else np.nan for cell in cells], np.float64)
    except ValueError:
        return texts(cells)


def _to_npz(table: Table) -> bytes:
    head, cells = packed(table)
    stream = io.BytesIO()
    np.savez(stream, head=np.frombuffer(head.encode(), np.uint8), cells=np.frombuffer(cells, np.uint8))
    return stream.getvalue()


def _from_npz(path: Path, columns: Sequence[str]) -> Table:
    with np.load(path, allow_pickle=False) as stored:
        table = unpacked(stored["head"].tobytes().decode(), stored["cells"].tobytes())
    return Table({name: values for name, values in table.columns.items() if not columns or name in columns})


def _parquet() -> Any:
    try:
        import pyarrow.parquet
    except ImportError:
        hint = "pip install 'musegen[corpus]', or write a .csv"
        raise MissingExtra("Parquet needs pyarrow, which is not installed", hint=hint) from None
    return pyarrow.parquet


def _to_parquet(table: Table) -> bytes:
    parquet, stream = _parquet(), io.BytesIO()
    import pyarrow

    texts = [name for name, values in table.columns.items() if values.dtype == object]
    fields = {
        name: pyarrow.array(_encodable(values.tolist()), pyarrow.string()) if name in texts else pyarrow.array(values)
        for name, values in table.columns.items()
    }
    parquet.write_table(pyarrow.table(fields), stream, compression="zstd", use_dictionary=texts)
    return stream.getvalue()


def _encodable(texts: Iterable[str]) -> list[str]:
    """The texts with what is no letter written out: the name of a file may be any bytes."""
    return [text.encode(errors="backslashreplace").decode() for text in texts]


def _from_parquet(path: Path, columns: Sequence[str]) -> Table:
    file = _parquet().ParquetFile(path)
    names = [name for name in file.schema_arrow.names if not columns or name in columns]
    found = file.read(columns=names)
    return Table({name: _plain(found.column(name).to_numpy(zero_copy_only=False)) for name in names})


def _plain(values: Column) -> Column:
    """A column as ours are: texts, int64, float32 or float64."""
    is_ours = values.dtype.kind == "f" or values.dtype == np.int64
    return values if is_ours else column_of(values.tolist())


_READERS: dict[str, Callable[[Path, Sequence[str]], Table]] = {
    ".csv": _from_csv, ".parquet": _from_parquet, ".npz": _from_npz
}  # fmt: skip
_WRITERS: dict[str, Callable[[Table], bytes]] = {".csv": _to_csv, ".parquet": _to_parquet, ".npz": _to_npz}


def _read(path: Path, columns: Sequence[str]) -> Table:
    return _READERS[table_suffix(path)](path, columns)
