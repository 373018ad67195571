"""The loop of a run: chunks out, answers in, what is finished to disk."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from typing import NamedTuple

from musegen.corpora.pieces import Piece
from musegen.corpora.running.store import Store
from musegen.corpora.running.tasks import Answer, Failure
from musegen.corpora.running.teams import Promise, Team

FLUSH_SECONDS = 30.0
"""How often everything goes to disk: this much work a power cut may cost."""
LARGEST_CHUNK = 200
TRIES = 3
"""How often a chunk is given out again whose worker of a cluster died, as often as the scheduler itself had tried."""
_LOOK_SECONDS = 0.5


class _Given(NamedTuple):
    places: tuple[int, ...]
    promise: Promise
    tries: int


class _Pace:
    """How many pieces make a chunk that takes about as long as it should."""

    def __init__(self, chunk_seconds: float) -> None:
        self._chunk_seconds = chunk_seconds
        self._pieces = self._seconds = 0.0

    def learn(self, pieces: int, seconds: float) -> None:
        """So long did so many take; what is long past counts less and less."""
        self._pieces, self._seconds = 0.9 * self._pieces + pieces, 0.9 * self._seconds + seconds

    def size(self, left: int, capacity: int) -> int:
        """The next chunk: a single piece while nothing is known, small ones at the end, so that all end together."""
        if not self._pieces:
            return 1
        fitting = int(self._chunk_seconds * self._pieces / max(self._seconds, 1e-9))
        return max(1, min(fitting, LARGEST_CHUNK, left // (2 * capacity)))


def drive(pieces: Sequence[Piece], team: Team, store: Store, tell: Callable[[], None]) -> float:
    """Have every piece done that is left; returns the CPU seconds of the jobs.

    Raises:
        UsageError: the job cannot begin.
    """
    cpu, flushed = 0.0, time.monotonic()
    for given, answer in _answers(pieces, team, deque(store.left())):
        store.add(given.places, answer)
        cpu += answer.cpu_seconds
        is_due = time.monotonic() - flushed > FLUSH_SECONDS
        store.flush(everything=is_due)
        flushed = time.monotonic() if is_due else flushed
        tell()
    return cpu


def _answers(pieces: Sequence[Piece], team: Team, waiting: deque[int]) -> Iterator[tuple[_Given, Answer]]:
    """The answers as they come, while the team has always something to do."""
    pace, come = _Pace(team.chunk_seconds), SimpleQueue[_Given]()
    under_way = 0

    def give(places: tuple[int, ...], tries: int = 0) -> None:
        promise = team.submit([pieces[place] for place in places])
        given = _Given(places, promise, tries)
        promise.add_done_callback(lambda _: come.put(given))

    while waiting or under_way:
        capacity = team.capacity()
        while waiting and under_way < capacity:
            size = pace.size(len(waiting), capacity)
            give(tuple(waiting.popleft() for _ in range(size)))
            under_way += 1
        try:
            given = come.get(timeout=_LOOK_SECONDS)  # else Windows would not hear an interrupt
        except Empty:
            continue
        under_way -= 1
        answer = team.result(given.promise)
        if answer is None and (len(given.places) > 1 or given.tries < TRIES):
            for place in given.places:  # one by one: perhaps only one of them is to blame
                give((place,), given.tries + (len(given.places) == 1))
                under_way += 1
            continue
        answer = answer or Answer(failures={0: Failure("crash", "the Dask workers that had it died", 0.0)})
        pace.learn(len(given.places), answer.seconds)
        yield given, answer
