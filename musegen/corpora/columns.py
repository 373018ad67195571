"""Tables in memory: a column an array, by name; made of rows, laid one below the other, packed for pipes and files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[Any]
"""One value a row: float32, float64 or int64, or texts (dtype object)."""


@dataclass(frozen=True)
class Table:
    """Columns of one length, by name, in order. Texts have dtype object; what is undefined is NaN, or no text."""

    columns: dict[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, rows: Column) -> Table:
        """Some rows, by number or mask.

        >>> table_of([{"a": 1}, {"a": 2}])[np.array([1])].columns["a"].tolist()
        [2]
        """
        return Table({name: values[rows] for name, values in self.columns.items()})


def table_of(rows: Sequence[Mapping[str, Any]]) -> Table:
    """A table of these rows; what a row lacks is NaN, or no text. Texts and numbers in one column become texts.

    >>> made = table_of([{"name": "a", "x": 1}, {"name": "b", "x": 2.5, "y": np.float32(1)}])
    >>> {name: values.tolist() for name, values in made.columns.items()}
    {'name': ['a', 'b'], 'x': [1.0, 2.5], 'y': [nan, 1.0]}
    """
    first = rows[0] if rows else {}
    names, kinds = list(first), set(map(type, first.values()))
    is_even = len(kinds) == 1 and kinds <= {float, np.float32}
    if is_even and all(list(row) == names and set(map(type, row.values())) == kinds for row in rows):
        numbers = np.array([list(row.values()) for row in rows], np.dtype(kinds.pop()))
        return Table(dict(zip(names, np.ascontiguousarray(numbers.T), strict=True)))
    every = dict.fromkeys(name for row in rows for name in row)
    return Table({name: column_of([row.get(name) for row in rows]) for name in every})


def texts(values: Sequence[str]) -> Column:
    """A column of texts."""
    made = np.empty(len(values), object)
    made[:] = values
    return made


def stacked(tables: Sequence[Table]) -> Table:
    """The tables, one below the other; what one lacks is NaN, or no text.

    >>> below = stacked([table_of([{"x": 1}]), table_of([{"x": 2, "y": "b"}])])
    >>> {name: values.tolist() for name, values in below.columns.items()}
    {'x': [1, 2], 'y': ['', 'b']}
    """
    held = [table for table in tables if len(table)]
    if not held:
        return next((table for table in tables if table.columns), Table())
    names = dict.fromkeys(name for table in held for name in table.columns)
    lengths = [len(table) for table in held]
    return Table({name: _joined([table.columns.get(name) for table in held], lengths) for name in names})


def packed(table: Table) -> tuple[str, bytes]:
    """A table as a text and bytes, for pipes and files; `unpacked` makes it again, exactly.

    >>> made = unpacked(*packed(table_of([{"name": "a", "x": np.float32(0.1)}])))
    >>> [(values.dtype.name, values.tolist()[0]) for values in made.columns.values()]
    [('object', 'a'), ('float32', 0.10000000149011612)]
    """
    kinds = {values.dtype.str for values in table.columns.values() if values.dtype != object}
    numbers = [values for values in table.columns.values() if values.dtype != object]
    words = {name: values.tolist() for name, values in table.columns.items() if values.dtype == object}
    kind = kinds.pop() if len(kinds) == 1 else [values.dtype.str for values in numbers]
    head = [len(table), list(table.columns), words, kind]
    return json.dumps(head), b"".join(values.tobytes() for values in numbers)


def unpacked(head: str, cells: bytes) -> Table:
    """What `packed` was given."""
    count, names, words, kind = json.loads(head)
    numeric = [name for name in names if name not in words]
    if isinstance(kind, str):  # the usual case: all at once
        numbers = dict(zip(numeric, np.frombuffer(cells, np.dtype(kind)).reshape(len(numeric), count), strict=True))
    else:
        numbers, start = {}, 0
        for name, each in zip(numeric, kind, strict=True):
            numbers[name] = np.frombuffer(cells, np.dtype(each), count, start)
            start += numbers[name].nbytes
    return Table({name: texts(words[name]) if name in words else numbers[name] for name in names})


def column_of(values: Sequence[Any]) -> Column:
    """Numbers as a column of numbers, None as NaN; with a text among them, all as texts.

    >>> column_of([1, None, 2]).tolist(), column_of(["a", None, 2]).tolist()
    ([1.0, nan, 2.0], ['a', '', '2'])
    """
    if any(isinstance(value, str) for value in values):
        return texts(["" if value is None else str(value) for value in values])
    there = np.array([value for value in values if value is not None])
    if there.dtype.kind not in "biuf":
        return texts(["" if value is None else str(value) for value in values])
    kind = np.promote_types(there.dtype, np.float32 if there.dtype.kind == "f" else np.int64)
    kind = np.dtype(np.float64) if kind.itemsize > 8 or kind.kind not in "if" else kind
    if len(there) == len(values):
        return there.astype(kind)
    made = np.full(len(values), np.nan, kind if kind.kind == "f" else np.float64)
    made[[value is not None for value in values]] = there
    return made


def _joined(columns: Sequence[Column | None], lengths: Sequence[int]) -> Column:
    """Columns below each other, with a filling where there is none."""
    there = [column for column in columns if column is not None]
    if any(column.dtype == object for column in there):
        filled = [texts([""] * size) if held is None else held for held, size in zip(columns, lengths, strict=True)]
        return np.concatenate([part if part.dtype == object else texts(words_of(part)) for part in filled])
    if len(there) == len(columns):
        return np.concatenate(there) if there else np.empty(0)
    kind = np.result_type(*there, np.float32) if there else np.dtype(np.float64)
    return np.concatenate(
        [np.full(size, np.nan, kind) if held is None else held for held, size in zip(columns, lengths, strict=True)]
    )


def words_of(values: Column) -> list[str]:
    """Numbers as the shortest texts that mean them; NaN is no text.

    >>> words_of(np.array([0.1, np.nan], np.float32)), words_of(np.array([3]))
    (['0.1', ''], ['3'])
    """
    if values.dtype.kind != "f":
        return [str(value) for value in values.tolist()]
    return ["" if word == "nan" else word for word in values.astype("U32").tolist()]
