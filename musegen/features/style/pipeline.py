"""The classifier of styles: one pipeline of scikit-learn, and the folds in which it is tried."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.features.style.measurements import Floats, Measurements

KEPT = 0.99
"""The share of variance that the principal components keep: what is left is noise, and singular."""
FARTHEST = 3.0
"""Deviations from the mean beyond which a number counts no more: one odd bar must not outvote a thousand numbers."""
NEVER = -690.0
"""The logarithm of no probability at all, as far as floats can tell."""
FEW_GROUPS = 20
"""Up to so many groups, each is left out once."""
Maker = Callable[[int], Any]
"""A classifier of scikit-learn for so many labels."""
Fold = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]
"""The rows that are learned from, and those that are then told."""


def classifier(labels: int) -> Any:
    """A pipeline for so many labels: scaled numbers, principal components, shrunken linear discriminants.

    A linear model, because there are more numbers than pieces; how much their covariances shrink is estimated (Ledoit &
    Wolf 2004), so that nothing is to be tuned. Labels weigh alike, however many pieces they have.
    """
    from sklearn.decomposition import PCA
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.pipeline import make_pipeline

    discriminants = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto", priors=[1 / labels] * labels)
    return make_pipeline(*scaling(), PCA(KEPT, svd_solver="full"), discriminants)


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
        values = measured.values[:, np.isfinite(measured.values[learned]).any(axis=0)]
        fitted = fit(make(len(there)), values[learned], labels[learned])
        found[told[:, None], where] = np.maximum(fitted.predict_log_proba(values[told]), NEVER)
    return found


def fit(pipeline: Any, values: Floats, labels: npt.NDArray[Any]) -> Any:
    """The pipeline, fitted; of a label with one piece no spread is known, and the others' serves."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Only one sample available")
        return pipeline.fit(values, labels)
