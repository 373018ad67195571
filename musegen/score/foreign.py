"""The formats that music21 reads for us (MEI, RomanText): checked, read in a guarded process, kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from musegen.errors import MalformedScore
from musegen.score.cache import cached, keep
from musegen.score.model import Score, Source
from musegen.score.musicxml_source import as_utf8, parse_xml
from musegen.score.plain_text import check_plain_text
from musegen.score.serial import unpacked
from musegen.score.table import Flag
from musegen.score.unwritable import refuse_unwritable
from musegen.score.worker import Worker, WorkerCrashed, WorkerTimeout

MEMORY_MB = 440
_WARM_UP_SECONDS = 60.0
_WALL_SECONDS = 30.0
_LEAST_SECONDS, _MOST_SECONDS = 3.0, 30.0  # of computing
_BYTES_A_SECOND = 5_000  # a third of what music21 reads of a long quartet


def read_foreign(data: bytes, kind: str, name: str, digest: str) -> Score:
    """The score of a file in one of these formats.

    Raises:
        MalformedScore: the file contradicts its format, or music21 cannot read it within time and memory.
    """
    _CHECKS[kind](data)
    score = cached(digest)
    if score is None:
        score = _through_music21(data, kind)
        keep(digest, score)
    return replace(score, source=Source(name, kind, digest))


def _through_music21(data: bytes, kind: str) -> Score:
    """Read by music21 in its own process; short files may compute little, for they need little."""
    seconds = min(_MOST_SECONDS, max(_LEAST_SECONDS, len(data) / _BYTES_A_SECOND))
    worker = _worker()
    try:
        worker.call({"warm": True})
        reply = worker.call({"data": data, "format": kind}, _WALL_SECONDS, seconds)
    except WorkerTimeout as error:
        raise MalformedScore(f"music21 could not read it ({error.message})") from None
    except WorkerCrashed as error:
        raise MalformedScore(f"music21 could not read it ({error.message})") from None
    score = unpacked(reply["facts"], reply["rows"])
    _check_result(score)
    return score


@cache
def _worker() -> Worker:
    return Worker("music21", _WARM_UP_SECONDS, MEMORY_MB)


def _check_result(score: Score) -> None:
    """music21 lets nonsense through: what comes back must be music."""
    if not len(score.notes) and not score.harmonies:
        raise MalformedScore("the file holds no notes")
    refuse_unwritable(score)
    if (score.notes["duration"] < 0).any():
        raise MalformedScore("a note ends before it begins")
    if ((score.notes["duration"] == 0) & ~score.notes.has(Flag.GRACE)).all() and len(score.notes):
        raise MalformedScore("no note has a duration")


_PULSE_ZERO = re.compile(rb"^m(\d+)[^\n]*?[ \t](b0+(?:\.\d*)?)(?=\s|$)", re.MULTILINE)


def _check_roman_text(data: bytes) -> None:
    check_plain_text(data)
    found = _PULSE_ZERO.search(data)
    if found:
        raise MalformedScore(
            f"`{found[2].decode()}` is no beat", measure=found[1].decode(), hint="beats count from 1: b1"
        )


def _check_mei(data: bytes) -> None:
    parse_xml(as_utf8(data))


_CHECKS: dict[str, Callable[[bytes], None]] = {
    "mei": _check_mei,
    "romantext": _check_roman_text,
}
