"""Indexes of melodies on disk, and the cache of those of whole corpora; see `keeping`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy.typing as npt

from musegen.corpora.pieces import Piece
from musegen.features.similarity import keeping
from musegen.features.similarity.index import Postings, SimilarityIndex, build
from musegen.features.similarity.keeping import Kind, packed, read_arrays, words_in, write_arrays
from musegen.features.similarity.reading import MELODIES as READING
from musegen.features.similarity.reading import Told
from musegen.features.similarity.soundness import check_sound
from musegen.features.similarity.surprise import Surprise
from musegen.features.similarity.symbols import GRAMS

LAYOUT = 5
"""Another number for other arrays, or for what is in them."""
_WORDS = ("pieces", "titles", "groups", "line_names", "measure_words")
_COLUMNS = ("owner", "begins", "pitch", "step", "measure", "note", "unrelated", "chance")


def save(index: SimilarityIndex, path: str | Path) -> None:
    """Write an index to a file, whole or not at all.

    Raises:
        EngravingError: the place cannot be written.
    """
    arrays: dict[str, npt.NDArray[Any]] = {name: packed(getattr(index, name)) for name in _WORDS}
    arrays |= {name: getattr(index, name) for name in _COLUMNS}
    arrays |= {"interval_bits": index.surprise.interval, "ratio_bits": index.surprise.ratio}
    for number, postings in enumerate(index.postings):
        arrays |= {f"first_{number}": postings.first, f"place_{number}": postings.place}
    write_arrays(path, LAYOUT, arrays)


def load(path: str | Path) -> SimilarityIndex:
    """The index in a file.

    Raises:
        UnreadableFile: there is none, or of another version of musegen.
    """
    return read_arrays(path, LAYOUT, _unpacked)


def index_of(pieces: Sequence[Piece], *, on_failure: Told | None = None, **reading: Any) -> SimilarityIndex:
    """The index of these pieces; see `keeping.index_of`.

    Raises:
        ScoreError: a piece cannot be read, and there is no `on_failure`.
    """
    found: SimilarityIndex = keeping.index_of(MELODIES, pieces, on_failure=on_failure, **reading)
    return found


def index_named(corpus: str | Path | SimilarityIndex | Sequence[str]) -> SimilarityIndex:
    """The index of a corpus, folder or file by name, of several, of a file that `save` wrote, or as it is.

    Raises:
        ScoreError: a piece, or the file, cannot be read.
        UsageError: there is no such corpus.
    """
    found: SimilarityIndex = keeping.index_named(MELODIES, SimilarityIndex, corpus)
    return found


def kept_index(pieces: Sequence[Piece]) -> Path:
    """Where the cache has, or would have, the index of these pieces; their files' digests name it."""
    return keeping.kept_index(MELODIES, pieces)


def keep(index: SimilarityIndex, path: Path) -> None:
    """Keep an index for the next time; where nothing can be written, nothing is."""
    keeping.keep(MELODIES, index, path)


def _unpacked(stored: Any) -> SimilarityIndex:
    known: dict[str, Any] = {name: stored[name] for name in _COLUMNS}
    known |= {name: words_in(stored[name]) for name in _WORDS}
    if not len(known["owner"]):
        known["line_names"] = ()
    postings = tuple(Postings(stored[f"first_{number}"], stored[f"place_{number}"]) for number in range(len(GRAMS)))
    surprise = Surprise(stored["interval_bits"], stored["ratio_bits"])
    made = SimilarityIndex(postings=postings, surprise=surprise, **known)
    check_sound(made)
    return made


MELODIES = Kind("melodies", lambda: f"{LAYOUT}", READING, build, save, load)
