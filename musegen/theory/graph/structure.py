"""VoiceLeadingGraph: a piece as tables of nodes and edges, frozen; rules, features and conditions read its arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from musegen.theory.graph.schema import EDGES, KINDS, TableKind, dtype_of

Rows = npt.NDArray[np.void]
VoiceMode = Literal["score", "separate", "minimal"]
MODES: tuple[VoiceMode, ...] = get_args(VoiceMode)


class About(NamedTuple):
    """What is true of the graph as a whole."""

    title: str = ""
    ticks_per_quarter: int = 0
    voices: VoiceMode = "score"
    lines: tuple[str, ...] = ()  # the names of the lines, top first
    paired: int = 0  # the first so many lines have motion edges; the others double them or are left-over chord notes
    key: str = ""  # the home key; empty without an analysis


@dataclass(frozen=True, eq=False)
class VoiceLeadingGraph:
    """A read-only structured array for every kind of node and edge; `schema.KINDS` says what the columns are.

    Equal graphs have equal tables. Text is compared as text, whatever the width of its column.

    >>> import musegen
    >>> from musegen.theory.graph import voice_leading_graph
    >>> graph = voice_leading_graph(musegen.read("bach/bwv66.6"))
    >>> graph
    <VoiceLeadingGraph: 163 notes, 51 slices, 0 chords, 159 successions>
    >>> graph.succession["semitones"][:3].tolist()
    [-2, -2, 2]
    """

    about: About
    note: Rows
    slice: Rows
    chord: Rows
    phrase: Rows
    succession: Rows
    simultaneity: Rows
    motion: Rows
    voice_leading: Rows
    progression: Rows
    note_in_slice: Rows
    note_in_chord: Rows
    slice_in_chord: Rows
    chord_in_phrase: Rows

    def __post_init__(self) -> None:
        for _, rows in self.tables():
            rows.setflags(write=False)

    def __repr__(self) -> str:
        counted = f"{len(self.note)} notes, {len(self.slice)} slices, {len(self.chord)} chords"
        return f"<VoiceLeadingGraph: {counted}, {len(self.succession)} successions>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, VoiceLeadingGraph) or self.about != other.about:
            return False
        theirs = dict(other.tables())
        return all(_same(rows, theirs[kind]) for kind, rows in self.tables())

    __hash__ = None  # type: ignore[assignment]

    def tables(self) -> Iterator[tuple[TableKind, Rows]]:
        """Every table with its kind, nodes first.

        >>> from musegen.score.textgrid import parse_grid
        >>> from musegen.theory.graph import voice_leading_graph
        >>> graph = voice_leading_graph(parse_grid("meter: 2/4\\nS: e5 d5\\nB: c3 b2"))
        >>> [(kind.name, len(rows)) for kind, rows in graph.tables() if len(rows)][:3]
        [('note', 4), ('slice', 2), ('succession', 2)]
        """
        for name, kind in KINDS.items():
            yield kind, getattr(self, name)

    def condensed(self) -> VoiceLeadingGraph:
        """The chords and phrases alone, with the progressions between them.

        >>> from musegen.score.textgrid import parse_grid
        >>> from musegen.theory.graph import voice_leading_graph
        >>> graph = voice_leading_graph(parse_grid("meter: 2/4\\nS: e5 d5\\nB: c3 b2"))
        >>> graph.condensed()
        <VoiceLeadingGraph: 0 notes, 0 slices, 0 chords, 0 successions>
        """
        kept = {"chord", "phrase", *(kind.name for kind in EDGES if kind.source == "chord")}
        return graph_of(self.about, {kind.name: rows for kind, rows in self.tables() if kind.name in kept})


def table(kind: TableKind, size: int, columns: dict[str, Any]) -> Rows:
    """A table of a kind from its columns: arrays, or single values that all rows share.

    Raises:
        ValueError: a column is missing or unknown, or a number is not finite.
    """
    if set(columns) != {column.name for column in kind.columns}:
        raise ValueError(f"{kind.name}: wrong columns {sorted(columns)}")
    texts = {column.name: np.asarray(columns[column.name], dtype=str) for column in kind.columns if column.dtype == "U"}
    lengths = {name: text.dtype.itemsize // 4 for name, text in texts.items()}
    rows = np.zeros(size, dtype=dtype_of(kind, lengths))
    for column in kind.columns:
        rows[column.name] = texts.get(column.name, columns[column.name])
        if column.kind == "float64" and not np.isfinite(rows[column.name]).all():
            raise ValueError(f"{kind.name}: {column.name} is no number")
    return rows


def graph_of(about: About, tables: dict[str, Rows]) -> VoiceLeadingGraph:
    """The graph of these tables; one that is missing is empty."""
    empty = {name: table(kind, 0, dict.fromkeys((column.name for column in kind.columns), 0))
             for name, kind in KINDS.items() if name not in tables}  # fmt: skip
    assert {item.name for item in fields(VoiceLeadingGraph)} == {"about", *KINDS}
    return VoiceLeadingGraph(about, **empty, **tables)


def line_pairs(count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.intp]]:
    """(pair, 2): the upper and the lower line of every pair of so many lines; (upper, lower): the number of a pair.

    >>> pairs, number = line_pairs(3)
    >>> pairs.tolist(), int(number[1, 2])
    ([[0, 1], [0, 2], [1, 2]], 2)
    """
    pairs = np.stack(np.triu_indices(count, 1), axis=1)
    number = np.zeros((count, count), dtype=np.intp)
    number[tuple(pairs.T)] = np.arange(len(pairs))
    return pairs, number


def _same(one: Rows, other: Rows) -> bool:
    names = one.dtype.names or ()
    return len(one) == len(other) and all(np.array_equal(one[name], other[name]) for name in names)
