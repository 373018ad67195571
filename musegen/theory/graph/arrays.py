"""The graph as plain arrays: .npz files, and the layout of PyTorch Geometric's HeteroData with the edges of graphmuse.

graphmuse (Karystinaios and Widmer 2024, after partitura) joins notes by time alone: `onset` where two begin together,
`during` where one begins while another sounds, `consecutive` where one begins when another ends, `rest` from notes
that end where nothing begins to those that begin next.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from importlib import import_module
from tokenize import TokenError
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.errors import MalformedScore, MissingExtra, UnreadableFile
from musegen.score.mxl import DAMAGE
from musegen.theory.graph.harmony import ranges
from musegen.theory.graph.records import about_of, about_values, refuse_strays
from musegen.theory.graph.schema import KINDS, NODES, Column, TableKind
from musegen.theory.graph.structure import Rows, VoiceLeadingGraph, graph_of, table

Arrays = dict[str, npt.NDArray[Any]]
Index = npt.NDArray[np.int64]
HeteroKey = str | tuple[str, str, str]
Hetero = dict[HeteroKey, Arrays]
MAX_BYTES = 1 << 30
"""What an .npz file may unfold to."""
_TICKS = ("onset", "duration", "gap")
_NUMBERS_OF_NODES = (
    "note", "slice", "chord", "phrase", "source", "target", "upper_from", "lower_from", "upper_to", "lower_to"
)  # fmt: skip


def to_npz(graph: VoiceLeadingGraph) -> bytes:
    """The bytes of an .npz file: `note.pitch`, ..., `succession.edge_index` (2, edges), `succession.semitones`, ...

    Beside a column of codes stand their names: `succession.move.names`. No pickle is needed to read it. Equal graphs
    give equal bytes.
    """
    columns: Arrays = {"about": np.array(json.dumps(about_values(graph.about), ensure_ascii=False))}
    for kind, rows in graph.tables():
        if kind.is_edge:
            columns[f"{kind.name}.edge_index"] = _edge_index(rows)
        columns |= {
            f"{kind.name}.{column.name}": rows[column.name]
            for column in kind.columns
            if column.name not in ("source", "target")
        }
        columns |= {f"{kind.name}.{item.name}.names": np.array(item.names) for item in kind.columns if item.names}
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **columns)
    return file.getvalue()


def from_npz(content: bytes) -> VoiceLeadingGraph:
    """The graph of what `to_npz` made.

    Raises:
        UnreadableFile: this is no .npz file, or it unfolds to more than MAX_BYTES.
        MalformedScore: it holds something else.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.graph import voice_leading_graph
    >>> graph = voice_leading_graph(parse_grid("meter: 2/4\\nS: e5 d5"))
    >>> from_npz(to_npz(graph)) == graph
    True
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            if sum(part.file_size for part in file.infolist()) > MAX_BYTES:
                raise UnreadableFile(f"it unfolds to more than {MAX_BYTES >> 20} MB")
            columns = {part.filename.removesuffix(".npy"): _array(file, part) for part in file.infolist()}
    except (*DAMAGE, SyntaxError, TokenError) as error:
        raise UnreadableFile(f"this is no .npz file of numbers: {str(error)[:80]}") from None
    try:
        about = json.loads(str(columns["about"]))
        tables = {name: _table(kind, columns) for name, kind in KINDS.items()}
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise MalformedScore(f"this is not a voice-leading graph that musegen wrote: {str(error)[:80]}") from None
    graph = graph_of(about_of(about if isinstance(about, dict) else {}), tables)
    refuse_strays(graph)
    return graph


def _array(file: zipfile.ZipFile, part: zipfile.ZipInfo) -> npt.NDArray[Any]:
    """A part of the archive as an array, after its head has told the size that the part has."""
    with file.open(part) as stream:
        data = stream.read(part.file_size)
    raw = io.BytesIO(data)
    if np.lib.format.read_magic(raw) != (1, 0):
        raise ValueError(f"{part.filename} is of another version")
    shape, _, dtype = np.lib.format.read_array_header_1_0(raw)
    if dtype.kind not in "biufU" or math.prod(shape) * max(dtype.itemsize, 1) != len(data) - raw.tell():
        raise ValueError(f"{part.filename} is not what its head says")
    return np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)


def _table(kind: TableKind, columns: Arrays) -> Rows:
    found = {column.name: _column(kind, column, columns) for column in kind.columns}
    if kind.is_edge:
        found["source"], found["target"] = columns[f"{kind.name}.edge_index"]
    for column in kind.columns:
        if column.kind != "float64" and getattr(found[column.name], "dtype", np.dtype(int)).kind == "f":
            raise ValueError(f"{kind.name}.{column.name} holds no whole numbers")
    sizes = {-1 if array is None else len(array) for array in found.values()}
    if len(sizes) != 1 or -1 in sizes:
        raise ValueError(f"the table `{kind.name}` is not complete")
    return table(kind, sizes.pop(), found)


