"""A job over many pieces: each guarded by a deadline and a memory limit, on this machine or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from musegen.corpora.manifests import Piece
from musegen.corpora.tables import Table

Kind = Literal["error", "timeout", "crash", "memory"]
"""How a piece can fail: the job raised; it took too long; its process died; it needed too much memory."""


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    done: int
    total: int
    failed: Mapping[Kind, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a run made: a row for each piece that could be done, and one in `errors` for each that could not.

    Rows begin with piece, path, sha256, group, split and the labels; errors are piece, path, kind, message, seconds.
    """

    rows: Table
    errors: Table
    computed: int  # pieces that this run worked on; the others were there already
    seconds: float  # from begin to end
    cpu_seconds: float  # of the jobs themselves


def run(
    pieces: Sequence[Piece],
    job: str,
    options: Mapping[str, Any] | None = None,
    *,
    jobs: int = 0,
    seconds: float = 60.0,
    megabytes: int = 2048,
    workers: Literal["local", "dask"] = "local",
    scheduler: str = "",
    out: Path | str | None = None,
    resume: bool = False,
    retry_errors: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> Outcome:
    """Do a job for every piece, each within its limits; what fails costs that piece only.

    `job` is `module:function`: `(piece, options) -> Mapping` makes one row of numbers and texts. It is imported in
    other processes, so it must stand in a module. `options` are JSON values. `jobs` 0 means one for each core.
    `out` is a folder for Parquet parts, or a .csv or .parquet file; what is done is there while the run goes on.

    Raises:
        UsageError: no such job, or `out` holds another run's results, or no scheduler answers.
        MissingExtra: Dask or Parquet is asked for and not installed.
        KeyboardInterrupt: interrupted; what is finished is in `out`, and `resume` goes on from there.
    """
    raise NotImplementedError
