"""`musegen analyse --compare`: folders of human analyses, exit codes, and what is refused."""

import json
import time

import pytest

from musegen import cli
from musegen.engraving.musicxml import write_musicxml
from musegen.score.textgrid import parse_grid

GRID = """meter: 4/4
S: e5 d5 c5 b4 | c5 . . .
A: g4 f4 g4 g4 | g4 . . .
T: c4 a3 e4 d4 | e4 . . .
B: c3 d3 g2 g2 | c3 . . ."""
HUMAN = "Time Signature: 4/4\nm1 C: I b2 ii b3 Cad64 b4 V\nm2 I\n"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Two scores of one cadence, and a folder with a human analysis of the first."""
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        (tmp_path / f"{name}.musicxml").write_bytes(write_musicxml(parse_grid(GRID)))
    (tmp_path / "human").mkdir()
    (tmp_path / "human/one.rntxt").write_text(HUMAN)
    return tmp_path


def test_a_folder_of_humans_is_matched_by_name_and_one_without_does_not_stop_the_rest(desk, capsys):
    assert cli.run(["analyse", "one.musicxml", "two.musicxml", "--compare", "human", "--format", "json"]) == 3
    printed = capsys.readouterr()
    (piece,) = json.loads(printed.out)["files"]
    assert (piece["file"], piece["human"], piece["human_fit"]) == ("one.musicxml", "human/one.rntxt", 1.0)
    assert "there is no two.rntxt" in printed.err


def test_our_own_dcml_table_is_a_human_with_whom_we_agree(desk, capsys):
    assert cli.run(["analyse", "one.musicxml", "two.musicxml", "--format", "dcml", "-o", "tables/"]) == 0
    assert cli.run(["analyse", "one.musicxml", "two.musicxml", "--compare", "tables"]) == 0
    assert capsys.readouterr().out.count("No differences.") == 2


def test_unread_words_are_told_with_their_line_and_leave_the_terminal_alone(desk, capsys):
    (desk / "mine.rntxt").write_text(HUMAN.replace("b4 V", "b4 V\x1b[2J"))
    assert cli.run(["analyse", "one.musicxml", "--compare", "mine.rntxt"]) == 0
    printed = capsys.readouterr().out
    assert "line 2: `V" in printed
    assert "\x1b" not in printed


@pytest.mark.parametrize(
    ("humans", "form", "output"),
    [
        ("human/one.rntxt", "text", "human/one.rntxt"),
        ("tables", "tsv", "tables/"),
        ("tables/one.txt", "text", "tables"),
    ],
)
def test_no_comparison_is_written_over_the_human_analysis(desk, capsys, humans, form, output):
    (desk / "tables").mkdir()
    kept = [desk / "human/one.rntxt", desk / f"tables/one.{'tsv' if form == 'tsv' else 'txt'}"]
    for file in kept:
        file.write_text(HUMAN)
    assert cli.run(["analyse", "one.musicxml", "--compare", humans, "--format", form, "-o", output]) == 2
    assert "name another file to write" in capsys.readouterr().err
    assert [file.read_text() for file in kept] == [HUMAN] * 2


REFUSED = [
    (["--compare", ""], 3),
    (["--compare", "nothing.rntxt"], 3),
    (["--compare", "one.musicxml"], 3),
    (["--compare", "human/one.rntxt", "--format", "svg"], 2),
    (["--compare", "human/one.rntxt", "--aspects", "none"], 2),
    (["--compare", "human/one.rntxt", "--reading", "modal"], 2),
]


@pytest.mark.parametrize(("options", "code"), REFUSED)
def test_what_cannot_be_compared_is_refused_in_one_line(desk, capsys, options, code):
    assert cli.run(["analyse", "one.musicxml", *options]) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1


DOUBLING = [f"m{2**n + 1}-{2 ** (n + 1)} = m1-{2**n}" for n in range(16)]
GREEDY = [
    "m1 C: I\nm99999999999 V",
    "m1 C: I b" + "9" * 9999,
    "m1 C: " + "I " * 10**6,
    "m1 C: I " + "Q " * 10**4,
    "m1 C: I b2 " + "I/" * 10**6 + " m " * 10**4,
    "m1 C: " + " b1.1 I b1.2 V" * 99 + "\n" + "\n".join(DOUBLING),
]


@pytest.mark.parametrize("text", GREEDY[2:5])
def test_endless_humans_are_refused_soon(desk, capsys, text):
    (desk / "mine.rntxt").write_text(text)
    start = time.process_time()
    assert cli.run(["analyse", "one.musicxml", "--compare", "mine.rntxt"]) == 3
    assert time.process_time() - start < 15
    assert "mine.rntxt: line 1: " in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["", "m", "m1", "m1 C:", "\x00", "mn\tmn_onset\tlabel\n", "m99 C: I", "m1 C: I b99 V", *GREEDY]
)
def test_hostile_humans_are_one_line_each(desk, capsys, text):
    (desk / "mine.rntxt").write_text(text)
    assert cli.run(["analyse", "one.musicxml", "--compare", "mine.rntxt"]) in (0, 3)
    assert len(capsys.readouterr().err.splitlines()) <= 1
