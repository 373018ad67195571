"""SimilarityIndex: the melodies of a corpus as arrays, with the places of every short pattern; built, saved, loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.similarity.lines import Line
from musegen.features.similarity.surprise import Surprise, counted
from musegen.features.similarity.symbols import GRAMS, code_count, codes, intervals, ratios

Ints32 = npt.NDArray[np.int32]
LONGEST_TITLE = 60
"""Letters of a title that are kept; what follows is cut off."""


class Entry(NamedTuple):
    """One piece for an index: name, what it must not be compared with, printed measure numbers, lines, title."""

    name: str
    group: str
    measures: Sequence[str]
    lines: Sequence[Line]
    title: str = ""


class Postings(NamedTuple):
    """Where each n-gram stands: those of number `code` at `place[first[code] : first[code + 1]]`."""

    first: Ints32
    place: Ints32


def _no_rates() -> npt.NDArray[np.float32]:
    return np.zeros((0, 2), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class SimilarityIndex:
    """The melodies of many pieces, laid end to end in arrays with an entry a note.

    `begins` has the first note of each line and, last, the number of all notes; `owner` the piece of each line.
    """

    pieces: tuple[str, ...]
    titles: tuple[str, ...]
    groups: tuple[str, ...]
    line_names: tuple[str, ...]
    owner: Ints32
    begins: Ints32
    pitch: npt.NDArray[np.int16]
    step: npt.NDArray[np.float32]  # quarters to the next onset
    measure: Ints32  # number of a word in `measure_words`
    note: Ints32  # id in the piece's score
    measure_words: tuple[str, ...]
    postings: tuple[Postings, ...] = field(repr=False)
    surprise: Surprise = field(repr=False)
    unrelated: npt.NDArray[np.float32] = field(default_factory=_no_rates, repr=False)
    """(bits, notes) of sampled pieces: the strongest passage that each shares with pieces of other groups."""
    chance: npt.NDArray[np.float32] = field(default_factory=_no_rates, repr=False)
    """The same of tunes drawn from the corpus's n-grams; see `base_rate.with_base_rate`."""

    def __repr__(self) -> str:
        return f"<SimilarityIndex: {len(self.pieces)} pieces, {len(self.owner)} lines, {len(self.pitch)} notes>"

    @cached_property
    def interval(self) -> npt.NDArray[np.int8]:
        """The interval symbol of each note."""
        return intervals(self.pitch)

    @cached_property
    def ratio(self) -> npt.NDArray[np.int8]:
        """The rhythm symbol of each note."""
        return ratios(self.step)

    @cached_property
    def group(self) -> npt.NDArray[np.int64]:
        """The number of each piece's group."""
        numbers = {name: number for number, name in enumerate(dict.fromkeys(self.groups))}
        return np.array([numbers[name] for name in self.groups], dtype=np.int64)

    @cached_property
    def line(self) -> Ints32:
        """The number of the line that holds each note."""
        return np.repeat(np.arange(len(self.owner), dtype=np.int32), np.diff(self.begins))

    def entry_line(self, number: int) -> Line:
        """One line, as it was put in; its measures are numbers of words in `measure_words`.

        >>> made = build([Entry("a", "", ("1",), [Line.of([60, 62, 64, 65, 67])])])
        >>> made.entry_line(0).pitch.tolist()
        [60, 62, 64, 65, 67]
        """
        cut = slice(self.begins[number], self.begins[number + 1])
        pitch, measure, note = (column[cut].astype(np.int64) for column in (self.pitch, self.measure, self.note))
        return Line(self.line_names[number], pitch, self.step[cut], measure, note)

    @cached_property
    def digest(self) -> str:
        """What tells this index from others: the content of its notes and names."""
        told = hashlib.sha256("\n".join(self.pieces).encode())
        for column in (self.begins, self.pitch, self.step):
            told.update(np.ascontiguousarray(column).tobytes())
        return told.hexdigest()


def build(entries: Iterable[Entry]) -> SimilarityIndex:
    """An index of these pieces; a piece without a line of five notes is known, but never found.

    >>> build([Entry("a", "", ("1",), [Line.of([60, 62, 64, 65, 67])])])
    <SimilarityIndex: 1 pieces, 1 lines, 5 notes>
    """
    pieces, titles, groups, owner, lines = [], [], [], [], []
    words: dict[str, int] = {}
    for number, entry in enumerate(entries):
        pieces.append(entry.name)
        titles.append(" ".join(entry.title.split())[:LONGEST_TITLE])
        groups.append(entry.group or entry.name)
        numbers = np.array([words.setdefault(word, len(words)) for word in entry.measures] or [0])
        for line in entry.lines:
            owner.append(number)
            lines.append(line._replace(measure=numbers[line.measure]))
    begins = np.cumsum([0, *(len(line.pitch) for line in lines)]).astype(np.int32)
    pitch, step, measure, note = (_joined(lines, column, kind) for column, kind in _COLUMNS)
    interval, ratio = intervals(pitch), ratios(step)
    postings = tuple(_postings(codes(interval, ratio, gram), begins, gram) for gram in GRAMS)
    return SimilarityIndex(
        tuple(pieces), tuple(titles), tuple(groups), tuple(line.name for line in lines),
        np.array(owner, dtype=np.int32), begins, pitch, step, measure, note, tuple(words), postings,
        counted(interval, ratio, begins[:-1].astype(np.int64)),
    )  # fmt: skip


_COLUMNS: tuple[tuple[str, Any], ...] = (
    ("pitch", np.int16), ("step", np.float32), ("measure", np.int32), ("note", np.int32),
)  # fmt: skip


def _joined(lines: Sequence[Line], column: str, kind: Any) -> npt.NDArray[Any]:
    return np.concatenate([np.zeros(0, kind), *(np.asarray(getattr(line, column)).astype(kind) for line in lines)])


def _postings(code: Ints32, begins: Ints32, gram: tuple[int, int]) -> Postings:
    """The places of each n-gram that lies in one line."""
    whole = np.ones(len(code), dtype=bool)
    for back in range(max(gram)):
        ends = begins[1:-1] - 1 - back
        whole[ends[(ends >= 0) & (ends < len(code))]] = False
    place = np.flatnonzero(whole).astype(np.int32)
    place = place[np.argsort(code[place], kind="stable")]
    count = np.bincount(code[place], minlength=code_count(gram))
    return Postings(np.concatenate([[0], np.cumsum(count)]).astype(np.int32), place)
