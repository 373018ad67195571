"""`read`: a Score from a path, a name of music21's corpus, a music21 stream or a Score; formats told by content."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from musegen.errors import MalformedScore, MusegenError, UnreadableFile
from musegen.score.model import Score
from musegen.score.musicxml import read_musicxml
from musegen.score.musicxml_source import as_utf8
from musegen.score.mxl import unzip_mxl

MAX_BYTES = 64 << 20
CORPUS_SUFFIXES = (".mxl", ".xml", ".musicxml", ".krn", ".abc", ".rntxt")
Format = Literal["musicxml", "mxl", "mei", "kern", "abc", "midi", "romantext"]

_CORPUS_NAME = re.compile(r"[\w+()'-]+(/[\w+()'-][\w+()' .-]*)+$")
_BACH_NUMBER = re.compile(r"bwv\d[\w.-]*$")
_NOT_MARKUP = re.compile(rb"<!--.*?(-->|$)|<\?.*?(\?>|$)", re.DOTALL)
_FIRST_TAG = re.compile(rb"<(?:[\w.-]{1,40}:)?([A-Za-z_][\w.-]{0,60})")
_TEXT_FORMATS: tuple[tuple[Format, re.Pattern[bytes]], ...] = (
    ("kern", re.compile(rb"^\*\*[a-z]", re.MULTILINE)),
    ("abc", re.compile(rb"^(?:X:[ \t]*\d|%abc)", re.MULTILINE)),
    ("romantext", re.compile(rb"^m\d+[a-z]*[ \t]+(?:b\d|\S+:|\|\||[IViv=])", re.MULTILINE)),
)
_OTHER_THINGS = (
    (b"%PDF", "a PDF", "read notes from pictures with an OMR program first"),
    (b"\x89PNG", "a picture", "read notes from pictures with an OMR program first"),
    (b"\xff\xd8\xff", "a picture", "read notes from pictures with an OMR program first"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"RIFF", "a sound file", "musegen reads scores, not sound"),
    (b"ID3", "a sound file", "musegen reads scores, not sound"),
)


def read(source: Any) -> Score:
    """A score, from wherever it is.

    `source` is a path, a name of music21's corpus (`bach/bwv66.6`), a music21 stream, or a Score, which comes back as
    it is. Files are known by what they hold, not by their name: MusicXML (.musicxml, .xml, .mxl), ABC, Humdrum kern,
    MIDI, MEI, RomanText. After the name of an ABC file `#12` is its tune 12, and `#12.2` the second of that number.

    Raises:
        UnreadableFile: not there, not a regular file, empty, too large, or of no known format.
        MalformedScore: a known format whose content contradicts itself; says the measure and beat.

    >>> score = read("bach/bwv66.6")
    >>> len(score.parts), len(score.notes), score.measures[0].number
    (4, 165, '0')
    >>> read("essenFolksong/altdeu10#2").metadata.title
    'Herzog Ernst'
    """
    if isinstance(source, Score):
        return source
    if any(base.__module__.startswith("music21.") for base in type(source).__mro__):
        from musegen.score.music21_door import from_music21

        return from_music21(source)
    if not isinstance(source, (str, os.PathLike)):
        raise UnreadableFile(f"a {type(source).__name__} is no score", hint="give a path or a music21 stream")
    path, tune = _located(os.fsdecode(source))
    if tune:
        return _read_tune(path, tune, str(source))
    return read_bytes(regular_file(path), str(source))


def read_bytes(data: bytes, name: str) -> Score:
    """The score in the content of a file; `name` is only for its messages.

    Raises:
        UnreadableFile, MalformedScore: as `read` does.
    """
    with _told_of(name):
        kind = sniff(data)
        digest = hashlib.sha256(data).hexdigest()
        if kind == "mxl":
            return read_musicxml(unzip_mxl(data), path=name, digest=digest)
        if kind == "musicxml":
            return read_musicxml(data, path=name, digest=digest)
        if kind == "midi":
            from musegen.score.midi import read_midi

            return read_midi(data, name, digest)
        if kind == "abc":
            from musegen.score.abc_reader import read_abc

            return read_abc(data, name, digest)
        if kind == "kern":
            from musegen.score.kern import read_kern

            return read_kern(data, name, digest)
        from musegen.score.foreign import read_foreign

        return read_foreign(data, kind, name, digest)


@contextmanager
def _told_of(name: str) -> Iterator[None]:
    """Whatever a hostile file finds inside, the caller gets one kind of error, with the file's name."""
    try:
        yield
    except (UnreadableFile, MalformedScore) as error:
        raise error.at(name) from None
    except MusegenError:
        raise
    except Exception as error:
        raise MalformedScore(f"it cannot be read ({type(error).__name__}: {error})", file=name) from error


def _read_tune(path: Path, tune: str, name: str) -> Score:
    from musegen.score.abc_reader import read_abc

    with _told_of(name):
        about = os.stat(path)
        return read_abc(_collection(path, about.st_mtime_ns, about.st_size), name, "", tune)


