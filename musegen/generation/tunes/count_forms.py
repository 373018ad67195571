"""Counts the forms of real tunes into the table of plans: `python -m musegen.generation.tunes.count_forms`."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from musegen.corpora import corpus
from musegen.errors import MusegenError
from musegen.generation.tunes.plans import TABLE
from musegen.score.whole_files import write_atomically
from musegen.theory.tunes.form import form_of, scale_degree
from musegen.theory.tunes.symbols import METERS
from musegen.theory.tunes.telling import GENRES, STYLES, place_in, style_of
from musegen.theory.tunes.tune import Tune, tune_of

CORPUS = "folk-tunes"
_FEWEST_BARS = 8


def counted(tunes: Iterable[tuple[Tune, str, str]]) -> dict[str, Any]:
    """The columns of the table from tunes with their styles and genres; what does not end on the tonic is left out."""
    rows: list[tuple[int, ...]] = []
    bars: list[Any] = []
    for tune, style, genre in tunes:
        if tune.bars < _FEWEST_BARS or int(scale_degree(tune.symbol[tune.is_note])[-1]) != 0:
            continue
        form = form_of(tune)
        pickup = max(0, -int(tune.onset[0]))
        again = np.array([section.is_repeated for section in tune.sections], dtype=np.int64)
        repeated = again[np.minimum(form.section, len(again) - 1)]
        rows.append(
            (METERS.index(tune.meter), tune.home.mode, place_in(style, STYLES), place_in(genre, GENRES), pickup)
        )
        bars.append(np.stack([form.kinship, form.source, form.section, form.goal, repeated]))
    columns = dict(zip(("meter", "mode", "style", "genre", "pickup"), np.array(rows).T, strict=True))
    laid = dict(zip(("kinship", "source", "section", "goal", "repeated"), np.concatenate(bars, axis=1), strict=True))
    first = np.append(0, np.cumsum([part.shape[1] for part in bars]))
    found = {name: column.astype(np.int16) for name, column in (columns | laid).items()}
    return found | {"first": first.astype(np.int32)}


def _tunes() -> Iterator[tuple[Tune, str, str]]:
    for piece in corpus(CORPUS).split("train"):
        try:
            yield tune_of(piece.read()), style_of(piece.labels), piece.labels.get("genre", "")
        except MusegenError:
            continue


if __name__ == "__main__":
    written = io.BytesIO()
    np.savez_compressed(written, **counted(_tunes()))
    write_atomically(TABLE, written.getvalue())
