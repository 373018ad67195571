"""The tunes that the melody network learned from, and what would have to be asked to get one like them."""

from __future__ import annotations

from typing import NamedTuple

from musegen.corpora import Split, corpus
from musegen.errors import MusegenError
from musegen.generation.tunes.asking import TuneWish, meters_of_genre
from musegen.generation.tunes.plans import MOST_BARS
from musegen.theory.tunes.telling import genre_of, style_of
from musegen.theory.tunes.tune import Tune, tune_of

CORPUS = "folk-tunes"


class Known(NamedTuple):
    """A tune of the corpus with its labels."""

    tune: Tune
    style: str
    genre: str


def known_tunes(split: Split) -> list[Known]:
    """The tunes of a split that networks can read."""
    found = []
    for piece in corpus(CORPUS).split(split):
        try:
            found.append(Known(tune_of(piece.read()), style_of(piece.labels), genre_of(piece.labels)))
        except MusegenError:
            continue
    return found


def wish_like(one: Known) -> TuneWish:
    """A wish for its key, meter, length, style and genre.

    >>> from musegen.score.textgrid import parse_grid
    >>> tune = tune_of(parse_grid("key: G; meter: 3/4\\nS: g4 a4 b4 | g4 . ."))
    >>> wish = wish_like(Known(tune, "irish", "jig"))
    >>> wish.measures, str(wish.meter), wish.style, wish.genre
    (2, '3/4', 'irish', '')
    """
    meters = meters_of_genre(one.genre)
    genre = one.genre if not meters or one.tune.meter in meters else ""  # one is labelled as what its meter belies
    measures = min(max(one.tune.bars, 2), MOST_BARS)
    return TuneWish(key=one.tune.home, meter=one.tune.meter, measures=measures, style=one.style, genre=genre)
