"""What an index keeps of each piece of a corpus, read in guarded processes: what hangs or crashes costs itself only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from musegen.corpora.pieces import Piece
from musegen.corpora.running import Progress, run
from musegen.errors import UnreadableFile
from musegen.features.similarity.index import Entry
from musegen.features.similarity.lines import Line, lines_of

JOB = "musegen.features.similarity.reading:entry_row"
FEW = 8
"""So many pieces are read in this process: others take a second to begin."""
COLUMN = "melodies"
Told = Callable[[str, Exception], None]
_Kept = TypeVar("_Kept")


class Job(NamedTuple):
    """How what an index keeps of a piece is had: here, or by a job whose rows have it as text in a column."""

    name: str
    column: str
    here: Callable[[Piece], Any]
    unpacked: Callable[[str], Any]


def entry_of(piece: Piece) -> Entry:
    """What an index keeps of a piece.

    Raises:
        ScoreError: it cannot be read.
    """
    score = piece.read()
    numbers = [measure.number for measure in score.measures]
    return Entry(piece.place, piece.group, numbers, lines_of(score), score.metadata.title)


def each_of(
    pieces: Sequence[Piece],
    job: Job,
    on_failure: Told,
    *,
    jobs: int = 0,
    seconds: float = 60.0,
    on_progress: Callable[[Progress], None] | None = None,
) -> list[Any]:
    """What the job keeps of each piece, in their order; the place of one that cannot be read is told with the reason.

    Each may take so many seconds, on one of `jobs` processes (0: one for each core).
    """
    if len(pieces) <= FEW:
        return list(_here(pieces, job.here, on_failure))
    outcome = run(pieces, job.name, jobs=jobs, seconds=seconds, on_progress=on_progress)
    places = {piece.name: piece.place for piece in pieces}
    for name, failure in outcome.failures:
        place = places.get(name, name)
        on_failure(place, UnreadableFile(failure.reason(place), file=place))
    return [job.unpacked(text) for text in outcome.rows.columns[job.column].tolist()] if outcome.count else []


def entry_row(piece: Piece, _options: Mapping[str, Any]) -> dict[str, str]:
    """The job: the entry of a piece as one text.

    >>> _unpacked(entry_row(Piece("bach/bwv66.6"), {})["melodies"]).lines[0].name
    'soprano'
    """
    entry = entry_of(piece)
    lines = [[line.name, *(column.tolist() for column in line[1:])] for line in entry.lines]
    return {COLUMN: json.dumps([entry.name, entry.group, entry.measures, lines, entry.title])}


def _unpacked(text: str) -> Entry:
    name, group, measures, lines, title = json.loads(text)
    return Entry(name, group, measures, [_line(*line) for line in lines], title)


def _line(name: str, pitch: list[int], step: list[float], measure: list[int], note: list[int]) -> Line:
    wide = (np.array(column, dtype=np.int64) for column in (pitch, measure, note))
    return Line(name, next(wide), np.array(step, dtype=np.float32), *wide)


def _here(pieces: Sequence[Piece], one: Callable[[Piece], _Kept], on_failure: Told) -> Iterator[_Kept]:
    for piece in pieces:
        try:
            yield one(piece)
        except Exception as error:  # one hostile score must not cost the others
            on_failure(piece.place, error)


MELODIES = Job(JOB, COLUMN, entry_of, _unpacked)
