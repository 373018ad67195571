"""The features of many pieces as one table: a file's, or measured in guarded processes once and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

from musegen.corpora.conditions import meeting
from musegen.corpora.pieces import Piece
from musegen.corpora.running import Failure, Progress, run
from musegen.corpora.selecting import pieces_of
from musegen.corpora.tables import Table, is_table, read_table, stacked, write_table
from musegen.errors import EngravingError, ScoreError, UsageError
from musegen.features.extractor import JOB
from musegen.features.feature_set import feature_set
from musegen.features.registry import has_asked_for
from musegen.features.style.measurements import label_names, words
from musegen.score.cache import cache_folder
from musegen.theory.tunes.thinking import thinker_id


class Measured(NamedTuple):
    """The rows of pieces that could be measured, and why others could not."""

    rows: Table
    failures: tuple[tuple[str, Failure], ...] = ()  # by the name of the piece


def measured_rows(
    names: Sequence[str],
    where: Sequence[str] = (),
    split: str = "",
    *,
    features: Sequence[str] = (),
    jobs: int = 0,
    seconds: float = 60.0,
    on_progress: Callable[[Progress], None] | None = None,
) -> Measured:
    """The features of corpora, folders, files, and tables that `musegen corpus features` wrote, all below each other.

    What is measured is kept in the cache, by the digests of the files and the version of the features: all hand-made
    ones together, whichever of them are meant; where `features` name learned ones, just what they name.

    Raises:
        UsageError: no piece is left, or a condition cannot be read.
        UnreadableFile: there is no such corpus, file or table.
    """
    tables = [name for name in names if is_table(name)]
    others = [name for name in names if name not in tables]
    kept = [_meeting(stacked([read_table(name) for name in tables]), where, split)] if tables else []
    if not others:
        return Measured(kept[0] if kept else Table())
    named = sorted(features) if has_asked_for(features) else []
    found = _of_pieces(pieces_of(others, where, split), named, jobs, seconds, on_progress)
    return Measured(stacked([*kept, found.rows]), found.failures)


def _of_pieces(
    pieces: Sequence[Piece], named: list[str], jobs: int, seconds: float,
    on_progress: Callable[[Progress], None] | None,
) -> Measured:  # fmt: skip
    place = kept_table(pieces, named)
    with suppress(ScoreError):  # not there, damaged, or of another version: it is measured again
        return Measured(read_table(place))
    outcome = run(pieces, JOB, {"groups": named}, jobs=jobs, seconds=seconds, on_progress=on_progress)
    if not outcome.count:
        told = outcome.failures[0][1].message if outcome.failures else "there are none"
        raise ScoreError(f"no piece could be measured: {told}")
    if not len(outcome.errors):
        with suppress(OSError, EngravingError):  # where nothing can be written, nothing is kept
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_table(outcome.rows, place)
    return Measured(outcome.rows, tuple(outcome.failures))


def kept_table(pieces: Sequence[Piece], named: Sequence[str] = ()) -> Path:
    """Where the cache has, or would have, the features of these pieces: hand-made ones, or those that are named."""
    told = hashlib.sha256(feature_set().encode())
    if named:
        told.update(f"{thinker_id()} {named}".encode())
    for piece in pieces:
        known = (piece.place, piece.group, piece.split, piece.stamp, sorted(piece.labels.items()))
        told.update(repr(known).encode(errors="replace"))
    return cache_folder() / "features" / f"{told.hexdigest()}.npz"


def _meeting(table: Table, where: Sequence[str], split: str) -> Table:
    """The rows of a table of which the conditions hold."""
    if not where and not split:
        return table
    names = [name for name in label_names(table) if name != "group"]
    labels = zip(*(words(table, name) for name in names), strict=True) if names else iter(() for _ in range(len(table)))
    rows = zip(words(table, "group"), words(table, "split"), labels, strict=True)
    pieces = [
        Piece(str(number), group=group, split=side, labels=dict(zip(names, told, strict=True)))
        for number, (group, side, told) in enumerate(rows)
    ]
    kept = [int(piece.name) for piece in meeting(pieces, where) if not split or piece.split == split]
    if not kept:
        raise UsageError(f"none of {len(table)} rows is left by {', '.join((*where, split)).strip(', ')}")
    return table[np.array(kept)]
