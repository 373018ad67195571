"""Originality: the longest passages that chorales share with the training chorales, in one voice and in all four."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.corpora import Piece
from musegen.evaluation.bach import singing, training_pieces
from musegen.evaluation.readings import plain
from musegen.evaluation.sure import SEED, Figure, Sample, drawn, mean
from musegen.features.similarity.base_rate import with_base_rate
from musegen.features.similarity.index import SimilarityIndex
from musegen.features.similarity.originality import originality
from musegen.features.similarity.storage import index_of, keep, kept_index
from musegen.rules.core.chords import Chords, chords_of
from musegen.score.model import Score

GIVEN = "soprano"
_SIXTEENTHS = 4
Ints = npt.NDArray[np.int64]


class Taken(NamedTuple):
    """What one chorale shares with the training chorales."""

    chords: int  # the longest run of chords alike in all four voices, transposed or not, in values too
    quarters: float  # how long it lasts
    notes: int  # the longest run of notes alike in one voice, transposed or not; the soprano left out where it is given
    copies: int  # passages of single voices that chance does not explain, at one false alarm in a hundred


class Training(NamedTuple):
    """The training chorales: single voices, and successions of chords, one piece after the other."""

    lines: SimilarityIndex
    moves: Ints  # a number for each chord and how it is reached; negative where a piece begins
    quarters: npt.NDArray[np.float64]


@cache
def bach_training() -> Training:
    """Bach's: all chorales that networks learn from."""
    return training_of(training_pieces())


def training_of(pieces: Sequence[Piece]) -> Training:
    """What these chorales have, with the base rates of their index, which is kept on disk.

    Raises:
        ScoreError: a piece cannot be read, or has not four voices.
    """
    index = index_of(pieces)
    if not len(index.chance):
        index = with_base_rate(index, np.random.default_rng(SEED))
        keep(index, kept_index(pieces))
    return Training(index, *_laid_out([chords_of(plain(singing(piece.read()))) for piece in pieces]))


def taken(scores: Sequence[Score], training: Training | None = None, *, given_soprano: bool = False) -> list[Taken]:
    """What each score shares; with `given_soprano` its top line, which nobody made, is not looked at."""
    against = training or bach_training()
    return [_taken(score, against, given_soprano) for score in scores]


def originality_figures(sample: Sample, *, given_soprano: bool = False) -> list[Figure]:
    """Means and the worst twentieth of what the pieces of a sample share with Bach's training chorales."""
    found = taken(sample.scores, given_soprano=given_soprano)
    longest = np.array([item.quarters for item in found])
    worst = drawn("longest shared passage, worst twentieth, beats", sample, lambda rows: _high(longest[rows]))
    return [
        mean("longest shared passage, four voices, beats", longest.tolist(), sample),
        worst,
        mean("longest shared line, notes", [item.notes for item in found], sample),
        mean("pieces with a copied line, %", [item.copies > 0 for item in found], sample, 100),
    ]


def _high(values: npt.NDArray[np.float64]) -> float:
    return float(np.quantile(values, 0.95)) if len(values) else float("nan")


def _taken(score: Score, training: Training, given_soprano: bool) -> Taken:
    report = originality(score, training.lines, count=200)
    lines = [item for item in report.passages if not (given_soprano and item.match.query_line == GIVEN)]
    copies = sum(item.match.bits > report.limit for item in lines)
    chords, quarters = _longest(training, chords_of(score))
    return Taken(chords, quarters, max((item.match.longest_run for item in lines), default=0), copies)


def _longest(training: Training, chords: Chords) -> tuple[int, float]:
    """(chords, quarters) of the longest succession that stands in a training chorale."""
    mine, lasts = _laid_out([chords])
    run = np.zeros(len(training.moves) + 1, dtype=np.int64)
    length = np.zeros(len(training.moves) + 1)
    best, best_length = 0, 0.0
    for move, quarters in zip(mine[1:].tolist(), lasts[1:].tolist(), strict=True):
        same = training.moves == move
        run[1:] = np.where(same, run[:-1] + 1, 0)
        length[1:] = np.where(same, length[:-1] + quarters, 0.0)
        best, best_length = max(best, int(run.max())), max(best_length, float(length.max()))
    return best + (best > 0), best_length


def _laid_out(pieces: Sequence[Chords]) -> tuple[Ints, npt.NDArray[np.float64]]:
    """How each chord goes on from the one before, with the length of that, as numbers; and its length in quarters."""
    moves = [_numbered(chords) for chords in pieces]
    return np.concatenate([np.zeros(0, dtype=np.int64), *moves]), np.concatenate([c.quarters for c in pieces])


def _numbered(chords: Chords) -> Ints:
    """One number for the chord over its bass, the move of the bass into it, and the length of the chord before."""
    over = chords.pitch[:, :3] - chords.pitch[:, 3:]
    bass = np.diff(chords.pitch[:, 3], prepend=0)
    before = np.rint(np.concatenate([[0.0], chords.quarters[:-1]]) * _SIXTEENTHS).astype(np.int64)
    columns = np.column_stack([np.clip(over, -64, 127) + 64, np.clip(bass, -100, 99) + 100, np.clip(before, 0, 255)])
    found = np.zeros(len(columns), dtype=np.int64)
    for column in columns.T.astype(np.int64):
        found = found * 256 + column
    if len(found):
        found[0] = -1
    return found
