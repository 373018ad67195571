"""Whose a piece may be: calibrated probabilities, what speaks for them, what is near; or none of these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from musegen.corpora.tables import Table
from musegen.errors import UsageError
from musegen.features.registry import ASKED_FOR, HAND_MADE, Confound
from musegen.features.style.calibration import Calibration, calibration, tempered
from musegen.features.style.classifying import balanced, group_confusions, testable
from musegen.features.style.effects import strongest
from musegen.features.style.measurements import CONFOUNDS, Floats, Measurements, measurements, words
from musegen.features.style.pipeline import NEVER, Maker, classifier, folds_of, out_of_fold, weights_of
from musegen.features.style.typicality import STRANGE, Typicality

_FARTHEST = 3.0
_FEWEST = 3


class Identifier(NamedTuple):
    """What has been learned from a corpus; made anew of its table whenever it is needed, never stored as a program."""

    by: str
    labels: tuple[str, ...]
    counts: dict[str, int]
    measured: Measurements
    pipeline: Any
    calibration: Calibration
    balanced: float  # the balanced accuracy on pieces whose group was left out
    points: Floats  # where the pieces lie in the numbers that are told apart
    typicality: Typicality


class Reason(NamedTuple):
    """A number that, taken alone, speaks for a label."""

    column: str
    value: float
    median: float  # of the label's pieces
    median_of_others: float
    evidence: float  # the logarithm of how much likelier the value is, were both bell curves of one width


class Neighbour(NamedTuple):
    """A piece of the corpus that is near."""

    piece: str
    label: str
    distance: float


class Identification(NamedTuple):
    """Whose a piece may be."""

    piece: str
    probabilities: dict[str, float]  # were it one of these; the likeliest first
    typicality: float  # the share of pieces that are as strange to the rest of the corpus; near 0: none of these
    reasons: tuple[Reason, ...]
    neighbours: tuple[Neighbour, ...]

    @property
    def label(self) -> str:
        """The likeliest label."""
        return next(iter(self.probabilities))

    @property
    def is_stranger(self) -> bool:
        """Whether it is probably none of these, whatever the probabilities are."""
        return self.typicality < STRANGE


def identifier(
    table: Table,
    by: str,
    *,
    features: Sequence[str] = (),
    without: Sequence[Confound] = CONFOUNDS,
    but: Table | None = None,
    folds: int = 5,
    seed: int = 1,
    make: Maker = classifier,
) -> Identifier:
    """What tells the labels of a corpus, without the pieces `but` and all of their groups.

    Confounded features are left out unless `without` says otherwise: a piece from elsewhere comes in another edition.

    Raises:
        UsageError: as `classify` does.
    """
    every = measurements(table, by, features=features, without=without)
    measured, _ = testable(every.rows(~_related(every, table, but)) if but is not None else every)
    names = tuple(measured.counts)
    true = np.array([names.index(label) for label in measured.labels])
    splits = folds_of(measured.labels, measured.groups, folds, seed)
    logs = out_of_fold(measured, names, splits, make)
    fitted = make(weights_of(measured.columns)).fit(measured.values, measured.labels.astype(str))
    points = fitted[:-1].transform(measured.values)
    typicality = Typicality.of(measured.values, splits)
    reached = float(balanced(group_confusions(measured, names, logs.argmax(axis=1)).sum(axis=0)))
    return Identifier(
        by, names, measured.counts, measured, fitted, calibration(logs, true, splits), reached, points, typicality
    )


def identify(known: Identifier, pieces: Table, *, top: int = 5) -> tuple[Identification, ...]:
    """Whose each piece of a table may be.

    Raises:
        UsageError: the table lacks columns that were learned from.
    """
    found = measurements(pieces, features=(HAND_MADE, *ASKED_FOR))
    lacking = set(known.measured.columns) - set(found.columns)
    if lacking:
        raise UsageError(f"the pieces lack {len(lacking)} of the numbers, such as {min(lacking)}")
    order = [found.columns.index(name) for name in known.measured.columns]
    values = found.values[:, order]
    logs = np.maximum(known.pipeline.predict_log_proba(values), NEVER)
    at = [list(known.pipeline.classes_).index(name) for name in known.labels]
    probabilities = tempered(logs[:, at], known.calibration.temperature)
    points = known.pipeline[:-1].transform(values)
    typical = known.typicality.shares(values)
    return tuple(
        _identified(known, name, row, shares, point, float(share), top)
        for name, row, shares, point, share in zip(found.pieces, values, probabilities, points, typical, strict=True)
    )


def _identified(
    known: Identifier, name: str, row: Floats, shares: Floats, point: Floats, typical: float, top: int
) -> Identification:
    order = np.argsort(-shares, kind="stable")
    told = {known.labels[number]: float(shares[number]) for number in order}
    label = next(iter(told))
    return Identification(name, told, typical, _reasons(known, row, label, top), _neighbours(known, point, top))


def _reasons(known: Identifier, row: Floats, label: str, top: int) -> tuple[Reason, ...]:
    """The numbers that alone speak most for the label, one of each feature."""
    mask = known.measured.labels == label
    inside, outside = (known.measured.values[side] for side in (mask, ~mask))
    enough = np.minimum(*(np.isfinite(side).sum(axis=0) for side in (inside, outside))) >= _FEWEST
    usable = np.flatnonzero(enough & np.isfinite(row))
    means = [np.nanmean(side[:, usable], axis=0) for side in (inside, outside)]
    width = np.sqrt(np.mean([np.nanvar(side[:, usable], axis=0) for side in (inside, outside)], axis=0)) + 1e-9
    away = [np.minimum(np.abs(row[usable] - mean) / width, _FARTHEST) for mean in means]
    evidence = np.full(len(row), np.nan)
    evidence[usable] = (away[1] ** 2 - away[0] ** 2) / 2
    found = strongest(np.where(evidence > 0, evidence, np.nan), known.measured, top)
    return tuple(
        Reason(
            known.measured.columns[number], float(row[number]), float(np.nanmedian(inside[:, number])),
            float(np.nanmedian(outside[:, number])), float(evidence[number]),
        )
        for number in found
    )  # fmt: skip


def _neighbours(known: Identifier, point: Floats, top: int) -> tuple[Neighbour, ...]:
    distances = np.linalg.norm(known.points - point, axis=1)
    return tuple(
        Neighbour(known.measured.pieces[number], str(known.measured.labels[number]), float(distances[number]))
        for number in np.argsort(distances, kind="stable")[:top]
    )


def _related(measured: Measurements, table: Table, but: Table) -> Any:
    """Which pieces are among `but`, by name or content, or of a group with one that is."""
    names = set(words(but, "piece")) | set(words(but, "sha256")) - {""}
    digest = dict(zip(words(table, "piece"), words(table, "sha256"), strict=True))
    same = np.array([piece in names or digest[piece] in names for piece in measured.pieces], dtype=bool)
    return np.isin(measured.groups.astype(str), list({str(group) for group in measured.groups[same]}))
