"""Bach's own chorales, as generators are measured by: the JSB test split, and all that is learned from."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from musegen.corpora import Piece, Split, corpus
from musegen.evaluation.sure import Sample
from musegen.score.model import Score
from musegen.score.table import NoteTable

CORPUS = "bach-chorales"
COPIES = ("bach/bwv253", "bach/bwv324", "bach/bwv69.6-a")
"""In no split, but nearly the same setting as a chorale of `valid` or `test`: bwv414, bwv10.7 and bwv12.7."""
_SINGERS = (["Soprano"], ["Alto"], ["Tenor"], ["Bass"])
_TEST_WITH_INSTRUMENTS = "12.7 136.6 137.5 171.6 172.6 185.6 248.17"
_TRAIN_WITH_INSTRUMENTS = (
    "1.6 124.6 128.5 161.6 19.7 190.7-inst 195.6 248.35-3c 250 251 252 29.8 31.9 52.6 59.3 69.6 91.6 95.7"
)


def held_out_pieces() -> tuple[Piece, ...]:
    """The 77 chorales of the test split; seven of them are the singing voices of a file with instruments.

    >>> len(held_out_pieces())
    77
    """
    return (*corpus(CORPUS).split("test"), *_others(_TEST_WITH_INSTRUMENTS))


def training_pieces() -> tuple[Piece, ...]:
    """All that a harmoniser may have learned from: the training split, and what stands in no split but copies."""
    loose = (piece for piece in corpus(CORPUS).split("none") if piece.name not in COPIES)
    return (*corpus(CORPUS).split("train"), *loose, *_others(_TRAIN_WITH_INSTRUMENTS))


def singing(score: Score) -> Score:
    """The score with the four parts whose names begin with Soprano, Alto, Tenor, Bass; as it is without them."""
    places = [number for number, part in enumerate(score.parts) if part.name.split()[:1] in _SINGERS]
    if len(score.parts) == len(_SINGERS) or len(places) != len(_SINGERS):
        return score
    notes = score.notes.where(np.isin(score.notes["part"], places))
    rows = notes.rows.copy()
    rows["part"] = np.searchsorted(places, rows["part"])
    parts = tuple(score.parts[place] for place in places)
    return replace(
        score, notes=NoteTable(rows), parts=parts, lyrics=(), harmonies=(), figures=(), directions=(), stream=None
    )


def bach_sample(split: Split | Literal[""] = "test") -> Sample:
    """Bach's chorales of a split, or all that have four parts, settings of one melody in one group."""
    pieces = corpus(CORPUS).pieces if not split else corpus(CORPUS).split(split)
    if split == "test":
        pieces = held_out_pieces()
    return Sample.of(
        f"Bach {split or 'all'}", [singing(piece.read()) for piece in pieces], [group_of(piece) for piece in pieces]
    )


def group_of(piece: Piece) -> str:
    """What no split may divide: the family of its melody, or, where none is known, the piece itself."""
    return piece.group or piece.name


def _others(numbers: str) -> tuple[Piece, ...]:
    """Chorales that the manifest leaves out for their instruments."""
    return tuple(Piece(f"bach/bwv{number}", corpus=CORPUS) for number in numbers.split())
