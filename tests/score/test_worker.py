"""The guarded worker: answers, dies, hangs and comes back."""

import os
import signal

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


def test_a_job_cannot_compute_longer_than_it_may_and_the_next_call_has_its_own_time(worker):
    with pytest.raises(WorkerTimeout, match="computing"):
        worker.call({"hang": True}, cpu_seconds=0.5)
    assert worker.call({"n": 3}, cpu_seconds=1)["n"] == 3


def test_no_temporary_file_stays_when_the_process_is_killed_or_closed(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    worker = Worker("music21", timeout=60, memory_mb=440)
    worker.call({"warm": True})
    assert len(list(tmp_path.iterdir())) == 1
    left = list(tmp_path.iterdir())
    os.kill(worker._process.pid, signal.SIGKILL)
    worker._process.wait()  # else the next call may come before it is dead, or after
    worker.call({"warm": True})
    assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) != left
    worker.call({"data": b"Time Signature: 4/4\nm1 C: I\n", "format": "romantext"})
    worker.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Windows has no such signals")
def test_an_interrupt_at_the_keyboard_is_the_callers_affair_and_reaches_no_worker(worker):
    assert worker.call({"number": 1})["number"] == 1
    process = worker._process
    os.kill(process.pid, signal.SIGINT)
    assert worker.call({"number": 2})["number"] == 2
    assert worker._process is process
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, ()) & {signal.SIGINT}
