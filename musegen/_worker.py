"""A guarded process for one job: `python -m musegen._worker JOB MEGABYTES FOLDER` answers messages on its pipes.

A message is a dictionary whose values are JSON or bytes: four bytes of head length, the head as JSON, then the bytes
values one after another. The job is a function from dictionary to dictionary. What it prints, in Python or from C, is
kept away from the pipe and comes back as `log`. FOLDER, made by the other side, takes everything temporary; the other
side removes it, and so does this one when the other has died.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import IO, Any

from musegen.errors import MusegenError

JOBS = {
    "music21": "musegen.score.music21_worker:read_foreign",
    "verovio": "musegen.engraving.verovio_worker:engrave",
    "corpus": "musegen.corpora.running.chunk:answer",
    "echo": "musegen._worker:echo",
}
"""The jobs by name, as `module:function`."""

_HEAD = struct.Struct(">I")
_LOG_BYTES = 65_536
_FILE_BYTES = 64 << 20
Message = dict[str, Any]
CPU_SECONDS = "cpu_seconds"
"""The entry of a message that says how long its job may compute."""


def echo(payload: Message) -> Message:
    """What was sent: a job to test the pipes with. `exit` ends the process, `print` prints."""
    if "exit" in payload:
        os._exit(payload["exit"])
    if "print" in payload:
        print(payload["print"], flush=True)
    if "allocate" in payload:
        bytearray(payload["allocate"])
    while payload.get("hang"):
        pass
    return payload


def send(pipe: IO[bytes], message: Message) -> None:
    """Write one message."""
    blobs = {name: value for name, value in message.items() if isinstance(value, bytes)}
    plain = {name: value for name, value in message.items() if name not in blobs}
    head = json.dumps([plain, [[name, len(blob)] for name, blob in blobs.items()]]).encode()
    pipe.write(_HEAD.pack(len(head)) + head)
    for blob in blobs.values():
        pipe.write(blob)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Message | None:
    """The next message, or None when the other side has gone (even in the middle of a message)."""
    try:
        (length,) = _HEAD.unpack(_exactly(pipe, _HEAD.size))
        plain, sizes = json.loads(_exactly(pipe, length))
        blobs: Message = {name: _exactly(pipe, size) for name, size in sizes}
        message: Message = plain | blobs
        return message
    except EOFError:
        return None


def main(arguments: list[str]) -> None:
    """Answer messages until the pipe closes."""
    job, megabytes, folder = arguments
    requests, replies, log = _private_pipes()
    _limit(int(megabytes))
    threading.Thread(target=_leave_with, args=(os.getppid(), folder), daemon=True).start()
    try:
        while (payload := receive(requests)) is not None:
            _limit_time(payload.pop(CPU_SECONDS, None))
            reply = _answer(job, payload)
            reply["log"] = _drain(log)
            send(replies, reply)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _private_pipes() -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    """Own copies of the pipes; descriptor 0 becomes empty, 1 and 2 a temporary file."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    log = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    return requests, replies, log


def _leave_with(parent: int, folder: str) -> None:
    """End this process when the one that started it is gone, even in the middle of a job that hangs."""
    while os.getppid() == parent:
        time.sleep(1)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def _limit(megabytes: int) -> None:
    """No more memory than this, no large files, no core dumps, where the system can promise it."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, amount in (
        (resource.RLIMIT_AS, megabytes << 20),
        (resource.RLIMIT_FSIZE, _FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        if hard == resource.RLIM_INFINITY or amount < hard:
            resource.setrlimit(kind, (amount, hard))


def _limit_time(seconds: float | None) -> None:
    """No more seconds of computing than this from now on, None for any number: the system ends the process then."""
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    last = resource.RLIM_INFINITY if seconds is None else math.ceil(time.process_time() + seconds)
    if hard != resource.RLIM_INFINITY:
        last = hard if last == resource.RLIM_INFINITY else min(last, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (last, hard))


def _answer(job: str, payload: Message) -> Message:
    module, function = JOBS[job].split(":")
    try:
        work: Callable[[Message], Message] = getattr(import_module(module), function)
        return work(payload)
    except MusegenError as error:
        facts = {key: value for key, value in vars(error).items() if isinstance(value, str)}
        beat = getattr(error, "beat", None)
        return {"raised": type(error).__name__, "facts": facts, "beat": None if beat is None else str(beat)}
    except MemoryError:
        return {"failed": "it needs too much memory"}
    except Exception as error:  # the other side turns it into an error with the file's name
        return {"failed": f"{type(error).__name__}: {str(error)[:300]}".splitlines()[0]}


def _drain(log: IO[bytes]) -> str:
    """What was printed since the last call."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    log.seek(0)
    text = log.read(_LOG_BYTES).decode("utf-8", "replace")
    log.seek(0)
    log.truncate()
    return text


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


if __name__ == "__main__":
    main(sys.argv[1:])
