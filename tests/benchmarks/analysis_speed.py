"""How long a full analysis takes by both engines, and music21's chordify and romanNumeralFromChord in the same run.

python tests/benchmarks/analysis_speed.py           # 6 chorales, all three; a large movement by both engines
python tests/benchmarks/analysis_speed.py --all     # besides, all chorales read and analysed

Processor time of one thread, without reading (music21's parsed score is kept) but for --all; the first chorale and the
first time of the movement, at which everything is loaded, are left out. music21 gives keys, numerals and inversions and
nothing else; a full analysis has cadences, phrases and non-chord tones too.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from music21 import corpus as theirs
from music21 import roman

from musegen.corpora import corpus
from musegen.score.files import read
from musegen.theory.analyse import ENGINES, analyse

CHORALES = ("bach/bwv269", "bach/bwv347", "bach/bwv86.6", "bach/bwv267", "bach/bwv281", "bach/bwv40.8", "bach/bwv66.6")
LARGE = "beethoven/opus18no1/movement1"


def seconds(work: Callable[..., object], *given, **asked) -> float:
    """Of the processor, for one call."""
    start = time.process_time()
    work(*given, **asked)
    return time.process_time() - start


def by_music21(stream) -> None:
    """One key, and a numeral for every simultaneity."""
    key = stream.analyze("key")
    for chord in stream.chordify().recurse().getElementsByClass("Chord"):
        roman.romanNumeralFromChord(chord, key)


def chorales() -> None:
    """Print the medians and their ratios."""
    scores = [read(name) for name in CHORALES]
    streams = [theirs.parse(name) for name in CHORALES]
    ours = {engine: [seconds(analyse, score, engine=engine) for score in scores][1:] for engine in ENGINES}
    parsed = [seconds(by_music21, stream) for stream in streams][1:]
    print(f"music21 {np.median(parsed):.3f} s a chorale")
    for engine, taken in ours.items():
        ratio = np.sum(taken) / np.sum(parsed)
        print(f"{engine} {np.median(taken):.3f} s a chorale, {ratio:.2f} of music21")


def large() -> None:
    """Print how long a movement takes, after a first time that takes memory."""
    for engine in ENGINES:
        analyse(read(LARGE), engine=engine)
        score = read(LARGE)
        quarters = score.end / score.ticks_per_quarter
        print(f"{LARGE}, {quarters:.0f} quarters, {engine}: {seconds(analyse, score, engine=engine):.2f} s")


def everything() -> None:
    """Print how long all chorales take, read and analysed."""
    names = [piece.name for piece in corpus("bach-chorales").pieces]
    for engine in ENGINES:
        taken = sum(seconds(lambda name, engine: analyse(read(name), engine=engine), name, engine) for name in names)
        print(f"{len(names)} chorales read and analysed, {engine}: {taken:.1f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    asked = parser.parse_args()
    chorales()
    large()
    if asked.all:
        everything()
