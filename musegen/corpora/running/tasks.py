"""What goes to the processes that work, and what comes back from them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal, NamedTuple

from musegen.corpora.tables import Table
from musegen.errors import UsageError

_A_DAY = 86_400.0
Kind = Literal["error", "timeout", "crash", "memory"]
"""How a piece can fail: the job raised; it took too long; its process died; it needed too much memory."""


@dataclass(frozen=True)
class Task:
    """A job with its options and what one piece may cost. `search` is where modules may lie besides Python's own."""

    job: str  # module:function
    options: str  # as JSON
    seconds: float
    megabytes: int
    search: tuple[str, ...] = ()


class Failure(NamedTuple):
    """Why there is no row for a piece."""

    kind: Kind
    message: str
    seconds: float

    def reason(self, place: str) -> str:
        """The message for a list that names the piece itself: without its place, with the kind of what is no error.

        >>> [Failure(kind, "a.mxl, measure 3: too long", 1).reason("a.mxl") for kind in ("error", "crash")]
        ['measure 3: too long', 'crash: measure 3: too long']
        """
        told = self.message.removeprefix(place).lstrip(":, ")
        return told if self.kind == "error" else f"{self.kind}: {told}"


@dataclass(frozen=True)
class Answer:
    """What became of the pieces of a chunk, by their places in it."""

    done: tuple[int, ...] = ()
    rows: Table = field(default_factory=Table)  # one for each that is done
    failures: Mapping[int, Failure] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float = 0.0


def task_for(job: str, options: Mapping[str, Any], seconds: float, megabytes: int) -> Task:
    """The task of a job that other processes can import.

    Raises:
        UsageError: it is no `module:function`, options are not JSON, or a limit is none.

    >>> task_for("musegen.corpora.running.tasks:task_for", {"a": [1]}, 60, 2048).options
    '{"a": [1]}'
    """
    if not 0 < seconds <= _A_DAY or megabytes <= 0:
        hint = "60 seconds and 2048 MB are usual, a day is the most"
        raise UsageError("a piece needs some time and some memory", hint=hint)
    module = job.partition(":")[0]
    if module in ("", "__main__") or not job.partition(":")[2].isidentifier():
        hint = "put the function into a module of its own and write module:function"
        raise UsageError(f"`{job}` cannot be imported by another process", hint=hint)
    try:
        text = json.dumps(dict(options), sort_keys=True)
    except (TypeError, ValueError) as error:
        raise UsageError(f"the options of a job must be values of JSON ({error})") from None
    return Task(job, text, seconds, megabytes, tuple(os.path.abspath(path) for path in sys.path))


def function_of(job: str) -> Any:
    """The function that a job names.

    Raises:
        UsageError: there is none.

    >>> function_of("musegen.no_such:job")
    Traceback (most recent call last):
    musegen.errors.UsageError: the job musegen.no_such:job cannot be imported (No module named 'musegen.no_such')
    """
    module, _, name = job.partition(":")
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"the job {job} cannot be imported ({error})") from None
