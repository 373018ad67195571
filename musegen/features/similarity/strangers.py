"""Tunes drawn from a corpus's own n-grams: its style note by note, and nothing of any piece; what chance can share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.features.similarity.lines import Line
from musegen.features.similarity.surprise import ORDER, Surprise

Floats = npt.NDArray[np.float64]
_LOWEST, _START, _HIGHEST = 55, 67, 84
_SHORTEST, _LONGEST = 0.2, 8.0  # quarters


def stranger(surprise: Surprise, notes: int, rng: Generator) -> Line:
    """A tune of so many notes, within two octaves and a half, drawn interval by interval and ratio by ratio.

    >>> from musegen.features.similarity.index import Entry, build
    >>> index = build([Entry("a", "", ("1",), [Line.of([60, 62, 67, 65, 64, 69, 67])])])
    >>> len(stranger(index.surprise, 40, np.random.default_rng(1)).pitch)
    40
    """
    pitch = _walk(surprise.interval, notes, _START, (_LOWEST, _HIGHEST), 1.0, rng)
    length = _walk(surprise.ratio, notes, 0.0, (np.log2(_SHORTEST), np.log2(_LONGEST)), 0.5, rng)
    return Line.of(np.rint(pitch).astype(int).tolist(), np.exp2(length).tolist())


def _walk(
    bits: npt.NDArray[np.float32], count: int, start: float, bounds: tuple[float, float], unit: float, rng: Generator
) -> Floats:
    """Values that rise by drawn symbols, each `unit` from the next, and stay within bounds."""
    base = len(bits)
    rises = (np.arange(base) - base // 2) * unit
    past, value = [base // 2] * ORDER, [start]
    for _ in range(count - 1):
        weight = np.exp2(-bits[tuple(past)].astype(np.float64))
        weight[(value[-1] + rises < bounds[0]) | (value[-1] + rises > bounds[1])] = 0
        drawn = int(np.searchsorted(np.cumsum(weight), rng.random() * weight.sum()))
        past = [*past[1:], drawn]
        value.append(value[-1] + rises[drawn])
    return np.array(value)
