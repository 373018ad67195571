"""`corpus features`: a table of every piece, whatever the pieces are and however often it is interrupted."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

from musegen.cli import run
from musegen.corpora.tables import read_table
from musegen.score.files import corpus_file

CHORALES = ("bach/bwv66.6", "bach/bwv4.8", "bach/bwv269")
PITCH = ("--features", "pitch", "--jobs", "1")


@pytest.fixture
def folder(tmp_path):
    """A folder with three chorales and a file that is none."""
    (tmp_path / "scores").mkdir()
    for name in CHORALES:
        shutil.copy(corpus_file(name), tmp_path / "scores" / f"{name.partition('/')[2]}.mxl")
    (tmp_path / "scores" / "broken.musicxml").write_text("<score-partwise><part></score-partwise>")
    return tmp_path / "scores"


def features(*arguments):
    return run(["corpus", "features", *map(str, arguments)])


def test_a_file_that_cannot_be_read_costs_no_other_and_is_exit_code_3(folder, tmp_path, capsys):
    out = tmp_path / "rows.csv"
    assert features(folder, "-o", out, *PITCH) == 3
    told = capsys.readouterr().err
    assert re.search(r"^musegen: .*broken\.musicxml", told)
    assert re.search(r"rows\.csv: 3 rows, 1 error \(1 error\); 4 pieces in [\d.]+ s, [\d.]+ s CPU", told)
    rows = read_table(out)
    assert rows.columns["piece"].tolist() == ["bwv269.mxl", "bwv4.8.mxl", "bwv66.6.mxl"]
    assert sum(name.startswith("pitch.") for name in rows.columns) > 50
    errors = read_table(tmp_path / "rows.errors.csv").columns
    assert (errors["piece"].tolist(), errors["kind"].tolist()) == (["broken.musicxml"], ["error"])
    assert features(folder, "-o", out, "--resume", *PITCH) == 3
    assert "; 0 pieces in" in capsys.readouterr().err


def test_quiet_says_nothing_but_errors(folder, tmp_path, capsys):
    (folder / "broken.musicxml").unlink()
    assert features(folder, "-o", tmp_path / "rows", "--quiet", *PITCH) == 0
    assert capsys.readouterr() == ("", "")
    assert len(read_table(tmp_path / "rows")) == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--features", "pich"), "nearest: pitch"),
        (("--without", "metre"), "nearest: meter"),
        (("--shard", "17/16"), "write it like 3/16"),
        (("--retry-errors",), "--retry-errors goes with --resume"),
        (("--scheduler", "tcp://a:1"), "--scheduler goes with --workers dask"),
        (("--workers", "dask"), "no scheduler is named"),
        (("--jobs", "0"), "--jobs"),
        (("-o", "-"), "name a folder"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage_and_leaves_no_rows(tmp_path, capsys, arguments, words):
    assert features("bach/bwv66.6", "-o", tmp_path / "rows.csv", *arguments) == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_an_interrupt_is_130_and_resuming_ends_in_the_same_bytes(tmp_path, capsys):
    line = ("bach-chorales", "--features", "harmony", "--split", "test", "--jobs", "1")
    out = tmp_path / "rows.csv"
    words = [sys.executable, "-m", "musegen", "corpus", "features", *line, "-o", str(out)]
    running = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "rows.csv.parts" / "run.json").exists():
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    told = running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert told.splitlines()[-1] == "musegen: interrupted"
    assert "--resume goes on" in told
    assert not out.exists()
    assert features(*line, "-o", out, "--resume") == 0
    assert features(*line, "-o", tmp_path / "whole.csv") == 0
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not (tmp_path / "rows.csv.parts").exists()


@pytest.mark.skipif(os.name != "posix", reason="needs a terminal of Unix")
def test_on_a_terminal_there_is_a_bar_with_the_count_of_errors(folder, tmp_path):
    import pty

    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "musegen", "corpus", "features", str(folder), "-o", str(tmp_path / "rows"), *PITCH]
    done = subprocess.Popen(words, stderr=theirs, env=os.environ | {"TERM": "xterm", "COLUMNS": "120"})
    os.close(theirs)
    shown = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:  # Linux says so where the other side has closed
            break
        if not more:
            break
        shown += more
    assert done.wait() == 3
    assert b"4/4" in shown
    assert b"1 error (1 error)" in shown
