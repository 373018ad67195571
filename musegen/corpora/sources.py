"""Where pieces come from: the scores below a folder, the files of music21's corpus, the tunes of an ABC collection."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from musegen.corpora.pieces import Piece
from musegen.errors import UnreadableFile
from musegen.score.abc_tunes import tunes_of
from musegen.score.files import CORPUS_SUFFIXES, corpus_file, corpus_folder, find, regular_file

SUFFIXES = (".mxl", ".musicxml", ".xml", ".krn", ".abc", ".mid", ".midi", ".mei")
"""How files of scores are named; analyses in RomanText are none."""


def files_below(folder: Path, globs: Sequence[str] = ()) -> Iterator[str]:
    """Names, relative to the folder and with `/`, of the files that are named like scores, in order.

    Links to folders are not followed; `globs` are patterns of such names, where `*` may stand for `/` too.

    Raises:
        UnreadableFile: the folder, or one in it, is not there or cannot be opened.
    """

    def fail(error: OSError) -> None:
        reason = f"the folder cannot be read ({(error.strerror or str(error)).lower()})"
        raise UnreadableFile(reason, file=str(error.filename or folder))

    found = []
    for place, _, names in os.walk(folder, onerror=fail):
        inside = os.path.relpath(place, folder)
        start = "" if inside == os.curdir else Path(inside).as_posix() + "/"
        found += [start + name for name in names if name.lower().endswith(SUFFIXES) and not name.startswith("._")]
    for name in sorted(found):
        if not globs or any(fnmatchcase(name, glob) for glob in globs):
            yield name


def pieces_below(folder: str) -> Iterator[Piece]:
    """Every piece of a user's folder; collections are opened into their tunes.

    Raises:
        UnreadableFile: as `files_below` does, or the folder holds no score.
    """
    name = None
    for name in files_below(Path(folder)):
        yield from pieces_in(name, Path(folder, name), folder)
    if name is None:
        raise UnreadableFile("no scores in this folder", file=folder)


def pieces_named(name: str) -> Iterator[Piece]:
    """The piece of a file or of a name of music21's corpus, a tune of a collection, or all tunes of one.

    Raises:
        UnreadableFile: there is no such file, or no such tune in it.
    """
    collection, mark, tune = name.rpartition("#")
    if not mark or os.path.lexists(name):
        yield from pieces_in(name, find(name))
        return
    found = [piece for piece in pieces_in(collection, find(collection), opened=True) if piece.name == name]
    if not found:
        raise UnreadableFile(f"the file holds no tune `{tune[:40]}`", file=collection)
    yield from found


def pieces_in(name: str, path: Path, folder: str = "", *, opened: bool = False) -> Iterator[Piece]:
    """The pieces in one file: itself, or the tunes of an ABC file that holds several (`opened`: also its only one).

    A file that cannot be opened is a piece without a digest: whoever reads it is told why.
    """
    try:
        data = regular_file(path)
    except UnreadableFile:
        yield Piece(name, folder=folder)
        return
    tunes = tunes_of(data) if path.suffix.lower() == ".abc" else ()
    if len(tunes) > 1 or (tunes and opened):
        yield from (Piece(f"{name}#{tune.name}", tune.sha256, folder=folder) for tune in tunes)
    else:
        yield Piece(name, hashlib.sha256(data).hexdigest(), folder=folder)


def music21_names(globs: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """Names by which `read` knows the files of music21's corpus that these patterns mean, with the files.

    Raises:
        UnreadableFile: music21 is not installed, or its corpus was taken out.
    """
    corpus = corpus_folder()
    if corpus is None or not corpus.is_dir():
        raise UnreadableFile("music21's corpus is not there", hint="install music21 again")
    for name in files_below(corpus, globs):
        path = corpus / name
        short = name[: -len(path.suffix)] if path.suffix in CORPUS_SUFFIXES else name
        yield (short if corpus_file(short) == path else name), path
