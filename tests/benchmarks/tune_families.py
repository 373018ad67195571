"""How well a corpus of tunes is divided by family: what test tunes share with training tunes.

    python tests/benchmarks/tune_families.py               # folk-tunes, a minute
    python tests/benchmarks/tune_families.py --corpus essen

A run is so many notes in a row that are equal in intervals and lengths, whatever the key. `shared`: the share of test
tunes that have such a run in common with a training tune. The same tunes are divided three ways: by the corpus, as the
corpora that they come from divide them, and by chance, tune by tune.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from musegen.corpora import Piece, corpus
from musegen.corpora.kinship import Tones, sharing, tones_of
from musegen.corpora.splitting import split_of, united
from musegen.score.model import Score
from musegen.score.table import Flag

RUNS = (12, 14, 16, 20, 24)


def notes_of(score: Score) -> npt.NDArray[np.int64]:
    """(notes, 2): pitches, and lengths in ticks of a quarter's 10,080, of the upper line."""
    notes = score.notes.sounding()
    rows = notes.rows[(notes["part"] == 0) & ~notes.has(Flag.GRACE)]
    rows = rows[np.lexsort((-rows["pitch"].astype(np.int64), rows["onset"]))]
    rows = rows[np.unique(rows["onset"], return_index=True)[1]]
    lengths = rows["duration"] * 10_080 // score.ticks_per_quarter
    return np.stack([rows["pitch"].astype(np.int64), lengths], axis=1)


def runs_of(notes: npt.NDArray[np.int64], length: int) -> set[bytes]:
    """All runs of so many notes."""
    if len(notes) < length:
        return set()
    steps = np.lib.stride_tricks.sliding_window_view(np.diff(notes[:, 0]), length - 1)
    lengths = np.lib.stride_tricks.sliding_window_view(notes[:, 1], length)
    return {row.tobytes() for row in np.hstack([steps, lengths])}


def shared(runs: Sequence[set[bytes]], splits: Sequence[str]) -> float:
    """The share of test tunes that share a run with a training tune."""
    taught = set().union(*(found for found, split in zip(runs, splits, strict=True) if split == "train"))
    tests = [found for found, split in zip(runs, splits, strict=True) if split == "test"]
    return float(np.mean([bool(found & taught) for found in tests]))


def tell_counts(pieces: Sequence[Piece]) -> None:
    """Tunes, groups and splits."""
    groups = Counter(piece.group for piece in pieces)
    print(f"{len(pieces)} tunes in {len(groups)} groups; the largest:", *sorted(groups.values())[:-6:-1])
    print(f"{sum(size == 1 for size in groups.values())} groups of one tune")
    for split in ("train", "valid", "test"):
        chosen = [piece for piece in pieces if piece.split == split]
        print(f"  {split:<6}{len(chosen):>6} in {len({piece.group for piece in chosen})} groups")


def homes(names: Sequence[str]) -> Mapping[str, str]:
    """The splits of the corpora that these corpora come from."""
    return {piece.name: piece.split for name in names for piece in corpus(name).pieces}


def main(name: str) -> None:
    """Print all."""
    made = corpus(name)
    tell_counts(made.pieces)
    before = homes(made.origin.corpora or (name,))
    ways = {
        "by family": [piece.split for piece in made.pieces],
        "as the members divide": [before[piece.name] for piece in made.pieces],
        "tune by tune": [split_of(piece.name) for piece in made.pieces],
    }
    scores = [piece.read() for piece in made.pieces]
    notes = [notes_of(score) for score in scores]
    tell_chains([tones_of(score) for score in scores])
    print("notes a run:", *RUNS)
    table = {way: [] for way in ways}
    for length in RUNS:
        runs = [runs_of(found, length) for found in notes]
        for way, splits in ways.items():
            table[way].append(shared(runs, splits))
        if length == RUNS[0]:
            tell_stock(runs, made.pieces)
    for way, shares in table.items():
        print(f"  {way:<24}", *(f"{100 * share:.1f}" for share in shares))


def tell_chains(tones: Sequence[Tones]) -> None:
    """How many tunes one family would have if each run of so many notes made kin."""
    for length in RUNS:
        families = united([str(number) for number in range(len(tones))], sharing(tones, notes=length))
        print(f"families by runs of {length} notes alone: {len(families)}, {max(map(len, families))} in the largest")


def tell_stock(runs: Sequence[set[bytes]], pieces: Sequence[Piece]) -> None:
    """Whether the shortest runs that families share are stock: how many of them each has that two families have."""
    families: dict[bytes, set[str]] = {}
    for found, piece in zip(runs, pieces, strict=True):
        for run in found:
            families.setdefault(run, set()).add(piece.group)
    counts = np.array([len(groups) for groups in families.values()])
    print(f"of {len(counts)} runs of {RUNS[0]} notes {np.mean(counts > 1):.2%} are in more than one family")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", default="folk-tunes")
    main(parser.parse_args().corpus)
