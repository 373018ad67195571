"""One guarded process: its pieces have deadlines and a memory limit, and what one of them breaks costs no other."""

from __future__ import annotations

import pickle
import time
from collections.abc import Sequence
from dataclasses import replace

from musegen.corpora.pieces import Piece
from musegen.corpora.running.tasks import Answer, Failure, Kind, Task
from musegen.corpora.tables import stacked, unpacked
from musegen.errors import UsageError
from musegen.score.worker import Worker, WorkerCrashed, WorkerError, WorkerTimeout

START_SECONDS = 120.0
"""What a process may take to begin: on a busy machine the imports alone take many seconds."""
CHUNK_SECONDS = 10.0
"""What a chunk of more than one piece may take before it is done piece by piece."""


class Stopped(Exception):
    """The run is over: what was under way counts for nothing."""


class Guard:
    """A process that does the pieces it is given, ended and begun again as they demand."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self._worker = Worker("corpus", task.seconds, task.megabytes)
        self._calls = 0  # of this process; 0 is a new one
        self._is_stopped = False

    def answer(self, pieces: Sequence[Piece]) -> Answer:
        """A row or a failure for each of these pieces.

        They are done together first; if that fails, those without a result are done one by one.

        Raises:
            UsageError: the job cannot begin at all.
            Stopped: by `stop`.
        """
        begun = time.monotonic()
        together = Answer()
        if len(pieces) > 1:
            try:
                together = self._asked(pieces, min(self.task.seconds, CHUNK_SECONDS))
            except WorkerError:
                self._calls = 0
        left = [place for place in range(len(pieces)) if place not in {*together.done, *together.failures}]
        made = [together, *(_moved(self._alone(pieces[place]), place) for place in left)]
        return replace(_merged(made) if left else together, seconds=time.monotonic() - begun)

    def stop(self) -> None:
        """End the process, now and for good; from any thread."""
        self._is_stopped = True
        self._worker.close()

    def _alone(self, piece: Piece) -> Answer:
        """What becomes of one piece. Where it fails in a process that has done others, a new one decides."""
        was_new, begun = self._calls == 0, time.monotonic()
        try:
            answer = self._asked([piece], self.task.seconds)
        except WorkerTimeout:
            self._calls = 0
            return _failed("timeout", f"not done within {self.task.seconds:g} seconds", begun)
        except WorkerCrashed as error:
            self._calls = 0
            return _failed("crash", error.message, begun) if was_new else self._alone(piece)
        return answer if answer.done or answer.failures or was_new else self._alone(piece)

    def _asked(self, pieces: Sequence[Piece], seconds: float) -> Answer:
        """The process's own answer. Memory that ran out counts only if one piece alone in a new process ran it out."""
        was_new = self._calls == 0
        self._begin()
        self._calls += 1
        task = {"job": self.task.job, "search": self.task.search, "options": self.task.options}
        payload = task | {"pieces": pickle.dumps(list(pieces)), "patience": seconds + START_SECONDS}
        try:
            reply = self._worker.call(payload, seconds)
        except WorkerError:
            self._check()
            raise
        failures = {place: Failure(*facts) for place, *facts in reply["failures"]}
        if any(failure.kind == "memory" for failure in failures.values()):
            self._renew()
            if not was_new or len(pieces) > 1:
                failures = {place: failure for place, failure in failures.items() if failure.kind != "memory"}
        rows = unpacked(reply["head"], reply["cells"])
        return Answer(tuple(reply["done"]), rows, failures, cpu_seconds=reply["cpu"])

    def _begin(self) -> None:
        """Have a process that has imported the job."""
        self._check()
        if self._calls:
            return
        try:
            self._worker.call({"job": self.task.job, "search": self.task.search}, START_SECONDS)
        except WorkerError as error:
            self._check()
            hint = "give it more memory, and see that its module can be imported"
            told = f"{self.task.job} cannot begin within {self.task.megabytes} MB ({error.message})"
            raise UsageError(told, hint=hint) from None

    def _renew(self) -> None:
        self._worker.close()
        self._calls = 0

    def _check(self) -> None:
        if self._is_stopped:
            self._worker.close()
            raise Stopped


def _failed(kind: Kind, message: str, begun: float) -> Answer:
    return Answer(failures={0: Failure(kind, message, time.monotonic() - begun)})


def _moved(answer: Answer, place: int) -> Answer:
    """The answer about one piece, at its place in the chunk."""
    failures = {place: answer.failures[0]} if answer.failures else {}
    return replace(answer, done=(place,) * len(answer.done), failures=failures)


def _merged(answers: Sequence[Answer]) -> Answer:
    return Answer(
        tuple(place for answer in answers for place in answer.done),
        stacked([answer.rows for answer in answers]),
        {place: failure for answer in answers for place, failure in answer.failures.items()},
        cpu_seconds=sum(answer.cpu_seconds for answer in answers),
    )
