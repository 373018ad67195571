"""What unrelated pieces share: the base rate without which a shared passage means nothing, kept with an index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.features.similarity.evidence import shared
from musegen.features.similarity.index import SimilarityIndex
from musegen.features.similarity.lines import Line
from musegen.features.similarity.strangers import stranger

SAMPLE = 200
"""Pieces, and strangers, of which the rates are made."""
FALSE_ALARMS = 0.01
"""The share of strangers that have, by chance, a passage as strong as what is reported."""
Floats = npt.NDArray[np.float32]


class Strongest(NamedTuple):
    """The strongest passage that a piece shares with unrelated ones."""

    bits: float
    notes: int  # of the whole piece, in all lines: a longer one shares more by chance


def strongest(index: SimilarityIndex, lines: Sequence[Line], without: str = "") -> Strongest:
    """What a piece shares with the pieces of other groups, of which it is no version."""
    notes = sum(len(line.pitch) for line in lines)
    bits = (one.passage.bits for one in shared(index, lines, without) if not one.related)
    return Strongest(max(bits, default=0.0), notes)


def with_base_rate(
    index: SimilarityIndex,
    rng: Generator,
    *,
    sample: int = SAMPLE,
    progress: Callable[[Iterable[int]], Iterable[int]] = iter,
) -> SimilarityIndex:
    """The index with its rates: of pieces drawn from it, each against all of other groups, and of as many strangers.

    A stranger is drawn from the n-grams of the corpus, as long as one of its pieces; see `strangers`.
    """
    pieces = [int(piece) for piece in rng.permutation(np.unique(index.owner))[:sample]]
    lines = {piece: tuple(index.entry_line(int(number)) for number in np.flatnonzero(index.owner == piece))
             for piece in pieces}  # fmt: skip
    unrelated, chance = [], []
    for piece in progress(pieces):
        unrelated.append(strongest(index, lines[piece], index.pieces[piece]))
        drawn = [stranger(index.surprise, len(line.pitch), rng) for line in lines[piece][:1]]
        chance.append(strongest(index, drawn))
    columns = (np.array(rates, dtype=np.float32).reshape(-1, 2) for rates in (unrelated, chance))
    return replace(index, unrelated=next(columns), chance=next(columns))


def share(rates: Floats, found: Strongest) -> float:
    """The share of these pieces that have as strong a passage, for their length; NaN where no rates were made.

    Chance finds one bit more in a piece twice as long.
    """
    return float((_for_length(rates[:, 0], rates[:, 1]) >= _level(found)).mean()) if len(rates) else float("nan")


def enough_bits(index: SimilarityIndex, notes: int) -> float:
    """The bits that 1 % of strangers of this length reach by chance; infinity where no rates were made."""
    if not len(index.chance):
        return float("inf")
    levels = _for_length(index.chance[:, 0], index.chance[:, 1])
    return float(np.quantile(levels, 1 - FALSE_ALARMS) + np.log2(max(notes, 1)))


def _level(found: Strongest) -> float:
    return float(_for_length(np.float32(found.bits), np.float32(found.notes)))


def _for_length(bits: npt.ArrayLike, notes: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return np.asarray(bits, dtype=np.float64) - np.log2(np.maximum(np.asarray(notes, dtype=np.float64), 1))
