"""The corpus job of `musegen._worker`: some pieces in, a packed table of their rows out, with what failed."""

from __future__ import annotations

import faulthandler
import json
import os
import pickle
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from musegen.corpora.pieces import Piece
from musegen.corpora.running.tasks import function_of
from musegen.corpora.tables import packed, table_of
from musegen.errors import MusegenError

Row = Mapping[str, Any]
_Job = Callable[[Piece, Mapping[str, Any]], Row]
_LONGEST = 1000
"""Letters of a message: a hostile file may have much to say."""


def answer(payload: dict[str, Any]) -> dict[str, Any]:
    """The rows of `pieces`; without these only the job is made ready.

    Where memory runs out it ends early: the pieces after that one are in neither list.

    Raises:
        UsageError: there is no such job.
    """
    work = _prepared(payload["job"], tuple(payload["search"]))
    if "pieces" not in payload:
        return {}
    _end_after(payload["patience"])
    begun = time.process_time()
    rows: dict[int, Row] = {}
    failures: list[tuple[int, str, str, float]] = []
    options = json.loads(payload["options"])
    for place, piece in enumerate(pickle.loads(payload["pieces"])):  # written by our own other side
        result = _done(work, piece, options)
        if not isinstance(result, tuple):
            rows[place] = result
            continue
        failures.append((place, *result))
        if result[0] == "memory":
            break
    faulthandler.cancel_dump_traceback_later()
    head, cells = packed(table_of(list(rows.values())))
    cpu = time.process_time() - begun
    return {"done": list(rows), "head": head, "cells": cells, "failures": failures, "cpu": cpu}


@cache
def _prepared(job: str, search: tuple[str, ...]) -> _Job:
    sys.path += [path for path in search if path not in sys.path]
    work: _Job = function_of(job)
    return work


@cache
def _nowhere() -> int:
    return os.open(os.devnull, os.O_WRONLY)


def _end_after(seconds: float) -> None:
    """End this process then, even where a library that hangs lets no Python run; the other side has long given up."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=_nowhere())


def _done(work: _Job, piece: Piece, options: Mapping[str, Any]) -> Row | tuple[str, str, float]:
    """The row of a piece, or how it failed, why, and after how many seconds."""
    begun = time.monotonic()
    try:
        return _checked(work(piece, options))
    except MemoryError:
        kind, message = "memory", "it needs too much memory"
    except MusegenError as error:
        kind, message = "error", str(error)
    except Exception as error:  # a job may raise anything, and must not cost the other pieces
        kind, message = "error", f"internal error: {type(error).__name__}: {error}"
    return kind, " ".join(message.split())[:_LONGEST], time.monotonic() - begun


def _checked(row: Row) -> Row:
    """The row, if it is one of numbers and texts."""
    if not row:
        raise TypeError("the row is empty")
    if set(map(type, row)) != {str}:
        raise TypeError("the names of a row must be texts")
    for kind in set(map(type, row.values())):
        if not issubclass(kind, float | int | str | np.number | np.bool_ | None):
            raise TypeError(f"a row holds numbers and texts, no {kind.__name__}")
    return row
