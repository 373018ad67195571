"""`musegen grade` as a teacher types it: one answer, a class, and answers that cannot be marked."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from musegen.cli import run
from musegen.engraving.musicxml import write_musicxml
from musegen.score.textgrid import parse_grid

MODEL = """key: C major; meter: 4/4
S: e5 d5 c5 c5 | b4 c5 d5 b4 | c5 . . .
A: g4 g4 e4 f4 | d4 e4 f4 f4 | e4 . . .
T: c4 b3 c4 a3 | g3 g3 a3 g3 | g3 . . .
B: c3 g3 a3 f3 | g3 c3 f2 g2 | c3 . . .
H: I  V  vi IV | V  I  ii6 V7 | I . . .
"""
NAME = "harmonise-melody-1-C-major-7-1"


@pytest.fixture
def exercise(tmp_path: Path) -> Path:
    """A folder with a manifest, the student's sheet, and two returned answers: one right, one with parallels."""
    model = parse_grid(MODEL)
    labels = [(model.place(label.onset), label.text) for label in model.harmonies]
    numerals = [
        {"measure": place.measure, "beat": str(place.beat), "key": "C", "numeral": text} for place, text in labels
    ]
    scheme = [("chords", 7), ("voice-leading", 6), ("cadences", 4), ("numerals", 3)]
    sheet = {
        "name": NAME,
        "pack": "strict",
        "mark_scheme": [{"for": name, "words": "", "marks": marks} for name, marks in scheme],
        "phrases": [{"cadence": "PAC", "end": {"measure": "3", "beat": "1", "quarters": "4"}}],
        "numerals": numerals,
        "files": {"student": [f"{NAME}-student.musicxml"]},
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"version": 1, "sheets": [sheet]}))
    melody = "\n".join(MODEL.splitlines()[:2])
    (tmp_path / f"{NAME}-student.musicxml").write_bytes(write_musicxml(parse_grid(melody)))
    (tmp_path / "ada.musicxml").write_bytes(write_musicxml(model))
    faulty = MODEL.replace("A: g4 g4 e4 f4", "A: g4 g4 e4 c4")
    (tmp_path / "ben.musicxml").write_bytes(write_musicxml(parse_grid(faulty)))
    return tmp_path


def _grade(folder: Path, *words: str) -> int:
    return run(["grade", *words, "--exercise", str(folder / "manifest.json")])


