"""Match: one shared passage as people name it: piece, line, measures and notes on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from musegen.features.similarity.index import SimilarityIndex
from musegen.features.similarity.lines import Line
from musegen.features.similarity.passages import Passage
from musegen.features.similarity.symbols import Transformation


class Match(NamedTuple):
    """A passage of a query and its like in a piece of an index."""

    piece: str
    title: str
    line: str
    measures: tuple[str, str]  # first and last, as printed there
    notes: tuple[int, ...]  # ids in the piece
    query_line: str
    query_measures: tuple[str, str]
    query_notes: tuple[int, ...]  # ids in the query, those that match, in the same order
    transformation: Transformation
    transposition: int  # semitones from the query, transformed, to the piece
    tempo: float  # a quarter of the query is so many quarters there
    bits: float  # how surprising what both share is, less what tells them apart
    longest_run: int  # the most notes that follow each other on both sides


def match_of(index: SimilarityIndex, words: Sequence[str], line: Line, passage: Passage) -> Match:
    """A passage with its names; `words` are the printed measure numbers of the query, `line` its melody."""
    owner = int(index.owner[passage.line])
    mine, theirs = passage.pairs[:, 0], passage.pairs[:, 1]
    measures = [index.measure_words[number] for number in index.measure[[theirs.min(), theirs.max()]]]
    here = [words[number] if number < len(words) else "" for number in line.measure[[mine.min(), mine.max()]]]
    return Match(
        index.pieces[owner], index.titles[owner], index.line_names[passage.line], (measures[0], measures[1]),
        tuple(index.note[theirs].tolist()), line.name, (here[0], here[1]), tuple(line.note[mine].tolist()),
        passage.transformation, passage.transposition, 2.0**passage.tempo, round(passage.bits, 1), passage.longest_run,
    )  # fmt: skip


def best_of_each(index: SimilarityIndex, found: Sequence[tuple[Line, Passage]]) -> list[tuple[Line, Passage]]:
    """The strongest passage with each piece, strongest first; of equal ones in the order of the index."""
    best: dict[int, tuple[Line, Passage]] = {}
    for line, passage in found:
        piece = int(index.owner[passage.line])
        if piece not in best or passage.bits > best[piece][1].bits:
            best[piece] = (line, passage)
    order = sorted(best, key=lambda piece: (-np.round(best[piece][1].bits, 3), piece))
    return [best[piece] for piece in order]
