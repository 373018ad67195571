"""The concordance: every passage that was found, piece by piece, and how often, with the base that counts are of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from musegen.corpora.conditions import value_of
from musegen.corpora.pieces import Piece
from musegen.errors import MusegenError, UnreadableFile, UsageError, nearest
from musegen.features.bootstraps import intervals
from musegen.features.counting import Floats
from musegen.features.search.finding import Hit, NotSearched, hits_in
from musegen.features.search.piece_rows import piece_rows
from musegen.features.search.queries import Query
from musegen.theory.analyse import Engine
from musegen.theory.modal.reading import Asked

PER = 1000
"""Counts are given per so many beats."""
UNKNOWN = "(not known)"
_YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}")
_SPAN = 50


class Searched(NamedTuple):
    """A piece that was searched, or the reason why it was not."""

    piece: Piece
    hits: tuple[Hit, ...]
    beats: float  # denominator units of its measures, repeats not unfolded
    chords: int  # 0 where chords were not needed
    reading: str  # tonal or modal; "" where chords were not needed
    left_out: str = ""
    implied: bool = False  # the chords are those that a single line implies


class Rate(NamedTuple):
    """How often a passage stands in some pieces. The bounds are the middle 95 % of bootstraps over works."""

    group: str
    hits: int
    pieces_with: int
    pieces: int
    beats: float
    chords: int
    per_thousand: float  # hits per 1,000 beats; NaN without a beat
    low: float
    high: float  # NaN with fewer than five works, and without a hit


@dataclass(frozen=True)
class Concordance:
    """What was asked, of what, and all that was found."""

    query: str
    engine: str
    pieces: tuple[Searched, ...]

    @property
    def searched(self) -> tuple[Searched, ...]:
        """The pieces that were searched."""
        return tuple(found for found in self.pieces if not found.left_out)

    @property
    def left_out(self) -> tuple[Searched, ...]:
        """The pieces that were not, each with its reason."""
        return tuple(found for found in self.pieces if found.left_out)

    @property
    def count(self) -> int:
        """How many passages were found."""
        return sum(len(found.hits) for found in self.pieces)

    @property
    def readings(self) -> tuple[str, ...]:
        """How the chords were read, where they were needed."""
        return tuple(sorted({found.reading for found in self.searched if found.reading}))

    @property
    def implied(self) -> int:
        """How many of the pieces searched for chords are a single line, which only implies them."""
        return sum(found.implied for found in self.searched)

    def total(self, rng: np.random.Generator) -> Rate:
        """All pieces together."""
        return _rate("all", self.searched, rng)

    def rates(self, label: str, rng: np.random.Generator) -> tuple[Rate, ...]:
        """The pieces grouped by what is known of them: `composer`, `genre`; `date` by half centuries.

        Raises:
            UsageError: no piece has such a label.
        """
        check_label([found.piece for found in self.pieces], label)
        groups: dict[str, list[Searched]] = {}
        for found in self.searched:
            groups.setdefault(group_of(found.piece, label), []).append(found)
        return tuple(_rate(name, groups[name], rng) for name in sorted(groups))


def check_label(pieces: Iterable[Piece], label: str) -> None:
    """Nothing.

    Raises:
        UsageError: no piece has such a label.
    """
    known = {name for piece in pieces for name in piece.labels} | {"corpus", "group", "split"}
    if label not in known:
        raise UsageError(f"no piece has a label `{label}`", hint=nearest(label, known))


def group_of(piece: Piece, label: str) -> str:
    """The value of a label by which a piece is grouped; of a date the half century of its first year.

    >>> group_of(Piece("a", labels={"date": "1525-1594"}), "date"), group_of(Piece("a"), "composer")
    ('1500-1549', '(not known)')
    """
    value = value_of(piece, label)
    year = _YEAR.search(value) if label == "date" else None
    if year:
        start = int(year[0]) // _SPAN * _SPAN
        return f"{start}-{start + _SPAN - 1}"
    return value or UNKNOWN


def search_piece(piece: Piece, query: Query, engine: Engine = "neural", reading: Asked = "auto") -> Searched:
    """One piece searched.

    Raises:
        ScoreError: it cannot be read, or is too long to be analysed.
    """
    rows = piece_rows(piece, query.needs, engine, reading)
    chords = rows.chords
    found = Searched(piece, (), rows.beats, 0, "")
    if chords is not None:
        found = found._replace(chords=len(chords), reading=chords.reading, implied=chords.implied)
    try:
        return found._replace(hits=hits_in(rows, query))
    except NotSearched as reason:
        return found._replace(left_out=reason.message)


def search(
    pieces: Iterable[Piece],
    query: Query,
    *,
    engine: Engine = "neural",
    reading: Asked = "auto",
    failed: Mapping[str, str] = MappingProxyType({}),
    on_failure: Callable[[Piece, Exception], None] | None = None,
) -> Concordance:
    """The concordance of a question in these pieces; `on_failure` is told of each that fails, else it ends the search.

    `failed` are reasons why pieces, by their place, are known to fail (`preparing.prepare`): they are not tried again.

    >>> from musegen.features.search.queries import make_query
    >>> found = search([Piece("bach/bwv66.6")], make_query("V7 I", at=["cadence"]), engine="classical")
    >>> [(hit.measure, hit.match, hit.cadence) for hit in found.pieces[0].hits]
    [('2', 'V7 I', 'PAC')]
    """
    found = []
    for piece in pieces:
        try:
            if piece.place in failed:
                raise UnreadableFile(failed[piece.place], file=piece.place)
            found.append(search_piece(piece, query, engine, reading))
        except Exception as error:  # one hostile piece must not cost the others
            if on_failure is None:
                raise
            on_failure(piece, error)
            found.append(Searched(piece, (), 0.0, 0, "", _reason(piece, error)))
    return Concordance(query.words, engine, tuple(found))


def _reason(piece: Piece, error: Exception) -> str:
    told = str(error) if isinstance(error, MusegenError) else f"internal error: {type(error).__name__}: {error}"
    return told.removeprefix(piece.place).lstrip(":, ")


def _rate(name: str, found: Sequence[Searched], rng: np.random.Generator) -> Rate:
    hits = np.array([len(one.hits) for one in found], dtype=np.float64)
    beats = np.array([one.beats for one in found], dtype=np.float64)
    base = float(beats.sum())
    low, high = _bounds(found, hits, beats, rng) if hits.any() else (float("nan"), float("nan"))
    return Rate(
        name, int(hits.sum()), int((hits > 0).sum()), len(found), base, sum(one.chords for one in found),
        PER * float(hits.sum()) / base if base else float("nan"), low, high,
    )  # fmt: skip


def _bounds(found: Sequence[Searched], hits: Floats, beats: Floats, rng: np.random.Generator) -> tuple[float, float]:
    """The interval of a rate: movements of one mass are no independent witnesses."""
    works = [one.piece.group or one.piece.name for one in found]
    low, high = intervals(hits[:, None], beats, works, rng)
    return PER * float(low[0]), PER * float(high[0])
