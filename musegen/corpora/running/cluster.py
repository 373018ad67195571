"""The work on an existing Dask cluster: each of its tasks has the guarded process of this machine's runs inside."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any, cast

from musegen.corpora.pieces import Piece
from musegen.corpora.running.guard import Guard
from musegen.corpora.running.tasks import Answer, Task
from musegen.corpora.running.teams import Promise
from musegen.errors import MissingExtra, MusegenError, UsageError

CONNECT_SECONDS = 8.0
_LOOK_SECONDS = 5.0
_guards: defaultdict[Task, list[Guard]] = defaultdict(list)
_free: defaultdict[Task, list[Guard]] = defaultdict(list)
_lock = threading.Lock()


class ClusterTeam:
    """The workers of a Dask cluster, by the address of its scheduler.

    Raises:
        MissingExtra: Dask is not installed.
        UsageError: no scheduler answers.
    """

    chunk_seconds = 1.0

    def __init__(self, task: Task, scheduler: str) -> None:
        self._task = task
        self._client = _connected(scheduler)
        self._looked, self._threads = 0.0, 1
        self._under_way: set[Any] = set()

    def submit(self, pieces: Sequence[Piece]) -> Promise:
        """Have these pieces done by some worker; where that one dies, the scheduler gives them to another."""
        with _connection():
            promise: Any = self._client.submit(answered, self._task, list(pieces), pure=False)
        self._under_way.add(promise)
        promise.add_done_callback(self._under_way.discard)
        return cast(Promise, promise)

    def result(self, promise: Promise) -> Answer | None:
        """The answer that is there; None where the workers that had the chunk died, as often as Dask allows."""
        from distributed.scheduler import KilledWorker

        try:
            return promise.result()
        except (KilledWorker, CancelledError):
            if self._client.status != "running":
                raise _gone() from None
            return None
        except MusegenError:
            raise
        except Exception as error:  # whatever is wrong with the workers' own installation
            told = f"the Dask workers cannot begin ({type(error).__name__}: {error})"
            raise UsageError(told, hint="they need the same musegen, in the same Python") from None

    def capacity(self) -> int:
        """Two chunks for each thread of the cluster, which may grow and shrink."""
        if time.monotonic() - self._looked > _LOOK_SECONDS:
            with _connection():
                self._threads = max(1, sum(self._client.nthreads().values()))
            self._looked = time.monotonic()
        return 2 * self._threads

    def close(self) -> None:
        """Take back what is under way, end our processes, and leave the cluster as it was."""
        try:
            if self._client.status == "running":
                self._client.cancel(list(self._under_way), force=True)  # else they would begin processes anew
                self._client.run(release, self._task, on_error="ignore")
        finally:
            self._client.close(timeout=CONNECT_SECONDS)


def answered(task: Task, pieces: Sequence[Piece]) -> Answer:
    """What a worker of the cluster does: the pieces, in a process of its own that outlives the call."""
    with _lock:
        guard = _free[task].pop() if _free[task] else Guard(task)
        if guard not in _guards[task]:
            _guards[task].append(guard)
    try:
        return guard.answer(pieces)
    finally:
        with _lock:
            _free[task].append(guard)


def release(task: Task) -> None:
    """End a worker's processes for a task."""
    with _lock:
        guards = _guards.pop(task, [])
        _free.pop(task, None)
    for guard in guards:
        guard.stop()


@contextmanager
def _connection() -> Iterator[None]:
    """What fails inside says that the scheduler has gone."""
    from distributed.client import ClosedClientError

    try:
        yield
    except (OSError, ClosedClientError):
        raise _gone() from None


def _gone() -> MusegenError:
    return MusegenError("the Dask scheduler has gone", hint="what is finished is kept; --resume goes on")


def _connected(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtra("Dask is not installed", hint="pip install 'musegen[dask]'") from None
    if not scheduler:
        raise UsageError("no scheduler is named", hint="--scheduler tcp://HOST:8786, as `dask scheduler` prints it")
    try:
        return Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        hint = "start one by `dask scheduler`, and workers by `dask worker ADDRESS`"
        raise UsageError(f"no Dask scheduler answers at {scheduler} ({reason})", hint=hint) from None
