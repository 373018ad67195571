"""A job over many pieces: each guarded by a deadline and a memory limit, on this machine or on a Dask cluster."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal

from musegen.corpora.pieces import Piece
from musegen.corpora.running import resuming
from musegen.corpora.running.driving import drive
from musegen.corpora.running.places import Place, held
from musegen.corpora.running.store import Store
from musegen.corpora.running.tasks import Failure, Kind, Task, function_of, task_for
from musegen.corpora.running.teams import LocalTeam, Team, cores
from musegen.corpora.tables import Table, read_table
from musegen.errors import UsageError

__all__ = ["Failure", "Kind", "Outcome", "Progress", "run"]


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    done: int  # rows and failures, those that were there before included
    total: int
    failed: Mapping[str, int] = field(default_factory=dict)  # by kind


@dataclass(frozen=True)
class Outcome:
    """What a run made: a row for each piece that could be done, and one in `errors` for each that could not.

    Rows begin with piece, path, sha256, group, split and the labels; errors are piece, path, sha256, kind, message and
    seconds. Both stand in the order of the pieces.
    """

    count: int  # of rows
    errors: Table
    computed: int  # pieces that this run worked on; the others were there already
    seconds: float  # from begin to end
    cpu_seconds: float  # of the jobs themselves
    _read: Callable[[], Table] = field(repr=False)

    @cached_property
    def rows(self) -> Table:
        """The rows, read again from where they were written."""
        return self._read()

    @property
    def failures(self) -> list[tuple[str, Failure]]:
        """The name of each piece that failed, and why."""
        columns = (self.errors.columns[name].tolist() for name in ("piece", *Failure._fields))
        return [(name, Failure(*facts)) for name, *facts in zip(*columns, strict=True)]

    @property
    def failed(self) -> Counter[str]:
        """How many pieces failed, by kind."""
        return Counter(self.errors.columns["kind"].tolist())


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
    shard: tuple[int, int] | None = None,
    resume: bool = False,
    retry_errors: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
) -> Outcome:
    """Do a job for every piece, each within its limits; what fails costs that piece only.

    `job` is `module:function`: `(piece, options) -> Mapping` makes one row of numbers and texts. It is imported in
    other processes, so it must stand in a module; `options` are JSON values. `jobs` 0 means one for each core.

    `out` is a folder for Parquet parts, or a .csv or .parquet file, whose parts lie beside it until it is finished;
    None keeps all in memory. `resume` goes on with what lies there, also after a finished run; `retry_errors` does
    then again what had failed. `shard` (2, 16) does the second of 16 shares, into the folder of them all.

    Raises:
        UsageError: no such job, or `out` holds other results, or no scheduler answers.
        MissingExtra: Dask or Parquet is asked for and not installed.
        EngravingError: `out` cannot be written.
        KeyboardInterrupt: interrupted; what is finished is in `out`, and `resume` goes on from there.
    """
    begun = time.monotonic()
    task = task_for(job, options or {}, seconds, megabytes)
    function_of(job)
    chosen = _share(list({(piece.place, piece.sha256): piece for piece in pieces}.values()), shard)
    place = None if out is None else Place.of(Path(out), shard)
    with held(place) if place else nullcontext():
        store = Store(chosen, place)
        resuming.begin(store, task, resume=resume, retry_errors=retry_errors)
        left = len(store.left())

        def tell() -> None:
            if on_progress is not None:
                failed = Counter[str](failure.kind for failure in store.failures.values())
                on_progress(Progress(store.reached, len(chosen), failed))

        with ExitStack() as closing:
            closing.callback(resuming.leave, store)  # whatever happens: what is finished is kept
            team = _team(task, workers, scheduler, min(jobs or cores(), max(left, 1)))
            closing.callback(team.close)
            tell()
            cpu = drive(chosen, team, store, tell)
        resuming.finish(store, task)
    errors, count = store.errors(), int(store.done.sum())
    return Outcome(count, errors, left, time.monotonic() - begun, cpu, _reader(store, place))


def _team(task: Task, workers: str, scheduler: str, jobs: int) -> Team:
    if workers == "local":
        return LocalTeam(task, jobs)
    if workers != "dask":
        raise UsageError(f"there are no workers `{workers}`", hint="there are local, dask")
    from musegen.corpora.running.cluster import ClusterTeam

    return ClusterTeam(task, scheduler)


def _share(pieces: list[Piece], shard: tuple[int, int] | None) -> list[Piece]:
    """The pieces of a shard: which one a piece belongs to depends on its content alone."""
    if shard is None:
        return pieces
    number, count = shard
    if not 1 <= number <= count:
        raise UsageError(f"there is no shard {number} of {count}", hint=f"there are 1/{count} to {count}/{count}")
    return [piece for piece in pieces if _key(piece) % count == number - 1]


def _key(piece: Piece) -> int:
    return int((piece.sha256 or hashlib.sha256(piece.place.encode(errors="backslashreplace")).hexdigest())[:12], 16)


def _reader(store: Store, place: Place | None) -> Callable[[], Table]:
    """Where the rows are to be had again."""
    final = place.final if place else None
    return store.rows if final is None else partial(read_table, final)
