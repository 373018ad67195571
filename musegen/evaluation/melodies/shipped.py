"""The melody generator that ships, for judges: melodies asked to be what real tunes are, and held-out likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from musegen.corpora import Split, corpus
from musegen.errors import MusegenError
from musegen.evaluation.judgement import HeldOut
from musegen.evaluation.melodies.asked import Asked
from musegen.evaluation.melodies.baseline import ngram_bits
from musegen.generation.tunes.asking import meters_of_genre
from musegen.generation.tunes.likelihood import bits_a_note, cost_of
from musegen.generation.tunes.making import COMFORTABLE, TuneWish, melodies
from musegen.generation.tunes.plans import MOST_BARS
from musegen.score.model import Score
from musegen.theory.tunes.symbols import Home
from musegen.theory.tunes.telling import HEAD, SIZES, genre_of, style_of
from musegen.theory.tunes.tune import Tune, tune_of

CORPUS = "folk-tunes"


class _Known(NamedTuple):
    """A tune of the corpus with its labels."""

    tune: Tune
    style: str
    genre: str


def made(count: int, rng: np.random.Generator) -> Sequence[tuple[Score, Asked]]:
    """So many melodies, each in the key, meter, length and style of a training tune that is drawn."""
    known = _known("train")
    found = []
    for number in rng.integers(0, len(known), count).tolist():
        tune, style, genre = known[number]
        measures = min(max(tune.bars, 2), MOST_BARS)
        meters = meters_of_genre(genre)
        asked = genre if not meters or tune.meter in meters else ""  # one is labelled as what its meter belies
        wish = TuneWish(key=tune.home, meter=tune.meter, measures=measures, style=style, genre=asked)
        melody = next(melodies(wish, seed=int(rng.integers(1 << 31))))
        found.append((melody.score, _asked(tune.home, str(tune.meter), measures)))
    return found


def held_out() -> tuple[HeldOut, ...]:
    """Bits a note of the test tunes: told what an n-gram is told, or all that can be said; the n-gram's."""
    known = _known("test")
    baseline = ngram_bits([one.tune for one in _known("train")], [one.tune for one in known])
    every = tuple(SIZES)
    where = "the test tunes; pitch and length, rests and ends paid by the notes"
    networks = tuple(
        HeldOut("melody", bits_a_note([cost_of(*one, said) for one in known]), "bits a note", f"{what} of {where}")
        for what, said in (("meter and mode said", HEAD), ("form, style, level, range said, too,", every))
    )
    return (*networks, HeldOut("order-5 n-gram", baseline, "bits a note", where, baseline=True))


def _known(split: Split) -> list[_Known]:
    found = []
    for piece in corpus(CORPUS).split(split):
        try:
            found.append(_Known(tune_of(piece.read()), style_of(piece.labels), genre_of(piece.labels)))
        except MusegenError:
            continue
    return found


def _asked(home: Home, meter: str, measures: int) -> Asked:
    return Asked(home.words, meter, measures, *COMFORTABLE)
