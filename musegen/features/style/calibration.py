"""Probabilities that mean what they say: one temperature, fitted and tried on pieces that the classifier never saw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.style.measurements import Floats
from musegen.features.style.pipeline import Fold

BINS = 10
_TEMPERATURES = np.geomspace(0.25, 256, 81)


class Bin(NamedTuple):
    """Pieces that were told with about the same probability."""

    pieces: int
    told: float  # the mean probability of the label that was told
    right: float  # how often it was the true one


class Calibration(NamedTuple):
    """How far probabilities can be relied on, measured on pieces that neither classifier nor temperature saw."""

    temperature: float  # what logarithms of probabilities are divided by
    brier: float  # 0 is perfect; the sum over the labels of squared errors, mean over pieces
    brier_of_shares: float  # of telling each label's share in the corpus
    error: float  # expected calibration error: mean distance of `told` and `right` over the bins, by pieces
    bins: tuple[Bin, ...]  # from the least sure; those with pieces


def calibration(logs: Floats, true: npt.NDArray[np.intp], folds: Sequence[Fold]) -> Calibration:
    """The temperature for out-of-fold logarithms, and what it reaches when fitted on all folds but the one told."""
    held_out = np.zeros_like(logs)
    for learned, told in folds:
        held_out[told] = tempered(logs[told], temperature(logs[learned], true[learned]))
    shares = np.bincount(true, minlength=logs.shape[1]) / len(true)
    bins = reliability(held_out, true)
    error = sum(found.pieces * abs(found.told - found.right) for found in bins) / len(true)
    reached = brier(held_out, true), brier(np.tile(shares, (len(true), 1)), true)
    return Calibration(temperature(logs, true), *reached, error, bins)


def temperature(logs: Floats, true: npt.NDArray[np.intp]) -> float:
    """The temperature of the least Brier score: unlike a likelihood, it forgives a label that no fold had learned."""
    scores = [brier(tempered(logs, value), true) for value in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(scores))])


def tempered(logs: Floats, temperature: float) -> Floats:
    """Probabilities of logarithms, the flatter the higher the temperature.

    >>> tempered(np.log([[0.2, 0.8]]), 1.0).round(3).tolist(), tempered(np.log([[0.2, 0.8]]), 2.0).round(3).tolist()
    ([[0.2, 0.8]], [[0.333, 0.667]])
    """
    raised = np.exp((logs - logs.max(axis=1, keepdims=True)) / temperature)
    found: Floats = raised / raised.sum(axis=1, keepdims=True)
    return found


def brier(probabilities: Floats, true: npt.NDArray[np.intp]) -> float:
    """The sum over labels of squared errors, mean over pieces.

    >>> brier(np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([0, 0]))
    0.25
    """
    wanted = np.eye(probabilities.shape[1])[true]
    return float(((probabilities - wanted) ** 2).sum(axis=1).mean())


def reliability(probabilities: Floats, true: npt.NDArray[np.intp]) -> tuple[Bin, ...]:
    """How often what is told with some probability is right."""
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == true
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(int((place == number).sum()), float(sure[place == number].mean()), float(right[place == number].mean()))
        for number in np.unique(place)
    )
