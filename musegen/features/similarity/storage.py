"""Indexes on disk: one .npz of arrays, whole or not there, never a pickle; and the cache of those of whole corpora."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.corpora.pieces import Piece
from musegen.corpora.selecting import pieces_of
from musegen.errors import EngravingError, UnreadableFile, UsageError
from musegen.features.similarity.index import Postings, SimilarityIndex, build
from musegen.features.similarity.reading import Told, entries_of
from musegen.features.similarity.soundness import check_sound
from musegen.features.similarity.surprise import Surprise
from musegen.features.similarity.symbols import GRAMS
from musegen.score.cache import cache_folder
from musegen.score.whole_files import write_atomically

LAYOUT = 5
"""Another number for other arrays, or for what is in them."""
_WORDS = ("pieces", "titles", "groups", "line_names", "measure_words")
_COLUMNS = ("owner", "begins", "pitch", "step", "measure", "note", "unrelated", "chance")


def save(index: SimilarityIndex, path: str | Path) -> None:
    """Write an index to a file, whole or not at all.

    Raises:
        EngravingError: the place cannot be written.
    """
    arrays: dict[str, npt.NDArray[Any]] = {"layout": np.array(LAYOUT)}
    arrays |= {name: _packed(getattr(index, name)) for name in _WORDS}
    arrays |= {name: getattr(index, name) for name in _COLUMNS}
    arrays |= {"interval_bits": index.surprise.interval, "ratio_bits": index.surprise.ratio}
    for number, postings in enumerate(index.postings):
        arrays |= {f"first_{number}": postings.first, f"place_{number}": postings.place}
    content = io.BytesIO()
    np.savez(content, **arrays)  # type: ignore[arg-type]  # numpy types its flag among the arrays
    write_atomically(path, content.getvalue())


def load(path: str | Path) -> SimilarityIndex:
    """The index in a file.

    Raises:
        UnreadableFile: there is none, or of another version of musegen.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            if int(stored["layout"]) != LAYOUT:
                raise UnreadableFile("an index of another version of musegen", file=str(path), hint="build it again")
            return _unpacked(stored)
    except OSError as error:
        raise UnreadableFile(error.strerror.lower() if error.strerror else "no index", file=str(path)) from None
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        raise UnreadableFile("this is no index of melodies", file=str(path), hint="build it again") from None


def index_of(pieces: Sequence[Piece], *, on_failure: Told | None = None, **reading: Any) -> SimilarityIndex:
    """The index of these pieces, from the cache where it was built before; else `reading.entries_of` reads them.

    A piece that cannot be read is left out and told to `on_failure`; an index that lacks one is not kept.

    Raises:
        ScoreError: a piece cannot be read, and there is no `on_failure`.
    """
    kept = kept_index(pieces)
    if kept.exists():
        try:
            return load(kept)
        except UnreadableFile:
            pass  # damaged, or of another version: it is built again
    failed: list[tuple[str, Exception]] = []
    entries = entries_of(pieces, lambda *failure: failed.append(failure), **reading)
    for place, error in failed:
        if on_failure is None:
            raise error
        on_failure(place, error)
    index = build(entries)
    if not failed:
        keep(index, kept)
    return index


def index_named(corpus: str | Path | SimilarityIndex | Sequence[str]) -> SimilarityIndex:
    """The index of a corpus, folder or file by name, of several, of a file that `save` wrote, or as it is.

    Raises:
        ScoreError: a piece, or the file, cannot be read.
        UsageError: there is no such corpus.
    """
    if isinstance(corpus, SimilarityIndex):
        return corpus
    if isinstance(corpus, str | Path):
        return load(corpus) if str(corpus).endswith(".npz") else index_of(pieces_of([str(corpus)]))
    if not isinstance(corpus, Sequence) or not all(isinstance(name, str) for name in corpus):
        raise UsageError(f"a {type(corpus).__name__} is no corpus", hint="name a corpus, a folder or files")
    return index_of(pieces_of(corpus))


def kept_index(pieces: Sequence[Piece]) -> Path:
    """Where the cache has, or would have, the index of these pieces; their files' digests name it."""
    told = hashlib.sha256(f"{LAYOUT}".encode())
    for piece in pieces:
        told.update(f"{piece.place}\0{piece.group}\0{piece.stamp}\n".encode(errors="replace"))
    return cache_folder() / "melodies" / f"{told.hexdigest()}.npz"


def keep(index: SimilarityIndex, path: Path) -> None:
    """Keep an index for the next time; where nothing can be written, nothing is."""
    with suppress(OSError, EngravingError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        save(index, path)


def _packed(words: Sequence[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\0".join(words).encode(errors="replace"), np.uint8)


def _unpacked(stored: Any) -> SimilarityIndex:
    known: dict[str, Any] = {name: stored[name] for name in _COLUMNS}
    known |= {name: tuple(stored[name].tobytes().decode().split("\0")) for name in _WORDS}
    if not len(known["owner"]):
        known["line_names"] = ()
    postings = tuple(Postings(stored[f"first_{number}"], stored[f"place_{number}"]) for number in range(len(GRAMS)))
    surprise = Surprise(stored["interval_bits"], stored["ratio_bits"])
    made = SimilarityIndex(postings=postings, surprise=surprise, **known)
    check_sound(made)
    return made
