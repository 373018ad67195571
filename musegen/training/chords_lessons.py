"""Scores as lessons for the network of progressions: their chords, and where they have symbols, the tune under them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import NamedTuple

import numpy as np

from musegen.corpora import Piece, pieces_of
from musegen.corpora.kinship import Melody, kin, melody_of
from musegen.corpora.pieces import Split
from musegen.corpora.splitting import split_of, united
from musegen.errors import MusegenError
from musegen.evaluation.bach import group_of, singing
from musegen.generation.progressions.tunes import Tune, tunes_of
from musegen.score.model import Score
from musegen.theory.progressions.encoding import (
    Floats,
    Past,
    lag_places,
    measure_means,
    past_of,
    positions_of,
    said_of,
)
from musegen.theory.progressions.progression import Progression
from musegen.theory.progressions.reading import progression_of

_TURN, _SHARED = 8, 0.5
"""Two songs are one where they share half of their turns of eight notes."""


class Lesson(NamedTuple):
    """One piece to learn from."""

    name: str
    corpus: str  # the name, or the folder, that it was asked for by
    split: Split  # drawn from the name of its group: the songs of one tune, the chorales of one melody
    piece: Progression
    tunes: tuple[Tune, ...]  # the melody of a lead sheet, cut in every way; none of other scores

    @property
    def columns(self) -> Columns:
        """What the network reads of it."""
        grid = self.piece.grid
        past = past_of(self.piece.chords, lag_places(grid))
        return Columns(past, positions_of(grid), said_of(self.piece), measure_means(grid))


class Columns(NamedTuple):
    """What the network reads of a progression; see `theory.progressions.encoding`."""

    past: Past
    position: Floats
    said: Floats
    means: Floats


def lessons(corpora: Sequence[str]) -> list[Lesson]:
    """The pieces of corpora or folders that have chords; what cannot be read is passed over.

    The split of a piece hangs on the name of its group alone, so that another piece never moves it; sheets that share
    half of their melody's turns are one group.
    """
    found: list[tuple[Lesson, str, Melody]] = []
    for corpus in corpora:
        for piece in pieces_of([corpus]):
            try:
                score = singing(piece.read())
                found.append((_lesson(corpus, piece, score), _group(piece), melody_of(score)))
            except MusegenError:
                continue
    songs = [place for place, (lesson, _, _) in enumerate(found) if lesson.piece.style == "song"]
    pairs = kin([found[place][2] for place in songs], notes=_TURN, share=_SHARED)
    groups = [group for _, group, _ in found]
    made = [lesson for lesson, _, _ in found]
    for members in united(groups, [(songs[one], songs[other]) for one, other in pairs]):
        split = split_of(min(groups[member] for member in members))
        for member in members:
            made[member] = made[member]._replace(split=split)
    return made


def _lesson(corpus: str, piece: Piece, score: Score) -> Lesson:
    progression = progression_of(score)
    tunes = tunes_of(score) if progression.style == "song" else ()
    return Lesson(piece.name, corpus, "train", progression, tunes)


def _group(piece: Piece) -> str:
    """The group that a corpus names, else the name of the file, in whichever folder it lies."""
    return group_of(piece) if piece.group or not piece.folder else PurePath(piece.name).name


def chords_in(pieces: Sequence[Lesson]) -> int:
    """How many chords begin in them."""
    return sum(int(np.count_nonzero(lesson.piece.begins)) for lesson in pieces)
