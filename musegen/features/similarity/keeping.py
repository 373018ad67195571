"""How indexes are kept: one .npz of arrays, whole or not there, never a pickle; those of whole corpora in the cache."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from musegen.corpora.pieces import Piece
from musegen.corpora.selecting import pieces_of
from musegen.errors import EngravingError, UnreadableFile, UsageError
from musegen.features.similarity.reading import Job, Told, each_of
from musegen.score.cache import cache_folder
from musegen.score.whole_files import write_atomically

_Index = TypeVar("_Index")


class Kind(NamedTuple):
    """A kind of index: where the cache has it, what its files depend on, how it is read, built, written and loaded."""

    folder: str
    version: Callable[[], str]
    job: Job
    build: Callable[[list[Any]], Any]
    save: Callable[[Any, Path], None]
    load: Callable[[Path], Any]


def index_of(kind: Kind, pieces: Sequence[Piece], *, on_failure: Told | None = None, **reading: Any) -> Any:
    """The index of these pieces, from the cache where it was built before; else `reading.each_of` reads them.

    A piece that cannot be read is left out and told to `on_failure`; an index that lacks one is not kept.

    Raises:
        ScoreError: a piece cannot be read, and there is no `on_failure`.
    """
    kept = kept_index(kind, pieces)
    if kept.exists():
        try:
            return kind.load(kept)
        except UnreadableFile:
            pass  # damaged, or of another version: it is built again
    failed: list[tuple[str, Exception]] = []
    entries = each_of(pieces, kind.job, lambda *failure: failed.append(failure), **reading)
    for place, error in failed:
        if on_failure is None:
            raise error
        on_failure(place, error)
    index = kind.build(entries)
    if not failed:
        keep(kind, index, kept)
    return index


def index_named(kind: Kind, known: type, corpus: Any) -> Any:
    """The index of a corpus, folder or file by name, of several, of a file that was saved, or as it is: one of `known`.

    Raises:
        ScoreError: a piece, or the file, cannot be read.
        UsageError: there is no such corpus.
    """
    if isinstance(corpus, known):
        return corpus
    if isinstance(corpus, str | Path):
        is_kept = str(corpus).endswith(".npz")
        return kind.load(Path(corpus)) if is_kept else index_of(kind, pieces_of([str(corpus)]))
    if not isinstance(corpus, Sequence) or not all(isinstance(name, str) for name in corpus):
        raise UsageError(f"a {type(corpus).__name__} is no corpus", hint="name a corpus, a folder or files")
    return index_of(kind, pieces_of(corpus))


def kept_index(kind: Kind, pieces: Sequence[Piece]) -> Path:
    """Where the cache has, or would have, the index of these pieces; their files' digests name it."""
    told = hashlib.sha256(kind.version().encode())
    for piece in pieces:
        told.update(f"{piece.place}\0{piece.group}\0{piece.stamp}\n".encode(errors="replace"))
    return cache_folder() / kind.folder / f"{told.hexdigest()}.npz"


def keep(kind: Kind, index: Any, path: Path) -> None:
    """Keep an index for the next time; where nothing can be written, nothing is."""
    with suppress(OSError, EngravingError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        kind.save(index, path)


def write_arrays(path: str | Path, layout: int, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write arrays to a file, whole or not at all.

    Raises:
        EngravingError: the place cannot be written.
    """
    content = io.BytesIO()
    np.savez(content, layout=np.array(layout), **arrays)  # type: ignore[arg-type]  # numpy types its flag among them
    write_atomically(path, content.getvalue())


def read_arrays(path: str | Path, layout: int, unpacked: Callable[[Any], _Index]) -> _Index:
    """What `unpacked` makes of the arrays in a file; ValueError, KeyError or TypeError of it mean that they are none.

    Raises:
        UnreadableFile: there is no such file, or of another version of musegen, or it holds something else.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            if int(stored["layout"]) != layout:
                raise UnreadableFile(
                    "an index of another kind, or of another version of musegen", file=str(path), hint="build it again"
                )
            return unpacked(stored)
    except OSError as error:
        raise UnreadableFile(error.strerror.lower() if error.strerror else "no index", file=str(path)) from None
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        raise UnreadableFile("this is no index of melodies", file=str(path), hint="build it again") from None


def packed(words: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Words as bytes; `words_in` has them again."""
    return np.frombuffer("\0".join(words).encode(errors="replace"), np.uint8)


def words_in(stored: npt.NDArray[np.uint8]) -> tuple[str, ...]:
    """The words that `packed` made bytes of; of none, one empty word.

    >>> words_in(packed(["a", "b"]))
    ('a', 'b')
    """
    return tuple(stored.tobytes().decode().split("\0"))
