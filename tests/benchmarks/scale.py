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
from numpy.typing import NDArray

from musegen.corpora import Piece, pieces_of
from musegen.corpora.running import run
from musegen.features.extractor import feature_row

KINDS = {
    "folk song (ABC)": ("essen", 400),
    "chorale (MusicXML)": ("bach-chorales", 60),
    "mass movement (kern)": ("palestrina", 20),
    "quartet movement (MusicXML)": ("string-quartets", 10),
}
"""Corpora, and how many pieces of each are measured."""
SCORES = 250_000
CORES = (1, 16, 256)
JOB = "musegen.features.extractor:feature_row"


class Cost(NamedTuple):
    """Seconds of CPU a piece."""

    typical: float  # the mean, by which a corpus is paid for
    median: float
    largest: float
    inside: float  # all processes of a run, with the table written, without their start
    writer: float  # of these, the process that began the run and writes


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


def in_a_run(pieces: list[Piece]) -> NDArray[np.float64]:
    """CPU seconds of a run of these, the table written: of all processes, and of this one that began it."""
    with tempfile.TemporaryDirectory() as folder:
        begun = np.array([cpu_of_all(), time.process_time()])
        outcome = run(pieces, JOB, {}, jobs=1, out=Path(folder) / "rows")
    assert outcome.count == len(pieces)
    return np.array([cpu_of_all(), time.process_time()]) - begun


def start_cost() -> NDArray[np.float64]:
    """The same of a run with one process besides its pieces: imports and a table, mostly."""
    pieces = list(pieces_of(["bach/bwv66.6"]))
    alone(pieces[0]), in_a_run(pieces)  # the first ones import
    return in_a_run(pieces) - [alone(pieces[0]), 0]


def cost(pieces: list[Piece], start: NDArray[np.float64]) -> Cost:
    """What these pieces cost alone, and in a run."""
    each = [alone(piece) for piece in pieces]
    inside, own = ((in_a_run(pieces) - start) / len(pieces)).tolist()
    return Cost(statistics.mean(each), statistics.median(each), max(each), inside, max(own, 0.0))


def print_costs() -> None:
    """The table of costs, and the estimate: cores share the work, but one process begins the run and writes."""
    start = start_cost()
    print(f"a run of one process costs {start[0]:.2f} CPU s besides its pieces\n")
    print("| kind | CPU ms a piece: mean | median | largest | in a run, all processes | in the one that writes |")
    print("|---|---|---|---|---|---|")
    costs = {}
    for kind, (name, count) in KINDS.items():
        costs[kind] = cost(sample(name, count), start)
        print(f"| {kind} | " + " | ".join(f"{1000 * value:.1f}" for value in costs[kind]) + " |", flush=True)
    print(f"\n| {SCORES:,} such scores | " + " | ".join(f"{cores} cores" for cores in CORES) + " |")
    print("|---" * (len(CORES) + 1) + "|")
    for kind, found in costs.items():
        hours = [SCORES * max(found.inside / cores, found.writer) / 3600 for cores in CORES]
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
