"""Indexes of character on disk and in the cache; what they keep of each piece is read in guarded processes."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from musegen.corpora.pieces import Piece
from musegen.features.similarity.character.index import CharacterEntry, CharacterIndex, build
from musegen.features.similarity.character.passages import HOP, MEASURES, Passage, passages_of
from musegen.features.similarity.keeping import Kind, index_named, packed, read_arrays, words_in, write_arrays
from musegen.features.similarity.reading import Job
from musegen.theory.tunes.thinking import WIDTH, thinker_id

JOB = "musegen.features.similarity.character.storage:entry_row"
COLUMN = "characters"
LAYOUT = 1001
"""Another number for other arrays, or for what is in them; none that indexes of melodies have."""
_WORDS = ("pieces", "titles", "groups")


def save(index: CharacterIndex, path: str | Path) -> None:
    """Write an index to a file, whole or not at all.

    Raises:
        EngravingError: the place cannot be written.
    """
    arrays: dict[str, Any] = {name: packed(getattr(index, name)) for name in _WORDS}
    made_by = {"thinker": packed([thinker_id()]), "measures": packed(index.measures.ravel().tolist())}
    write_arrays(path, LAYOUT, arrays | made_by | {"owner": index.owner, "vectors": index.vectors})


def load(path: str | Path) -> CharacterIndex:
    """The index in a file.

    Raises:
        UnreadableFile: there is none, or of another version of musegen, or of other weights.
    """
    return read_arrays(path, LAYOUT, _index_in)


def _index_in(stored: Any) -> CharacterIndex:
    pieces, titles, groups = (words_in(stored[name]) for name in _WORDS)
    owner, vectors = stored["owner"], stored["vectors"]
    measures = words_in(stored["measures"]) if len(owner) else ()
    fits = (
        words_in(stored["thinker"]) == (thinker_id(),)
        and (owner.dtype, vectors.dtype) == (np.int32, np.float16)
        and vectors.shape == (len(owner), 2 * WIDTH)
        and len(measures) == 2 * len(owner)
        and len(pieces) == len(titles) == len(groups)
        and bool(np.isfinite(vectors).all() and (np.diff(owner) >= 0).all())
        and (not len(owner) or (owner[0] >= 0 and owner[-1] < len(pieces)))
    )
    if not fits:
        raise ValueError("arrays that are no index")
    return CharacterIndex(pieces, titles, groups, owner, np.array(measures, dtype=np.str_).reshape(-1, 2), vectors)


def entry_of(piece: Piece) -> CharacterEntry:
    """What an index keeps of a piece.

    Raises:
        ScoreError: it cannot be read.
    """
    score = piece.read()
    numbers = [measure.number for measure in score.measures]
    return CharacterEntry(piece.place, piece.group, score.metadata.title, numbers, passages_of(score))


def entry_row(piece: Piece, _options: Mapping[str, Any]) -> dict[str, str]:
    """The job: the entry of a piece as one text.

    >>> piece = Piece("oneills1850/0001-0050#4")
    >>> len(_entry_in(entry_row(piece, {})["characters"]).passages) == len(entry_of(piece).passages)
    True
    """
    entry = entry_of(piece)
    passages = [
        [passage.first, passage.last, base64.b64encode(passage.vector.astype(np.float16).tobytes()).decode()]
        for passage in entry.passages
    ]
    return {COLUMN: json.dumps([*entry[:3], list(entry.measures), passages])}


def _entry_in(text: str) -> CharacterEntry:
    name, group, title, measures, passages = json.loads(text)
    return CharacterEntry(name, group, title, measures, [_passage(*told) for told in passages])


def _passage(first: int, last: int, vector: str) -> Passage:
    return Passage(first, last, np.frombuffer(base64.b64decode(vector), np.float16).astype(np.float32))


CHARACTERS = Kind(
    "characters", lambda: f"{LAYOUT} {MEASURES} {HOP} {thinker_id()}", Job(JOB, COLUMN, entry_of, _entry_in), build,
    save, load,
)  # fmt: skip


def characters_named(corpus: str | Path | CharacterIndex | Sequence[str]) -> CharacterIndex:
    """The index of a corpus, folder or file by name, of several, of a file that `save` wrote, or as it is.

    Raises:
        ScoreError: a piece, or the file, cannot be read.
        UsageError: there is no such corpus.
    """
    found: CharacterIndex = index_named(CHARACTERS, CharacterIndex, corpus)
    return found
