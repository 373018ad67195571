"""Who does the work: guarded processes on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import SimpleQueue
from typing import Any, Protocol

from musegen.corpora.pieces import Piece
from musegen.corpora.running.guard import Guard
from musegen.corpora.running.tasks import Answer, Task


class Promise(Protocol):
    """An answer to come: a future of Python's or of Dask's."""

    def result(self) -> Answer:
        """The answer, or the error that is there instead."""

    def add_done_callback(self, function: Callable[[Any], Any]) -> Any:
        """Call this when it is there, in any thread."""


class Team(Protocol):
    """What a run needs of those who work."""

    chunk_seconds: float  # how much work is worth its sending

    def submit(self, pieces: Sequence[Piece]) -> Promise:
        """Have these pieces done."""

    def result(self, promise: Promise) -> Answer | None:
        """The answer that is there; None where those who had the chunk are gone."""

    def capacity(self) -> int:
        """How many chunks to have under way, so that nobody waits."""

    def close(self) -> None:
        """End all processes; what is under way is lost."""


class LocalTeam:
    """Guarded processes on this machine, each watched by a thread of its own."""

    chunk_seconds = 0.25

    def __init__(self, task: Task, jobs: int) -> None:
        self._guards = [Guard(task) for _ in range(jobs)]
        self._free: SimpleQueue[Guard] = SimpleQueue()
        for guard in self._guards:
            self._free.put(guard)
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="musegen-corpus")
        self._under_way: set[Future[Answer]] = set()

    def submit(self, pieces: Sequence[Piece]) -> Promise:
        """Have these pieces done by the next process that is free."""
        promise = self._threads.submit(self._answered, pieces)
        self._under_way.add(promise)
        promise.add_done_callback(self._under_way.discard)
        return promise

    def result(self, promise: Promise) -> Answer | None:
        """The answer that is there."""
        return promise.result()

    def capacity(self) -> int:
        """Two chunks for each process: one that it does, one that waits."""
        return 2 * len(self._guards)

    def close(self) -> None:
        """End the processes, then the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        is_over = False
        while not is_over:
            for guard in self._guards:
                guard.stop()  # again and again: one may have begun a process just now
            is_over = not wait(tuple(self._under_way), timeout=0.1).not_done

    def _answered(self, pieces: Sequence[Piece]) -> Answer:
        guard = self._free.get()
        try:
            return guard.answer(pieces)
        finally:
            self._free.put(guard)


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
