"""Planted copies: how many excerpts of Essen tunes are found in otherwise unrelated tunes, at 1 % false alarms.

python tests/benchmarks/originality.py                # 300 hosts; ten minutes
python tests/benchmarks/originality.py --count 100

Excerpts of 8, 12, 16 and 24 notes are drawn from the collection and put, transposed, into hosts in place of as many
notes; ornamented: with 20 % of their notes ornamented (tests/benchmarks/altered_tunes.py). A copy is found when a
passage has more bits than 1 % of the hosts have without one (bits less log2 of the host's notes, since chance finds
more in a longer tune), and lies on the planted notes. Hosts are

- strangers: tunes drawn from the collection's own n-grams, so of its style, and related to none of its tunes;
- other tunes: real tunes of it, their own group left out, versions of one tune (half of the notes in common) not
  counted. Folk songs of one region do share lines across groups: this is what the collection really shares, and its
  1 % is the strength that only one tune in a hundred has in common with another group.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from altered_tunes import excerpt, ornamented, planted
from numpy.random import Generator

from musegen.corpora import pieces_of
from musegen.features.similarity.base_rate import FALSE_ALARMS, shared, strongest
from musegen.features.similarity.index import SimilarityIndex
from musegen.features.similarity.lines import Line
from musegen.features.similarity.storage import index_of
from musegen.features.similarity.strangers import stranger

LENGTHS = (8, 12, 16, 24)
Host = tuple[Line, str]  # a tune, and the piece whose group is left out


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--hosts", choices=["strangers", "other tunes"], help="only these")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    index = index_of(pieces_of(["essen"]))
    rng = np.random.default_rng(asked.seed)
    pieces = rng.permutation(np.unique(index.owner))[: asked.count].tolist()
    drawn = [index.entry_line(int(np.searchsorted(index.owner, piece))) for piece in pieces]
    strangers: list[Host] = [(stranger(index.surprise, len(line.pitch), rng), "") for line in drawn]
    others: list[Host] = [(line, index.pieces[piece]) for line, piece in zip(drawn, pieces, strict=True)]
    for name, hosts in (("strangers", strangers), ("other tunes", others)):
        if asked.hosts in (None, name):
            table(index, name, hosts, rng)


def table(index: SimilarityIndex, name: str, hosts: list[Host], rng: Generator) -> None:
    """Print the recalls with these hosts."""
    start = time.process_time()
    null = np.array([above_length(*strongest(index, [line], own)) for line, own in hosts])
    limit = float(np.quantile(null, 1 - FALSE_ALARMS))
    seconds = (time.process_time() - start) / len(hosts)
    print(f"{name}: n {len(hosts)}, {1e3 * seconds:.0f} ms a tune, limit {limit + np.log2(50):.1f} bits in 50 notes")
    for length in LENGTHS:
        told = []
        for kind, alter in (("transposed", plain), ("ornamented", ornamented)):
            hits = [found(index, host, excerpt_of(index, length, rng), alter, limit, rng) for host in hosts]
            told.append(f"{kind} {np.mean(hits):.3f}")
        print(f"  {length:>2} notes: {', '.join(told)}")


def found(
    index: SimilarityIndex,
    host: Host,
    plant: Line,
    alter: Callable[[Line, Generator], Line],
    limit: float,
    rng: Generator,
) -> bool:
    """Whether a passage that lies on the plant is stronger than the limit."""
    line, (first, last) = planted(host[0], alter(plant, rng), rng)
    for _, passage in shared(index, [line], host[1]):
        inside = (passage.pairs[:, 0] >= first) & (passage.pairs[:, 0] < last)
        strong = above_length(passage.bits, len(line.pitch)) > limit
        if strong and inside.sum() >= 3:
            return True
    return False


def plain(line: Line, rng: Generator) -> Line:
    """The excerpt as it is; planting transposes it."""
    return line


def excerpt_of(index: SimilarityIndex, notes: int, rng: Generator) -> Line:
    """An excerpt of some tune that is long enough."""
    while True:
        line = index.entry_line(int(rng.integers(len(index.owner))))
        if len(line.pitch) >= notes:
            return excerpt(line, notes, rng)


def above_length(bits: float, notes: int) -> float:
    """Bits beyond what chance finds in a tune of so many notes."""
    return bits - float(np.log2(notes))


if __name__ == "__main__":
    main()
