"""A table of features as style reads it: numbers, labels and groups; which columns may tell of an edition instead."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import PurePath
from typing import Any, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from musegen.corpora.tables import Column, Table
from musegen.errors import UsageError, nearest
from musegen.features.registry import ASKED_FOR, Confound, Feature, chosen, features

CONFOUNDS: tuple[Confound, ...] = get_args(Confound)
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[Any]
_PLACES = ("piece", "path", "sha256", "split")
"""What a row begins with, and no label."""


class Measurements(NamedTuple):
    """Pieces as rows of numbers, each with a label and the group that no split may divide."""

    pieces: tuple[str, ...]
    labels: npt.NDArray[np.object_]
    groups: npt.NDArray[np.object_]
    columns: tuple[str, ...]
    values: Floats  # (pieces, columns), NaN where undefined

    def rows(self, chosen: Rows) -> Measurements:
        """Some pieces, by mask or number."""
        numbers = np.arange(len(self.pieces))[chosen]
        names = tuple(self.pieces[number] for number in numbers)
        return Measurements(names, self.labels[numbers], self.groups[numbers], self.columns, self.values[numbers])

    def only(self, columns: Sequence[str]) -> Measurements:
        """Those of the columns that are there, in their order here."""
        kept = [number for number, name in enumerate(self.columns) if name in set(columns)]
        return self._replace(columns=tuple(self.columns[number] for number in kept), values=self.values[:, kept])

    def unconfounded(self) -> Measurements:
        """Without what tells of meter, note values, parts or format."""
        return self.only([name for name in self.columns if not feature_of(name).confounds])

    def defined(self) -> Measurements:
        """Without columns that are undefined in every piece."""
        kept = np.flatnonzero(np.isfinite(self.values).any(axis=0))
        return self._replace(columns=tuple(self.columns[number] for number in kept), values=self.values[:, kept])

    @property
    def kinds(self) -> list[Measurements]:
        """The hand-made numbers and the learned ones apart; either alone where there are no others."""
        learned = [name for name in self.columns if feature_of(name).group in ASKED_FOR]
        made = [name for name in self.columns if feature_of(name).group not in ASKED_FOR]
        return [self.only(names) for names in (made, learned) if names]

    @property
    def counts(self) -> dict[str, int]:
        """How many pieces each label has, the commonest first."""
        names, found = np.unique(self.labels.astype(str), return_counts=True)
        order = np.argsort(-found, kind="stable")
        return {str(names[number]): int(found[number]) for number in order}


def measurements(
    table: Table, by: str = "", *, features: Sequence[str] = (), without: Sequence[Confound] = ()
) -> Measurements:
    """The columns of these features (all, where none is named) and the label `by` of each piece that has one.

    A piece without a group is its own. Without `by` all have the same, empty label.

    Raises:
        UsageError: there is no such label, group or feature, or the table has no column of it.
    """
    wanted = set(columns_of(features, without))
    names = tuple(name for name in table.columns if name in wanted)
    if not names:
        raise UsageError("no column of this table is a feature", hint="make one with `musegen corpus features`")
    known = label_names(table)
    if by and by not in known:
        raise UsageError(f"no piece has a label `{by}`", hint=nearest(by, known))
    labels = words(table, by) if by else words(table, "")
    kept = np.flatnonzero(labels != "") if by else np.arange(len(table))
    pieces, groups = words(table, "piece"), words(table, "group")
    groups = np.where(groups == "", pieces, groups)
    values = np.column_stack([table.columns[name][kept] for name in names]).astype(np.float64)
    values[~np.isfinite(values)] = np.nan
    return Measurements(tuple(pieces[kept].tolist()), labels[kept], groups[kept], names, values)


def label_names(table: Table) -> list[str]:
    """What is known of each piece besides its name, and is no feature: composer, genre, editor."""
    return [name for name in table.columns if name not in _all_columns() and name not in _PLACES]


def words(table: Table, name: str) -> npt.NDArray[np.object_]:
    """A column as texts; empty ones where there is no such column, or no value."""
    if name not in table.columns:
        return np.full(len(table), "", dtype=object)
    values: Column = table.columns[name]
    told = ["" if value is None or value != value else str(value) for value in values.tolist()]
    return np.array(told, dtype=object)


def formats(table: Table) -> npt.NDArray[np.object_]:
    """The file format of each piece, by the suffix of its file; of a tune, of its collection."""
    paths = words(table, "path") if "path" in table.columns else words(table, "piece")
    return np.array([PurePath(path.rpartition("#")[0] or path).suffix.lower() for path in paths], dtype=object)


@cache
def feature_of(column: str) -> Feature:
    """The feature that a column belongs to.

    Raises:
        KeyError: it is no column of a feature.

    >>> feature_of("harmony.root_successions.5-1").name
    'root_successions'
    """
    return _all_columns()[column]


def columns_of(names: Sequence[str] = (), without: Sequence[Confound] = ()) -> tuple[str, ...]:
    """The columns of these features or groups.

    Raises:
        UsageError: there is no group, feature or confound of a name.
    """
    for word in without:
        if word not in CONFOUNDS:
            raise UsageError(f"nothing is known to depend on `{word}`", hint=nearest(word, CONFOUNDS))
    return tuple(column for found in chosen(names, without) for column in found.columns)


@cache
def _all_columns() -> dict[str, Feature]:
    return {column: found for found in features() for column in found.columns}
