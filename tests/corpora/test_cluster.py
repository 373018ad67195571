"""The same jobs on a Dask cluster: deadlines inside its tasks, and no row lost or doubled where workers die."""

import os
import signal
import sys
import threading
import time
from collections import Counter

import pytest
from planted_jobs import KINDS, good_pieces, with_planted

from musegen.corpora import pieces_of
from musegen.corpora.running import cluster, run
from musegen.corpora.running.teams import LocalTeam
from musegen.errors import MissingExtra, UsageError

distributed = pytest.importorskip("distributed")
JOB = "planted_jobs:planted"


@pytest.fixture(scope="module")
def local_cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as started:
        yield started


def column(table, name):
    return table.columns[name].tolist()


def kinds(outcome):
    pairs = zip(column(outcome.errors, "piece"), column(outcome.errors, "kind"), strict=True)
    return {piece.partition("-")[0]: kind for piece, kind in pairs}


def workers_of(started):
    return [nanny.pid for nanny in started.workers.values() if nanny.pid]


def test_a_misdeed_costs_one_piece_and_no_worker_of_the_cluster(local_cluster, tmp_path):
    before = workers_of(local_cluster)
    pieces = with_planted(good_pieces(30), ("RAISE", "HANG", "CRASH", "MEMORY"))
    settings = {"seconds": 1.5, "megabytes": 700}
    outcome = run(
        pieces, JOB, workers="dask", scheduler=local_cluster.scheduler_address, out=tmp_path / "a.csv", **settings
    )
    assert kinds(outcome) == {deed: KINDS[deed] for deed in ("RAISE", "HANG", "CRASH", "MEMORY")}
    assert workers_of(local_cluster) == before
    run(good_pieces(30), JOB, jobs=1, out=tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_a_scheduler_that_does_not_answer_is_a_typed_error_soon(monkeypatch):
    assert cluster.CONNECT_SECONDS < 10
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1.0)
    begun = time.monotonic()
    with pytest.raises(UsageError, match="no Dask scheduler answers at tcp:"):
        run(good_pieces(2), JOB, workers="dask", scheduler="tcp://127.0.0.1:9")
    assert time.monotonic() - begun < 5
    for strange in ("", "nonsense://x", "no such host at all"):
        with pytest.raises(UsageError, match="scheduler"):
            run(good_pieces(2), JOB, workers="dask", scheduler=strange)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtra, match=r"musegen\[dask\]"):
        run(good_pieces(2), JOB, workers="dask", scheduler="tcp://127.0.0.1:9")


def test_a_chunk_whose_workers_are_gone_is_given_out_again(monkeypatch):
    lost = Counter()

    class Forgetful(LocalTeam):
        def __init__(self, task, _scheduler):
            super().__init__(task, 1)

        def result(self, promise):
            answer = promise.result()
            lost[tuple(column(answer.rows, "number"))] += 1
            return answer if lost[tuple(column(answer.rows, "number"))] > 2 else None

    monkeypatch.setattr(cluster, "ClusterTeam", Forgetful)
    outcome = run(good_pieces(40), JOB, workers="dask", scheduler="any")
    assert column(outcome.rows, "piece") == [piece.name for piece in good_pieces(40)]


@pytest.mark.slow
def test_among_400_scores_misdeeds_and_killed_workers_cost_no_row(local_cluster):
    scores = [*list(pieces_of(["bach-chorales"]))[:360], *pieces_of(["string-quartets"])][:400]

    def kill_four_workers():
        for turn in range(4):
            time.sleep(4)
            os.kill(workers_of(local_cluster)[turn % 2], signal.SIGKILL)

    killer = threading.Thread(target=kill_four_workers)
    killer.start()
    outcome = run(
        with_planted(scores), "planted_jobs:scores", {"groups": ["pitch"]}, seconds=6,
        workers="dask", scheduler=local_cluster.scheduler_address,
    )  # fmt: skip
    killer.join()
    assert kinds(outcome) == KINDS
    assert Counter(outcome.failed) == Counter(KINDS.values())
    assert column(outcome.rows, "piece") == [piece.name for piece in scores]
