"""The tunes of an ABC file: where each begins and ends, what it is called (`12`, `12.2`), and its digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from musegen.errors import UnreadableFile, nearest

_X_FIELD = re.compile(rb"^X:[ \t]*([^\s%]*)[^\n]*", re.MULTILINE)
_TITLE = re.compile(rb"^T:[ \t]*([^\n%]*)", re.MULTILINE)
_KEPT_FILES = 4
"""Whose places are kept, so that the tunes of a collection can be read one after the other."""


class TuneName(NamedTuple):
    """One tune of a file: `read` takes `file.abc#name`."""

    name: str  # the number in its X: field; the second tune of the same number is `12.2`
    title: str  # its first T: field
    sha256: str  # of its own text, line ends and blank ends apart


class Tune(NamedTuple):
    """Where a tune stands: places in the text that `unix_lines` gives."""

    name: str
    start: int
    stop: int


def tunes_of(data: bytes) -> tuple[TuneName, ...]:
    """All tunes of an ABC file, in its order; none are read.

    >>> [(tune.name, tune.title) for tune in tunes_of(b"X:1\\nT:Gigue\\nK:C\\nC|\\n\\nX:1\\nT:Air\\nK:D\\nD|")]
    [('1', 'Gigue'), ('1.2', 'Air')]
    """
    text = unix_lines(data)
    return tuple(TuneName(tune.name, _title(text, tune), digest_of(text, tune)) for tune in places_of(text))


def unix_lines(data: bytes) -> bytes:
    r"""The text with `\n` at the end of its lines, without a byte order mark.

    >>> unix_lines(b"X:1\r\nK:C\rC|")
    b'X:1\nK:C\nC|'
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


@lru_cache(_KEPT_FILES)
def places_of(text: bytes) -> tuple[Tune, ...]:
    """Where the tunes stand, in order; a text without X: is one tune, `1`.

    >>> places_of(b"M:3/4\\nX:7\\nK:C\\nC|\\nX:8\\nK:C\\nC|")
    (Tune(name='7', start=6, stop=17), Tune(name='8', start=17, stop=27))
    """
    starts = list(_X_FIELD.finditer(text))
    if not starts:
        return (Tune("1", 0, len(text)),)
    stops = [*(found.start() for found in starts[1:]), len(text)]
    names = _distinct(found[1].decode("utf-8", "replace")[:40] or "0" for found in starts)
    return tuple(Tune(name, found.start(), stop) for name, found, stop in zip(names, starts, stops, strict=True))


def place_of(text: bytes, name: str) -> Tune:
    """The tune of a name.

    Raises:
        UnreadableFile: there is none; says the nearest names.

    >>> place_of(b"X:7\\nK:C\\nC|", "7").stop
    10
    """
    found = _by_name(text).get(name)
    if found is None:
        raise UnreadableFile(f"the file holds no tune `{name[:40]}`", hint=nearest(name, _by_name(text)))
    return found


@lru_cache(_KEPT_FILES)
def _by_name(text: bytes) -> dict[str, Tune]:
    return {tune.name: tune for tune in reversed(places_of(text))}


def digest_of(text: bytes, tune: Tune) -> str:
    """The sha256 of a tune's own text.

    >>> one, two = places_of(b"X:1\\nK:C\\nC|\\n\\nX:1\\nK:C\\nC|")
    >>> digest_of(b"X:1\\nK:C\\nC|", one) == digest_of(b"X:1\\nK:C\\nC|\\n\\n", one)
    True
    """
    return hashlib.sha256(text[tune.start : tune.stop].rstrip()).hexdigest()


def _distinct(numbers: Iterator[str]) -> Iterator[str]:
    """The names: what comes again is counted."""
    seen: dict[str, int] = {}
    for number in numbers:
        seen[number] = seen.get(number, 0) + 1
        yield number if seen[number] == 1 else f"{number}.{seen[number]}"


def _title(text: bytes, tune: Tune) -> str:
    found = _TITLE.search(text, tune.start, tune.stop)
    return found[1].decode("utf-8", "replace").strip() if found else ""
