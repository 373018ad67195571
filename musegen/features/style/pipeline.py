"""The classifier of styles: one pipeline of scikit-learn, and the folds in which it is tried."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.features.style.measurements import Floats, Measurements, feature_of

STRENGTH = 0.02
"""C of the logistic regression: with some hundred pieces and a thousand numbers, strongly held back."""
FARTHEST = 3.0
"""Deviations from the mean beyond which a number counts no more: one odd bar must not outvote a thousand numbers."""
NEVER = -690.0
"""The logarithm of no probability at all, as far as floats can tell."""
FEW_GROUPS = 20
"""Up to so many groups, each is left out once."""
Maker = Callable[[Floats], Any]
"""A classifier of scikit-learn for columns of these weights."""
Fold = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]
"""The rows that are learned from, and those that are then told."""


def classifier(weights: Floats) -> Any:
    """A pipeline for columns of these weights: numbers scaled and weighed, logistic regression.

    A linear model, strongly held back, because there are more numbers than pieces; labels weigh alike, however many
    pieces they have.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    weighed = FunctionTransformer(_weighed, kw_args={"weights": weights})
    chosen = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=1000)
    return make_pipeline(*scaling(), weighed, chosen)


def weights_of(columns: Sequence[str]) -> Floats:
    """What each column weighs, so that a feature weighs the same however many dimensions it has; the mean square is 1.

    >>> weights_of(["rhythm.npvi.top", "rhythm.npvi.bass", "pitch.outside_best_scale"]).round(2).tolist()
    [0.87, 0.87, 1.22]
    """
    names = [feature_of(column).name for column in columns]
    sizes = Counter(names)
    found = np.array([sizes[name] ** -0.5 for name in names])
    weights: Floats = found / np.sqrt((found**2).mean())
    return weights


def _weighed(values: Floats, weights: Floats) -> Floats:
    return values * weights


def scaling() -> list[Any]:
    """The steps that make numbers of different units comparable."""
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    clip = FunctionTransformer(np.clip, kw_args={"a_min": -FARTHEST, "a_max": FARTHEST})
    return [SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler(), clip]


def folds_of(labels: npt.NDArray[Any], groups: npt.NDArray[Any], folds: int, seed: int) -> list[Fold]:
    """Folds with no group on both sides and the labels spread evenly; each group alone, where there are few."""
    from sklearn.model_selection import LeaveOneGroupOut, StratifiedGroupKFold

    dummy = np.zeros(len(labels))
    if leaves_each_out(groups):
        return list(LeaveOneGroupOut().split(dummy, labels.astype(str), groups.astype(str)))
    most = max(2, min(folds, int(np.unique(labels.astype(str), return_counts=True)[1].max())))
    splitter = StratifiedGroupKFold(most, shuffle=True, random_state=seed)
    with warnings.catch_warnings():  # a label may have fewer pieces than there are folds
        warnings.simplefilter("ignore", UserWarning)
        return list(splitter.split(dummy, labels.astype(str), groups.astype(str)))


def leaves_each_out(groups: npt.NDArray[Any]) -> bool:
    """Whether the groups are so few that each is left out once."""
    return len(set(groups)) <= FEW_GROUPS


def out_of_fold(
    measured: Measurements, names: Sequence[str], folds: Sequence[Fold], make: Maker = classifier
) -> Floats:
    """(pieces, names): the logarithm of each label's probability, by a classifier that never saw the piece's group."""
    found = np.full((len(measured.labels), len(names)), NEVER)
    labels = measured.labels.astype(str)
    for learned, told in folds:
        there = np.unique(labels[learned])
        where = [names.index(name) for name in there]
        if len(there) == 1:
            found[told, where[0]] = 0
            continue
        there_too = measured.rows(learned).defined().columns
        values = measured.only(there_too).values
        fitted = make(weights_of(there_too)).fit(values[learned], labels[learned])
        found[told[:, None], where] = np.maximum(fitted.predict_log_proba(values[told]), NEVER)
    return found
