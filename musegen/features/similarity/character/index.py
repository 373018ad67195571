"""CharacterIndex: the passages of a corpus as vectors; which pieces are most like a score in character."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.similarity.character.passages import Passage, Vectors, passages_of_tune
from musegen.features.similarity.index import LONGEST_TITLE
from musegen.features.similarity.search import other_pieces
from musegen.score.model import Score
from musegen.theory.tunes.thinking import WIDTH

Ints32 = npt.NDArray[np.int32]
_SMALLEST = 1e-6


class CharacterEntry(NamedTuple):
    """One piece for an index: name, what it must not be compared with, title, printed measure numbers, passages."""

    name: str
    group: str
    title: str
    measures: Sequence[str]
    passages: Sequence[Passage]


class Likeness(NamedTuple):
    """A piece that is like a query, and the two passages that are most alike."""

    piece: str
    title: str
    likeness: float  # the mean over the query's passages of the nearest one's cosine, -1 to 1
    measures: tuple[str, str]  # first and last, as printed there
    query_measures: tuple[str, str]
    passage_likeness: float  # the cosine of these two passages


@dataclass(frozen=True, eq=False)
class CharacterIndex:
    """The passages of many pieces, one after the other; `owner` has the piece of each, in ascending order."""

    pieces: tuple[str, ...]
    titles: tuple[str, ...]
    groups: tuple[str, ...]
    owner: Ints32  # (passages,)
    measures: npt.NDArray[np.str_]  # (passages, 2): first and last, as printed
    vectors: npt.NDArray[np.float16]  # (passages, 2 * WIDTH)

    def __repr__(self) -> str:
        return f"<CharacterIndex: {len(self.pieces)} pieces, {len(self.owner)} passages>"

    @cached_property
    def scale(self) -> tuple[Vectors, Vectors]:
        """(2 * WIDTH,) twice: mean and deviation of every number in this corpus."""
        every = self.vectors.astype(np.float32)
        return every.mean(axis=0), np.maximum(every.std(axis=0), _SMALLEST)

    @cached_property
    def directions(self) -> Vectors:
        """(passages, 2 * WIDTH): the passages, standardised, of length one."""
        return self.directed(self.vectors.astype(np.float32))

    def directed(self, vectors: Vectors) -> Vectors:
        """Vectors of any passages as directions of this corpus."""
        mean, deviation = self.scale
        found = (vectors - mean) / deviation
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), _SMALLEST))


def build(entries: Iterable[CharacterEntry]) -> CharacterIndex:
    """An index of these pieces; a piece without a passage is known, but never found."""
    told = list(entries)
    owner = [number for number, entry in enumerate(told) for _ in entry.passages]
    places = [_printed(entry.measures, passage) for entry in told for passage in entry.passages]
    vectors = [passage.vector for entry in told for passage in entry.passages]
    return CharacterIndex(
        tuple(entry.name for entry in told),
        tuple(" ".join(entry.title.split())[:LONGEST_TITLE] for entry in told),
        tuple(entry.group or entry.name for entry in told),
        np.array(owner, dtype=np.int32),
        np.array(places, dtype=np.str_).reshape(-1, 2),
        np.array(vectors, dtype=np.float16).reshape(-1, 2 * WIDTH),
    )


def alike(query: Score, index: CharacterIndex, *, count: int = 10, without: str = "") -> tuple[Likeness, ...]:
    """The `count` pieces whose passages are most like those of a query, the likest first.

    Each passage of the query looks for its like in a piece; their mean ranks the piece. `without` names a piece that,
    with its group, is not to be found.

    Raises:
        MalformedScore: the query is no tune for the network.

    >>> import musegen
    >>> from musegen.features.similarity.character.passages import passages_of
    >>> one, other = (musegen.read(f"oneills1850/0001-0050#{number}") for number in (4, 5))
    >>> index = build(CharacterEntry(name, "", "", "1234567890", passages_of(score)[:2])
    ...               for name, score in (("one", one), ("other", other)))
    >>> [found.piece for found in alike(one, index)]
    ['one', 'other']
    """
    mine = passages_of_tune(query)
    if not mine or not len(index.owner):
        return ()
    cosines = index.directed(np.array([passage.vector for passage in mine])) @ index.directions.T
    first = np.flatnonzero(np.diff(index.owner, prepend=-1))
    likeness = np.maximum.reduceat(cosines, first, axis=1).mean(axis=0)
    allowed = other_pieces(index, without)
    ranked = [
        number for number in np.argsort(-np.round(likeness, 4), kind="stable").tolist()
        if allowed is None or allowed[index.owner[first[number]]]
    ]  # fmt: skip
    ends = np.append(first[1:], len(index.owner))
    words = [measure.number for measure in query.measures]
    return tuple(
        _likeness(
            index, float(likeness[number]), cosines[:, first[number] : ends[number]], int(first[number]), words, mine
        )
        for number in ranked[:count]
    )


def _likeness(
    index: CharacterIndex, found: float, cosines: Vectors, first: int, words: Sequence[str], mine: Sequence[Passage]
) -> Likeness:
    here, there = np.unravel_index(int(cosines.argmax()), cosines.shape)
    owner, at = int(index.owner[first]), first + int(there)
    measures = (str(index.measures[at, 0]), str(index.measures[at, 1]))
    best = round(float(cosines.max()), 3)
    query = _printed(words, mine[int(here)])
    return Likeness(index.pieces[owner], index.titles[owner], round(found, 3), measures, query, best)


def _printed(words: Sequence[str], passage: Passage) -> tuple[str, str]:
    return words[passage.first], words[passage.last]
