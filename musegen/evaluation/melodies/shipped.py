"""The melody generator that ships, for judges: melodies asked to be what real tunes are, and held-out likelihood."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from musegen.evaluation.judgement import HeldOut
from musegen.evaluation.melodies.asked import Asked
from musegen.evaluation.melodies.baseline import ngram_bits
from musegen.generation.tunes.known import CORPUS, known_tunes, wish_like
from musegen.generation.tunes.likelihood import bits_a_note, cost_of
from musegen.generation.tunes.making import COMFORTABLE, melodies
from musegen.score.model import Score
from musegen.theory.tunes.telling import HEAD, SIZES

__all__ = ["CORPUS", "held_out", "made"]


def made(count: int, rng: np.random.Generator) -> Sequence[tuple[Score, Asked]]:
    """So many melodies, each in the key, meter, length and style of a training tune that is drawn."""
    known = known_tunes("train")
    found = []
    for number in rng.integers(0, len(known), count).tolist():
        wish = wish_like(known[number])
        melody = next(melodies(wish, seed=int(rng.integers(1 << 31))))
        home = known[number].tune.home
        found.append((melody.score, Asked(home.words, str(wish.meter), wish.measures, *COMFORTABLE)))
    return found


def held_out() -> tuple[HeldOut, ...]:
    """Bits a note of the test tunes: told what an n-gram is told, or all that can be said; the n-gram's."""
    known = known_tunes("test")
    baseline = ngram_bits([one.tune for one in known_tunes("train")], [one.tune for one in known])
    every = tuple(SIZES)
    where = "the test tunes; pitch and length, rests and ends paid by the notes"
    networks = tuple(
        HeldOut("melody", bits_a_note([cost_of(*one, said) for one in known]), "bits a note", f"{what} of {where}")
        for what, said in (("meter and mode said", HEAD), ("form, style, level, range said, too,", every))
    )
    return (*networks, HeldOut("order-5 n-gram", baseline, "bits a note", where, baseline=True))
