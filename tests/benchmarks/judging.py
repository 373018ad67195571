"""Judges of melodies tried on makers whose worth is known: real tunes, another collection, shuffled, n-gram tunes.

    python tests/benchmarks/judging.py                     # all, beside O'Neill's collection
    python tests/benchmarks/judging.py shuffled ngram

Each is judged as `musegen evaluate` judges a folder beside oneills-1850: validation tunes are held out, training tunes
the corpus. A musician would put them in this order: O'Neill's own test tunes, which nobody should tell from his
validation tunes; Ryan's and Aird's, real tunes in other styles, some of them known to O'Neill; his own tunes with their
measures in another order, and tunes drawn from an order-5 n-gram of his pitches and lengths, which have no form.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.random import Generator

from musegen.corpora import corpus
from musegen.evaluation.melodies.distances import Distance
from musegen.evaluation.melodies.judging import Sets, judged, tunes_of
from musegen.evaluation.melodies.lines import MelodyLine, line_of
from musegen.evaluation.melodies.shuffling import measures_shuffled
from musegen.evaluation.ngrams import BEFORE, learn
from musegen.score.model import Score
from musegen.score.table import NoteTable

ORDER = 5


def real(name: str, split: str, most: int) -> tuple[MelodyLine, ...]:
    """Tunes of a split, evenly over the book."""
    pieces = corpus(name).split(split)  # type: ignore[arg-type]
    count = min(most, len(pieces))
    return tunes_of([pieces[n * len(pieces) // count] for n in range(count)], lambda piece, error: None)


def shuffled(count: int, rng: Generator) -> tuple[MelodyLine, ...]:
    """Test tunes with their measures in another order."""
    tunes = real("oneills-1850", "test", count)
    return tuple(line_of(measures_shuffled(one.score, rng), f"{one.name}, shuffled") for one in tunes)


def ngram(count: int, rng: Generator) -> tuple[MelodyLine, ...]:
    """Tunes of an n-gram of (semitones over the tonic, ticks), as long as test tunes, in their keys and meters."""
    taught = real("oneills-1850", "train", 10_000)
    pairs = [list(zip((one.pitch - one.tonic).tolist(), one.notes["duration"].tolist(), strict=True)) for one in taught]
    words = sorted({pair for tune in pairs for pair in tune})
    number = {pair: place for place, pair in enumerate(words)}
    model = learn([[number[pair] for pair in tune] for tune in pairs], ORDER, len(words))
    return tuple(_drawn(one, words, model.conditionals, rng) for one in real("oneills-1850", "test", count))


def _drawn(
    like: MelodyLine, words: Sequence[tuple[int, int]], chances: Callable[..., np.ndarray], rng: Generator
) -> MelodyLine:
    rows, time_now, past = [], 0, [BEFORE] * (ORDER - 1)
    while time_now < like.score.end:
        drawn = int(rng.choice(len(words), p=(share := chances(past)) / share.sum()))
        pitch, length = words[drawn]
        length = min(length, like.score.end - time_now)
        sounding = pitch + like.tonic
        rows.append({"onset": time_now, "duration": length, "pitch": sounding, "fifths": (7 * sounding + 5) % 12 - 5,
                     "measure_index": like.score.measure_index_at(time_now)})  # fmt: skip
        time_now, past = time_now + length, [drawn, *past[:-1]]
    return line_of(_with(like.score, rows), f"{like.name}, n-gram")


def _with(score: Score, rows: list[dict[str, int]]) -> Score:
    return Score(NoteTable.of(rows), score.measures, score.parts[:1])


MAKERS: dict[str, Callable[[int, Generator], tuple[MelodyLine, ...]]] = {
    "own": lambda count, rng: real("oneills-1850", "test", count),
    "ryan": lambda count, rng: real("ryans-mammoth", "train", count),
    "aird": lambda count, rng: real("airds-airs", "train", count),
    "shuffled": shuffled,
    "ngram": ngram,
}


def main(names: Sequence[str], count: int) -> None:
    """Judge and print, a line a maker."""
    held, known = real("oneills-1850", "valid", 10_000), real("oneills-1850", "train", 10_000)
    print("maker     ratio [95 %]        farther than 1.5  AUC [95 %]         control  shared mean/95 %/most  CPU s")
    for name in names:
        rng, begun = np.random.default_rng(1), time.process_time()
        told = judged(Sets(MAKERS[name](count, rng), held, known), rng)
        apart, shared = told.distances, told.shared[0]
        far = sum(one.ratio > 1.5 for one in apart.each)
        print(
            f"{name:<9} {apart.ratio:.2f} [{apart.low:.2f}, {apart.high:.2f}]   {far:>2} of {len(apart.each)}"
            f"           {told.adversary.value:.2f} [{told.adversary.low:.2f}, {told.adversary.high:.2f}]"
            f"  {told.control.value:.3f}    {shared.mean:.1f} {shared.high:.0f} {shared.longest}"
            f"   {time.process_time() - begun:.0f}",
            flush=True,
        )
        print(f"          farthest: {', '.join(f'{one.name} {one.ratio:.1f}' for one in _farthest(apart.each))}")
        print(f"          tells: {', '.join(one.column for one in told.tells[:4])}", flush=True)


def _farthest(each: Sequence[Distance]) -> list[Distance]:
    return sorted(each, key=lambda one: -one.ratio)[:4]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("makers", nargs="*", default=list(MAKERS), metavar="MAKER", help=", ".join(MAKERS))
    parser.add_argument("--count", type=int, default=190, help="so many tunes of each")
    asked = parser.parse_args()
    main(asked.makers, asked.count)
