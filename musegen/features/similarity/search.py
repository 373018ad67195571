"""`similar`: the pieces of an index that are most like a melody, or like any line of a score."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from musegen.features.similarity.index import SimilarityIndex
from musegen.features.similarity.lines import Line, lines_of
from musegen.features.similarity.matches import Match, best_of_each, match_of
from musegen.features.similarity.passages import QUICK, Effort, passages
from musegen.features.similarity.symbols import TRANSFORMATIONS, Transformation
from musegen.score.files import CORPUS_SUFFIXES
from musegen.score.model import Score


class Named(Protocol):
    """An index, as far as names go."""

    @property
    def pieces(self) -> Sequence[str]:
        """The name of each piece."""

    @property
    def groups(self) -> Sequence[str]:
        """What each must not be compared with."""


_SUFFIX = re.compile(rf"({'|'.join(map(re.escape, CORPUS_SUFFIXES))})(?=#|$)")


def similar(
    query: Score | Line,
    index: SimilarityIndex,
    *,
    count: int = 10,
    effort: Effort = QUICK,
    transformations: Sequence[Transformation] = TRANSFORMATIONS,
    without: str = "",
) -> tuple[Match, ...]:
    """The `count` pieces that share the most surprising passage with a query, strongest first.

    The query may be transposed, augmented, diminished, inverted, backwards, ornamented or partly wrong. Of a score
    every line is looked for. `without` names a piece of the index that is not to be found, such as the query itself.

    >>> from musegen.features.similarity.index import Entry, build
    >>> tune = Line.of([60, 62, 67, 65, 64, 69, 67, 60])
    >>> index = build([Entry("a", "", ("1",), [tune]), Entry("b", "", ("1",), [Line.of([60, 60, 62, 60, 65, 64])])])
    >>> found = similar(Line.of([70, 68, 63, 65, 66, 61, 63, 70]), index)[0]
    >>> found.piece, found.transformation, found.longest_run
    ('a', 'inversion', 8)
    """
    words = [measure.number for measure in query.measures] if isinstance(query, Score) else []
    lines = lines_of(query) if isinstance(query, Score) else (query,)
    allowed = other_pieces(index, without)
    found = [
        (line, passage)
        for line in lines
        for passage in passages(index, line, effort=effort, transformations=transformations, allowed=allowed)
    ]
    return tuple(match_of(index, words, *best) for best in best_of_each(index, found)[:count])


def other_pieces(index: Named, without: str) -> npt.NDArray[np.bool_] | None:
    """Which pieces are of another group than the one of that name; None where there is none of it."""
    named = zip(index.pieces, index.groups, strict=True)
    own = {group for piece, group in named if without and same_piece(piece, without)}
    return np.array([group not in own for group in index.groups]) if own else None


def same_piece(one: str, other: str) -> bool:
    """Whether two names mean one piece: one may lack the suffix of the file, or be an absolute path.

    >>> same_piece("essenFolksong/kinder0.abc#12", "essenFolksong/kinder0#12"), same_piece("a.krn", "a.abc")
    (True, False)
    >>> same_piece("a.krn", "./a.krn"), same_piece(os.path.abspath("a.krn"), "a.krn")
    (True, True)
    """
    if os.path.isabs(one) != os.path.isabs(other) or other.startswith("."):
        one, other = os.path.abspath(one), os.path.abspath(other)
    return one == other or _SUFFIX.sub("", one) == other or one == _SUFFIX.sub("", other)
