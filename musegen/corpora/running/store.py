"""What a run has so far, in the order of its pieces: in memory while it grows, on disk in parts of 1,000 pieces."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from musegen.corpora.pieces import Piece
from musegen.corpora.running.places import Place
from musegen.corpora.running.tasks import Answer, Failure
from musegen.corpora.tables import Column, Table, read_table, stacked, table_of, texts, write_table
from musegen.errors import MusegenError

PART = 1000
"""Pieces of a part."""
KEYS = ("piece", "sha256")
"""The columns by which a row is known again."""


class Store:
    """Rows and failures by the place of their piece in the list; `place` None keeps all in memory."""

    def __init__(self, pieces: Sequence[Piece], place: Place | None = None) -> None:
        self.heads = heads(pieces)
        self.place = place
        self.failures: dict[int, Failure] = {}
        self.done = np.zeros(len(pieces), bool)
        self._fragments: defaultdict[int, list[tuple[Column, Table]]] = defaultdict(list)
        self._changed: set[int] = set()
        self._failures_written = 0

    @property
    def reached(self) -> int:
        """How many pieces have a row or a failure."""
        return int(self.done.sum()) + len(self.failures)

    def left(self) -> list[int]:
        """The places of the pieces that have neither row nor failure."""
        return [number for number in np.flatnonzero(~self.done).tolist() if number not in self.failures]

    def add(self, places: Sequence[int], answer: Answer) -> None:
        """Take in what became of a chunk, whose pieces stand at these places."""
        self.failures |= {places[number]: failure for number, failure in answer.failures.items()}
        self.take(np.array([places[number] for number in answer.done], int), answer.rows)

    def take(self, places: Column, cells: Table) -> None:
        """Take in rows, without their heads; those that are there already stay."""
        new = ~self.done[places]
        self.done[places] = True
        for block in np.unique(places[new] // PART).tolist():
            here = new & (places // PART == block)
            self._fragments[block].append((places, cells) if here.all() else (places[here], cells[here]))
            self._changed.add(block)

    def flush(self, *, everything: bool = False) -> None:
        """Write the parts that are complete, or everything that is not on disk yet; each part whole or not at all."""
        complete = {block for block in self._changed if self.is_complete(block)}
        if self.place is None or not (complete or everything):
            return
        for block in sorted(self._changed if everything else complete):
            write_table(self._part(block), self.place.part(block))
            self._changed.discard(block)
            if block in complete:
                del self._fragments[block]
        if len(self.failures) != self._failures_written:
            write_table(self.errors(), self.place.errors)
            self._failures_written = len(self.failures)

    def finish(self) -> None:
        """Write what is missing."""
        self.flush(everything=True)
        if self.place is None:
            return
        write_table(self.errors(), self.place.errors)
        if not self.place.parts():
            write_table(self._head(np.empty(0, int)), self.place.part(0))

    def rows(self) -> Table:
        """All rows so far."""
        if self.place is None:
            return stacked([self._head(np.empty(0, int)), *(self._part(block) for block in sorted(self._fragments))])
        return stacked([read_table(part) for part in self.place.parts()])

    def errors(self) -> Table:
        """All failures so far, in the order of the pieces."""
        places = sorted(self.failures)
        head = {name: self.heads[name][places] for name in ("piece", "path", "sha256")}
        facts = table_of([self.failures[number]._asdict() for number in places]).columns
        return Table(head | (facts or {"kind": texts([]), "message": texts([]), "seconds": np.empty(0)}))

    def is_complete(self, block: int) -> bool:
        """Whether every piece of a part has a row or a failure."""
        here = range(block * PART, min((block + 1) * PART, len(self.done)))
        return all(self.done[number] or number in self.failures for number in here)

    def _part(self, block: int) -> Table:
        fragments = self._fragments[block]
        places = np.concatenate([held for held, _ in fragments])
        order = np.argsort(places)
        cells = stacked([held for _, held in fragments])[order]
        return Table(self._head(places[order]).columns | cells.columns)

    def _head(self, places: Column) -> Table:
        return Table({name: values[places] for name, values in self.heads.items()})


def heads(pieces: Sequence[Piece]) -> dict[str, Column]:
    """The columns that every row begins with: piece, path, sha256, group, split, and the labels.

    Where two folders have a piece of one name, these are called by their whole names.

    >>> made = heads([Piece("bach/bwv66.6", labels={"composer": "Bach"}), Piece("no.xml")])
    >>> list(made), made["composer"].tolist()
    (['piece', 'path', 'sha256', 'group', 'split', 'composer'], ['Bach', ''])
    """
    times = Counter((piece.name, piece.sha256) for piece in pieces)
    names = [piece.name if times[piece.name, piece.sha256] == 1 else piece.place for piece in pieces]
    columns: dict[str, list[str]] = {
        "piece": names,
        "path": [_path(piece) for piece in pieces],
        "sha256": [piece.sha256 for piece in pieces],
        "group": [piece.group for piece in pieces],
        "split": [piece.split for piece in pieces],
    }
    labels = dict.fromkeys(label for piece in pieces for label in piece.labels if label not in columns)
    columns |= {label: [piece.labels.get(label, "") for piece in pieces] for label in labels}
    return {name: texts(values) for name, values in columns.items()}


def _path(piece: Piece) -> str:
    with suppress(MusegenError, OSError, ValueError):
        return str(piece.path)
    return ""
