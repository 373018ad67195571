"""How near made phrases are to Bach's: distances of what theory tells of them, and kinds of phrases that are made."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from musegen.training.phrases_course import LEAST, columns_of
from musegen.training.phrases_data import Batch
from musegen.training.phrases_network import LATENT, Generator, Sung
from musegen.training.phrases_theory import Theory

KINDS, COLUMNS = 20, 24
"""Clusters of Bach's phrases, and principal components in which they are found."""
COVERED = 0.25
"""The part of its held-out share from which on a kind counts as made."""
Floats = npt.NDArray[np.float64]


class Measure(NamedTuple):
    """Of made phrases beside held-out ones."""

    distance: float  # root mean square over columns: means apart, in standard deviations, and spreads apart
    covered: int  # kinds, of KINDS
    apart: float  # what the critic tells of held-out phrases less what it tells of made ones


class Ground:
    """What phrases are measured by: columns and kinds of those that are learned from, shares of those held out."""

    def __init__(self, learnt: Batch, held: Batch) -> None:
        from sklearn.cluster import KMeans

        columns, self.held = described(learnt), held
        self._used = columns.std(axis=0) > LEAST
        self._mean, self._spread = columns[:, self._used].mean(axis=0), columns[:, self._used].std(axis=0)
        placed = self._placed(columns)
        self._turn = np.linalg.svd(placed, full_matrices=False)[2][:COLUMNS].T
        self._kinds = KMeans(KINDS, n_init=10, random_state=0).fit(placed @ self._turn)
        self._real = self._placed(described(held))
        self._shares = self._counted(self._real)

    def measured(self, generator: Generator, critic: torch.nn.Module) -> Measure:
        """Of as many phrases as are held out, of the same wishes; the caller seeds torch."""
        with torch.no_grad():
            made = generator(torch.randn(len(self.held.note), LATENT), self.held.wish)
            apart = critic(*self.held).mean() - critic(*made, self.held.wish).mean()
        placed = self._placed(described(Batch(made.note, made.attack, self.held.wish)))
        means = placed.mean(axis=0) - self._real.mean(axis=0)
        spreads = placed.std(axis=0) - self._real.std(axis=0)
        shares = self._counted(placed)
        covered = int((shares >= COVERED * self._shares)[self._shares > 0].sum()) + int((self._shares == 0).sum())
        return Measure(float(np.sqrt((means**2 + spreads**2).mean())), covered, float(apart))

    def _placed(self, columns: Floats) -> Floats:
        return np.asarray((columns[:, self._used] - self._mean) / self._spread)

    def _counted(self, placed: Floats) -> Floats:
        found = self._kinds.predict(placed @ self._turn)
        return np.asarray(np.bincount(found, minlength=KINDS) / len(placed))


def described(batch: Batch) -> Floats:
    """(phrases, columns): what theory tells of each."""
    with torch.no_grad():
        return np.asarray(columns_of(Theory(), Sung(batch.note, batch.attack)).double().numpy())
