"""From how many tunes a style of one's own can be learned: the shipped melody network taught parts of the Essen songs.

    python tests/training/own_style.py                                 # songs of China and Lorraine; needs torch
    python tests/training/own_style.py --regions Ireland --sizes 20 50 --subsets 3
    python tests/training/own_style.py --from nothing --sizes 300      # without the shipped weights

With --melodies N, so many are drawn with each of these weights, in the meters of songs that judge, 8 to 16 measures. Of
each the longest passage is found that a song has which was learned from, note for note in any key: the median of these
and the longest are told, and beside them the same of the songs that judge.

Essen is in no shipped weight. A subset is whole families of the region's songs in the split `train`, divided and taught
just as `musegen train melody` does a folder. Bits a note are those of songs of the region in the splits `valid` and
`test`, which no subset has: with meter and mode said, and with everything said. `card` is what the card of that subset
would tell, from its own few test tunes: the gain with everything said and its standard error.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import torch

from musegen.corpora import Piece, corpus
from musegen.corpora.splitting import Shares, split_of
from musegen.errors import MusegenError
from musegen.evaluation.melodies.baseline import ngram_bits
from musegen.evaluation.melodies.lines import MelodyLine, line_of
from musegen.evaluation.melodies.sharing import longest_shared
from musegen.generation.tunes.making import TuneWish, melodies
from musegen.models.networks import Network, shipped_weights
from musegen.theory.tunes.symbols import METERS
from musegen.training.melody_files import grafted
from musegen.training.melody_network import MelodyNetwork
from musegen.training.melody_tuning import SHIPPED, begin, measured, teach
from musegen.training.own_tunes import STYLE, fair_seed
from musegen.training.recipes import Order, recipe
from musegen.training.tunes import Lesson, lesson

Kept = list[tuple[str, Lesson]]  # the family with each


def tunes_of(pieces: Iterable[Piece]) -> Iterable[tuple[str, Lesson]]:
    """Those that are tunes."""
    return ((piece.group, tune) for piece in pieces if (tune := read(piece)))


@cache
def read(piece: Piece) -> Lesson | None:
    """The tune of a piece, if it is one."""
    try:
        return lesson(piece, "essen", STYLE)
    except MusegenError:
        return None


def of_region(region: str, size: int, subset: int) -> Kept:
    """So many songs of a region, family by family in an order that is drawn."""
    families: dict[str, list[Piece]] = {}
    for piece in corpus("essen").split("train"):
        if piece.labels.get("region") == region:
            families.setdefault(piece.group, []).append(piece)
    order = np.random.default_rng([1982, subset]).permutation(sorted(families))
    return list(islice(tunes_of(piece for family in order for piece in families[family]), size))


def divided(kept: Kept) -> dict[str, list[Lesson]]:
    """As `own_tunes` divides a folder."""
    families: dict[str, list[Lesson]] = {}
    for family, tune in kept:
        families.setdefault(family, []).append(tune)
    shares = Shares(fair_seed(families))
    found: dict[str, list[Lesson]] = {"train": [], "valid": [], "test": []}
    for family, tunes in families.items():
        found[split_of(family, shares)] += tunes
    return found


def measure(region: str, size: int, subset: int, judging: list[Lesson], asked: argparse.Namespace) -> None:
    """Teach one subset, and print what it gains, and what melodies share with its songs."""
    begun, start = begin(asked.start), time.process_time()
    tunes = divided(of_region(region, size, subset))
    with tempfile.TemporaryDirectory() as room:
        place = Order("melody", ("essen",), Path(room, "own"), (0,), asked.passes, lambda line: None, asked.start)
        taught = teach(begun, tunes["train"], tunes["valid"], place)
    spent, before = time.process_time() - start, begin(SHIPPED)
    told = "  ".join(
        f"{gain.before:.3f} -> {gain.after:.3f} ({gain.bits:+.3f} ± {gain.error:.3f})"
        for gain in measured(before, taught.network, judging).values()
    )
    card = measured(before, taught.network, tunes["test"])["everything_said"]
    sure = "sure" if card.is_sure else "not sure"
    sizes = "/".join(str(len(found)) for found in tunes.values())
    ngram = ngram_bits([tune.line for tune in tunes["train"]], [tune.line for tune in judging])
    print(f"{region:<9} {size:>4} tunes ({sizes}), subset {subset}: {told}  n-gram {ngram:.3f}", end="")
    print(f"  card {card.bits:+.3f} ± {card.error:.3f} {sure}", end="")
    print(f"; pass {taught.best} of {taught.passes}, {spent:.0f} CPU s", flush=True)
    if asked.melodies:
        known = [sung(tune) for tune in tunes["train"]]
        pairs = {"melodies": made(taught.network, judging, asked.melodies), "songs": [*map(sung, judging)]}
        print(
            "    " + "; ".join(f"{what} share {shared(found, known)} notes" for what, found in pairs.items()),
            flush=True,
        )


def sung(lesson: Lesson) -> MelodyLine:
    """The song of a lesson."""
    return line_of(corpus("essen")[lesson.name].read(), lesson.name)


def made(network: MelodyNetwork, like: list[Lesson], count: int) -> list[MelodyLine]:
    """Melodies drawn with these weights, in the meters of songs."""
    own = {part: Network(content) for part, content in grafted(shipped_weights("melody"), network).items()}
    found = []
    for number in range(count):
        meter = METERS[int(like[number % len(like)].told[0, 0]) - 1]
        wish = TuneWish(meter=meter, measures=(8, 12, 16)[number % 3], style=STYLE, candidates=2)
        found += [line_of(melody.score, str(number)) for melody in melodies(wish, seed=number, weights=own)]
    return found


def shared(tunes: list[MelodyLine], known: list[MelodyLine]) -> str:
    """The median and the longest of the passages that tunes share with known ones."""
    notes = [found.notes for found in longest_shared(tunes, known)]
    return f"{np.median(notes):.0f}, at most {max(notes)}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--regions", nargs="+", default=["China", "Lorraine"])
    parser.add_argument("--sizes", nargs="+", type=int, default=[20, 50, 100, 300])
    parser.add_argument("--subsets", type=int, default=2)
    parser.add_argument("--passes", type=int, default=recipe("melody").passes)
    parser.add_argument("--judging", type=int, default=120, help="songs that judge, at most")
    parser.add_argument("--melodies", type=int, default=0)
    parser.add_argument("--from", dest="start", default=SHIPPED)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    for region in asked.regions:
        held = [piece for piece in corpus("essen").pieces if piece.split in ("valid", "test")]
        judging = [tune for _, tune in tunes_of(piece for piece in held if piece.labels.get("region") == region)]
        for size in asked.sizes:
            for subset in range(asked.subsets):
                measure(region, size, subset, judging[:: -(-len(judging) // asked.judging)], asked)
