"""Tunes as lessons for the melody network: what is heard and told before every event, and what comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import NamedTuple

import numpy as np

from musegen.corpora import Piece, Split, pieces_of
from musegen.corpora.splitting import split_of
from musegen.errors import MusegenError
from musegen.theory.tunes.chords import chords_of
from musegen.theory.tunes.form import form_of
from musegen.theory.tunes.hearing import Heard, heard
from musegen.theory.tunes.symbols import END, Ints
from musegen.theory.tunes.telling import Told, genre_of, style_of, told, wish_of
from musegen.theory.tunes.tune import tune_of


class Line(NamedTuple):
    """Notes and rests: a row an event."""

    symbol: Ints
    length: Ints


class Lesson(NamedTuple):
    """One tune to learn from: a row an event, and one for its end."""

    name: str
    source: str  # the corpus or folder that it is of
    heard: Heard
    told: Ints  # (events + 1, columns)
    symbol: Ints  # (events + 1,)
    length: Ints  # (events,)

    @property
    def line(self) -> Line:
        """Its notes and rests."""
        return Line(self.symbol[:-1], self.length)

    @property
    def notes(self) -> int:
        """How many notes it has; rests and the end are none."""
        return int((self.symbol > 1).sum())


def lessons(corpora: Sequence[str], split: Split) -> Iterator[Lesson]:
    """The tunes of a split of corpora or folders; what is no tune is passed over."""
    for source in corpora:
        for piece in pieces_of([source]):
            if _split(piece) != split:
                continue
            try:
                yield lesson(piece, source)
            except MusegenError:
                continue


def lesson(piece: Piece, source: str, style: str = "") -> Lesson:
    """A piece of a corpus or folder as a lesson; its labels tell its style where none is named.

    Raises:
        UnreadableFile, MalformedScore: it cannot be read, or is no tune.
    """
    score = piece.read()
    tune = tune_of(score)
    form = form_of(tune)
    chords = chords_of(score, tune)
    style = style or _style(piece, chords=bool(chords))
    said: Told = told(tune, form, wish_of(tune, style, genre_of(piece.labels)), chords)
    columns = np.stack(said, axis=-1)
    return Lesson(piece.name, source, heard(tune, form), columns, np.append(tune.symbol, END), tune.length)


def _split(piece: Piece) -> Split:
    """That of its corpus; of a piece that is in no corpus, one drawn from its name."""
    return piece.split if piece.corpus else split_of(PurePath(piece.name).name)


def _style(piece: Piece, *, chords: bool) -> str:
    return style_of(piece.labels) or ("song" if chords else "own")
