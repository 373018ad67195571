"""The formats that music21 reads for us (ABC, kern, MEI, RomanText): checked, read in a guarded process, kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from musegen.errors import MalformedScore
from musegen.score.cache import cached, keep
from musegen.score.model import Notice, Score, Source
from musegen.score.musicxml_source import as_utf8, parse_xml
from musegen.score.serial import unpacked
from musegen.score.table import Flag
from musegen.score.unwritable import refuse_unwritable
from musegen.score.worker import Worker, WorkerCrashed, WorkerTimeout

MEMORY_MB = 440
MAX_TEXT = 8 << 20
_WARM_UP_SECONDS = 60.0
_WALL_SECONDS = 30.0
_LEAST_SECONDS, _MOST_SECONDS, _MOST_SECONDS_A_TUNE = 3.0, 30.0, 4.0  # of computing
_BYTES_A_SECOND = 5_000  # a third of what music21 reads of a long kern quartet
_HELD_NUMBER = re.compile(rb"\d{7,}")
_WORDS = re.compile(rb"^(?:[ABCDFGHNORSTWXZw]:|%|!).*$", re.MULTILINE)  # titles, dates, sources, comments: never music


def read_foreign(data: bytes, kind: str, name: str, digest: str) -> Score:
    """The score of a file that is not MusicXML.

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
    most = _MOST_SECONDS_A_TUNE if kind == "abc" else _MOST_SECONDS
    seconds = min(most, max(_LEAST_SECONDS, len(data) / _BYTES_A_SECOND))
    worker = _worker()
    try:
        worker.call({"warm": True})
        tune, tunes = _first_tune(data) if kind == "abc" else (data, 1)
        sent = _with_barred_meters(_with_note_length(tune)) if kind == "abc" else data
        reply = worker.call({"data": sent, "format": kind}, _WALL_SECONDS, seconds)
    except WorkerTimeout as error:
        raise MalformedScore(f"music21 could not read it ({error.message})") from None
    except WorkerCrashed as error:
        raise MalformedScore(f"music21 could not read it ({error.message})") from None
    score = unpacked(reply["facts"], reply["rows"])
    _check_result(score)
    if tunes > 1:
        score = replace(
            score, notices=(Notice(f"the collection holds {tunes} tunes: the first is read"), *score.notices)
        )
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


def _check_text(data: bytes) -> None:
    if len(data) > MAX_TEXT:
        raise MalformedScore(f"the text is longer than {MAX_TEXT >> 20} MB")
    if b"\0" in data:
        raise MalformedScore(f"byte {data.index(0)} is no text")
    found = _HELD_NUMBER.search(_WORDS.sub(b"", data))
    if found:
        raise MalformedScore(f"the number {found[0][:20].decode()} is too large for any score")


def _check_abc(data: bytes) -> None:
    _check_text(data)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MalformedScore(f"line {line} holds letters that are not UTF-8", hint="save it as UTF-8") from None
    if not re.search(rb"^K:", data, re.MULTILINE):
        raise MalformedScore("the tune has no key", hint="an ABC tune's head ends with a K: line")


def _first_tune(data: bytes) -> tuple[bytes, int]:
    """What comes before the second tune, and how many tunes there are: of a collection, the first one is read."""
    starts = [found.start() for found in re.finditer(rb"^X:", data, re.MULTILINE)]
    return data[: starts[1]] if len(starts) > 1 else data, len(starts)


def _with_note_length(data: bytes) -> bytes:
    """A tune that states neither metre nor note length is counted in eighths; music21 wants that said."""
    found = re.search(rb"^K:", data, re.MULTILINE)
    head = data[: found.start()] if found else b""
    if re.search(rb"^[ML]:", head, re.MULTILINE):
        return data
    return head + b"L:1/8\n" + data[len(head) :]


_METER = re.compile(rb"^(M:[^\n]*)$|[ \t]*\[(M:[^\]\n]*)\][ \t]*", re.MULTILINE)


def _with_barred_meters(data: bytes) -> bytes:
    """A new meter on a line of its own with a bar line after it: without one music21 loses it, and notes slip.

    >>> _with_barred_meters(b"M:3/4\\nK:G\\nG A B|[M:2/4] G A|\\nM:4/4\\n|:G A B c:|").split(b"\\n")[2:]
    [b'G A B|', b'M:2/4', b'|G A|', b'M:4/4', b'|:G A B c:|']
    """

    def barred(found: re.Match[bytes]) -> bytes:
        before, after = body[: found.start()].rstrip(), body[found.end() :].lstrip()
        if not re.search(rb"[|:\]]\d?$", before):
            return found[0]
        alone = found[1].rstrip() if found[1] else b"\n" + found[2] + b"\n"
        return alone if re.match(rb"[|:]|\w:", after) else alone.removesuffix(b"\n") + b"\n|"

    key = re.search(rb"^K:[^\n]*\n", data, re.MULTILINE)
    start = key.end() if key else len(data)
    body = data[start:]
    return data[:start] + _METER.sub(barred, body)


def _check_kern(data: bytes) -> None:
    """Every line has a token for each spine; the spines end; the time signatures have beats."""
    _check_text(data)
    _check_kern_times(data.replace(b"\r", b""))
    spines = 0
    for number, line in enumerate(data.replace(b"\r", b"").split(b"\n"), start=1):
        if not line or line.startswith(b"!!"):
            continue
        tokens = line.split(b"\t")
        if not spines and not line.startswith(b"**"):
            raise MalformedScore(f"line {number} stands before the spines begin", hint="kern starts with **kern")
        if spines and len(tokens) != spines:
            raise MalformedScore(f"line {number} has {len(tokens)} spines where {spines} run")
        spines = _spines_after(tokens)
    if spines:
        raise MalformedScore(f"{spines} spines never end", hint="the file seems to be cut off")


def _spines_after(tokens: list[bytes]) -> int:
    """How many spines run on after a line: `*^` and `*+` open one, `*v` neighbours join, `*-` ends one."""
    if not tokens[0].startswith(b"*"):
        return len(tokens)
    count, joining = 0, False
    for token in tokens:
        joins = token == b"*v"
        count += 2 if token in (b"*^", b"*+") else 0 if token == b"*-" or (joins and joining) else 1
        joining = joins
    return count


_KERN_TIME = re.compile(rb"(?:^|\t)(\*M(?:0+/\d+|\d+/0+))(?=\t|$)", re.MULTILINE)
_KERN_BAR = re.compile(rb"^=+(\d+)", re.MULTILINE)


def _check_kern_times(data: bytes) -> None:
    found = _KERN_TIME.search(data)
    if found:
        bars = _KERN_BAR.findall(data, 0, found.start())
        raise MalformedScore(
            f"`{found[1].decode()}` is no time signature", measure=(bars[-1] if bars else b"1").decode()
        )


_PULSE_ZERO = re.compile(rb"^m(\d+)[^\n]*?[ \t](b0+(?:\.\d*)?)(?=\s|$)", re.MULTILINE)


def _check_roman_text(data: bytes) -> None:
    _check_text(data)
    found = _PULSE_ZERO.search(data)
    if found:
        raise MalformedScore(
            f"`{found[2].decode()}` is no beat", measure=found[1].decode(), hint="beats count from 1: b1"
        )


def _check_mei(data: bytes) -> None:
    parse_xml(as_utf8(data))


_CHECKS: dict[str, Callable[[bytes], None]] = {
    "abc": _check_abc,
    "kern": _check_kern,
    "mei": _check_mei,
    "romantext": _check_roman_text,
}
