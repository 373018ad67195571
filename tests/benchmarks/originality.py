"""Planted copies: how many excerpts of Essen tunes are found in otherwise unrelated tunes, at 1 % false alarms.

python tests/benchmarks/originality.py                              # every kind of host; half an hour
python tests/benchmarks/originality.py --hosts chinese --count 100

Excerpts of 8, 12, 16 and 24 notes are drawn from the collection and put, transposed, into hosts in place of as many
notes; ornamented: with 20 % of their notes ornamented (tests/benchmarks/altered_tunes.py). A copy is found when a
passage that lies on the planted notes has more bits than the strongest passage of 99 % of the hosts without a copy
(bits less log2 of the host's notes, since chance finds more in a longer tune). Where hosts can be related to
what they are compared with, what they share with a version of themselves, or with its group, is no false alarm and is
counted apart: `related` hosts have such. Hosts are

- strangers: tunes drawn from the collection's own n-grams, so of its style, and related to none of its tunes;
- chinese: the Chinese songs, compared with the European ones only; european: the other way round;
- ryans-mammoth: American and Irish fiddle tunes, compared with European songs but Irish ones and Haydn's Scottish ones;
- songs: real songs of the collection, compared with all other groups, which do share lines and strains with them.

How much formulas, repeats and gaps take off (`features.similarity.evidence`) was found on one half of the groups, by
the digests of their names (`--half first`); hosts and excerpts of these tables are of the second half.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Callable, Collection
from typing import NamedTuple

import numpy as np
from altered_tunes import excerpt, ornamented, planted
from numpy.random import Generator

from musegen.corpora import pieces_of
from musegen.features.similarity.base_rate import FALSE_ALARMS
from musegen.features.similarity.evidence import Shared, shared
from musegen.features.similarity.index import Entry, SimilarityIndex, build
from musegen.features.similarity.lines import Line
from musegen.features.similarity.storage import index_of
from musegen.features.similarity.strangers import stranger

LENGTHS = (8, 12, 16, 24)
HOSTS = ("strangers", "chinese", "european", "ryans-mammoth", "songs")
FIDDLE = "ryans-mammoth"
MAY_BE_RELATED = (FIDDLE, "songs")
MIXED = ("test0", "test1", "testd", "teste")
CHINESE, NEAR_FIDDLES = ("han1", "han2"), ("irl", "folkHaydn")


class Trial(NamedTuple):
    """Hosts, as (tune, piece whose group is left out), and what they are compared with."""

    collection: SimilarityIndex
    hosts: list[tuple[Line, str]]
    sources: list[int]  # lines that excerpts are drawn from


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="hosts without a copy")
    parser.add_argument("--plants", type=int, default=150, help="hosts with one, of each kind")
    parser.add_argument("--hosts", choices=HOSTS, help="only these")
    parser.add_argument("--half", choices=["first", "second"], default="second")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    whole = index_of(pieces_of(["essen"]))
    for name in HOSTS if asked.hosts is None else (asked.hosts,):
        rng = np.random.default_rng(asked.seed)
        table(trial_of(whole, name, asked.count, asked.half, rng), name, asked.plants, rng)


def trial_of(whole: SimilarityIndex, name: str, count: int, half: str, rng: Generator) -> Trial:
    """The hosts of one kind, and the part of the collection that they are compared with."""
    every = sorted({file_of(piece) for piece in whole.pieces})
    european = [file for file in every if file not in (*CHINESE, *MIXED)]
    against = {
        "chinese": european,
        "european": CHINESE,
        FIDDLE: [file for file in european if file not in NEAR_FIDDLES],
    }
    index = part(whole, against[name]) if name in against else whole
    other = {"chinese": lambda: part(whole, CHINESE), "european": lambda: part(whole, european),
             FIDDLE: lambda: index_of(pieces_of([FIDDLE]))}.get(name, lambda: whole)()  # fmt: skip
    drawn = rng.permutation(lines_of_half(other, half))[:count].tolist()
    hosts = [(other.entry_line(number), other.pieces[other.owner[number]]) for number in drawn]
    if name == "strangers":
        hosts = [(stranger(index.surprise, len(line.pitch), rng), "") for line, _ in hosts]
    return Trial(index, hosts, lines_of_half(index, half))


def file_of(piece: str) -> str:
    """The file that holds a tune of the collection: `han1` of `essenFolksong/han1#12`."""
    return piece.split("/")[-1].split("#")[0]


def part(whole: SimilarityIndex, files: Collection[str]) -> SimilarityIndex:
    """An index of the tunes in some files only."""
    rows = [(line, piece) for line, piece in enumerate(whole.owner.tolist()) if file_of(whole.pieces[piece]) in files]
    return build(Entry(whole.pieces[piece], whole.groups[piece], [], [unnumbered(whole, line)]) for line, piece in rows)


def unnumbered(whole: SimilarityIndex, line: int) -> Line:
    """A tune without the numbers of its measures."""
    found = whole.entry_line(line)
    return found._replace(measure=np.zeros(len(found.pitch), dtype=np.int64))


def lines_of_half(index: SimilarityIndex, half: str) -> list[int]:
    """The lines of the pieces whose groups are of one half."""
    side = [hashlib.sha256(group.encode()).digest()[0] % 2 == (half == "second") for group in index.groups]
    return [line for line, piece in enumerate(index.owner.tolist()) if side[piece]]


def table(trial: Trial, name: str, plants: int, rng: Generator) -> None:
    """Print the recalls with these hosts."""
    start = time.process_time()
    null = [shared(trial.collection, [line], own) for line, own in trial.hosts]
    seconds = (time.process_time() - start) / len(null)
    apart = name in MAY_BE_RELATED
    levels = [strength(line, found, apart=apart) for (line, _), found in zip(trial.hosts, null, strict=True)]
    limit = float(np.quantile(levels, 1 - FALSE_ALARMS))
    related = sum(any(one.related for one in found) for found in null)
    told = f"{name}: {len(null)} hosts, {related} of them related to something; {1e3 * seconds:.0f} ms a tune"
    print(f"{told}; limit {limit + np.log2(50):.1f} bits in 50 notes", flush=True)
    for length in LENGTHS:
        cells = []
        for kind, alter in (("transposed", plain), ("ornamented", ornamented)):
            chosen = trial.hosts[:plants]
            hits = [found_in(trial, host, excerpt_of(trial, length, rng), alter, limit, rng) for host in chosen]
            low, high = wilson(sum(hits), len(hits))
            cells.append(f"{kind} {np.mean(hits):.3f} ({low:.2f}-{high:.2f})")
        print(f"  {length:>2} notes, n {len(hits)}: {', '.join(cells)}", flush=True)


def strength(line: Line, found: list[Shared], *, apart: bool) -> float:
    """The strongest passage, for the length of the tune; `apart`: that with a version does not count."""
    bits = (one.passage.bits for one in found if not (apart and one.related))
    return max(bits, default=0.0) - float(np.log2(len(line.pitch)))


def found_in(
    trial: Trial,
    host: tuple[Line, str],
    plant: Line,
    alter: Callable[[Line, Generator], Line],
    limit: float,
    rng: Generator,
) -> bool:
    """Whether a passage that lies on the plant is stronger than the limit."""
    line, (first, last) = planted(host[0], alter(plant, rng), rng)
    enough = limit + float(np.log2(len(line.pitch)))
    for _, passage, _ in shared(trial.collection, [line], host[1]):
        inside = (passage.pairs[:, 0] >= first) & (passage.pairs[:, 0] < last)
        if passage.bits > enough and inside.sum() >= 3:
            return True
    return False


def plain(line: Line, rng: Generator) -> Line:
    """The excerpt as it is; planting transposes it."""
    return line


def excerpt_of(trial: Trial, notes: int, rng: Generator) -> Line:
    """An excerpt of some tune that is long enough."""
    while True:
        line = trial.collection.entry_line(int(rng.choice(trial.sources)))
        if len(line.pitch) >= notes:
            return excerpt(line, notes, rng)


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a rate (Wilson 1927)."""
    z = 1.96
    middle, half = hits + z * z / 2, z * np.sqrt(hits * (count - hits) / count + z * z / 4)
    return float((middle - half) / (count + z * z)), float((middle + half) / (count + z * z))


if __name__ == "__main__":
    main()
