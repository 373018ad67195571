"""Bach-likeness: nine distances of a chorale from Bach's, after Fang, Liu, Seetharaman and Pardo (2020)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from musegen.evaluation.histograms import Histogram, Histograms, histograms_of, key_by_profile
from musegen.evaluation.sure import Figure, Sample, median
from musegen.generation.neural.frames import Frames, frames_of
from musegen.score.model import Score

DATA = Path(__file__).parent / "data"
_WITHOUT_MODE = ("rhythm", "parallels", "repetition")
_FEWEST_PARALLELS = 1.0  # a corpus without any counts as one that has this many


class Likeness(NamedTuple):
    """Nine distances from Bach's training chorales, 0 and more; their sum is the grade (docs/evaluation.md)."""

    note: float
    rhythm: float
    parallels: float
    quality: float
    soprano: float
    alto: float
    tenor: float
    bass: float
    repetition: float

    @property
    def total(self) -> float:
        """The grade: lower is nearer to Bach."""
        return float(sum(self))


class Corpus(NamedTuple):
    """What chorales of each mode do, all together."""

    major: Histograms
    minor: Histograms

    @property
    def both(self) -> Histograms:
        """Of both modes."""
        return self.major.plus(self.minor)


def likenesses(pieces: Sequence[Score | Frames], corpus: Corpus | None = None) -> list[Likeness]:
    """The distances of each piece from a corpus, Bach's training chorales unless given.

    Raises:
        UnreadableFile: a piece has not four voices.
    """
    against = corpus or bach()
    return [_likeness(frames_of(piece) if isinstance(piece, Score) else piece, against) for piece in pieces]


def likeness_figures(sample: Sample) -> list[Figure]:
    """The medians of the nine distances and of their sum, which is not the sum of the medians."""
    found = likenesses(sample.scores)
    each = [median(name, [getattr(item, name) for item in found], sample) for name in Likeness._fields]
    return [*each, median("sum of nine distances", [item.total for item in found], sample)]


def corpus_of(pieces: Iterable[Score | Frames]) -> Corpus:
    """What pieces do, all together, major and minor apart."""
    empty = Histograms(*(Counter() for _ in Histograms._fields))
    found = {False: empty, True: empty}
    for piece in pieces:
        frames = frames_of(piece) if isinstance(piece, Score) else piece
        minor = key_by_profile(frames).minor
        found[minor] = found[minor].plus(histograms_of(frames))
    return Corpus(found[False], found[True])


@cache
def bach() -> Corpus:
    """Bach's training chorales; how they were counted stands in data/bach_likeness.toml."""
    stored = json.loads((DATA / "bach_likeness.json").read_text(encoding="utf-8"))
    modes = ({name: Counter(counts) for name, counts in stored[mode].items()} for mode in Corpus._fields)
    return Corpus(*(Histograms(**columns) for columns in modes))


def as_json(corpus: Corpus) -> str:
    """A corpus as `bach` reads it."""
    columns = {mode: {name: dict(sorted(counts.items())) for name, counts in told._asdict().items()}
               for mode, told in corpus._asdict().items()}  # fmt: skip
    return json.dumps(columns, indent=1) + "\n"


def _likeness(frames: Frames, corpus: Corpus) -> Likeness:
    mine = histograms_of(frames)
    of_mode = corpus.minor if key_by_profile(frames).minor else corpus.major
    both = corpus.both
    told = {name: getattr(both if name in _WITHOUT_MODE else of_mode, name) for name in Histograms._fields}
    found = {name: ranked_distance(getattr(mine, name), counts) for name, counts in told.items()}
    found["parallels"] *= _how_many(mine, both)
    found["repetition"] = length_distance(mine.repetition, both.repetition)
    return Likeness(**found)


def ranked_distance(mine: Histogram, theirs: Histogram) -> float:
    """The Wasserstein distance of two histograms whose bins stand in the order of how common they are in the second.

    What only the first one has comes after these, its commonest first. One place is the unit; 0 where either is empty.

    >>> ranked_distance(Counter(a=1, b=1), Counter(a=3, b=1))
    0.25
    """
    order = [
        *(name for name, _ in theirs.most_common()),
        *(name for name, _ in mine.most_common() if name not in theirs),
    ]
    return _distance([mine[name] for name in order], [theirs[name] for name in order])


def length_distance(mine: Histogram, theirs: Histogram) -> float:
    """The same of histograms of lengths, one frame the unit; a piece that repeats nothing repeats length 0."""
    last = max((int(name) for name in (*mine, *theirs)), default=0)
    shown = mine or Counter({"0": 1})
    return _distance(
        [shown[str(length)] for length in range(last + 1)], [theirs[str(length)] for length in range(last + 1)]
    )


def _distance(mine: Sequence[float], theirs: Sequence[float]) -> float:
    if not sum(mine) or not sum(theirs):
        return 0.0
    shares = (np.cumsum(counts, dtype=np.float64) / sum(counts) for counts in (mine, theirs))
    return float(np.abs(next(shares) - next(shares)).sum())


def _how_many(mine: Histograms, theirs: Histograms) -> float:
    """How many times as many parallels a note as in the corpus."""
    usual = max(sum(theirs.parallels.values()), _FEWEST_PARALLELS) / max(theirs.notes, 1)
    return sum(mine.parallels.values()) / max(mine.notes, 1) / usual
