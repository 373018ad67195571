"""The rows of a report: made in guarded processes, and kept on disk until a piece or a feature changes."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.corpora.pieces import Piece
from musegen.corpora.running import Progress, run
from musegen.corpora.running.store import heads
from musegen.corpora.tables import Table, read_table, texts
from musegen.errors import UnreadableFile
from musegen.features.extractor import column_names
from musegen.features.feature_set import feature_set
from musegen.features.registry import chosen
from musegen.features.report.facts import FACTS, JOB
from musegen.score.cache import cache_folder, keep_arrays, kept_arrays
from musegen.score.files import regular_file
from musegen.theory.analyse import Engine

_LAYOUT = 1
_OWN = ("piece", "path", "sha256", "group", "split")
_LASTING = ("error",)
"""What fails so fails again; a time-out may be the machine's, and is tried anew."""


class Asked(NamedTuple):
    """How the pieces are to be read."""

    engine: Engine = "classical"
    unfold: bool = False


PLAIN = Asked()


class Failure(NamedTuple):
    """A piece that could not be read, and why."""

    piece: str
    kind: str
    message: str


class Gathered(NamedTuple):
    """The pieces of a report that could be read, a row each, and those that could not."""

    pieces: tuple[Piece, ...]
    facts: tuple[dict[str, Any], ...]
    columns: tuple[str, ...]
    values: npt.NDArray[np.float32]  # (pieces, columns), NaN where undefined
    failures: tuple[Failure, ...]
    digest: str  # of the pieces as they are

    def table(self, label: str = "", labels: Sequence[str] = ()) -> Table:
        """As `musegen corpus features` makes it; with these values of one label, where a label is named."""
        made = heads(self.pieces)
        if label:
            made[label] = texts(labels)
        return Table(made | dict(zip(self.columns, self.values.T, strict=True)))

    def __add__(self, other: object) -> Gathered:
        """Both, one after the other; of features those that both have."""
        if not isinstance(other, Gathered):
            return NotImplemented
        shared = [name for name in self.columns if name in set(other.columns)]
        values = [one.values[:, [one.columns.index(name) for name in shared]] for one in (self, other)]
        digest = hashlib.sha256((self.digest + other.digest).encode()).hexdigest()
        return Gathered(
            self.pieces + other.pieces, self.facts + other.facts, tuple(shared), np.concatenate(values),
            self.failures + other.failures, digest,
        )  # fmt: skip


def gathered(
    pieces: Sequence[Piece],
    asked: Asked = PLAIN,
    *,
    known: Table | None = None,
    jobs: int = 0,
    seconds: float = 60.0,
    on_progress: Callable[[Progress], None] | None = None,
) -> Gathered:
    """The rows of these pieces, from the disk where the same ones were made before.

    `known` is a table of features of these very pieces: then only the facts are gathered.
    """
    digest = _digest(pieces)
    name = hashlib.sha256(f"{digest} {_version(asked.engine)} {asked} {known is None}".encode()).hexdigest()[:40]
    entry = cache_folder() / "reports" / f"{name}.{_LAYOUT}.npz"
    found = _held(entry)
    if found is None:
        options = {**asked._asdict(), "features": known is None}
        outcome = run(pieces, JOB, options, jobs=jobs, seconds=seconds, on_progress=on_progress)
        found = _Stored.of(outcome.rows, outcome.errors)
        if all(failure.kind in _LASTING for failure in found.failures):
            found.keep(entry)
    return _gathered(pieces, found, known, digest)


