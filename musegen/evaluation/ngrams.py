"""Back-off n-grams: what stands beside every network that foretells symbols, and what it has to beat.

An event is a target with a context, most recent item first; a model foretells the target from the whole context, and
backs off by leaving the oldest item out. Contexts of a sequence are its own past (`learn`); two streams, such as the
pitches and the lengths of notes, are two models whose contexts say what each may know (`learn_events`):

    P(pitch | past notes) * P(length | past lengths, pitch)

Interpolated modified Kneser-Ney: S. Chen and J. Goodman, An empirical study of smoothing techniques for language
modeling, Computer Speech and Language 13 (1999), section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musegen.errors import UsageError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

BEFORE = -1
"""The item of a context that lies before the start."""
_LEAST = 0.1
"""What of a count is left, and what is taken off, at the least: no probability is 0."""


@dataclass(frozen=True)
class _Level:
    """What is known after contexts of one length; a context is told by its place in `contexts`."""

    contexts: Ints  # (contexts,), in order: place of the shorter context * items + oldest item + 1
    grams: Ints  # (grams,), in order: place of the context * symbols + target
    shares: Floats  # (grams,): what the target has there by itself
    left: Floats  # (contexts,): what the shorter context has to give


@dataclass(frozen=True)
class NGrams:
    """A model of targets 0 to `symbols` - 1 after contexts of `order` - 1 items.

    >>> model = learn([[0, 1, 0, 2], [0, 1, 0, 1, 2], [1, 0, 2]], order=3, symbols=3)
    >>> model.conditionals([0, 1]).round(2).tolist()
    [0.15, 0.45, 0.39]
    >>> model.bits([0, 1, 2]).round(2).tolist()
    [1.67, 1.26, 0.91]
    """

    symbols: int
    order: int
    items: int  # a context's items are -1 to items - 2
    levels: tuple[_Level, ...]  # by the length of the context

    def bits(self, sequence: Sequence[int] | Ints) -> Floats:
        """(length,) bits of each symbol of a sequence after those before it.

        Raises:
            UsageError: a symbol is none of the model's.
        """
        return self.bits_of(pasts(sequence, self.order - 1), sequence)

    def bits_of(self, contexts: Sequence[Sequence[int]] | Ints, targets: Sequence[int] | Ints) -> Floats:
        """(events,) bits of targets after contexts, (events, order - 1), most recent item first.

        Raises:
            UsageError: a target is none of the model's, or contexts are of another length.
        """
        found, aims = _checked(contexts, targets, self.symbols)
        if found.shape[1] != self.order - 1:
            raise UsageError(f"contexts have {found.shape[1]} items; this model has {self.order - 1}")
        shares, place = np.full(len(aims), 1 / self.symbols), np.zeros(len(aims), np.int64)
        for length, level in enumerate(self.levels):
            place = self._after(place, found[:, length - 1] if length else None, level)
            grams = _find(level.grams, np.where(place < 0, -1, place * self.symbols + aims))
            own = np.where(grams < 0, 0.0, _at(level.shares, grams))
            shares = own + np.where(place < 0, 1.0, _at(level.left, place)) * shares
        bits: Floats = -np.log2(shares)
        return bits

    def conditionals(self, context: Sequence[int] | Ints) -> Floats:
        """(symbols,) probabilities of what follows a context, most recent item first; they sum to 1, and none is 0.

        Items that the context lacks lie before the start; those that are too old are not looked at.
        """
        items = [*list(context)[: self.order - 1], *[BEFORE] * (self.order - 1 - len(context))]
        shares, place = np.full(self.symbols, 1 / self.symbols), np.zeros(1, np.int64)
        for length, level in enumerate(self.levels):
            place = self._after(place, np.array(items[length - 1 : length], np.int64) if length else None, level)
            if place[0] < 0:
                break
            begin, end = np.searchsorted(level.grams, [place[0] * self.symbols, (place[0] + 1) * self.symbols])
            shares = shares * level.left[place[0]]
            shares[level.grams[begin:end] - place[0] * self.symbols] += level.shares[begin:end]
        return shares

    def _after(self, place: Ints, oldest: Ints | None, level: _Level) -> Ints:
        """Places of the contexts that are one item longer than those at `place`; -1 was never seen."""
        if oldest is None:
            return _find(level.contexts, place)
        is_known = (place >= 0) & (oldest >= BEFORE) & (oldest <= self.items - 2)
        return _find(level.contexts, np.where(is_known, place * self.items + oldest + 1, -1))


def learn(sequences: Iterable[Sequence[int] | Ints], order: int, symbols: int) -> NGrams:
    """The n-grams of sequences of symbols 0 to `symbols` - 1, by the `order` - 1 symbols before each.

    Where an end is to be foretold, too, it is a symbol that the caller appends.

    Raises:
        UsageError: a symbol is none of these.

    >>> learn([[0, 1, 1, 1]] * 9, order=2, symbols=2).conditionals([]).round(2).tolist()
    [0.9, 0.1]
    """
    found = [np.asarray(sequence, np.int64) for sequence in sequences]
    contexts = [pasts(sequence, order - 1) for sequence in found]
    nothing = np.zeros((0, order - 1), np.int64)
    return learn_events(np.concatenate([nothing, *contexts]), np.concatenate([nothing[:, :0].ravel(), *found]), symbols)


def learn_events(contexts: Sequence[Sequence[int]] | Ints, targets: Sequence[int] | Ints, symbols: int) -> NGrams:
    """The n-grams of targets 0 to `symbols` - 1 after contexts, (events, items), most recent item first.

    Items are -1 (before the start) and upwards, and need not be of the kind of the targets. Where an item is two
    things, such as a note with pitch and length, number the pairs.

    Raises:
        UsageError: a target or an item is out of range.

    >>> lengths = learn_events([[60], [60], [67]] * 9, [1, 1, 0] * 9, symbols=2)  # of notes with these pitches
    >>> lengths.conditionals([60]).round(2).tolist(), lengths.conditionals([72]).round(2).tolist()
    ([0.05, 0.95], [0.5, 0.5])
    """
    found, aims = _checked(contexts, targets, symbols)
    items = int(found.max(initial=BEFORE)) + 2
    levels = [_Counts.of(np.zeros(len(aims), np.int64), aims, symbols)]
    for oldest in found.T:
        levels.append(_Counts.of(levels[-1].place * items + oldest + 1, aims, symbols))
    weights = [
        low.continued(high, is_start) for low, high, is_start in zip(levels, levels[1:], _starts(found), strict=False)
    ]
    return NGrams(
        symbols, found.shape[1] + 1, items,
        tuple(counts.level(weight, symbols) for counts, weight in zip(levels, [*weights, levels[-1].raw], strict=True)),
    )  # fmt: skip


def pasts(sequence: Sequence[int] | Ints, length: int) -> Ints:
    """(symbols, length): what comes before each symbol of a sequence, most recent first.

    >>> pasts([3, 4, 5], 2).tolist()
    [[-1, -1], [3, -1], [4, 3]]
    """
    symbols = np.asarray(sequence, np.int64)
    padded = np.concatenate([np.full(length, BEFORE), symbols])
    ago = [padded[length - back : len(padded) - back] for back in range(1, length + 1)]
    return np.stack(ago, axis=1) if ago else np.zeros((len(symbols), 0), np.int64)


@dataclass(frozen=True)
class _Counts:
    """Contexts of one length, and what follows them, as counted."""

    contexts: Ints  # (contexts,) codes, in order
    place: Ints  # (events,): of the context of each event
    grams: Ints  # (grams,) codes, in order
    gram: Ints  # (events,): of the gram of each event
    first: Ints  # (grams,): an event of each
    raw: Ints  # (grams,): how often it is there

    @classmethod
    def of(cls, codes: Ints, targets: Ints, symbols: int) -> _Counts:
        contexts, place = np.unique(codes, return_inverse=True)
        grams, first, gram, raw = np.unique(
            place * symbols + targets, return_index=True, return_inverse=True, return_counts=True
        )
        return cls(contexts, place, grams, gram, first, raw)

    def continued(self, longer: _Counts, is_start: npt.NDArray[np.bool_]) -> Ints:
        """(grams,): after how many different older items each is found; at the start, how often."""
        different = np.bincount(self.gram[longer.first], minlength=len(self.grams))
        return np.where(is_start[self.first], self.raw, different)

    def level(self, weights: Ints, symbols: int) -> _Level:
        """Discounted shares of these counts."""
        context = self.grams // symbols
        off = _discounts(weights)[np.minimum(weights, 3)]
        total = np.bincount(context, weights, minlength=len(self.contexts))
        left = np.bincount(context, off, minlength=len(self.contexts)) / total
        return _Level(self.contexts, self.grams, (weights - off) / total[context], left)


def _starts(contexts: Ints) -> list[npt.NDArray[np.bool_]]:
    """For contexts of no, one, two items: whether the oldest lies before the start, so that no other can follow."""
    nothing = np.zeros(len(contexts), bool)
    return [nothing, *(oldest == BEFORE for oldest in contexts.T[:-1])]


def _discounts(weights: Ints) -> Floats:
    """What counts of 1, 2, and 3 or more lose (Chen and Goodman, equation 26)."""
    one, two, three, four = (max(1, int((weights == count).sum())) for count in (1, 2, 3, 4))
    share = one / (one + 2 * two)
    found = [1 - 2 * share * two / one, 2 - 3 * share * three / two, 3 - 4 * share * four / three]
    return np.array([0.0, *(np.clip(off, _LEAST, count - _LEAST) for count, off in enumerate(found, start=1))])


def _checked(
    contexts: Sequence[Sequence[int]] | Ints, targets: Sequence[int] | Ints, symbols: int
) -> tuple[Ints, Ints]:
    aims = np.asarray(targets, np.int64)
    found = np.asarray(contexts, np.int64)
    if found.ndim != 2 or len(found) != len(aims):
        raise UsageError("contexts are an array with a row for each target")
    if len(aims) and not (aims.min() >= 0 and aims.max() < symbols):
        raise UsageError(f"symbols are 0 to {symbols - 1}", hint="number them from 0")
    if found.min(initial=BEFORE) < BEFORE:
        raise UsageError(f"items of a context are {BEFORE} and upwards")
    return found, aims


def _find(codes: Ints, asked: Ints) -> Ints:
    """Places of numbers in a sorted array; -1 where they are not there."""
    if not len(codes):
        return np.full(len(asked), -1)
    place = np.minimum(np.searchsorted(codes, asked), len(codes) - 1)
    return np.where(codes[place] == asked, place, -1)


def _at(values: Floats, place: Ints) -> Floats:
    """Values at places, where -1 has none."""
    return values[np.maximum(place, 0)] if len(values) else np.zeros(len(place))