def _column(kind: TableKind, column: Column, columns: Arrays) -> npt.NDArray[Any] | None:
    """The values of a column, codes as they are numbered here; None where it is missing."""
    values = columns.get(f"{kind.name}.{column.name}")
    if values is None or not column.names:
        return values
    known = {name: code for code, name in enumerate(column.names)}
    return np.array([known[name] for name in columns[f"{kind.name}.{column.name}.names"].tolist()], dtype=int)[values]


def to_hetero(graph: VoiceLeadingGraph) -> Hetero:
    """`{"note": {"x"}, ("note", "onset", "note"): {"edge_index", "edge_attr"}, ...}`, float32 and int64 arrays.

    The layout of HeteroData. `feature_names` says what the columns of `x` and `edge_attr` are. The four relations of
    graphmuse come besides our own and have no `edge_attr`.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.graph import voice_leading_graph
    >>> found = to_hetero(voice_leading_graph(parse_grid("meter: 2/4\\nS: e5 d5\\nB: c3 .")))
    >>> found["note", "during", "note"]["edge_index"].tolist()
    [[1], [2]]
    """
    unit = graph.about.ticks_per_quarter or 1
    found: Hetero = {kind.name: {"x": _features(kind, getattr(graph, kind.name), unit)} for kind in NODES}
    for kind, rows in graph.tables():
        if kind.is_edge:
            arrays: Arrays = {"edge_index": _edge_index(rows), "edge_attr": _features(kind, rows, unit)}
            found[kind.source, kind.name, kind.target] = arrays
    return found | {("note", name, "note"): {"edge_index": index} for name, index in _by_time(graph.note).items()}


def to_hetero_data(graph: VoiceLeadingGraph) -> Any:
    """`to_hetero` as a `torch_geometric.data.HeteroData`.

    Raises:
        MissingExtra: torch or torch_geometric is not installed.
    """
    try:
        data = import_module("torch_geometric.data").HeteroData()
        tensor = import_module("torch").from_numpy
    except ImportError:
        raise MissingExtra("torch_geometric is not installed", hint="`to_hetero` gives the same as arrays") from None
    for key, arrays in to_hetero(graph).items():
        for name, array in arrays.items():
            setattr(data[key], name, tensor(array))
    return data


def feature_names(kind: str) -> tuple[str, ...]:
    """What the columns of `x` or `edge_attr` are for a kind of node or edge; a code has a column for each of its names.

    >>> feature_names("voice_leading")
    ('total', 'least', 'largest', 'common_tones')
    >>> feature_names("simultaneity")[4:7]
    ('consonance=DISSONANT', 'consonance=IMPERFECT', 'consonance=PERFECT')
    """
    names: list[str] = []
    for column in _feature_columns(KINDS[kind]):
        if column.kind == "code":
            names += [f"{column.name}={name}" for name in column.names]
        else:
            names.append(f"{column.name}_quarter" if column.name in _TICKS else column.name)
    return tuple(names)


def _feature_columns(kind: TableKind) -> list[Column]:
    """The columns that are quantities, neither text nor numbers of nodes."""
    return [
        column
        for column in kind.columns
        if column.kind != "text"
        and column.name not in _NUMBERS_OF_NODES
        and (kind.name, column.name) != ("slice", "bass")
    ]


def _features(kind: TableKind, rows: Rows, unit: int) -> npt.NDArray[np.float32]:
    listed = [np.zeros((len(rows), 0), dtype=np.float32)]
    for column in _feature_columns(kind):
        values = rows[column.name]
        if column.kind == "code":
            listed.append(np.eye(len(column.names), dtype=np.float32)[values])
        else:
            listed.append((values / unit if column.name in _TICKS else values).astype(np.float32)[:, None])
    return np.concatenate(listed, axis=1)


def _edge_index(rows: Rows) -> Index:
    return np.stack([rows["source"], rows["target"]]).astype(np.int64)


def _by_time(notes: Rows) -> dict[str, Index]:
    """The four relations of graphmuse; `onset` goes both ways."""
    onset = notes["onset"]  # in order: the sounding table is
    end = onset + notes["duration"]
    first, after = (np.searchsorted(onset, onset, side=side) for side in ("left", "right"))
    at_end, past_end = (np.searchsorted(onset, end, side=side) for side in ("left", "right"))
    together = np.stack(ranges(first, after))
    silent = at_end == past_end
    next_one = onset[np.minimum(at_end, len(onset) - 1)] if len(onset) else onset
    rests = np.where(silent, np.searchsorted(onset, next_one, side="right"), at_end)
    return {
        "onset": together[:, together[0] != together[1]],
        "consecutive": np.stack(ranges(at_end, past_end)),
        "during": np.stack(ranges(after, at_end)),
        "rest": np.stack(ranges(at_end, rests)),
    }
