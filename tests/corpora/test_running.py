"""Jobs over many pieces: what breaks costs one piece, what is done is kept, and the order of work leaves no trace."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from planted_jobs import KINDS, good_pieces, with_planted

from musegen.corpora import Piece, pieces_of
from musegen.corpora.running import run
from musegen.corpora.tables import read_table
from musegen.errors import EngravingError, MissingExtra, UsageError

HERE = Path(__file__).resolve().parent
JOB = "planted_jobs:planted"


def failures(outcome):
    return {
        piece.partition("-")[0]: kind
        for piece, kind in zip(*(outcome.errors.columns[name].tolist() for name in ("piece", "kind")), strict=True)
    }


def names(table):
    return table.columns["piece"].tolist()


def test_each_misdeed_costs_one_piece_and_is_named_by_its_kind():
    told = []
    outcome = run(with_planted(good_pieces(30)), JOB, jobs=2, seconds=1.5, megabytes=700, on_progress=told.append)
    assert failures(outcome) == KINDS
    assert names(outcome.rows) == [f"good-{number}" for number in range(30)]
    assert outcome.rows.columns["number"].tolist() == list(range(30))
    messages = dict(zip(names(outcome.errors), outcome.errors.columns["message"].tolist(), strict=True))
    assert messages["RAISE-0"] == "RAISE-0: measure 3 holds five beats"
    assert "SIGSEGV" in messages["CRASH-4"]
    assert (told[-1].done, told[-1].total, sum(told[-1].failed.values())) == (38, 38, 8)


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet"])
def test_the_table_is_the_same_bytes_however_many_work_on_it(tmp_path, name):
    pieces = with_planted(good_pieces(60), ("RAISE", "EXIT"))
    for folder, jobs in (("one", 1), ("three", 3)):
        (tmp_path / folder).mkdir()
        run(pieces, JOB, jobs=jobs, out=tmp_path / folder / name)
    one, three = tmp_path / "one", tmp_path / "three"
    assert (one / name).read_bytes() == (three / name).read_bytes()
    assert sorted(path.name for path in one.iterdir()) == sorted([name, name.replace(".", ".errors."), "rows.run.json"])


def test_a_folder_has_a_part_for_each_thousand_pieces_in_their_order(tmp_path):
    pieces = good_pieces(2100)
    outcome = run(pieces, JOB, jobs=2, out=tmp_path / "rows")
    parts = sorted(path.name for path in (tmp_path / "rows").glob("part-*"))
    assert parts == ["part-00000.parquet", "part-00001.parquet", "part-00002.parquet"]
    assert names(outcome.rows) == names(read_table(tmp_path / "rows")) == [piece.name for piece in pieces]
    assert list(outcome.rows.columns)[:6] == ["piece", "path", "sha256", "group", "split", "year"]


def calls_in(path):
    return Counter(path.read_text().split())


def test_resuming_does_only_what_is_new_changed_or_asked_for_again(tmp_path):
    calls = tmp_path / "calls"
    options, pieces = {"calls": str(calls)}, with_planted(good_pieces(20), ("RAISE",))
    for name in ("rows", "rows.csv", "rows.parquet"):
        out = tmp_path / name
        run(pieces, JOB, options, jobs=1, out=out)
        before = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path != calls}
        calls.write_text("")
        assert run(pieces, JOB, options, jobs=1, out=out, resume=True).computed == 0
        assert before == {
            path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path != calls
        }
        changed = [Piece("good-99", "f" * 64), *pieces[:8], replace(pieces[8], sha256="e" * 64), *pieces[9:-1]]
        outcome = run(changed, JOB, options, jobs=1, out=out, resume=True)
        assert calls_in(calls) == {"good-99": 1, pieces[8].name: 1}
        assert names(outcome.rows) == [piece.name for piece in changed if piece.name != "RAISE-0"]
        fresh = run(changed, JOB, options, jobs=1)
        assert outcome.rows.columns["exact"].tolist() == fresh.rows.columns["exact"].tolist()
        calls.write_text("")
        run(changed, JOB, options, jobs=1, out=out, resume=True, retry_errors=True)
        assert calls_in(calls) == {"RAISE-0": 1}


def test_rows_of_another_kind_are_never_mixed_in_nor_overwritten(tmp_path):
    run(good_pieces(3), JOB, {"pause": 0}, jobs=1, out=tmp_path / "rows")
    with pytest.raises(UsageError, match="holds the results of another run; --resume"):
        run(good_pieces(3), JOB, {"pause": 0}, jobs=1, out=tmp_path / "rows")
    with pytest.raises(UsageError, match=r"pause was 0, and is 0\.001 now"):
        run(good_pieces(3), JOB, {"pause": 0.001}, jobs=1, out=tmp_path / "rows", resume=True)


def test_the_shares_of_a_corpus_fill_one_folder_and_make_the_whole(tmp_path):
    pieces = good_pieces(40)
    outcomes = [run(pieces, JOB, jobs=1, out=tmp_path, shard=(number, 3)) for number in (1, 2, 3)]
    assert sorted(names(read_table(tmp_path))) == sorted(piece.name for piece in pieces)
    assert sum(outcome.count for outcome in outcomes) == 40
    assert min(outcome.count for outcome in outcomes) > 5
    with pytest.raises(UsageError, match="share a folder"):
        run(pieces, JOB, jobs=1, out=tmp_path / "rows.csv", shard=(1, 3))


@pytest.mark.parametrize(
    ("job", "words"),
    [
        ("planted_jobs:no_such", "cannot be imported"),
        ("no_such_module:job", "cannot be imported"),
        ("__main__:job", "put the function into a module"),
        ("planted", "module:function"),
    ],
)
def test_a_job_that_is_none_is_wrong_usage(job, words):
    with pytest.raises(UsageError, match=words):
        run(good_pieces(1), job)


def test_a_file_that_is_no_table_does_not_become_a_folder(tmp_path):
    with pytest.raises(UsageError, match=r"no table is written as rows\.tsv"):
        run(good_pieces(1), JOB, out=tmp_path / "rows.tsv")


def test_limits_under_which_nothing_can_begin_are_told_as_such(tmp_path):
    with pytest.raises(UsageError, match="cannot begin within 20 MB"):
        run(good_pieces(2), JOB, jobs=1, megabytes=20, out=tmp_path / "rows")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(EngravingError, match="there is a file of that name"):
        run(good_pieces(2), JOB, jobs=1, out=tmp_path / "file")


def test_without_pyarrow_a_folder_says_what_to_install_and_csv_works(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtra, match="pip install"):
        run(good_pieces(2), JOB, jobs=1, out=tmp_path / "rows")
    assert run(good_pieces(2), JOB, jobs=1, out=tmp_path / "rows.csv").count == 2


def script(tmp_path, text):
    """A Python script of a user, who guards nothing by `if __name__ == "__main__"`."""
    (tmp_path / "script.py").write_text(f"import sys; sys.path.insert(0, {str(HERE)!r})\n{text}")
    environment = os.environ | {"RUN_OF": str(tmp_path)}
    return subprocess.Popen([sys.executable, tmp_path / "script.py"], cwd=tmp_path, env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


RUN = """
from planted_jobs import good_pieces
from musegen.corpora.running import run
outcome = run(good_pieces({count}), {job!r}, {options}, jobs=2, out={out!r}, resume={resume})
print(outcome.count)
"""


def processes_of(tmp_path):
    """The processes that a script of this test has left."""
    mark, found = f"RUN_OF={tmp_path}\0".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_bytes())
        except OSError:
            continue
    return [line for line in found if line]


def wait_until(happened, seconds=30):
    limit = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_an_unguarded_script_of_a_user_works(tmp_path):
    running = script(tmp_path, RUN.format(count=5, job=JOB, options={}, out=None, resume=False))
    assert running.communicate(timeout=60)[0] == "5\n"


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes")
def test_what_a_piece_has_started_ends_with_it(tmp_path):
    text = RUN.format(count=1, job="planted_jobs:delegating", options={}, out=None, resume=False)
    running = script(tmp_path, text.replace("jobs=2", "seconds=1"))
    assert running.communicate(timeout=60)[0] == "0\n"
    wait_until(lambda: not processes_of(tmp_path), seconds=10)


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_leaves_no_process_and_goes_on_where_it_was(tmp_path, ending):
    calls, out = tmp_path / "calls", tmp_path / "rows.csv"
    options = {"pause": 0.01, "calls": str(calls)}
    text = RUN.format(count=200, job=JOB, options=options, out=str(out), resume=True)
    running = script(tmp_path, text)
    wait_until(lambda: calls.exists() and len(calls.read_text().split()) > 60)
    running.send_signal(ending)
    running.communicate(timeout=30)
    wait_until(lambda: not processes_of(tmp_path), seconds=10)
    assert not out.exists()
    kept = len(read_table(tmp_path / "rows.csv.parts")) if ending == signal.SIGINT else 0
    done = len(calls.read_text().split())
    assert kept >= (done - 60 if ending == signal.SIGINT else 0)
    again = script(tmp_path, text)
    assert again.communicate(timeout=60)[0] == "200\n"
    assert len(calls.read_text().split()) == done + 200 - kept
    run(good_pieces(200), JOB, jobs=1, out=tmp_path / "whole.csv")
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_two_runs_at_once_into_one_place_do_not_harm_each_other(tmp_path):
    out = tmp_path / "rows"
    running = script(tmp_path, RUN.format(count=100, job=JOB, options={"pause": 0.02}, out=str(out), resume=False))
    wait_until((out / "run.json").exists)
    with pytest.raises(UsageError, match="another run is writing to"):
        run(good_pieces(100), JOB, {"pause": 0.02}, out=out, resume=True)
    assert running.communicate(timeout=60)[0] == "100\n"
    assert names(read_table(out)) == [piece.name for piece in good_pieces(100)]


@pytest.mark.slow
def test_among_400_scores_every_misdeed_costs_one_piece(tmp_path):
    scores = list(pieces_of(["bach-chorales"]))[:360] + list(pieces_of(["string-quartets"]))
    planted = with_planted(scores[:400], tuple(KINDS) * 2)
    outcome = run(planted, "planted_jobs:scores", {"groups": ["pitch"]}, jobs=2, seconds=10, out=tmp_path / "rows")
    assert Counter(outcome.failed) == Counter(list(KINDS.values()) * 2)
    assert failures(outcome) == KINDS
    assert names(outcome.rows) == [piece.name for piece in scores[:400]]