@lru_cache(maxsize=4)
def _collection(path: Path, mtime_ns: int, size: int) -> bytes:
    """The text of an ABC file, kept while its tunes are read one after the other."""
    from musegen.score.abc_tunes import unix_lines

    data = regular_file(path)
    if sniff(data) != "abc":
        raise UnreadableFile("only an ABC file has tunes to name", hint="leave out what follows the `#`")
    return unix_lines(data)


def find(name: str) -> Path:
    """The file that a path or a name of music21's corpus means; of a tune of a collection, the collection.

    Raises:
        UnreadableFile: there is none.
    """
    return _located(name)[0]


def _located(name: str) -> tuple[Path, str]:
    """The file that a name means, and which of its tunes; "" for a file as a whole."""
    if not name or "\0" in name:
        raise UnreadableFile("an empty name", hint="give a path or a name such as bach/bwv66.6")
    try:
        if os.path.lexists(name):
            return Path(name), ""
    except (OSError, ValueError):
        raise UnreadableFile("this cannot be the name of a file", file=name[:200]) from None
    found, tune = corpus_file(name), ""
    if found is None and "#" in name:
        collection, _, tune = name.rpartition("#")
        found = Path(collection) if os.path.isfile(collection) else corpus_file(collection)
    if found is None:
        web = re.match(r"[a-z]+://", name)
        hint = "download it first" if web else "give a path, or a name of music21's corpus such as bach/bwv66.6"
        raise UnreadableFile("there is no such file", file=name[:200], hint=hint)
    return found, tune


@cache
def corpus_folder() -> Path | None:
    """The folder of music21's embedded corpus, found without importing music21; None without music21."""
    spec = find_spec("music21")
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) / "corpus" if places else None


def corpus_file(name: str) -> Path | None:
    """The file of a corpus name such as `bach/bwv66.6` (also `bwv66.6`), with or without its suffix."""
    folder = corpus_folder()
    if folder is None or ".." in name.split("/"):
        return None
    if _BACH_NUMBER.match(name):
        name = f"bach/{name}"
    if not _CORPUS_NAME.match(name):
        return None
    for suffix in ("", *CORPUS_SUFFIXES):
        path = folder / (name + suffix)
        if path.suffix in CORPUS_SUFFIXES and os.path.isfile(path):
            return path
    return None


def regular_file(path: Path, most: int = MAX_BYTES) -> bytes:
    """The content of a regular file of at most so many bytes; nothing else is even opened.

    Raises:
        UnreadableFile: anything else.
    """
    name = str(path)
    try:
        _check_regular(os.stat(path).st_mode, name)
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
        with os.fdopen(os.open(path, flags), "rb") as stream:
            _check_regular(os.fstat(stream.fileno()).st_mode, name)
            data = stream.read(most + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise UnreadableFile((getattr(error, "strerror", "") or str(error)).lower(), file=name) from None
    if not data.strip():
        raise UnreadableFile("the file is empty", file=name)
    if len(data) > most:
        raise UnreadableFile(f"the file is larger than {most >> 20} MB", file=name)
    return data


def _check_regular(mode: int, name: str) -> None:
    if stat.S_ISDIR(mode):
        raise UnreadableFile("this is a folder", file=name, hint="name the score in it")
    if not stat.S_ISREG(mode):
        raise UnreadableFile("this is no regular file", file=name)


def sniff(data: bytes) -> Format:
    """Which format the content is in.

    Raises:
        UnreadableFile: none that musegen reads; says what it looks like.

    >>> sniff(b"X:1\\nK:C\\nCDEF|")
    'abc'
    """
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "mxl"
    if data.startswith(b"MThd"):
        return "midi"
    for magic, what, hint in _OTHER_THINGS:
        if data.startswith(magic):
            raise UnreadableFile(f"the file is {what}", hint=hint)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:3] == b"\xef\xbb\xbf" or data.lstrip()[:1] == b"<":
        return _sniff_xml(data)
    if data[:2] in (b"<\0", b"\0<"):
        return _sniff_xml(data)
    return _sniff_text(data)


def _sniff_xml(data: bytes) -> Format:
    document = as_utf8(data)
    if not document.startswith(b"<"):
        return _sniff_text(document)
    found = _FIRST_TAG.search(_NOT_MARKUP.sub(b"", document[:65_536]))
    root = found[1].decode("ascii", "replace") if found else ""
    if root in ("score-partwise", "score-timewise"):
        return "musicxml"
    if root == "mei":
        return "mei"
    raise UnreadableFile(f"the file is XML of another kind (<{root}>)", hint="export the score as MusicXML")


def _sniff_text(data: bytes) -> Format:
    head = data[:200_000].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    for name, pattern in _TEXT_FORMATS:
        if b"\0" not in head and pattern.search(head):
            return name
    raise UnreadableFile(
        "the file holds no score in a format that musegen knows", hint="MusicXML, ABC, kern, MIDI, MEI or RomanText"
    )
