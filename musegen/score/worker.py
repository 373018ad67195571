"""The caller's side of `musegen._worker`: a job in a process of its own, with limits, started again after a crash."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import musegen
from musegen import errors
from musegen._worker import CPU_SECONDS, Message, receive, send


class WorkerError(errors.MusegenError):
    """A worker gave no answer."""


class WorkerCrashed(WorkerError):
    """The worker process died, or its job failed with an error that is not one of ours."""


class WorkerTimeout(WorkerError):
    """The worker took longer than its time limit and was ended."""


class Worker:
    """A job in a process of its own, begun on the first call and kept for the next.

    `timeout` is in seconds a call; `memory_mb` limits the address space of the process (where the system can).
    Safe to share between threads; a forked copy starts its own process.

    >>> Worker("echo", timeout=20, memory_mb=500).call({"number": 3, "data": b"xyz"})["data"]
    b'xyz'
    """

    def __init__(self, job: str, timeout: float, memory_mb: int) -> None:
        self.job, self.timeout, self.memory_mb = job, timeout, memory_mb
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._folder = ""

    def call(self, payload: Message, timeout: float | None = None, cpu_seconds: float | None = None) -> Message:
        """The job's answer; what it printed is under `log`. `timeout` in seconds, where this call has its own.

        `cpu_seconds` limits the time of computing (rounded up, where the system can), which no busy machine shortens.

        Raises:
            WorkerTimeout: no answer within the time limits.
            WorkerCrashed: the process died, or the job failed.
            MusegenError: whatever error of ours the job raised, as the same class.
        """
        if cpu_seconds is not None:
            payload = payload | {CPU_SECONDS: cpu_seconds}
        with self._lock:
            reply = self._exchange(self._running(), payload, self.timeout if timeout is None else timeout)
        if "raised" in reply:
            raise _rebuilt(reply)
        if "failed" in reply:
            raise WorkerCrashed(reply["failed"])
        return reply

    def close(self) -> None:
        """End the process; the next call starts another."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close_quietly(pipe)
            shutil.rmtree(self._folder, ignore_errors=True)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self.close()
            try:
                self._folder = tempfile.mkdtemp(prefix="musegen-")
                self._process, self._owner = _start(self.job, self.memory_mb, self._folder), os.getpid()
            except OSError as error:
                shutil.rmtree(self._folder, ignore_errors=True)
                raise WorkerCrashed(f"the {self.job} process cannot be started ({error.strerror})") from None
            atexit.register(self.close)
        return self._process

    def _exchange(self, process: subprocess.Popen[bytes], payload: Message, seconds: float) -> Message:
        expired = threading.Event()

        def give_up() -> None:
            expired.set()
            process.kill()

        timer = threading.Timer(seconds, give_up)
        timer.daemon = True
        timer.start()
        try:
            send(process.stdin, payload)  # type: ignore[arg-type]
            reply = receive(process.stdout)  # type: ignore[arg-type]
        except BrokenPipeError:
            reply = None
        except BaseException:  # interrupted between question and answer: the pipes are out of step
            self.close()
            raise
        finally:
            timer.cancel()
        if reply is not None and not expired.is_set():
            return reply
        self.close()
        if not expired.is_set() and process.returncode == -getattr(signal, "SIGXCPU", 0):
            raise WorkerTimeout(f"no answer within {payload.get(CPU_SECONDS, 0):g} seconds of computing")
        if expired.is_set():
            raise WorkerTimeout(f"no answer within {seconds:g} seconds")
        raise WorkerCrashed(f"the {self.job} process {_ending(process.returncode)}")


def _ending(status: int) -> str:
    """How a process ended, in words.

    >>> _ending(3), _ending(-11)
    ('ended with status 3', 'was ended by SIGSEGV')
    """
    with suppress(ValueError):
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


def _start(job: str, memory_mb: int, folder: str) -> subprocess.Popen[bytes]:
    root = str(Path(musegen.__file__).resolve().parent.parent)
    search = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), root)))
    temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with _no_interrupts():
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "musegen._worker", job, str(memory_mb), folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | one_thread | temporary | {"PYTHONPATH": search},
        )


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Interrupts wait meanwhile; a process started here never sees any: we end it ourselves, and it says nothing."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _rebuilt(reply: Message) -> errors.MusegenError:
    """The error that the job raised, with its file, measure and beat."""
    kind = getattr(errors, reply["raised"], errors.MusegenError)
    facts: dict[str, Any] = reply["facts"]
    error: errors.MusegenError = kind(facts.pop("message", ""))
    for name, value in facts.items():
        setattr(error, name, value)
    if isinstance(error, errors.ScoreError):
        error.beat = None if reply["beat"] is None else Fraction(reply["beat"])
    return error


def _close_quietly(pipe: Any) -> None:
    try:
        pipe.close()
    except OSError:  # bytes that a dead process never took
        return
