"""The fingerprint of a corpus: each number's spread over its pieces; and what sets two corpora apart."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.corpora.tables import Table
from musegen.errors import UsageError
from musegen.features.bootstraps import intervals
from musegen.features.counting import each
from musegen.features.registry import Confound
from musegen.features.style.confounding import Confounding, confoundings
from musegen.features.style.effects import Effect, deltas, discovery_rates, effects, group_means, p_values
from musegen.features.style.measurements import Floats, Measurements, measurements, words
from musegen.features.style.overlap import Overlap, overlap

SIGNIFICANT = 0.05
_SIDE = "side"


class Fingerprint(NamedTuple):
    """Each column's spread over the pieces of a corpus; arrays in the order of `columns`."""

    pieces: int
    groups: int
    columns: tuple[str, ...]
    defined: npt.NDArray[np.int64]  # pieces
    mean: Floats  # over pieces
    low: Floats  # of the mean: the middle 95 % of bootstraps over groups
    high: Floats
    lower_quartile: Floats
    median: Floats
    upper_quartile: Floats


class Difference(NamedTuple):
    """One number in which two corpora differ."""

    effect: Effect  # of the first corpus against the second
    overlap: Overlap


class Comparison(NamedTuple):
    """What sets two corpora apart."""

    names: tuple[str, str]
    pieces: tuple[int, int]
    groups: tuple[int, int]
    shared: int  # pieces that stand in both, and count in neither
    columns: int
    differing: int  # columns that differ with a false discovery rate below 5 %
    large: int  # columns of which Cliff's delta is large
    without: tuple[str, ...]
    differences: tuple[Difference, ...]  # the largest first, one for each feature
    confounds: tuple[Confounding, ...]


def fingerprint(
    table: Table, *, features: Sequence[str] = (), without: Sequence[Confound] = (), seed: int = 1
) -> Fingerprint:
    """What is usual in these pieces, number by number.

    Raises:
        UsageError: the table has no column of these features.
    """
    measured = measurements(table, features=features, without=without)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice", RuntimeWarning)
        quartiles = np.nanquantile(measured.values, (0.25, 0.5, 0.75), axis=0)
    defined = np.isfinite(measured.values)
    return Fingerprint(
        len(measured.pieces), len(set(measured.groups)), measured.columns, defined.sum(axis=0),
        *_means(measured, defined, seed), *quartiles,
    )  # fmt: skip


def compare(
    first: Table,
    second: Table,
    *,
    names: tuple[str, str] = ("first", "second"),
    features: Sequence[str] = (),
    without: Sequence[Confound] = (),
    top: int = 20,
    seed: int = 1,
) -> Comparison:
    """The numbers in which the pieces of two tables differ most, with effect sizes, FDR and overlap.

    What stands in both tables is left out of both. `names` are what they are called, differently.

    Raises:
        UsageError: the names are one, a table has no column of these features, or nothing is left of it.
    """
    if names[0] == names[1]:
        raise UsageError(f"both corpora are called {names[0]}", hint="compare corpora that differ")
    sides, shared = _apart(first, second)
    both = [measurements(side, features=features, without=without) for side in sides]
    measured = _joined(both[0], both[1], names)
    rng = np.random.default_rng(seed)
    inside = measured.labels == names[0]
    delta = deltas(measured.values, inside)
    q = discovery_rates(p_values(*group_means(measured, inside)))
    differences = []
    for effect in effects(measured, names[:1], rng, top=top):
        values = measured.values[:, measured.columns.index(effect.column)]
        differences.append(Difference(effect, overlap(values[inside], values[~inside], measured.groups[inside], rng)))
    return Comparison(
        names, (len(both[0].pieces), len(both[1].pieces)), (len(set(both[0].groups)), len(set(both[1].groups))), shared,
        len(measured.columns), int((q < SIGNIFICANT).sum()), int((np.abs(delta) >= 0.474).sum()), tuple(without),
        tuple(differences), _confounds(*sides, names),
    )  # fmt: skip


def _means(measured: Measurements, defined: npt.NDArray[np.bool_], seed: int) -> tuple[Floats, Floats, Floats]:
    """The mean of each column over pieces, and the bounds of its bootstraps over groups."""
    values = np.where(defined, measured.values, 0.0)
    low, high = intervals(values, defined.astype(np.float64), measured.groups.tolist(), np.random.default_rng(seed))
    return each(values.sum(axis=0), defined.sum(axis=0)), low, high


def _apart(first: Table, second: Table) -> tuple[tuple[Table, Table], int]:
    """Both tables without the pieces that stand in both, and how many those are."""
    names = [_identities(table) for table in (first, second)]
    shared = set(names[0]) & set(names[1])
    kept = [np.array([name not in shared for name in side], dtype=bool) for side in names]
    if not all(mask.any() for mask in kept):
        raise UsageError("one of the two corpora has no piece of its own", hint="compare corpora that differ")
    return (first[kept[0]], second[kept[1]]), len(shared)


def _identities(table: Table) -> list[tuple[str, str]]:
    return list(zip(words(table, "piece").tolist(), words(table, "sha256").tolist(), strict=True))


def _joined(first: Measurements, second: Measurements, names: tuple[str, str]) -> Measurements:
    """Both below each other, in the columns that both have, labelled by these names."""
    first, second = first.only(second.columns), second.only(first.columns)
    if not first.columns:
        raise UsageError("the two tables have no feature in common")
    order = [second.columns.index(name) for name in first.columns]
    labels = _sides(names, len(first.pieces), len(second.pieces))
    groups = np.concatenate([first.groups, second.groups])
    values = np.concatenate([first.values, second.values[:, order]])
    return Measurements(first.pieces + second.pieces, labels, groups, first.columns, values)


def _sides(names: tuple[str, str], first: int, second: int) -> npt.NDArray[np.object_]:
    return np.array([names[0]] * first + [names[1]] * second, dtype=object)


def _confounds(first: Table, second: Table, names: tuple[str, str]) -> tuple[Confounding, ...]:
    known = {
        name: np.concatenate([words(first, name), words(second, name)])
        for name in ("path", "piece", "editor", "encoder")
    }
    return confoundings(Table(known | {_SIDE: _sides(names, len(first), len(second))}), _SIDE, names)
