"""Tunes as lessons for the melody network: what is heard and told before every event, and what comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from musegen.corpora import Piece, Split, pieces_of
from musegen.errors import MusegenError, UsageError
from musegen.theory.tunes.chords import chords_of
from musegen.theory.tunes.form import form_of
from musegen.theory.tunes.hearing import Heard, heard
from musegen.theory.tunes.symbols import END, Ints
from musegen.theory.tunes.telling import GENRES, Told, told, wish_of
from musegen.theory.tunes.tune import tune_of

_STYLES = {"oneills-1850": "irish", "ryans-mammoth": "american", "airds-airs": "british"}


class Lesson(NamedTuple):
    """One tune to learn from: a row an event, and one for its end."""

    name: str
    heard: Heard
    told: Ints  # (events + 1, columns)
    symbol: Ints  # (events + 1,)
    length: Ints  # (events,)

    @property
    def notes(self) -> int:
        """How many notes it has; rests and the end are none."""
        return int((self.symbol > 1).sum())


def lessons(corpora: Sequence[str], split: Split) -> Iterator[Lesson]:
    """The tunes of a split of corpora or folders; what is no tune is passed over."""
    try:
        pieces = pieces_of(corpora, split=split)
    except UsageError:
        return
    for piece in pieces:
        try:
            yield lesson(piece)
        except MusegenError:
            continue


def lesson(piece: Piece) -> Lesson:
    """A piece as a lesson.

    Raises:
        UnreadableFile, MalformedScore: it cannot be read, or is no tune.
    """
    score = piece.read()
    tune = tune_of(score)
    form, genre = form_of(tune), piece.labels.get("genre", "")
    chords = chords_of(score, tune)
    style = _style(piece, chords=bool(chords))
    said: Told = told(tune, form, wish_of(tune, style, genre if genre in GENRES else ""), chords)
    columns = np.stack(said, axis=-1)
    return Lesson(piece.name, heard(tune, form), columns, np.append(tune.symbol, END), tune.length)


def _style(piece: Piece, *, chords: bool) -> str:
    collection = piece.labels.get("collection", piece.corpus)
    return _STYLES.get(collection, "song" if chords else "own")
