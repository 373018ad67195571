"""The n-gram that a melody network must beat: order 5, back-off, of symbols and of lengths; bits a note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from musegen.evaluation.ngrams import Ints, learn_events, pasts
from musegen.theory.tunes.symbols import END, LENGTHS, REST, SYMBOLS

ORDER = 5


class Events(Protocol):
    """What is looked at of a tune."""

    @property
    def symbol(self) -> Ints:
        """(events,): rests and notes."""

    @property
    def length(self) -> Ints:
        """(events,): places in LENGTHS."""


def ngram_bits(taught: Sequence[Events], tunes: Sequence[Events], order: int = ORDER) -> float:
    """Bits a note that tunes cost after an n-gram of other tunes: all symbols, rests, ends and lengths are paid for.

    A symbol is foretold from the symbols with lengths before it, a length from the symbol and the lengths before it,
    which is the better of the two ways that tests/benchmarks/melody_ngrams.py compares.
    """
    symbols = learn_events(*symbol_events(taught, order - 1), SYMBOLS)
    lengths = learn_events(*length_events(taught, order - 1), len(LENGTHS))
    bits = symbols.bits_of(*symbol_events(tunes, order - 1)).sum()
    bits += lengths.bits_of(*length_events(tunes, order - 1)).sum()
    return float(bits / max(1, sum(int((tune.symbol > REST).sum()) for tune in tunes)))


def symbol_events(tunes: Sequence[Events], items: int) -> tuple[Ints, Ints]:
    """Contexts and symbols, the end included."""
    pairs = [pasts(np.append(tune.symbol * len(LENGTHS) + tune.length, 0), items) for tune in tunes]
    return np.concatenate(pairs), np.concatenate([np.append(tune.symbol, END) for tune in tunes])


def length_events(tunes: Sequence[Events], items: int) -> tuple[Ints, Ints]:
    """Contexts, the symbol last, since it is left out first, and lengths."""
    contexts = [np.hstack([pasts(tune.length, items), tune.symbol[:, None]]) for tune in tunes]
    return np.concatenate(contexts), np.concatenate([tune.length for tune in tunes])
