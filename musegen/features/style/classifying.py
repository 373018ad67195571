"""How well the labels of a corpus can be told by its numbers: grouped cross-validation, and what chance would reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.corpora.tables import Table
from musegen.errors import UsageError
from musegen.features.registry import Confound
from musegen.features.style.confounding import Confounding, confoundings
from musegen.features.style.effects import Effect, effects
from musegen.features.style.measurements import Floats, Measurements, measurements
from musegen.features.style.pipeline import Maker, classifier, folds_of, leaves_each_out, out_of_fold

BOOTSTRAPS = 1000
Counts = npt.NDArray[np.float64]
Progress = Callable[[Iterable[Any]], Iterable[Any]]


class Figure(NamedTuple):
    """How well a classifier does on pieces whose group it never saw."""

    columns: int
    accuracy: float
    balanced: float  # the mean recall of the labels
    low: float  # of the balanced accuracy: the middle 95 % of bootstraps over groups
    high: float


class Permutations(NamedTuple):
    """The same with labels dealt out anew among the groups: what can be had by chance."""

    times: int
    balanced: float  # mean
    highest: float
    p: float  # the share of permutations, the true labels counted with them, that do as well; NaN without any


class Classification(NamedTuple):
    """What `classify` found."""

    by: str
    counts: dict[str, int]  # pieces of each label, the commonest first
    groups: int
    left_out: dict[str, int]  # labels that stand in one group only, with their pieces
    folds: int  # 0: each group was left out once
    repeats: int
    figure: Figure  # with all numbers that were asked for
    unconfounded: Figure | None  # without those of meter, note values, parts and format; None if none is left
    permutations: Permutations  # of the same numbers as `unconfounded`
    confusion: Counts  # (label, told as), pieces; the mean over the repeats
    effects: tuple[Effect, ...]
    confounds: tuple[Confounding, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, the commonest first."""
        return tuple(self.counts)

    @property
    def majority(self) -> float:
        """The accuracy of always telling the commonest label."""
        return max(self.counts.values()) / sum(self.counts.values())

    @property
    def recall(self) -> Counts:
        """The share of each label's pieces that were told right."""
        shares: Counts = np.diag(self.confusion) / self.confusion.sum(axis=1)
        return shares


def classify(
    table: Table,
    by: str,
    *,
    features: Sequence[str] = (),
    without: Sequence[Confound] = (),
    folds: int = 5,
    repeats: int = 1,
    permutations: int = 20,
    top: int = 5,
    seed: int = 1,
    make: Maker = classifier,
    progress: Progress = iter,
) -> Classification:
    """How well `by` (composer, repertory, region) can be told from the features, and which of them tell it.

    No group (a work, a family of tunes) is ever on both sides. Statistics are by piece, never by note. The same seed
    gives the same result.

    Raises:
        UsageError: no such label or feature, or fewer than two labels stand in two groups each.
    """
    every = measurements(table, by, features=features, without=without)
    measured, left_out = testable(every)
    names = tuple(measured.counts)
    rng = np.random.default_rng(seed)
    clean = measured.unconfounded()
    figure, confusion = tried(measured, names, folds, repeats, rng, make, progress)
    bare = tried(clean, names, folds, repeats, rng, make, progress)[0] if clean.columns else None
    shown = clean if clean.columns else measured
    return Classification(
        by, measured.counts, len(set(measured.groups)), left_out,
        0 if leaves_each_out(measured.groups) else folds, repeats, figure, bare,
        permuted(shown, (bare or figure).balanced, folds, permutations, rng, make, progress), confusion,
        effects(shown, names if len(names) > 2 else names[:1], rng, top=top),
        confoundings(table, by, names),
    )  # fmt: skip


def testable(measured: Measurements) -> tuple[Measurements, dict[str, int]]:
    """The pieces whose label stands in two groups or more; and the labels of the others, with their pieces.

    Raises:
        UsageError: fewer than two labels are left.
    """
    works = {label: len(set(measured.groups[measured.labels == label])) for label in measured.counts}
    few = {label: count for label, count in measured.counts.items() if works[label] < 2}
    if len(works) - len(few) < 2:
        why = "two labels are needed, each in two groups of pieces or more"
        raise UsageError(why, hint=f"there are {len(works)}, {len(few)} of them in one group only")
    kept = np.array([label not in few for label in measured.labels])
    return measured.rows(kept).defined(), few


