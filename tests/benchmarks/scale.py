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

from musegen.corpora import Piece, pieces_of
from musegen.corpora.running import run
from musegen.features.extractor import feature_row

KINDS = {
    "folk song (ABC)": ("essen", 60),
    "chorale (MusicXML)": ("bach-chorales", 30),
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


def cpu_of_all() -> float:
    """CPU seconds of this process and of those that it has ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def sample(name: str, count: int) -> list[Piece]:
    """Pieces from begin to end of a corpus."""
    pieces = pieces_of([name])
    return list(pieces[:: max(1, len(pieces) // count)][:count])


def cost(pieces: list[Piece], start: float) -> Cost:
    """What these pieces cost alone, and in a run; `start` is what a run of nothing costs."""
    feature_row(pieces[0], {})  # the first one imports
    each = []
    for piece in pieces:
        begun = time.process_time()
        feature_row(piece, {})
        each.append(time.process_time() - begun)
    with tempfile.TemporaryDirectory() as folder:
        begun = cpu_of_all()
        outcome = run(pieces, JOB, {}, jobs=1, out=Path(folder) / "rows")
        inside = (cpu_of_all() - begun - start) / len(pieces)
    assert outcome.count == len(pieces)
    return Cost(statistics.mean(each), statistics.median(each), max(each), inside)


def start_cost() -> float:
    """CPU seconds that a run with one process costs before its first piece: imports, mostly."""
    piece = pieces_of(["bach/bwv66.6"])
    run(piece, JOB, {}, jobs=1)
    begun = cpu_of_all()
    outcome = run(piece, JOB, {}, jobs=1)
    return cpu_of_all() - begun - outcome.cpu_seconds


def print_costs() -> None:
    """The table of costs, and the estimate."""
    start = start_cost()
    print(f"a run of one process begins in {start:.2f} CPU s\n")
    print("| kind | CPU ms a piece: mean | median | largest | in a run, all processes |\n|---|---|---|---|---|")
    costs = {}
    for kind, (name, count) in KINDS.items():
        costs[kind] = cost(sample(name, count), start)
        print(f"| {kind} | " + " | ".join(f"{1000 * value:.0f}" for value in costs[kind]) + " |", flush=True)
    print(f"\n| {SCORES:,} such scores | " + " | ".join(f"{cores} cores" for cores in CORES) + " |")
    print("|---" * (len(CORES) + 1) + "|")
    for kind, found in costs.items():
        hours = [SCORES * found.inside / 3600 / cores for cores in CORES]
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
