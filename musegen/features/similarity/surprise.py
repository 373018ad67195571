"""How surprising each note of a melody is in a corpus: bits under counted n-grams of intervals and of rhythms."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.similarity.symbols import INTERVALS, RATIOS

Floats = npt.NDArray[np.float32]
Symbols = npt.NDArray[np.int8]
ORDER = 3
"""Symbols that tell what follows: with this one a 4-gram."""
_DOUBT = 3.0
"""How many times as much as Witten and Bell a context is mistrusted: small corpora have seen little."""
MOST_BITS = 6.0
"""No single note proves more than this: a leap of a ninth is rare, yet two pieces may well share one."""


class Surprise(NamedTuple):
    """Bits of each interval (or ratio) after the three before it: arrays of shape (base,) * 4."""

    interval: Floats
    ratio: Floats

    def of(self, interval: Symbols, ratio: Symbols) -> tuple[Floats, Floats]:
        """Bits of each note's interval and of its ratio; a tune's first note has none, as it can be transposed."""
        return _looked_up(self.interval, interval), _looked_up(self.ratio, ratio)


def counted(interval: Symbols, ratio: Symbols, begins: npt.NDArray[np.int64]) -> Surprise:
    """What the lines of a corpus teach; `begins` are the places where lines begin in the arrays.

    Probabilities of longer contexts lean on those of shorter ones as in Witten and Bell (1991). What was seen once
    teaches nothing: else a piece of the corpus would be no surprise to itself.
    """
    same = np.cumsum(np.bincount(begins, minlength=len(interval) + 1)[: len(interval)])
    return Surprise(_bits(interval, same, INTERVALS), _bits(ratio, same, RATIOS))


def _bits(symbols: Symbols, line: npt.NDArray[np.int64], base: int) -> Floats:
    wide = symbols.astype(np.int64)
    probability = np.full((base,) * (ORDER + 1), 1.0 / base, dtype=np.float64)
    for context in range(ORDER + 1):
        probability = _refined(probability, wide, line, base, context)
    return np.minimum(-np.log2(probability), MOST_BITS).astype(np.float32)


def _refined(
    shorter: npt.NDArray[np.float64], symbols: npt.NDArray[np.int64], line: npt.NDArray[np.int64], base: int, size: int
) -> npt.NDArray[np.float64]:
    """Probabilities after contexts of one symbol more, laid over those after shorter ones."""
    count = len(symbols) - size - 1
    if count <= 0:
        return shorter
    code = np.zeros(count, dtype=np.int64)
    for place in range(1, size + 2):
        code = code * base + symbols[place : place + count]
    whole = line[:count] == line[size + 1 :]
    seen = np.maximum(np.bincount(code[whole], minlength=base ** (size + 1)) - 1.0, 0).reshape((base,) * (size + 1))
    total = seen.sum(axis=-1, keepdims=True)
    kinds = (seen > 0).sum(axis=-1, keepdims=True)
    weight = total + _DOUBT * (kinds + 1)
    trust = np.divide(total, weight, out=np.zeros_like(weight), where=weight > 0)
    share = np.divide(seen, total, out=np.zeros_like(seen), where=total > 0)
    return np.asarray(trust * share + (1 - trust) * shorter)


def _looked_up(bits: Floats, symbols: Symbols) -> Floats:
    """A context that reaches over the start takes equal neighbours for what is not there."""
    base = len(bits)
    wide = np.concatenate([np.full(ORDER, base // 2), symbols[1:].astype(np.int64)])
    count = len(symbols) - 1
    columns = tuple(wide[place : place + count] for place in range(ORDER + 1))
    return np.concatenate([np.zeros(1, dtype=np.float32), bits[columns]]) if count > 0 else np.zeros(len(symbols), "f4")
