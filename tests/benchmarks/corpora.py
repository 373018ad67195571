"""What corpora cost: loading lists, choosing pieces, verifying, and making a corpus of a folder.

    python tests/benchmarks/corpora.py

Seconds of computing (CPU) of this process and its children, the best of three where it is milliseconds.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections.abc import Callable

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from musegen.corpora import corpus, pieces_of
from musegen.corpora.adding import Wishes, added
from musegen.corpora.lists import read_list
from musegen.corpora.verifying import problems_of
from musegen.score.data_folder import data_folder
from musegen.score.files import corpus_folder


def cost(work: Callable[[], object], times: int) -> float:
    """Seconds of CPU, children included, of the cheapest run."""
    found = []
    for _ in range(times):
        begun = _spent()
        work()
        found.append(_spent() - begun)
    return min(found)


def _spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def main() -> None:
    """Print every figure."""
    for name in ("essen", "palestrina", "bach-chorales"):
        path = data_folder("corpora") / f"{name}.csv"
        print(
            f"{name}: {len(corpus(name))} pieces listed, loaded in {1000 * cost(lambda p=path: read_list(p), 3):.0f} ms"
        )
    asked = ["region=Ireland", "genre~liebe"]
    print(f"essen by two conditions: {1000 * cost(lambda: pieces_of(['essen'], asked), 3):.0f} ms")
    print(f"essen verified: {cost(lambda: problems_of(corpus('essen')), 1):.2f} s")
    music21 = corpus_folder()
    assert music21 is not None
    with tempfile.TemporaryDirectory() as place:
        os.environ["MUSEGEN_CORPORA"] = os.environ["MUSEGEN_CACHE"] = place
        for folder in ("bach", "palestrina", "essenFolksong"):
            begun = _spent()
            made = added(f"my-{folder.lower()}", music21 / folder, Wishes())
            print(f"{folder} added: {len(made.frozen.pieces)} pieces in {_spent() - begun:.1f} s")


if __name__ == "__main__":
    main()
