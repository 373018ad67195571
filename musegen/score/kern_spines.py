"""The columns of a Humdrum file: which spine each belongs to, as spines split, join, change places, begin and end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

from musegen.errors import MalformedScore

MAX_COLUMNS = 1000
KERN = "**kern"
WORDS = ("**text", "**silbe", "**lyrics")
_PATHS = frozenset(("*^", "*v", "*-", "*+", "*x"))


@dataclass(slots=True)
class Column:
    """A spine, or one of the voices into which it has split."""

    spine: int
    kind: str = ""  # `**kern`, ...; nothing before it is told
    voice: int = 0  # 0 = the leftmost of its spine, which is written highest
    end: int = 0  # where its last note or rest ends, in ticks


class Columns:
    """The columns that run at a line of the file."""

    def __init__(self) -> None:
        self.all: list[Column] = []
        self.spines = 0
        self.kern: list[tuple[int, Column]] = []
        """(place, column) of those with notes."""
        self.words: list[tuple[int, int, int]] = []
        """(place, spine of the notes that are sung, verse) of those with syllables."""

    def begin(self, tokens: list[str]) -> None:
        """The kinds of columns: of all where none ran, else of those that a `*+` has added."""
        if not self.all:
            self.all = [Column(self.spines + number) for number in range(len(tokens))]
            self.spines += len(tokens)
        for token, column in zip(tokens, self.all, strict=True):
            if token.startswith("**"):
                column.kind = token
        self._settle()

    def follow(self, tokens: list[str]) -> None:
        """The columns after a line that may split, join, exchange, add or end some."""
        if _PATHS.isdisjoint(tokens):
            return
        after: list[Column] = []
        self._exchange(tokens)
        pairs = zip(tokens, self.all, strict=True)
        for joins, run in groupby(pairs, key=lambda pair: pair[0] == "*v"):
            if joins:
                after += _joined([column for _, column in run])
                continue
            for token, column in run:
                after += self._next(token, column)
        self.all = after
        self._settle()

    def _next(self, token: str, column: Column) -> list[Column]:
        if token == "*-":
            return []
        if token == "*^":
            return [column, replace(column)]
        if token == "*+":
            self.spines += 1
            return [column, Column(self.spines - 1, end=column.end)]
        return [column]

    def _exchange(self, tokens: list[str]) -> None:
        places = [place for place, token in enumerate(tokens) if token == "*x"]
        if len(places) % 2:
            raise MalformedScore("a spine changes places with none", hint="`*x` stands in two columns")
        for one, other in zip(places[::2], places[1::2], strict=True):
            self.all[one], self.all[other] = self.all[other], self.all[one]

    def _settle(self) -> None:
        """Voices and verses, counted from the left."""
        if len(self.all) > MAX_COLUMNS:
            raise MalformedScore(f"more than {MAX_COLUMNS} spines run at once")
        voices: dict[int, int] = {}
        self.kern, self.words = [], []
        spine, verse = -1, 0
        for place, column in enumerate(self.all):
            if column.kind == KERN:
                column.voice = voices.get(column.spine, 0)
                voices[column.spine] = column.voice + 1
                self.kern.append((place, column))
                spine, verse = column.spine, 0
            elif column.kind in WORDS and spine >= 0:
                verse += 1
                self.words.append((place, spine, verse))


def _joined(run: list[Column]) -> list[Column]:
    """Neighbours that join: the voices of each spine; whole spines where none has several."""
    groups = [list(group) for _, group in groupby(run, key=lambda column: column.spine)]
    if len(groups) == len(run):
        groups = [run]
    return [replace(group[0], end=max(column.end for column in group)) for group in groups]
