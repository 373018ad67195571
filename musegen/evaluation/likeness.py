"""Bach-likeness: nine distances between what a chorale does and what Bach does, after Fang, Liu, Seetharaman and Pardo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from musegen.score.model import Score


class Likeness(NamedTuple):
    """Nine distances from Bach's training chorales, 0 and more; their sum is the grade. Definitions: docs/evaluation.md."""

    note: float
    rhythm: float
    parallels: float
    quality: float
    soprano: float
    alto: float
    tenor: float
    bass: float
    repetition: float

    @property
    def total(self) -> float:
        """The grade: lower is nearer to Bach."""
        return float(sum(self))


def likenesses(scores: Sequence[Score]) -> list[Likeness]:
    """The distances of each score from Bach's distributions."""
    raise NotImplementedError
