"""Mode coverage: the kinds of phrases that a corpus has, and which of them a generator makes often enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.extractor import measured
from musegen.features.piece_view import PieceView
from musegen.features.registry import Feature, chosen
from musegen.score.model import Score

KINDS, COMPONENTS = 20, 20
"""Clusters, and principal components in which they are found."""
COVERED = 0.25
"""A kind is made often enough at this part of its share in the held-out phrases."""
GROUPS = ("melody", "rhythm", "texture", "vertical", "harmony", "voice_leading")
MOSTLY = 0.5
"""The share of phrases in which a column must be defined to be read."""
FARTHEST = 5.0
"""Standard deviations from which on a number is only far away."""
SEED = 0
Floats = npt.NDArray[np.float64]


class Coverage(NamedTuple):
    """Of each kind its share in held-out and in made phrases; how many kinds are covered, and how far shares are."""

    held: Floats  # (KINDS,)
    made: Floats

    @property
    def covered(self) -> int:
        """Kinds at a quarter of their held-out share or more; one that is not held out counts as covered."""
        return int((self.made >= COVERED * self.held).sum())

    @property
    def distance(self) -> float:
        """Half the sum of the differences of all shares: 0 alike, 1 nothing in common."""
        return float(np.abs(self.made - self.held).sum() / 2)


def features_of_phrases() -> tuple[Feature, ...]:
    """The features by which phrases are told: those that neither pitch level nor layout of the file touches."""
    return tuple(one for one in chosen(GROUPS, ("parts", "format")) if not one.absolute)


def numbers_of(phrases: Sequence[Score]) -> Floats:
    """(phrases, columns): the features of each; chords are heard by the classical engine."""
    used = features_of_phrases()
    return np.array([measured(PieceView(score), used) for score in phrases], dtype=np.float64)


class Kinds:
    """Clusters of a corpus's phrases (k-means on the principal components of standardised features)."""

    def __init__(self, corpus: Floats) -> None:
        """`corpus` (phrases, columns) as `numbers_of` has it; columns that are mostly undefined are left out."""
        from sklearn.cluster import KMeans

        self._used = np.isfinite(corpus).mean(axis=0) > MOSTLY
        self._mean = np.nanmean(corpus[:, self._used], axis=0)
        spread = np.nanstd(corpus[:, self._used], axis=0)
        self._spread = np.where(spread > 0, spread, np.inf)
        placed = self._standardised(corpus)
        self._turn = np.linalg.svd(placed, full_matrices=False)[2][:COMPONENTS].T
        self._clusters = KMeans(KINDS, n_init=10, random_state=SEED).fit(placed @ self._turn)

    def shares(self, phrases: Floats) -> Floats:
        """(KINDS,): the share of phrases (phrases, columns) in each kind."""
        found = self._clusters.predict(self._standardised(phrases) @ self._turn)
        return np.asarray(np.bincount(found, minlength=KINDS) / len(phrases))

    def coverage(self, made: Floats, held: Floats) -> Coverage:
        """Of made phrases beside held-out ones."""
        return Coverage(self.shares(held), self.shares(made))

    def _standardised(self, phrases: Floats) -> Floats:
        values = (phrases[:, self._used] - self._mean) / self._spread
        return np.clip(np.where(np.isfinite(values), values, 0.0), -FARTHEST, FARTHEST)
