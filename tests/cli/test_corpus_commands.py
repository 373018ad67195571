"""`musegen corpus list, show, add, verify`: what they print, their exit codes, and a stranger's files and words."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from musegen.cli import run
from musegen.cli.corpus import choosing, find
from musegen.corpora.pieces import SPLITS
from musegen.engraving.musicxml import write_musicxml
from musegen.features.search import queries
from musegen.score.textgrid import parse_grid

GRID = "meter: 4/4\nS: c5 d5 {} f5\nB: c3 . . ."


@pytest.fixture
def scores(tmp_path, monkeypatch):
    """A folder of three scores, in the working folder; corpora of one's own beside it."""
    monkeypatch.setenv("MUSEGEN_CORPORA", str(tmp_path / "corpora"))
    monkeypatch.setenv("MUSEGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "scores"
    folder.mkdir()
    for number, note in enumerate(("e5", "g5", "a5")):
        (folder / f"{number}.musicxml").write_bytes(write_musicxml(parse_grid(GRID.format(note))))
    return folder


def said(capsys, *words):
    code = run(list(words))
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return code, told.out, told.err


def test_the_list_names_pieces_and_licences_in_words_and_as_json(scores, capsys):
    code, text, _ = said(capsys, "corpus", "list")
    assert code == 0
    assert any(line.split()[:3] == ["essen", "8514", "LicenseRef-Essen"] for line in text.splitlines())
    _, text, _ = said(capsys, "corpus", "list", "--format", "json")
    assert {"palestrina", "nottingham"} <= {entry["name"] for entry in json.loads(text)["corpora"]}


def test_show_tells_licence_splits_labels_and_faults(capsys):
    code, text, _ = said(capsys, "corpus", "show", "string-quartets")
    assert code == 0
    for words in (
        "LicenseRef-music21-corpus",
        "51 pieces in 17 groups",
        "Beethoven (22); Mozart (15)",
        "haydn/opus1no1/movement2: measure 52",
    ):
        assert words in text
    _, text, _ = said(capsys, "corpus", "show", "string-quartets", "--format", "json", "--pieces", "--split", "test")
    told = json.loads(text)
    assert told["count"] == len(told["pieces"]) == 11
    assert {piece["split"] for piece in told["pieces"]} == {"test"}
    assert said(capsys, "corpus", "show", "string-quartet")[0] == 2


def test_a_folder_is_added_shown_verified_and_then_found_changed(scores, capsys):
    code, text, err = said(capsys, "corpus", "add", "mine", "scores", "--label", "genre=study", "--jobs", "1")
    assert (code, "mine: 3 pieces in 3 groups" in text, "written to" in err) == (0, True, True)
    assert said(capsys, "corpus", "verify", "mine", "--deep", "--jobs", "1")[:2] == (0, "mine: 3 pieces, no problems\n")
    (scores / "0.musicxml").write_bytes((scores / "1.musicxml").read_bytes())
    assert said(capsys, "corpus", "verify", "mine")[0] == 1
    (scores / "2.musicxml").unlink()
    code, text, _ = said(capsys, "corpus", "verify", "mine", "--format", "json")
    assert code == 3
    assert [problem["kind"] for problem in json.loads(text)["problems"]] == ["changed", "missing"]


def test_unreadable_files_are_named_and_the_exit_code_is_3(scores, capsys):
    (scores / "torn.mxl").write_bytes(b"PK\x03\x04torn")
    code, text, err = said(capsys, "corpus", "add", "mine", "scores", "--jobs", "1")
    assert (code, "1 cannot be read" in text, "torn.mxl: " in err) == (3, True, True)


def test_words_of_a_strangers_score_reach_no_terminal(scores, capsys):
    (scores / "evil.abc").write_bytes(b"X:1\nT:\x1b[2JEvil\xc2\x9b\nC:\x07Bell\nM:4/4\nL:1/4\nK:C\nCDEF|\n")
    assert said(capsys, "corpus", "add", "mine", "scores", "--jobs", "1")[0] == 0
    for more in ([], ["--pieces"], ["--format", "json", "--pieces"]):
        _, text, _ = said(capsys, "corpus", "show", "mine", *more)
        assert "Bell" in text
        assert not set(text) & set("\x1b\x9b\x07")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["../mine", "scores"], 2), (["essen", "scores"], 2), (["mine", "no-folder"], 3),
        (["mine", "scores/0.musicxml"], 3),
        (["mine", "scores", "--group-regex", "("], 2), (["mine", "scores", "--label", "genre"], 2),
        (["mine", "scores", "--label", "split=test"], 2), (["mine", "a\0b"], 2),
    ],
)  # fmt: skip
def test_what_cannot_be_added_is_one_message_and_leaves_nothing(words, code, scores, capsys):
    assert said(capsys, "corpus", "add", *words)[0] == code
    assert list((scores.parent / "corpora").glob("*")) == []


def test_one_faulty_manifest_of_a_users_does_not_hide_the_others(scores, capsys):
    (scores.parent / "corpora").mkdir()
    (scores.parent / "corpora" / "torn.toml").write_text("title =")
    code, text, err = said(capsys, "corpus", "list")
    assert (code, "bach-chorales" in text, "torn.toml" in err) == (3, True, True)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_add_writes_nothing_and_goes_on_where_it_stopped(scores, capsys):
    for number in range(3, 400):
        (scores / f"{number}.musicxml").write_bytes((scores / "1.musicxml").read_bytes())
    command = [sys.executable, "-m", "musegen", "corpus", "add", "mine", "scores", "--jobs", "1"]
    child = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    cache = scores.parent / "cache" / "corpora"
    for _ in range(3000):
        if list(cache.glob("*/*")) or child.poll() is not None:
            break
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGINT)
    _, told = child.communicate(timeout=60)
    if child.returncode != 0:  # it was not too fast
        assert child.returncode == 130, told
        assert list((scores.parent / "corpora").glob("*.toml")) == []
    code, text, _ = said(capsys, "corpus", "add", "mine", "scores", "--jobs", "1", *["--replace"])
    assert (code, "mine: 400 pieces" in text, list(cache.glob("*/*"))) == (0, True, [])


def test_the_words_that_help_names_without_asking_the_rooms_are_theirs():
    assert choosing.SPLITS == SPLITS
    assert find.PLACES == queries.WHERE
    assert find.CADENCES == queries.CADENCES