class _Stored(NamedTuple):
    """What is kept: everything that depends on the files alone."""

    places: list[list[str]]  # name and path
    facts: list[dict[str, Any]]
    columns: list[str]
    values: npt.NDArray[np.float32]
    failures: list[Failure]

    @classmethod
    def of(cls, rows: Table, errors: Table) -> _Stored:
        """What a run has made."""
        wanted = set(column_names(chosen()))
        columns = [name for name in rows.columns if name in wanted]
        values = np.zeros((len(rows), 0), np.float32)
        if columns:
            values = np.column_stack([rows.columns[name].astype(np.float32) for name in columns])
        facts = [json.loads(text) for text in rows.columns.get(FACTS, texts([])).tolist()]
        told = zip(*(errors.columns[name].tolist() for name in Failure._fields), strict=True) if len(errors) else ()
        return cls(_places(rows), facts, columns, values, [Failure(*one) for one in told])

    def keep(self, entry: Path) -> None:
        """Keep it for the next time."""
        head = json.dumps([self.places, self.facts, self.columns, self.failures])
        keep_arrays(entry, head=np.frombuffer(head.encode(), np.uint8), values=self.values)


def _held(entry: Path) -> _Stored | None:
    stored = kept_arrays(entry)
    try:
        if stored is None:
            return None
        places, facts, columns, failures = json.loads(stored["head"].tobytes())
        return _Stored(places, facts, columns, stored["values"], [Failure(*one) for one in failures])
    except (KeyError, ValueError, TypeError):
        return None


def _gathered(pieces: Sequence[Piece], found: _Stored, known: Table | None, digest: str) -> Gathered:
    by_place = dict(zip(map(tuple, _places(Table(heads(pieces)))), pieces, strict=True))
    here = tuple(by_place[name, path] for name, path in found.places)
    columns, values = tuple(found.columns), found.values
    if known is not None:
        row = {tuple(place): number for number, place in enumerate(_places(known))}
        wanted = set(column_names(chosen()))
        columns = tuple(name for name in known.columns if name in wanted)
        order = [row[name, path] for name, path in found.places]
        values = np.zeros((len(order), len(columns)), np.float32)
        for number, column in enumerate(columns):
            values[:, number] = known.columns[column][order]
    return Gathered(here, tuple(found.facts), columns, values, tuple(found.failures), digest)


def table_with_pieces(path: str) -> tuple[Table, tuple[Piece, ...]]:
    """A table of features, and the pieces whose rows it holds.

    Raises:
        UnreadableFile: it is not there, or no table of features.
        MissingExtra: Parquet, and pyarrow is not installed.
    """
    table = read_table(path)
    if not {"piece", "path"} <= set(table.columns):
        raise UnreadableFile("it is no table of features", file=path, hint="make one: musegen corpus features")
    wanted = set(column_names(chosen()))
    labels = [name for name in table.columns if name not in wanted and name not in _OWN]
    return table, tuple(_piece(table, number, labels) for number in range(len(table)))


def _piece(table: Table, number: int, labels: Sequence[str]) -> Piece:
    name, path, sha256, group, _ = (
        str(table.columns[column][number]) if column in table.columns else "" for column in _OWN
    )
    file = name.rpartition("#")[0] if "#" in name and not path.endswith(name) else name
    folder = path[: -len(file) - 1] if path.endswith(os.sep + file) else ""
    known = {label: str(value) for label in labels if (value := table.columns[label][number]) not in ("", None)}
    return Piece(name, sha256, "none", group, (), known, folder)


def _places(table: Table) -> list[list[str]]:
    """Name and path of every row."""
    names, paths = (table.columns.get(column, texts([])).tolist() for column in ("piece", "path"))
    return [list(place) for place in zip(names, paths, strict=True)]


@cache
def _version(engine: Engine) -> str:
    """What changes with every line by which features and facts are told."""
    return feature_set(engine) + hashlib.sha256((Path(__file__).parent / "facts.py").read_bytes()).hexdigest()[:12]


def _digest(pieces: Sequence[Piece]) -> str:
    """Of the pieces by their names and contents."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(json.dumps([piece.place, piece.sha256 or _state(piece)]).encode())
    return digest.hexdigest()


def _state(piece: Piece) -> str:
    """The content of a file whose digest nobody has listed."""
    try:
        return hashlib.sha256(regular_file(piece.path)).hexdigest()
    except UnreadableFile as error:
        return type(error).__name__