def test_a_right_answer_has_all_its_marks_and_exit_0(exercise: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _grade(exercise, str(exercise / "ada.musicxml")) == 0
    assert capsys.readouterr().out == f"{exercise / 'ada.musicxml'}: 20 of 20 marks ({NAME})\n"


def test_a_faulty_answer_says_what_every_mark_was_lost_for(exercise: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _grade(exercise, str(exercise / "ben.musicxml")) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 1
    assert all(line.startswith("  -") and ", measure " in line for line in lines[1:])


def test_a_class_is_a_line_a_student(exercise: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (exercise / "cleo.musicxml").write_text("<score-partwise>")
    names = [str(exercise / f"{name}.musicxml") for name in ("ada", "ben", "cleo")]
    assert _grade(exercise, *names, "--format", "csv") == 3
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [Path(row["file"]).stem for row in rows] == ["ada", "ben", "cleo"]
    assert rows[0]["marks"] == "20"
    assert 0 < float(rows[1]["marks"]) < 20
    assert rows[2]["error"]


def test_json_adds_up_and_a_picture_shows_the_faults(exercise: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _grade(exercise, str(exercise / "ben.musicxml"), "--format", "json")
    found = json.loads(capsys.readouterr().out)["grades"][0]
    assert found["marks"] == pytest.approx(20 - sum(item["marks"] for item in found["deductions"]), abs=0.05)
    picture = exercise / "ben.svg"
    assert _grade(exercise, str(exercise / "ben.musicxml"), "--format", "svg", "-o", str(picture)) == 1
    assert picture.read_text().startswith("<")


def test_what_cannot_be_marked_is_told_in_one_message(exercise: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = str(exercise / "ada.musicxml")
    assert run(["grade", answer]) == 2
    assert run(["grade", answer, "--exercise", str(exercise / "nothing.json")]) == 3
    manifest = exercise / "manifest.json"
    content = json.loads(manifest.read_text())
    content["sheets"][0].pop("mark_scheme")
    manifest.write_text(json.dumps(content))
    assert _grade(exercise, answer) == 3
    assert "`mark_scheme` is missing" in capsys.readouterr().err
    short = exercise / "short.musicxml"
    short.write_bytes(write_musicxml(parse_grid("meter: 4/4\nS: c5 . . .")))
    assert _grade(exercise, str(short)) == 3


def test_a_folder_means_the_scores_and_the_manifest_in_it(exercise: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = exercise / "class"
    answers.mkdir()
    for name in ("ada", "ben"):
        (exercise / f"{name}.musicxml").rename(answers / f"{name}.musicxml")
    assert run(["grade", str(answers), "--exercise", str(exercise), "-o", str(exercise / "marks.txt")]) == 1
    told = (exercise / "marks.txt").read_text()
    assert "ada.musicxml: 20 of 20 marks" in told
    assert "ben.musicxml: " in told


def test_a_marked_picture_has_the_marks_at_its_head(exercise: Path) -> None:
    picture = exercise / "ada.svg"
    assert _grade(exercise, str(exercise / "ada.musicxml"), "--format", "svg", "-o", str(picture)) == 0
    words = "".join(re.sub("<[^>]*>", "", picture.read_text()).split())
    assert "20of20marks" in words
    assert "voice-leading6of6" in words


def test_a_class_fits_into_one_pdf_and_into_no_one_svg(exercise: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = [str(exercise / f"{name}.musicxml") for name in ("ada", "ben")]
    whole = exercise / "all.pdf"
    assert _grade(exercise, *names, "--format", "pdf", "-o", str(whole)) == 1
    assert b"/Type/Pages/Count 2" in whole.read_bytes()
    assert _grade(exercise, *names, "--format", "svg", "-o", str(exercise / "all.svg")) == 2
    assert "name a folder with -o FOLDER" in capsys.readouterr().err


def test_one_answer_goes_into_a_folder_where_no_file_is_named(exercise: Path) -> None:
    _grade(exercise, str(exercise / "ben.musicxml"), "--format", "svg", "-o", f"{exercise}/marked/")
    assert [path.name for path in (exercise / "marked").iterdir()] == ["ben.svg"]


def test_the_page_says_whose_it_is_and_what_each_fault_cost(exercise: Path) -> None:
    picture = exercise / "ben.svg"
    _grade(exercise, str(exercise / "ben.musicxml"), "--format", "svg", "-o", str(picture))
    words = "".join(re.sub("<[^>]*>", "", picture.read_text()).split())
    assert "ben.musicxml:" in words
    assert re.search(r"-(1/\d|\d)(chords|voice-leading):", words)


def test_a_stray_file_among_the_answers_is_told_and_the_class_is_marked(
    exercise: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = exercise / "manifest.json"
    content = json.loads(manifest.read_text())
    content["sheets"].append(content["sheets"][0] | {"name": "another-sheet"})
    manifest.write_text(json.dumps(content))
    answer = exercise / f"{NAME}-ada.musicxml"
    (exercise / "ada.musicxml").rename(answer)
    assert _grade(exercise, str(exercise / "ben.musicxml"), str(answer)) == 3
    told = capsys.readouterr()
    assert f"{answer}: 20 of 20 marks" in told.out
    assert "ben.musicxml: it is none of the sheets of this manifest; let its name begin with" in told.err


RULE = '''
from musegen.rules import Hit, predicate

@predicate(window="phrase", axis="voices")
def ends_low(view, *, most: int = 60):
    """The top voice ends above `most`."""
    if view.notes["pitch"][view.row[-1, 0]] > most:
        yield Hit(len(view) - 1, len(view) - 1, (0, 1))
'''
PACK = """
[pack]
id = "mine"
extends = "strict"
[[rule]]
id = "ends-high"
predicate = "ends_low"
points = 2
message = "The end {note_to} is high"
why = "Our course."
"""


@pytest.mark.usefixtures("forget_plugins")
def test_a_rule_of_the_teachers_own_costs_its_points(exercise: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plugin, pack = exercise / "mine.py", exercise / "mine.toml"
    plugin.write_text(RULE)
    pack.write_text(PACK)
    answer = str(exercise / "ada.musicxml")
    assert _grade(exercise, answer, "--pack", str(pack)) == 3
    assert _grade(exercise, answer, "--pack", str(pack), "--plugin", str(plugin)) == 1
    told = capsys.readouterr()
    assert "no predicate `ends_low`" in told.err
    assert "18 of 20 marks" in told.out
    assert "-2 voice-leading: The end C5 is high, measure 3 beat 1" in told.out
