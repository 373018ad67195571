"""Harmonise the sopranos of `corpora/bach-chorales.toml`, each with its own piece left out of the statistics.

`python tests/benchmarks/harmonising.py [--every N] [--jobs 2]` prints how many finish, CPU seconds, findings of the
chorale pack per 100 chords, and how dull the harmony is, each beside what human analysts count in Bach (30 % first
inversions, 22 % sevenths, 5 % applied chords, 4 % repeated bass notes, 1.01 chords a quarter). The key of each
fermata is compared with that of Bach's own setting as our analyser reads it; the weights that foretell it are learned
ten times anew, each time without a tenth of their pieces, and a piece is judged by the weights that never saw it.
"""

from __future__ import annotations

import argparse
import statistics as numbers
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from musegen.corpora import corpus
from musegen.errors import MusegenError
from musegen.generation.cadence_keys import CadenceKeys, cadence_keys
from musegen.generation.classical_settings import settings
from musegen.generation.conditions import Condition
from musegen.generation.learn_cadence_keys import examples, learned, training_pieces
from musegen.rules.engine import check
from musegen.rules.packs import load_pack
from musegen.score.files import read
from musegen.score.model import Score
from musegen.theory.analyse import analyse
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral
from musegen.theory.statistics import statistics

_FOLDS = 10


@dataclass
class Tally:
    """What one piece adds up to."""

    name: str
    seconds: float = 0.0
    failure: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)


def foretold_without(names: list[str], pool: ProcessPoolExecutor) -> list[CadenceKeys]:
    """For every piece, the weights that were learned without it."""
    read_pieces = training_pieces()
    seen = list(pool.map(examples, read_pieces, chunksize=8))
    models = []
    for fold in range(_FOLDS):
        kept = [found for number, found in enumerate(seen) if number % _FOLDS != fold]
        models.append(learned([example for found in kept for example in found]))
    return [models[read_pieces.index(name) % _FOLDS] if name in read_pieces else cadence_keys() for name in names]


def one_piece(name: str, foretold: CadenceKeys) -> Tally:
    """Harmonise one soprano and count."""
    tally = Tally(name)
    source = read(name)
    melody = replace(source, harmonies=(), figures=())
    start = time.process_time()
    try:
        counted = statistics().without(name)
        found = settings(melody, Condition(), np.random.default_rng(1), counted=counted, foretold=foretold)[0]
    except MusegenError as error:
        tally.failure = f"exit {error.exit_code}: {error}"
        return tally
    tally.seconds = time.process_time() - start
    report = check(found.score, load_pack("chorale"))
    tally.findings.update(f"{finding.severity} {finding.rule}" for finding in report.findings)
    _count_chords(found.score, tally.counts)
    _count_cadences(source, found.score, tally.counts)
    tally.counts["kept"] = int(_soprano(source) == _soprano(found.score))
    return tally


def _soprano(score: Score) -> list[tuple[int, ...]]:
    rows = score.notes.rows[score.notes["part"] == 0]
    columns = ("onset", "duration", "pitch", "fifths", "flags")
    return sorted(tuple(int(row[name]) for name in columns) for row in rows)


def _count_chords(score: Score, counts: Counter[str]) -> None:
    notes = score.notes.sounding()
    bass = notes.where(notes["part"] == 3)
    pitches = dict(zip(bass["onset"].tolist(), bass["pitch"].tolist(), strict=True))
    before = None
    for label in score.harmonies:
        numeral = parse_numeral(label.text, minor=Key.parse(label.key).minor)
        counts["chords"] += 1
        counts["first inversions"] += numeral.inversion == 1
        counts["sevenths"] += numeral.is_seventh
        counts["applied"] += bool(numeral.applied_to)
        counts["repeated bass"] += pitches.get(label.onset) == before
        before = pitches.get(label.onset)
    counts["sixteenths"] += round(4 * score.end / score.ticks_per_quarter)


def _count_cadences(source: Score, found: Score, counts: Counter[str]) -> None:
    bach = analyse(source)
    ours = [(label.onset, Key.parse(label.key)) for label in found.harmonies]
    for cadence in bach.cadences:
        counts["cadences"] += 1
        here = [key for onset, key in ours if onset <= cadence.onset]
        counts["same cadence key"] += bool(here) and here[-1] == cadence.key


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    names = [piece.name for piece in corpus("bach-chorales").pieces][:: asked.every]
    with ProcessPoolExecutor(asked.jobs) as pool:
        tallies = list(pool.map(one_piece, names, foretold_without(names, pool), chunksize=4))
    done = [tally for tally in tallies if not tally.failure]
    counts = sum((tally.counts for tally in done), Counter())
    findings = sum((tally.findings for tally in done), Counter())
    chords = counts["chords"]
    print(f"finished {len(done)} of {len(tallies)} ({100 * len(done) / len(tallies):.1f} %)")
    for tally in tallies:
        if tally.failure:
            print("  ", tally.name, tally.failure)
    seconds = sorted(tally.seconds for tally in done)
    print(f"CPU s a chorale: median {numbers.median(seconds):.2f}, max {seconds[-1]:.2f}")
    print(f"soprano kept in {counts['kept']} of {len(done)}")
    for name in ("first inversions", "sevenths", "applied", "repeated bass"):
        print(f"{name}: {100 * counts[name] / chords:.1f} %")
    print(f"chords a quarter: {4 * chords / counts['sixteenths']:.2f}")
    print(f"Bach's cadence key: {100 * counts['same cadence key'] / counts['cadences']:.1f} % of {counts['cadences']}")
    for name, count in findings.most_common():
        print(f"{name}: {count} ({100 * count / chords:.2f} per 100 chords)")


if __name__ == "__main__":
    main()
