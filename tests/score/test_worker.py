"""The guarded worker: answers, dies, hangs and comes back."""

import pytest

from musegen.score.worker import Worker, WorkerCrashed, WorkerTimeout


@pytest.fixture
def worker():
    made = Worker("echo", timeout=20, memory_mb=400)
    yield made
    made.close()


def test_what_a_job_prints_never_mixes_with_its_answer(worker):
    answer = worker.call({"print": "noise", "data": b"\0\1", "n": [1, None]})
    assert (answer["data"], answer["n"], answer["log"]) == (b"\0\1", [1, None], "noise\n")
    assert worker.call({})["log"] == ""


def test_a_crash_and_a_hang_are_told_apart_and_the_next_call_works(worker):
    with pytest.raises(WorkerCrashed, match="status 11"):
        worker.call({"exit": 11})
    assert worker.call({"n": 1})["n"] == 1
    worker.timeout = 0.5
    with pytest.raises(WorkerTimeout):
        worker.call({"hang": True})
    worker.timeout = 20
    assert worker.call({"n": 2})["n"] == 2


def test_a_job_cannot_take_more_memory_than_it_was_given(worker):
    with pytest.raises(WorkerCrashed, match="memory"):
        worker.call({"allocate": 1 << 30})
