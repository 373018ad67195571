"""Where in an index a tune may lie: short patterns that both hold, counted by line, transposition and diagonal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.similarity.index import Postings, SimilarityIndex
from musegen.features.similarity.symbols import (
    GRAMS,
    Transformation,
    Tune,
    codes,
    codes_of_notes,
    intervals,
    ratios,
    transformed,
)

Ints = npt.NDArray[np.int64]
MOST_HITS = 5_000
"""Of the patterns of one kind in a tune the rarest are looked up, until they have this many places."""
_COMMON = 7.0  # bits that even a common pattern has; what is beyond them counts
_BUCKET = 4  # bits: notes that ornaments may shift one passage against the other within one count
_SHIFT = 1 << 20  # keeps diagonals positive
_WITH_ORNAMENTS = (
    (0, 2, 3, 4, 5), (0, 1, 3, 4, 5), (0, 1, 2, 4, 5), (0, 1, 2, 3, 5),
    (0, 3, 4, 5, 6), (0, 1, 4, 5, 6), (0, 1, 2, 5, 6), (0, 1, 2, 3, 6),
    (0, 2, 4, 5, 6), (0, 2, 3, 5, 6), (0, 2, 3, 4, 6), (0, 1, 3, 5, 6), (0, 1, 3, 4, 6), (0, 1, 2, 4, 6),
)  # fmt: skip
"""Five notes out of six or seven: those of a pattern between which an ornament stands."""
_KEYS = 64  # half of the transpositions told apart


class Candidates(NamedTuple):
    """Likely places, best first; arrays of one length."""

    how: npt.NDArray[np.int8]  # number of the transformation
    line: Ints
    start: Ints  # place in the index, before or after the line's bounds, where the tune's first note would lie
    transposition: Ints  # semitones from the transformed tune to the index
    votes: npt.NDArray[np.float64]


def candidates(
    index: SimilarityIndex,
    tune: Tune,
    hows: Sequence[tuple[int, Transformation]],
    most: int,
    allowed: npt.NDArray[np.bool_] | None = None,
    *,
    ornaments: bool = False,
) -> Candidates:
    """The `most` likeliest places under these numbered transformations; `allowed` says which pieces count.

    With `ornaments`, patterns are also looked for with one or two of their notes left out, which takes longer.
    """
    found = [_of_one(index, transformed(tune, name), number, most, allowed, ornaments) for number, name in hows]
    joined = [np.concatenate(columns) for columns in zip(*found, strict=True)]
    best = np.argsort(-joined[-1], kind="stable")[:most]
    return Candidates(*(column[best] for column in joined))


def _of_one(
    index: SimilarityIndex, tune: Tune, how: int, most: int, allowed: npt.NDArray[np.bool_] | None, ornaments: bool
) -> Candidates:
    key, weight = _hits(index, tune, allowed, ornaments)
    order = np.argsort(key)
    key, weight = key[order], weight[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    votes = np.add.reduceat(weight, first) if len(first) else np.zeros(0)
    key = key[first]
    after = np.minimum(np.searchsorted(key, key + 2 * _KEYS), max(len(key) - 1, 0))
    votes = votes + np.where(key[after] == key + 2 * _KEYS, votes[after], 0) if len(key) else votes
    best = np.argpartition(-votes, most)[:most] if len(votes) > most else np.arange(len(votes))
    key, votes = key[best], votes[best]
    diagonal = (key // (2 * _KEYS)) % (1 << 28)
    start = (diagonal << _BUCKET) - _SHIFT
    transposition = key % (2 * _KEYS) - _KEYS
    line = key >> 35
    return Candidates(np.full(len(key), how, np.int8), line, start, transposition, votes)


def _hits(
    index: SimilarityIndex, tune: Tune, allowed: npt.NDArray[np.bool_] | None, ornaments: bool
) -> tuple[Ints, npt.NDArray[np.float64]]:
    """(key, weight) of every place that holds a pattern of the tune; the key joins line, diagonal, transposition."""
    interval, ratio = intervals(tune.pitch), ratios(tune.step)
    patterns = [(index.postings[number], codes(interval, ratio, gram)) for number, gram in enumerate(GRAMS)]
    patterns += [(index.postings[0], codes_of_notes(tune.pitch, notes)) for notes in _WITH_ORNAMENTS * ornaments]
    found = [_looked_up(postings, code, len(index.pitch)) for postings, code in patterns]
    place, here, weight = (np.concatenate(columns) for columns in zip(*found, strict=True))
    line = index.line[place].astype(np.int64)
    if allowed is not None:
        kept = allowed[index.owner[line]]
        place, here, weight, line = place[kept], here[kept], weight[kept], line[kept]
    transposition = np.clip(index.pitch[place] - tune.pitch[here], 1 - _KEYS, _KEYS - 1) + _KEYS
    return (line << 35) + (((place - here + _SHIFT) >> _BUCKET) << 7) + transposition, weight


def _looked_up(
    postings: Postings, code: npt.NDArray[np.int32], notes: int
) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
    """(place in the index, place in the tune, weight) of each hit of the rarest patterns."""
    first, last = postings.first[code].astype(np.int64), postings.first[code + 1].astype(np.int64)
    count = last - first
    rarest = np.argsort(count, kind="stable")
    few = np.sort(rarest[(count[rarest] > 0) & (np.cumsum(count[rarest]) <= MOST_HITS)])
    first, count = first[few], count[few]
    here = np.repeat(few, count)
    inside = np.arange(len(here)) - np.repeat(np.cumsum(count) - count, count)
    place = postings.place[np.repeat(first, count) + inside].astype(np.int64)
    return place, here, np.repeat(np.maximum(np.log2(notes / count) - _COMMON, 0.5), count)
