"""Pieces as points: robustly scaled features, their principal components, typical pieces, unusual ones, neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.style.measurements import Measurements, feature_of

Floats = npt.NDArray[np.float64]
_LIMIT = 3.0
"""Scaled values beyond are drawn in: one odd number must not make a piece an outlier."""
_DEFINED = 0.8
"""A column that fewer of the pieces have than this is left out."""
_KEPT = 20
"""Components in which distances are measured."""
_NEAREST = 5
_CHUNK = 512


class Map(NamedTuple):
    """Principal components of pieces."""

    scores: Floats  # (pieces, components)
    loadings: Floats  # (components, columns)
    explained: Floats  # (components,): share of the variance
    columns: tuple[str, ...]

    def heaviest(self, component: int, most: int = 3) -> list[tuple[str, float]]:
        """The columns with the largest loadings, one of each feature."""
        order = np.argsort(-np.abs(self.loadings[component]), kind="stable")
        found: dict[str, tuple[str, float]] = {}
        for number in order.tolist():
            name = self.columns[number]
            found.setdefault(feature_of(name).name, (name, float(self.loadings[component, number])))
            if len(found) == most:
                break
        return list(found.values())


class Neighbours(NamedTuple):
    """Who is near whom."""

    mean_distance: Floats  # (pieces,): to all others
    loneliness: Floats  # (pieces,): the distance to the fifth nearest of other groups
    nearest: npt.NDArray[np.int64]  # (pieces, 5): of other groups, the nearest first; -1 for none


def comparable(measured: Measurements) -> Measurements:
    """The numbers that tell neither of the edition nor of the pitch level."""
    plain = measured.unconfounded()
    return plain.only([name for name in plain.columns if not feature_of(name).absolute])


def map_of(measured: Measurements) -> Map | None:
    """The principal components of the pieces; None where too little differs.

    Numbers are taken from their median, divided by the range of their middle half, drawn in to three of these, and
    weigh so that every feature counts as much as any other, however many numbers it has.
    """
    scaled, columns = _scaled(measured)
    if len(scaled) < 3 or len(columns) < 2:
        return None
    centred = scaled - scaled.mean(axis=0)
    variance, vectors = _components(centred)
    signs = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])])
    loadings = (vectors * signs).T
    return Map(centred @ loadings.T, loadings, variance, columns)


def _components(centred: Floats) -> tuple[Floats, Floats]:
    """The share of the variance of the first components, and (columns, components): what they are made of."""
    pieces, columns = centred.shape
    count = min(_KEPT, columns, pieces - 1)
    if pieces > columns:
        squares, vectors = np.linalg.eigh(centred.T @ centred)
        vectors = vectors[:, ::-1][:, :count]
    else:  # the same from the smaller matrix
        squares, between = np.linalg.eigh(centred @ centred.T)
        vectors = centred.T @ between[:, ::-1][:, :count]
        vectors /= np.maximum(np.linalg.norm(vectors, axis=0), 1e-12)
    return squares[::-1][:count] / max(float(squares.sum()), 1e-12), vectors


def _scaled(measured: Measurements) -> tuple[Floats, tuple[str, ...]]:
    values = measured.values
    defined = np.isfinite(values).mean(axis=0) >= _DEFINED if len(values) else np.zeros(values.shape[1], bool)
    values = values[:, defined]
    columns = [name for name, kept in zip(measured.columns, defined, strict=True) if kept]
    low, middle, high = np.nanquantile(values, (0.25, 0.5, 0.75), axis=0) if len(columns) else np.zeros((3, 0))
    varied = high > low
    values = (values[:, varied] - middle[varied]) / (high - low)[varied]
    values = np.clip(np.where(np.isfinite(values), values, 0.0), -_LIMIT, _LIMIT)
    names = tuple(name for name, kept in zip(columns, varied, strict=True) if kept)
    features = [feature_of(name).name for name in names]
    weights = np.array([1 / np.sqrt(features.count(name)) for name in features])
    return values * weights, names


def neighbours(scores: Floats, groups: Sequence[str]) -> Neighbours:
    """Distances between pieces in their components; pieces of one group are not each other's neighbours.

    >>> found = neighbours(np.array([[0.0], [1.0], [9.0]]), ["a", "b", "c"])
    >>> found.nearest[:, 0].tolist(), int(found.mean_distance.argmin())
    ([1, 0, 1], 1)
    """
    _, owner = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    count, most = len(scores), min(_NEAREST, max(len(scores) - 1, 0))
    mean, lonely = np.zeros(count), np.zeros(count)
    nearest = np.full((count, _NEAREST), -1)
    squares = (scores**2).sum(axis=1)
    for start in range(0, count, _CHUNK):
        part = scores[start : start + _CHUNK]
        gaps = squares[start : start + _CHUNK, None] + squares - 2 * part @ scores.T
        far = np.sqrt(np.maximum(gaps, 0))
        mean[start : start + _CHUNK] = far.sum(axis=1) / max(count - 1, 1)
        far[owner[start : start + _CHUNK, None] == owner] = np.inf
        order = np.argsort(far, axis=1, kind="stable")[:, :most]
        sorted_far = np.take_along_axis(far, order, axis=1)
        nearest[start : start + _CHUNK, :most] = np.where(np.isfinite(sorted_far), order, -1)
        last = np.where(np.isfinite(sorted_far), sorted_far, 0).max(axis=1, initial=0)
        lonely[start : start + _CHUNK] = last
    return Neighbours(mean, lonely, nearest)


def oddities(measured: Measurements, row: int, most: int = 3) -> list[tuple[str, float, float]]:
    """The numbers in which a piece is farthest from the middle: column, its value, the median; one of each feature."""
    values = measured.values
    known = np.isfinite(values).mean(axis=0) >= _DEFINED
    columns = np.flatnonzero(known & np.isfinite(values[row]))
    if not len(columns):
        return []
    low, middle, high = np.nanquantile(values[:, columns], (0.25, 0.5, 0.75), axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        far = np.where(high > low, np.abs(values[row, columns] - middle) / (high - low), 0.0)
    found: dict[str, tuple[str, float, float]] = {}
    for place in np.argsort(-far, kind="stable").tolist():
        name = measured.columns[columns[place]]
        found.setdefault(feature_of(name).name, (name, float(values[row, columns[place]]), float(middle[place])))
        if len(found) == most:
            break
    return list(found.values())


def medoid(found: Neighbours, scores: Floats, rows: npt.NDArray[np.intp]) -> int:
    """Of these pieces the one that is least far from the others of them."""
    inside = scores[rows]
    if len(rows) > 2000:  # the middle of so many is where their mean is
        return int(rows[((inside - np.median(inside, axis=0)) ** 2).sum(axis=1).argmin()])
    if len(rows) == len(scores):
        return int(found.mean_distance.argmin())
    squares = (inside**2).sum(axis=1)
    far = np.sqrt(np.maximum(squares[:, None] + squares - 2 * inside @ inside.T, 0))
    return int(rows[far.sum(axis=1).argmin()])
