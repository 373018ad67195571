"""Passages that a melody shares with an index: seeds, alignment, chains; the best of each place, note for note."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.similarity.alignment import best_bits, laid_out
from musegen.features.similarity.chaining import chained, followed, likely_tempo
from musegen.features.similarity.index import SimilarityIndex
from musegen.features.similarity.lines import FEWEST_NOTES, Line
from musegen.features.similarity.seeding import Candidates, candidates
from musegen.features.similarity.symbols import TRANSFORMATIONS, Transformation, Tune

Ints = npt.NDArray[np.int64]


class Effort(NamedTuple):
    """How closely an index is searched."""

    window: int  # notes of the melody at a time, at most
    hop: int  # notes from one window to the next
    places: int  # likely places that are aligned
    chains: int  # of them, those that are compared note by note
    ornaments: bool  # whether patterns may hide among ornaments


QUICK = Effort(64, 64, 64, 10, ornaments=False)
"""For a whole tune, or a phrase of one."""
THOROUGH = Effort(24, 12, 256, 24, ornaments=True)
"""For a phrase inside a tune that has nothing else in common."""


TURNED, OTHER_TEMPO = 8.0, 3.0
"""Bits that a passage loses when it is like the melody only upside down or backwards, or in other note values."""


_NEAR, _APART = 12, 3.5
"""Notes that may lie between two windows' passages that are one, and the bits that each of them costs."""


class Passage(NamedTuple):
    """One passage of a melody, and its like in the index."""

    line: int  # of the index
    how: int  # number of the transformation
    transposition: int  # semitones from the melody, transformed, to the index
    tempo: float  # the melody's quarter lasts 2 ** tempo quarters there
    bits: float
    pairs: Ints  # (note of the melody, place in the index), in the order of the melody

    @property
    def transformation(self) -> Transformation:
        """What was done to the melody."""
        return TRANSFORMATIONS[self.how]

    @property
    def longest_run(self) -> int:
        """The most notes that follow each other on both sides."""
        apart = np.abs(np.diff(self.pairs, axis=0)).max(axis=1, initial=1) > 1
        return int(np.diff(np.flatnonzero(np.concatenate([[True], apart, [True]]))).max())


def passages(
    index: SimilarityIndex,
    line: Line,
    *,
    effort: Effort = QUICK,
    transformations: Sequence[Transformation] = TRANSFORMATIONS,
    allowed: npt.NDArray[np.bool_] | None = None,
) -> list[Passage]:
    """What a melody shares with the lines of an index, strongest first; `allowed` says which pieces count.

    >>> from musegen.features.similarity.index import Entry, build
    >>> index = build([Entry("a", "", ("1",), [Line.of([60, 62, 67, 65, 64, 69, 67])])])
    >>> found = passages(index, Line.of([62, 64, 69, 67, 66, 71, 69]))[0]
    >>> found.transformation, found.transposition, found.longest_run
    ('original', -2, 7)
    """
    hows = [(TRANSFORMATIONS.index(name), name) for name in transformations]
    found = []
    for part in _windows(len(line.pitch), effort):
        tune = Tune(line.pitch[part], line.step[part])
        likely = candidates(index, tune, hows, effort.places, allowed, ornaments=effort.ornaments)
        found += [_shifted(passage, part.start) for passage in _compared(index, tune, likely, effort)]
    return _merged(found)


def _windows(notes: int, effort: Effort) -> Iterator[slice]:
    """Windows of the melody: overlapping ones all full, those side by side equally long."""
    if notes < FEWEST_NOTES:
        return
    if effort.hop < effort.window:
        last = max(notes - effort.window, 0)
        yield from (slice(first, first + effort.window) for first in sorted({*range(0, last, effort.hop), last}))
    else:
        size = -(-notes // -(-notes // effort.window))
        yield from (slice(first, first + size) for first in range(0, notes, size))


def _compared(index: SimilarityIndex, tune: Tune, likely: Candidates, effort: Effort) -> list[Passage]:
    if not len(likely.how):
        return []
    sides = laid_out(index, tune, likely)
    bits_of_each = best_bits(sides) - TURNED * (likely.how > 0)
    best = np.argsort(-bits_of_each, kind="stable")[: effort.chains]
    sides = sides.rows(best)
    tempo = likely_tempo(sides)
    chains = chained(sides, tempo)
    found = []
    for row, number in enumerate(best):
        bits, pairs = followed(chains, row)
        joined = np.array([(here, sides.place[row, there]) for here, there in pairs], dtype=np.int64)
        how = int(likely.how[number])
        bits -= TURNED * (how > 0) + OTHER_TEMPO * float(tempo[row] != 0)
        if "retrograde" in TRANSFORMATIONS[how]:
            joined[:, 0] = len(tune.pitch) - 1 - joined[:, 0]
            joined = joined[::-1]
        heard = (int(likely.line[number]), how, int(likely.transposition[number]), -float(tempo[row]), bits, joined)
        found.append(Passage(*heard))
    return [passage for passage in found if passage.bits > 0]


def _shifted(passage: Passage, first: int) -> Passage:
    return passage._replace(pairs=passage.pairs + np.array([first, 0]))


def _merged(found: list[Passage]) -> list[Passage]:
    """Strongest first; what lies on the same notes of one line as a stronger passage is that passage, told once.

    Windows overlap, so a long passage is found in pieces: what continues it is joined to it.
    """
    kept: list[Passage] = []
    places: dict[tuple[int, int, int], list[int]] = {}
    for passage in sorted(found, key=lambda passage: -passage.bits):
        same = places.setdefault((passage.line, passage.how, passage.transposition), [])
        for number in same:
            joined = _joined(kept[number], passage)
            if joined is not None:
                kept[number] = joined
                break
        else:
            same.append(len(kept))
            kept.append(passage)
    return sorted(kept, key=lambda passage: -passage.bits)


def _joined(strong: Passage, weak: Passage) -> Passage | None:
    """Both as one, where they lie on each other, or go on from each other, in both tunes; None where they do not.

    Notes of the weak one count where none is yet, and its bits by their share.
    """
    gap = np.maximum(
        weak.pairs.min(axis=0) - strong.pairs.max(axis=0), strong.pairs.min(axis=0) - weak.pairs.max(axis=0)
    )
    if gap.max() > _NEAR:
        return strong if gap[1] <= 0 else None
    new = ~np.isin(weak.pairs[:, 0], strong.pairs[:, 0]) & ~np.isin(weak.pairs[:, 1], strong.pairs[:, 1])
    pairs = np.concatenate([strong.pairs, weak.pairs[new]])
    pairs = pairs[np.argsort(pairs[:, 0])]
    rising = np.diff(pairs[:, 1]) * (-1 if "retrograde" in strong.transformation else 1)
    more = weak.bits * float(new.mean()) - _APART * max(int(gap.max()) - 1, 0)
    if (rising > 0).all() and more > 0:
        return strong._replace(pairs=pairs, bits=strong.bits + more)
    return strong if gap[1] <= 0 else None
