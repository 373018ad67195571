"""Retrieval among the Essen tunes: recall@1 of altered tunes, ties counted against us; time of queries and index.

python tests/benchmarks/similarity.py                 # 500 queries of each kind; three minutes
python tests/benchmarks/similarity.py --count 100

A query is a tune of the collection, drawn by seed, altered (tests/benchmarks/altered_tunes.py). It is found when its
own tune has more bits than every other one, by .001. Tunes that are the same notes (intervals, and lengths by the first
one; the last length is free) are one answer: `recall`. Of an excerpt, `apart` leaves out, besides, rivals that hold its
very notes, as members of a tune family do: nobody could tell from twelve notes which of them is meant.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict

import numpy as np
from altered_tunes import variants

from musegen.corpora import pieces_of
from musegen.features.similarity.index import SimilarityIndex, build
from musegen.features.similarity.lines import Line
from musegen.features.similarity.passages import passages
from musegen.features.similarity.reading import entry_of

SHORTEST = 12


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    start = time.process_time()
    entries = [entry_of(piece) for piece in pieces_of(["essen"])]
    read = time.process_time()
    index = build(entries)
    built = time.process_time()
    count = len(entries)
    print(f"{index}; reading {1e3 * (read - start) / count:.2f} ms a tune, index {1e3 * (built - read) / count:.3f} ms")
    rng = np.random.default_rng(asked.seed)
    lines = [index.entry_line(number) for number in range(len(index.owner))]
    long_enough = [number for number, line in enumerate(lines) if len(line.pitch) >= SHORTEST]
    answers = [notes_of(line) for line in lines]
    print(f"{len(long_enough)} tunes of {SHORTEST} notes or more, {len(set(answers))} different; seed {asked.seed}")
    found: dict[str, list[tuple[bool, bool, float]]] = defaultdict(list)
    for number in rng.choice(long_enough, asked.count, replace=False).tolist():
        for name, query in variants(lines[number], rng):
            found[name].append(judged(index, query, answers, number, lines))
    print(f"{'':18} {'n':>5} {'recall':>7} {'apart':>7} {'ms':>6}")
    for name, rows in found.items():
        recall, apart, milliseconds = np.mean(rows, axis=0)
        print(f"{name:18} {len(rows):>5} {recall:>7.3f} {apart:>7.3f} {milliseconds:>6.1f}")
    every = np.concatenate([np.array(rows)[:, 2] for rows in found.values()])
    middle, most = np.quantile(every, [0.5, 0.95])
    print(f"CPU of a query: mean {every.mean():.1f} ms, median {middle:.1f}, 95 % below {most:.1f}")


def judged(
    index: SimilarityIndex, query: Line, answers: list[object], number: int, lines: list[Line]
) -> tuple[bool, bool, float]:
    """(found, found among those that do not hold the very notes, milliseconds)."""
    start = time.process_time()
    matches = passages(index, query)
    milliseconds = 1e3 * (time.process_time() - start)
    own = max((match.bits for match in matches if answers[match.line] == answers[number]), default=0.0)
    rivals = {match.line for match in matches if match.bits > own - 1e-3 and answers[match.line] != answers[number]}
    apart = own > 0 and all(len(query.pitch) == SHORTEST and holds(lines[rival], query) for rival in rivals)
    return own > 0 and not rivals, apart, milliseconds


def notes_of(line: Line) -> object:
    """What is the same for two tunes that are the same notes."""
    return tuple(np.diff(line.pitch).tolist()), tuple(np.round(line.step[:-1] / line.step[0], 3).tolist())


def holds(line: Line, query: Line) -> bool:
    """Whether a tune holds the very notes of a query, transposed or in other note values."""
    size = len(query.pitch)
    if len(line.pitch) < size:
        return False
    rises = np.lib.stride_tricks.sliding_window_view(np.diff(line.pitch), size - 1)
    for first in np.flatnonzero((rises == np.diff(query.pitch)).all(axis=1)).tolist():
        there = line.step[first : first + size - 1]
        if np.allclose(there / there[0], query.step[:-1] / query.step[0], atol=0.01):
            return True
    return False


if __name__ == "__main__":
    main()
