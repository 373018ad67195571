"""The arrays of many pieces made before they are searched, in guarded processes: what hangs or crashes costs itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from musegen.corpora.pieces import Piece
from musegen.corpora.running import Progress, run
from musegen.errors import UnreadableFile
from musegen.features.search.piece_rows import are_kept, piece_rows
from musegen.features.search.queries import Query
from musegen.theory.analyse import Engine
from musegen.theory.modal.reading import Asked

JOB = "musegen.features.search.preparing:keep"
FEW = 4
"""So many pieces are read at once where they are searched: processes take a second to begin."""


def prepare(
    pieces: Sequence[Piece],
    query: Query,
    engine: Engine = "neural",
    reading: Asked = "auto",
    *,
    jobs: int = 0,
    seconds: float = 60.0,
    on_progress: Callable[[Progress], None] | None = None,
) -> dict[str, str]:
    """Make and keep what a question needs of the pieces that have not been read for it; why some could not be.

    The keys are the places of pieces (`Piece.place`). Each piece may take so many seconds, on one of `jobs` processes
    (0: one for each core).
    """
    left = [piece for piece in pieces if not _is_ready(piece, query, engine, reading)]
    if len(left) <= FEW:
        return {}
    options = {"needs": query.needs, "engine": engine, "reading": reading}
    outcome = run(left, JOB, options, jobs=jobs, seconds=seconds, on_progress=on_progress)
    failed = dict(outcome.failures)
    named = ((piece, failed.get(piece.place) or failed.get(piece.name)) for piece in left)
    return {piece.place: why.reason(piece.place) for piece, why in named if why is not None}


def keep(piece: Piece, options: Mapping[str, Any]) -> dict[str, float]:
    """The job: the arrays of one piece are made and kept; the row has its beats."""
    return {"beats": piece_rows(piece, options["needs"], options["engine"], options["reading"]).beats}


def _is_ready(piece: Piece, query: Query, engine: Engine, reading: Asked) -> bool:
    """Whether nothing is to be read; a file that is not there is left to the search."""
    try:
        return are_kept(piece, query.needs, engine, reading)
    except (UnreadableFile, OSError):
        return True
