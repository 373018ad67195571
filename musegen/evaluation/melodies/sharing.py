"""The longest passage, note for note, that each tune shares with the tunes learned from, in any key and note values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.evaluation.melodies.lines import MelodyLine

Ints = npt.NDArray[np.int64]
LONGEST = 256
"""Notes beyond which passages are not told apart."""


class Longest(NamedTuple):
    """What one tune shares with the tune that has most of it."""

    notes: int  # that follow each other, intervals and ratios of lengths alike
    source: str  # the tune that has them; "" where none has two
    first_note: int  # of the passage, counted in the judged tune from 0
    source_note: int


def longest_shared(tunes: Sequence[MelodyLine], known: Sequence[MelodyLine], *, rhythm: bool = True) -> list[Longest]:
    """The longest passage of each tune that stands in a known one; without `rhythm` by intervals alone.

    What is compared are moves, so a passage of two notes is one move. A suffix array of all moves is made, so the cost
    is that of sorting them a few times.
    """
    every = [*known, *tunes]
    moves = [_moves(tune, rhythm) for tune in every]
    symbols = _joined(moves)
    sizes = np.array([len(found) + 1 for found in moves])
    owner = np.repeat(np.arange(len(every)), sizes)
    begins = np.concatenate([[0], np.cumsum(sizes)])
    ranks = _ranks(symbols)
    is_known = owner < len(known)
    length, place = _nearest_known(ranks, is_known)
    found = []
    for number in range(len(known), len(every)):
        here = slice(begins[number], begins[number + 1])
        best = int(np.argmax(length[here])) if sizes[number] > 1 else 0
        moves_shared, there = int(length[here][best]), int(place[here][best])
        source = every[owner[there]].name if moves_shared else ""
        notes = moves_shared + 1 if moves_shared else 0
        found.append(Longest(notes, source, best, int(there - begins[owner[there]]) if moves_shared else 0))
    return found


def _moves(tune: MelodyLine, rhythm: bool) -> Ints:
    """A number for the interval and the ratio of lengths from each note to the next."""
    if len(tune.pitch) < 2:
        return np.zeros(0, dtype=np.int64)
    interval = np.clip(tune.intervals, -60, 60) + 60
    if not rhythm:
        return interval
    step = np.maximum(tune.step, 1e-6)
    ratio = np.rint(48 * np.log2(step[1:] / step[:-1])).astype(np.int64)  # 1:2 is 48 apart, 2:3 28
    return np.asarray(interval * 2048 + np.clip(ratio, -1023, 1023) + 1024)


def _joined(moves: Sequence[Ints]) -> Ints:
    """All moves one tune after the other, after each a symbol that stands nowhere else."""
    parts = [part for number, found in enumerate(moves) for part in (found, np.array([-1 - number]))]
    return np.concatenate(parts)


def _ranks(symbols: Ints) -> list[Ints]:
    """For 1, 2, 4, ... symbols from each place on, a number that is the same where they are the same."""
    ranks = [np.unique(symbols, return_inverse=True)[1].astype(np.int64)]
    size = 1
    while size < LONGEST:
        before = ranks[-1]
        following = np.zeros_like(before)
        following[:-size] = before[size:] + 1
        ranks.append(np.unique(before * (before.max() + 2) + following, return_inverse=True)[1].astype(np.int64))
        size *= 2
    return ranks


def _nearest_known(ranks: Sequence[Ints], is_known: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """(places,) twice: how many symbols from each place on a known tune has, and where; nought where it has none."""
    order = np.argsort(ranks[-1], kind="stable")
    known = is_known[order]
    numbers = np.arange(len(order))
    above = np.maximum.accumulate(np.where(known, numbers, -1))
    below = np.minimum.accumulate(np.where(known, numbers, len(order))[::-1])[::-1]
    length, place = np.zeros(len(order), dtype=np.int64), np.zeros(len(order), dtype=np.int64)
    for near, there in ((above, above >= 0), (below, below < len(order))):
        candidate = order[np.where(there, near, 0)]
        common = np.where(there, _common(ranks, order, candidate), 0)
        better = common > length[order]
        length[order[better]], place[order[better]] = common[better], candidate[better]
    return length, place


def _common(ranks: Sequence[Ints], one: Ints, other: Ints) -> Ints:
    """How many symbols two places have in common from there on."""
    size = len(ranks[0])
    found = np.zeros(len(one), dtype=np.int64)
    for level in range(len(ranks) - 1, -1, -1):
        a, b = one + found, other + found
        inside = (a < size) & (b < size)
        same = inside & (ranks[level][np.minimum(a, size - 1)] == ranks[level][np.minimum(b, size - 1)])
        found += same * (1 << level)
    return found
