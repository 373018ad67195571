"""`musegen continue` as somebody types it."""

import pytest

from musegen.cli import run
from musegen.score.files import read

TUNE = "X:1\nT:Mine\nM:6/8\nL:1/8\nK:Edor\nEFG Bcd|e3 B3|"
CONTINUE = ["continue", "-q", "--candidates", "1"]


def _tune(folder, text=TUNE):
    path = folder / "tune.abc"
    path.write_text(text)
    return str(path)


def test_a_tune_of_two_measures_becomes_one_of_eight_under_its_own_title(tmp_path):
    out = tmp_path / "whole.musicxml"
    assert run([*CONTINUE, _tune(tmp_path), "-o", str(out)]) == 0
    score = read(out)
    assert len(score.measures) == 8
    assert score.metadata.title == "Mine"
    assert score.notes.sounding().rows["pitch"][:6].tolist() == [64, 66, 67, 71, 73, 74]


def test_of_several_lines_the_top_one_goes_on_and_the_command_says_so(tmp_path, capsys):
    assert run(["continue", "bach/bwv66.6", "--candidates", "1", "-o", str(tmp_path / "o.musicxml")]) == 0
    assert "of 4 lines the top one of the first part" in capsys.readouterr().err


def test_a_key_that_only_the_last_note_tells_is_said_unless_it_is_given(tmp_path, capsys):
    tune, out = _tune(tmp_path, "X:1\nT:Open\nM:4/4\nL:1/4\nK:G\nG2 Bd|cBA2|BcdB|A4:|"), str(tmp_path / "o.musicxml")
    assert run(["continue", tune, "--candidates", "1", "-o", out]) == 0
    assert "taken for A dorian, on which it ends" in capsys.readouterr().err
    assert run(["continue", tune, "--candidates", "1", "--key", "G", "-o", out]) == 0
    assert "taken for" not in capsys.readouterr().err
    assert read(out).notes.sounding().rows["pitch"][-1] % 12 == 7


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--measures", "0"], 2, "1<=x<=127"),
        (["--measures", "127"], 2, "too many"),
        (["--temperature", "7"], 2, "0.1<=x<=2.0"),
        (["--pack", "nothing"], 2, "nothing"),
        (["--weights", ""], 2, "it is empty"),
        (["--level", "9"], 2, "1<=x<=8"),
    ],
)
def test_what_cannot_be_is_wrong_usage_and_nothing_is_written(options, code, said, tmp_path, capsys):
    tune, out = _tune(tmp_path), tmp_path / "out.musicxml"
    assert run([*CONTINUE, tune, *options, "-o", str(out)]) == code
    assert said in " ".join(capsys.readouterr().err.split())
    assert not out.exists()


@pytest.mark.parametrize("text", ["X:1\nM:5/4\nK:C\nCDEFG|", "X:1\nM:4/4\nK:C\nz4|z4|", "no music"])
def test_what_is_no_tune_is_unreadable(text, tmp_path, capsys):
    out = tmp_path / "out.musicxml"
    assert run([*CONTINUE, _tune(tmp_path, text), "-o", str(out)]) == 3
    assert "tune.abc" in " ".join(capsys.readouterr().err.split())
    assert not out.exists()


def test_the_score_is_never_written_over(tmp_path, capsys):
    out = tmp_path / "whole.musicxml"
    assert run([*CONTINUE, _tune(tmp_path), "-o", str(out)]) == 0
    before = out.read_bytes()
    assert run([*CONTINUE, str(out), "-o", str(out)]) == 2
    assert "is a file that is read" in capsys.readouterr().err
    assert out.read_bytes() == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("GABc|defg|[K:D]dcBA|", "measure 3, beat 1: the key signature changes"),
        ("GABc|[M:3/4]def|", "measure 2, beat 1: 3/4 and 4/4 is not one meter"),
    ],
)
def test_what_no_tune_has_is_told_with_its_place(line, said, tmp_path, capsys):
    tune = _tune(tmp_path, f"X:1\nM:4/4\nL:1/4\nK:G\n{line}")
    assert run([*CONTINUE, tune, "-o", str(tmp_path / "o.musicxml")]) == 3
    assert f"tune.abc, {said}" in capsys.readouterr().err