def tried(
    measured: Measurements, names: Sequence[str], folds: int, repeats: int, rng: Generator,
    make: Maker = classifier, progress: Progress = iter,
) -> tuple[Figure, Counts]:  # fmt: skip
    """The figure of a classifier and its confusion matrix, means over several ways to make the folds."""
    repeats = 1 if leaves_each_out(measured.groups) else repeats
    by_group = np.mean([
        group_confusions(measured, names, told_labels(measured, names, folds, seed, make))
        for seed in progress(rng.integers(0, 1 << 31, repeats).tolist())
    ], axis=0)  # fmt: skip
    confusion = by_group.sum(axis=0)
    low, high = np.quantile(_bootstraps(by_group, rng), (0.025, 0.975))
    accuracy = float(np.trace(confusion) / confusion.sum())
    return Figure(len(measured.columns), accuracy, float(balanced(confusion)), float(low), float(high)), confusion


def told_labels(
    measured: Measurements, names: Sequence[str], folds: int, seed: int, make: Maker = classifier
) -> npt.NDArray[np.intp]:
    """The number of the label that is told of each piece; hand-made and learned numbers judge apart, and agree."""
    splits = folds_of(measured.labels, measured.groups, folds, seed)
    logs = np.sum([out_of_fold(kind, list(names), splits, make) for kind in measured.kinds], axis=0)
    told: npt.NDArray[np.intp] = logs.argmax(axis=1)
    return told


def group_confusions(measured: Measurements, names: Sequence[str], told: npt.NDArray[np.intp]) -> Counts:
    """(groups, labels, labels): how many pieces of each group and label were told as which."""
    owner = np.unique(measured.groups.astype(str), return_inverse=True)[1]
    number = {name: place for place, name in enumerate(names)}
    true = np.array([number[label] for label in measured.labels])
    found = np.zeros((owner.max() + 1, len(names), len(names)))
    np.add.at(found, (owner, true, told), 1)
    return found


def balanced(confusion: Counts) -> Floats:
    """The mean recall of the labels that are there; over leading axes.

    >>> float(balanced(np.array([[8.0, 2.0], [1.0, 1.0]])))
    0.65
    """
    with np.errstate(invalid="ignore"):
        recall = np.diagonal(confusion, axis1=-2, axis2=-1) / confusion.sum(axis=-1)
    found: Floats = np.nanmean(recall, axis=-1)
    return found


def permuted(
    measured: Measurements, reached: float, folds: int, count: int, rng: Generator,
    make: Maker = classifier, progress: Progress = iter,
) -> Permutations:  # fmt: skip
    """What a classifier reaches where whole groups change their labels: what numbers of one work share stays shared."""
    found = []
    for _ in progress(range(count)):
        shuffled = measured._replace(labels=_dealt_anew(measured, rng))
        names = tuple(shuffled.counts)
        told = told_labels(shuffled, names, folds, int(rng.integers(0, 1 << 31)), make)
        found.append(float(balanced(group_confusions(shuffled, names, told).sum(axis=0))))
    if not found:
        return Permutations(0, float("nan"), float("nan"), float("nan"))
    p = (1 + sum(value >= reached for value in found)) / (1 + count)
    return Permutations(count, float(np.mean(found)), max(found), p)


def _dealt_anew(measured: Measurements, rng: Generator) -> npt.NDArray[np.object_]:
    """Labels permuted among the groups, each group under the one that most of its pieces have."""
    names, owner = np.unique(measured.groups.astype(str), return_inverse=True)
    kinds, label = np.unique(measured.labels.astype(str), return_inverse=True)
    counts = np.zeros((len(names), len(kinds)))
    np.add.at(counts, (owner, label), 1)
    dealt = rng.permutation(counts.argmax(axis=1))
    return kinds[dealt[owner]].astype(object)


def _bootstraps(by_group: Counts, rng: Generator) -> Floats:
    """The balanced accuracy of bootstraps: groups drawn with replacement, those draws in which every label is there."""
    groups, labels = by_group.shape[:2]
    weights = rng.multinomial(groups, np.full(groups, 1 / groups), BOOTSTRAPS)
    drawn = (weights @ by_group.reshape(groups, -1)).reshape(-1, labels, labels)
    whole = (drawn.sum(axis=-1) > 0).all(axis=-1)
    return balanced(drawn[whole] if whole.any() else drawn)
