"""What a piece costs in `corpus features`, by kind of piece, what the pool adds, and an estimate for 250,000 scores.

python tests/benchmarks/scale.py            # three minutes of CPU: pieces of each kind, all features
python tests/benchmarks/scale.py pool       # half a minute: the pool alone, on this machine and on a Dask cluster
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from musegen.corpora import Piece, pieces_of
from musegen.corpora.running import run
from musegen.corpora.running.cluster import ClusterTeam
from musegen.corpora.running.driving import LARGEST_CHUNK
from musegen.corpora.running.places import Place
from musegen.corpora.running.store import Store
from musegen.corpora.running.tasks import Answer
from musegen.corpora.tables import packed, table_of, unpacked
from musegen.features.extractor import JOB, column_names, feature_row
from musegen.features.registry import features

KINDS = {
    "folk song (ABC)": ("essen", 400),
    "chorale (MusicXML)": ("bach-chorales", 60),
    "mass movement (kern)": ("palestrina", 20),
    "quartet movement (MusicXML)": ("string-quartets", 10),
}
"""Corpora, and how many pieces of each are measured."""
SCORES = 250_000
CORES = (1, 16, 256)


class Cost(NamedTuple):
    """Seconds of CPU a piece."""

    typical: float  # the mean, by which a corpus is paid for
    median: float
    largest: float
    inside: float  # all processes of a run, with the table written, without their start


def cpu_of_all() -> float:
    """CPU seconds of this process and of those that it has ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def sample(name: str, count: int) -> list[Piece]:
    """Pieces from begin to end of a corpus."""
    pieces = pieces_of([name])
    return list(pieces[:: max(1, len(pieces) // count)][:count])


def alone(piece: Piece) -> float:
    """CPU seconds of one piece in this process."""
    begun = time.process_time()
    feature_row(piece, {})
    return time.process_time() - begun


def in_a_run(pieces: list[Piece]) -> float:
    """CPU seconds of all processes for a run of these, the table written."""
    with tempfile.TemporaryDirectory() as folder:
        begun = cpu_of_all()
        outcome = run(pieces, JOB, {}, jobs=1, out=Path(folder) / "rows")
    assert outcome.count == len(pieces)
    return cpu_of_all() - begun


def start_cost() -> float:
    """The same of a run with one process besides its pieces: imports and a table, mostly."""
    pieces = list(pieces_of(["bach/bwv66.6"]))
    alone(pieces[0]), in_a_run(pieces)  # the first ones import
    return in_a_run(pieces) - alone(pieces[0])


def cost(pieces: list[Piece], start: float) -> Cost:
    """What these pieces cost alone, and in a run."""
    each = [alone(piece) for piece in pieces]
    inside = (in_a_run(pieces) - start) / len(pieces)
    return Cost(statistics.mean(each), statistics.median(each), max(each), inside)


def writing(size: int) -> float:
    """CPU seconds a piece in the process that writes, of chunks of so many pieces, with as many columns as we have."""
    row = dict.fromkeys(column_names(features()), np.float32(1 / 3))
    message = packed(table_of([row] * size))
    pieces = [Piece(f"piece-{number}") for number in range(2000)]
    with tempfile.TemporaryDirectory() as folder:
        store, begun = Store(pieces, Place.of(Path(folder))), time.process_time()
        for start in range(0, len(pieces), size):
            store.add(range(start, start + size), Answer(tuple(range(size)), unpacked(*message)))
            store.flush()
        return (time.process_time() - begun) / len(pieces)


def print_costs() -> None:
    """The table of costs, and the estimate: cores share the work, but one process writes (unless there are shares)."""
    start = start_cost()
    writing(50)
    chunk, row = np.linalg.solve([[1, 1], [1 / 50, 1]], [writing(1), writing(50)])
    print(f"a run of one process costs {start:.2f} CPU s besides its pieces")
    print(f"the process that writes: {1000 * chunk:.2f} ms CPU a chunk and {1000 * row:.3f} ms a piece\n")
    print("| kind | CPU ms a piece: mean | median | largest | in a run, all processes |\n|---|---|---|---|---|")
    costs = {}
    for kind, (name, count) in KINDS.items():
        costs[kind] = cost(sample(name, count), start)
        print(f"| {kind} | " + " | ".join(f"{1000 * value:.1f}" for value in costs[kind]) + " |", flush=True)
    print(f"\n| {SCORES:,} such scores | " + " | ".join(f"{cores} cores" for cores in CORES) + " |")
    print("|---" * (len(CORES) + 1) + "|")
    for kind, found in costs.items():
        writer = chunk * min(1.0, max(found.typical / ClusterTeam.chunk_seconds, 1 / LARGEST_CHUNK)) + row
        hours = [SCORES * max(found.inside / cores, writer) / 3600 for cores in CORES]
        print(f"| {kind} | " + " | ".join(told(each) for each in hours) + " |")


def told(hours: float) -> str:
    """Hours, or minutes where there are few."""
    return f"{hours:.1f} h" if hours >= 1 else f"{60 * hours:.1f} min"


def nothing(piece: Piece, _options: dict[str, object]) -> dict[str, float]:
    """A row of 900 numbers that costs nothing: what remains is the pool."""
    return dict.fromkeys((f"group.feature.{number}" for number in range(900)), float(len(piece.name)))


def print_pool() -> None:
    """What the pool costs where the job is nothing, and how many pieces a second one starting process can serve."""
    pieces = [Piece(f"piece-{number}") for number in range(20_000)]
    sys.path.append(str(Path(__file__).parent))
    job = f"{Path(__file__).stem}:nothing"
    for workers in ("local", "dask"):
        own, begun = time.process_time(), cpu_of_all()
        if workers == "dask":
            from distributed import LocalCluster

            with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster:
                outcome = run(pieces, job, workers="dask", scheduler=cluster.scheduler_address)
        else:
            outcome = run(pieces, job, jobs=2)
        own, whole = time.process_time() - own, cpu_of_all() - begun
        each = [1e6 * seconds / len(pieces) for seconds in (own, whole)]
        print(f"{workers}: {each[0]:.0f} us CPU a piece in the process that began the run, {each[1]:.0f} in all; "
              f"{outcome.seconds:.1f} s")  # fmt: skip


if __name__ == "__main__":
    print_pool() if sys.argv[1:] == ["pool"] else print_costs()
