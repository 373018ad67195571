"""A graph as plain records, for GraphML, JSON and networkx, and back: nodes are `note:12`, edges `succession:3`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import MalformedScore, UsageError
from musegen.theory.graph.schema import KINDS, Column, TableKind
from musegen.theory.graph.structure import MODES, About, Rows, VoiceLeadingGraph, graph_of, table

VERSION = 1
"""Of the written forms; it rises when a column changes its name or its meaning."""
FORMAT = "musegen voice-leading graph"
MAX_RECORDS = 1_000_000
"""Of thirty lines that never rest this is a thousand slices: a gigabyte of GraphML."""
_ENDS = ("source", "target")


class Record(NamedTuple):
    """A node, or an edge where `source` and `target` name nodes."""

    kind: TableKind
    id: str
    source: str
    target: str
    values: dict[str, Any]  # plain numbers, truth values and text


def about_values(about: About) -> dict[str, Any]:
    """What is true of the graph as a whole, with format and version."""
    return {"format": FORMAT, "version": VERSION, **about._asdict(), "lines": " ".join(about.lines)}


def records(graph: VoiceLeadingGraph) -> Iterator[Record]:
    """Every node, then every edge, table by table and row by row.

    Raises:
        UsageError: there are more than MAX_RECORDS.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.graph import voice_leading_graph
    >>> found = list(records(voice_leading_graph(parse_grid("meter: 2/4\\nS: e5 d5"))))
    >>> [(record.id, record.source, record.target) for record in found if record.kind.is_edge][0]
    ('succession:0', 'note:0', 'note:1')
    """
    size = sum(len(rows) for _, rows in graph.tables())
    if size > MAX_RECORDS:
        raise UsageError(
            f"{size} nodes and edges are too many to write one by one", hint="take npz, or the condensed graph"
        )
    for kind, rows in graph.tables():
        columns = {column.name: _plain(column, rows[column.name]) for column in kind.columns}
        sources, targets = (columns.pop(name, [""] * len(rows)) for name in _ENDS)
        names = tuple(columns)
        values = zip(*columns.values(), strict=True) if columns else iter([()] * len(rows))
        ends = zip(sources, targets, values, strict=True)
        for number, (source, target, row) in enumerate(ends):
            leaves, reaches = (f"{kind.source}:{source}", f"{kind.target}:{target}") if kind.is_edge else ("", "")
            yield Record(kind, f"{kind.name}:{number}", leaves, reaches, dict(zip(names, row, strict=True)))


def graph_from(about: dict[str, Any], found: Iterable[tuple[str, str, str, dict[str, Any]]]) -> VoiceLeadingGraph:
    """The graph of `(id, source, target, values)` records, in any order; values may be text.

    Raises:
        MalformedScore: they are not those of a voice-leading graph of this version.
    """
    _refuse_other(about)
    rows: dict[str, dict[int, dict[str, Any]]] = {name: {} for name in KINDS}
    for name, source, target, values in found:
        kind, _, number = name.partition(":")
        if kind not in KINDS or not number.isdecimal():
            raise MalformedScore(f"`{name[:40]}` is no node or edge of a voice-leading graph")
        rows[kind][int(number)] = values | {"source": source, "target": target}
    tables = {name: _table(KINDS[name], listed) for name, listed in rows.items()}
    graph = graph_of(about_of(about), tables)
    refuse_strays(graph)
    return graph


def about_of(values: dict[str, Any]) -> About:
    """`About` from what `about_values` made of it, numbers as text or not.

    Raises:
        MalformedScore: something is missing, or no such value can be.
    """
    _refuse_other(values)
    try:
        given = {name: values[name] for name in About._fields}
        whole = {name: int(given[name]) for name in ("ticks_per_quarter", "paired")}
    except (KeyError, ValueError, TypeError) as error:
        raise MalformedScore(f"the head of the graph is not complete: {error}") from None
    if given["voices"] not in MODES:
        raise MalformedScore(f"the graph has voices of an unknown kind: `{str(given['voices'])[:40]}`")
    title, lines, key = (str(given[name]) for name in ("title", "lines", "key"))
    return About(title, whole["ticks_per_quarter"], given["voices"], tuple(lines.split()), whole["paired"], key)


def refuse_strays(graph: VoiceLeadingGraph) -> None:
    """Refuse a graph whose edges lead to nodes that are not there.

    Raises:
        MalformedScore: one does.
    """
    for kind, rows in graph.tables():
        for name, end in zip(_ENDS, (kind.source, kind.target), strict=True):
            if end and len(rows) and not ((rows[name] >= 0) & (rows[name] < len(getattr(graph, end)))).all():
                raise MalformedScore(f"an edge `{kind.name}` has no {name}")


def _refuse_other(about: dict[str, Any]) -> None:
    if about.get("format") != FORMAT:
        raise MalformedScore("this is not a voice-leading graph that musegen wrote")
    if str(about.get("version")) != str(VERSION):
        raise MalformedScore(f"the graph is of version {str(about.get('version'))[:40]}, not {VERSION}")


def _plain(column: Column, values: npt.NDArray[Any]) -> list[Any]:
    if column.kind == "code":
        return [column.names[code] for code in values.tolist()]
    return values.tolist()  # type: ignore[no-any-return]


def _table(kind: TableKind, listed: dict[int, dict[str, Any]]) -> Rows:
    if sorted(listed) != list(range(len(listed))):
        raise MalformedScore(f"the table `{kind.name}` has gaps")
    rows = [listed[number] for number in range(len(listed))]
    try:
        columns = {column.name: _values(kind, column, [row[column.name] for row in rows]) for column in kind.columns}
        return table(kind, len(rows), columns)
    except KeyError as error:
        raise MalformedScore(f"a row of the table `{kind.name}` lacks {error}") from None
    except (ValueError, TypeError, OverflowError) as error:
        raise MalformedScore(f"the table `{kind.name}` holds what it cannot hold: {str(error)[:80]}") from None


def _values(kind: TableKind, column: Column, values: list[Any]) -> npt.NDArray[Any]:
    if column.name in _ENDS:
        prefix = f"{kind.source if column.name == 'source' else kind.target}:"
        if not all(str(value).startswith(prefix) for value in values):
            raise ValueError(f"an edge with another {column.name}")
        values = [str(value).removeprefix(prefix) for value in values]
    if column.kind == "code":
        numbers = {name: code for code, name in enumerate(column.names)}
        return np.array([_known(numbers, value) for value in values], dtype=column.dtype)
    if column.kind == "bool":
        return np.array([_known(_TRUTH, value) for value in values], dtype=bool)
    convert = {"text": str, "float64": float}.get(column.kind, int)
    return np.array([convert(value) for value in values], dtype=column.dtype)


def _known(values: Mapping[Any, int], value: Any) -> int:
    if value not in values:
        raise ValueError(f"`{str(value)[:40]}`")
    return values[value]


_TRUTH: dict[Any, bool] = {True: True, False: False, "true": True, "false": False}
