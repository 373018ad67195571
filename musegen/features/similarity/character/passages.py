"""The passages of a piece as vectors: what the melody network thinks in each four measures of its top line."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import MalformedScore
from musegen.score.model import Score
from musegen.theory.tunes.thinking import summary, thoughts
from musegen.theory.tunes.tune import tune_of, tune_times

Vectors = npt.NDArray[np.float32]

MEASURES, HOP = 4, 2
"""A passage has so many measures, and the next begins so many later; an upbeat belongs to the first."""
_FEWEST = 3
"""Events of a passage."""


class Passage(NamedTuple):
    """Some measures of a piece, by index, and what is thought in them."""

    first: int
    last: int
    vector: Vectors  # (2 * thinking.WIDTH,)


def passages_of(score: Score) -> tuple[Passage, ...]:
    """The passages of a piece, in order; none where its top line is no tune for the network.

    >>> from musegen.score.textgrid import parse_grid
    >>> found = passages_of(parse_grid("meter: 3/4\\nS: c5 d5 e5 | f5 e5 d5 | c5 d5 e5 | f5 e5 d5 | c5 b4 a4 | c5 . ."))
    >>> [(passage.first, passage.last) for passage in found]
    [(0, 3), (2, 5)]
    """
    try:
        return passages_of_tune(score)
    except MalformedScore:
        return ()


def passages_of_tune(score: Score) -> tuple[Passage, ...]:
    """The passages of a piece, in order.

    Raises:
        MalformedScore: its top line is no tune for the network.
    """
    tune = tune_of(score)
    begins = tune_times(score, [measure.onset for measure in score.measures])
    measure = np.searchsorted(begins, tune.onset, side="right") - 1
    found = thoughts(tune)[:-1]
    return tuple(
        Passage(first, last, summary(found[inside]))
        for first, last in _spans(score)
        if (inside := (measure >= first) & (measure <= last)).sum() >= _FEWEST
    )


def _spans(score: Score) -> list[tuple[int, int]]:
    """First and last measure of each passage; a short piece is one passage, and the end of a piece is in the last."""
    count, upbeat = len(score.measures), int(score.measures[0].is_pickup)
    starts = [*range(upbeat, max(count - MEASURES, upbeat), HOP), max(count - MEASURES, upbeat)]
    return [(0 if start == upbeat else start, min(start + MEASURES, count) - 1) for start in starts]
