"""Counts forms of real tunes into the table of plans: `python -m musegen.generation.tunes.count_forms OpenEWLD`.

The folder is one of lead sheets, whose training split is counted beside the tunes that music21 has.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

import numpy as np

from musegen.corpora import corpus, pieces_of
from musegen.corpora.splitting import split_of
from musegen.errors import MusegenError
from musegen.generation.tunes.plans import SONG, TABLE
from musegen.score.whole_files import write_atomically
from musegen.theory.tunes.form import form_of, scale_degree
from musegen.theory.tunes.symbols import METERS
from musegen.theory.tunes.telling import GENRES, STYLES, place_in, style_of, wish_of
from musegen.theory.tunes.tune import Tune, tune_of

CORPUS = "folk-tunes"
_FEWEST_BARS = 8
_OF_TUNES = (
    "meter", "mode", "style", "genre", "pickup", "tonic", "level", "density", "lowest", "highest",
)  # fmt: skip
_OF_BARS = "kinship", "source", "section", "goal", "repeated"


def counted(tunes: Iterable[tuple[Tune, str, str]]) -> dict[str, Any]:
    """The columns of the table from tunes with their styles and genres.

    What does not end on the tonic is left out, songs excepted, of whose forms the ends are not taken.
    """
    rows: list[tuple[int, ...]] = []
    bars: list[Any] = []
    for tune, style, genre in tunes:
        ends_at_home = int(scale_degree(tune.symbol[tune.is_note])[-1]) == 0
        if tune.bars < _FEWEST_BARS or not (ends_at_home or style == SONG):
            continue
        form = form_of(tune)
        again = np.array([section.is_repeated for section in tune.sections], dtype=np.int64)
        repeated = again[np.minimum(form.section, len(again) - 1)]
        rows.append(_row(tune, style, genre))
        bars.append(np.stack([form.kinship, form.source, form.section, form.goal, repeated]))
    columns = dict(zip(_OF_TUNES, np.array(rows).T, strict=True))
    laid = dict(zip(_OF_BARS, np.concatenate(bars, axis=1), strict=True))
    first = np.append(0, np.cumsum([part.shape[1] for part in bars]))
    found = {name: column.astype(np.int16) for name, column in (columns | laid).items()}
    return found | {"first": first.astype(np.int32)}


def _row(tune: Tune, style: str, genre: str) -> tuple[int, ...]:
    said = wish_of(tune)
    pickup = max(0, -int(tune.onset[0]))
    kind = METERS.index(tune.meter), tune.home.mode, place_in(style, STYLES), place_in(genre, GENRES), pickup
    return (*kind, tune.home.fifths, said.level, said.density or 0, said.lowest or 0, said.highest or 0)


def _tunes() -> Iterator[tuple[Tune, str, str]]:
    for piece in corpus(CORPUS).split("train"):
        try:
            yield tune_of(piece.read()), style_of(piece.labels), piece.labels.get("genre", "")
        except MusegenError:
            continue


def _songs(folder: str) -> Iterator[tuple[Tune, str, str]]:
    for piece in pieces_of([folder]):
        try:
            if split_of(PurePath(piece.name).name) == "train":
                yield tune_of(piece.read()), SONG, ""
        except MusegenError:
            continue


if __name__ == "__main__":
    written = io.BytesIO()
    np.savez_compressed(written, **counted([*_tunes(), *_songs(sys.argv[1])]))
    write_atomically(TABLE, written.getvalue())
