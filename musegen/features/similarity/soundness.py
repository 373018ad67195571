"""Whether the arrays of a file are an index: of the right kinds and lengths, every number within what it points to."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.features.similarity.index import Postings, SimilarityIndex
from musegen.features.similarity.symbols import GRAMS, INTERVALS, RATIOS, code_count

_KINDS = {
    "owner": np.int32, "begins": np.int32, "pitch": np.int16, "step": np.float32, "measure": np.int32,
    "note": np.int32, "unrelated": np.float32, "chance": np.float32,
}  # fmt: skip


def check_sound(index: SimilarityIndex) -> None:
    """Nothing, where an index that a stranger has given can be searched.

    Raises:
        ValueError: it cannot.
    """
    if not (_has_kinds(index) and _fits(index) and _has_bits(index) and all(map(_posted, index.postings, GRAMS))):
        raise ValueError("arrays that are no index")
    if any(len(postings.place) and _beyond(postings.place, len(index.pitch)) for postings in index.postings):
        raise ValueError("places of no notes")


def _has_kinds(index: SimilarityIndex) -> bool:
    columns = {name: getattr(index, name) for name in _KINDS}
    rates = ("unrelated", "chance")
    return all(
        column.dtype == _KINDS[name] and column.shape[1:] == ((2,) if name in rates else ()) and column.ndim > 0
        for name, column in columns.items()
    )


def _fits(index: SimilarityIndex) -> bool:
    """Whether names, lines and notes are as many as each other, and point at each other."""
    pieces, lines, notes = len(index.pieces), len(index.owner), len(index.pitch)
    return (
        len(index.titles) == len(index.groups) == pieces
        and len(index.line_names) == lines
        and _rises(index.begins, lines + 1, notes)
        and len(index.step) == len(index.measure) == len(index.note) == notes
        and not _beyond(index.owner, pieces)
        and not _beyond(index.measure, len(index.measure_words))
        and bool(np.isfinite(index.step).all() and (index.step >= 0).all())
    )


def _has_bits(index: SimilarityIndex) -> bool:
    interval, ratio = index.surprise
    shapes = interval.shape == (INTERVALS,) * 4 and ratio.shape == (RATIOS,) * 4
    return shapes and all(bits.dtype.kind == "f" and bool(np.isfinite(bits).all()) for bits in (interval, ratio))


def _posted(postings: Postings, gram: tuple[int, int]) -> bool:
    first, place = postings
    whole = first.dtype == place.dtype == np.int32 and first.ndim == place.ndim == 1
    return whole and _rises(first, code_count(gram) + 1, len(place))


def _rises(bounds: npt.NDArray[Any], count: int, end: int) -> bool:
    """Whether so many bounds go from 0 to the end."""
    return len(bounds) == count and bounds[0] == 0 and bounds[-1] == end and bool((np.diff(bounds) >= 0).all())


def _beyond(numbers: npt.NDArray[Any], count: int) -> bool:
    return bool(len(numbers) and (numbers.min() < 0 or numbers.max() >= count))
