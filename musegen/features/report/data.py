"""What a page is made of: the pieces with their facts and features, how they are told apart, what was asked."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.corpora.conditions import value_of
from musegen.corpora.manifests import Corpus
from musegen.corpora.pieces import Piece
from musegen.corpora.tables import is_table
from musegen.errors import UsageError, nearest
from musegen.features.report.gathering import PLAIN, Asked, Gathered
from musegen.features.report.mapping import Map, Neighbours, comparable, map_of, neighbours
from musegen.features.style.measurements import Measurements, measurements

CORPUS = "corpus"
"""The label of a comparison of two corpora."""
TOLD = 6
"""So many values of a label are told apart; the commonest."""
SHOWN = 4
"""So many of them have their own dots in a distribution."""
FEWEST = 3
"""A value of fewer pieces is not told apart."""
_USUAL = ("composer", "genre", "region", "place", "edition", "book", "movement")
"""By which pieces are told apart where nothing is said: the first of which two values have five pieces each, and the
commonest ones half of all."""
_FEW = 5


@dataclass(frozen=True, eq=False)
class Data:
    """A corpus, or two, ready to be told."""

    title: str
    names: tuple[str, ...]  # corpora, folders and files as they were named
    conditions: tuple[str, ...]  # --where and --split, as words of a command
    corpora: tuple[Corpus, ...]
    found: Gathered
    asked: Asked
    by: str  # the label by which pieces are told apart; "" for none
    labels: npt.NDArray[np.object_]  # (pieces,): its values; "" is not known
    seed: int = 0
    is_chosen: bool = True  # the label was asked for, not found

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The values that are told apart, the commonest first."""
        counts = Counter(label for label in self.labels.tolist() if label)
        order = sorted(counts, key=lambda label: (-counts[label], label))
        kept = tuple(label for label in order if counts[label] >= FEWEST)[:TOLD]
        return kept if len(kept) > 1 else ()

    @cached_property
    def series(self) -> list[tuple[str, npt.NDArray[np.bool_]]]:
        """The values with dots of their own, and whose they are; everything together where there are none."""
        if not self.values:
            return [("", np.ones(len(self.labels), dtype=bool))]
        return [(value, self.labels == value) for value in self.values[:SHOWN]]

    @cached_property
    def measured(self) -> Measurements:
        """Every piece with its features and its label."""
        return measurements(self.found.table())._replace(labels=self.labels)

    @cached_property
    def groups(self) -> list[str]:
        """What of the pieces is one work."""
        return [str(group) for group in self.measured.groups]

    @cached_property
    def map(self) -> Map | None:
        """The pieces on their principal components."""
        return map_of(comparable(self.measured))

    @cached_property
    def neighbours(self) -> Neighbours | None:
        """Who is near whom."""
        return neighbours(self.map.scores, self.groups) if self.map else None

    @property
    def pieces(self) -> list[str]:
        """The names of the pieces."""
        return list(self.measured.pieces)

    @property
    def facts(self) -> Sequence[dict[str, Any]]:
        """What is known of each piece besides its features."""
        return self.found.facts

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """A feature of every piece; NaN where it is undefined, or no such column is there."""
        if name not in self.measured.columns:
            return np.full(len(self.labels), np.nan)
        return self.measured.values[:, self.measured.columns.index(name)]

    def listed(self, value: Callable[[int], str], rows: Sequence[int] | None = None) -> list[tuple[str, str]]:
        """Pieces with what is told of each."""
        names = self.pieces
        return [(names[row], value(row)) for row in (range(len(names)) if rows is None else rows)]

    def find_command(self, pattern: str, *more: str) -> str:
        """The command that shows the passages behind a chord."""
        asked = (*more, *self.conditions, "--engine", self.asked.engine)
        names = ["CORPUS" if is_table(name) else name for name in self.names]
        words = ["musegen", "corpus", "find", pattern, *names, *asked]
        return " ".join(shlex.quote(word) for word in words)


def data_of(
    title: str, found: Gathered, *, by: str = "", against: Gathered | None = None, sides: tuple[str, str] = ("", ""),
    asked: Asked = PLAIN, names: Sequence[str] = (), conditions: Sequence[str] = (), corpora: Sequence[Corpus] = (),
    seed: int = 0,
) -> Data:  # fmt: skip
    """The pieces of a report, told apart by a label; by their side where there is another corpus to compare with.

    Raises:
        UsageError: no piece has such a label, or both corpora hold the same pieces.
    """
    if against is not None:
        both = found + against
        if {piece.place for piece in found.pieces} & {piece.place for piece in against.pieces}:
            raise UsageError(f"{' and '.join(sides)} share pieces", hint="compare corpora that share none")
        values = [sides[0]] * len(found.pieces) + [sides[1]] * len(against.pieces)
        return _made(title, both, CORPUS, values, asked, names, conditions, corpora, seed, chosen=True)
    check_label(found.pieces, by)
    label = by or _usual(found)
    values = [value_of(piece, label) if label else "" for piece in found.pieces]
    return _made(title, found, label, values, asked, names, conditions, corpora, seed, chosen=bool(by))


def check_label(pieces: Iterable[Piece], by: str) -> None:
    """Nothing, where some piece has such a label.

    Raises:
        UsageError: none has.
    """
    known = dict.fromkeys(label for piece in pieces for label in piece.labels)
    if by and by not in {*known, CORPUS, "group", "split"}:
        raise UsageError(f"no piece has a label `{by}`", hint=nearest(by, list(known)))


def _made(
    title: str, found: Gathered, by: str, values: Sequence[str], asked: Asked, names: Sequence[str],
    conditions: Sequence[str], corpora: Sequence[Corpus], seed: int, *, chosen: bool,
) -> Data:  # fmt: skip
    labels = np.empty(len(values), dtype=object)
    labels[:] = list(values)
    return Data(title, tuple(names), tuple(conditions), tuple(corpora), found, asked, by, labels, seed, chosen)


def _usual(found: Gathered) -> str:
    """A label that tells pieces apart, where there is a usual one."""
    for label in _USUAL:
        counts = Counter(value for piece in found.pieces if (value := piece.labels.get(label, "")))
        common = [count for _, count in counts.most_common(TOLD) if count >= _FEW]
        if len(common) > 1 and 2 * sum(common) >= len(found.pieces):
            return label
    return ""
