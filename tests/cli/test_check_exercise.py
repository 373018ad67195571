"""`musegen check` on the sheets of an exercise: its phrases end where the manifest says, whatever a student draws."""

import json

import pytest

from musegen.cli import run
from musegen.engraving.musicxml import write_musicxml
from musegen.score.textgrid import parse_grid

FIFTHS = """meter: 4/4
S: e5 . e5^ . | d5 . c5 .
A: g4 . g4 .  | f4 . g4 .
T: g3 . g3 .  | a3 . g3 .
B: c3 . c3 .  | d3 . e3 ."""
"""Parallel fifths from measure 1 to 2, over a fermata."""


@pytest.fixture
def returned(tmp_path):
    """A student's file with a fermata that covers its fifths."""
    path = tmp_path / "work" / "smith.musicxml"
    path.parent.mkdir()
    path.write_bytes(write_musicxml(parse_grid(FIFTHS)))
    return path


def manifest(folder, *ends, name="harmonise-melody-1-C-major-7-1", copies=1):
    phrases = [{"end": {"measure": measure, "beat": beat, "quarters": "2"}} for measure, beat in ends]
    path = folder / "manifest.json"
    path.write_text(json.dumps({"version": 1, "sheets": [{"name": name, "phrases": phrases}] * copies}))
    return path


def checked(path, capsys, *options):
    run(["check", str(path), "--pack", "strict", "--select", "parallel-fifths", "--format", "json", *options])
    told = capsys.readouterr()
    return len(json.loads(told.out)["files"][0]["findings"]) if told.out.startswith("{") else told.err


def test_a_fermata_of_the_students_own_exempts_nothing(returned, tmp_path, capsys):
    assert checked(returned, capsys) == 0
    assert checked(returned, capsys, "--exercise", str(manifest(tmp_path, ("2", "3")))) == 1


def test_a_phrase_end_of_the_exercise_exempts(returned, tmp_path, capsys):
    assert checked(returned, capsys, "--exercise", str(manifest(tmp_path, ("1", "3")))) == 0


def test_a_sheet_of_ours_finds_the_manifest_beside_it(returned, capsys):
    manifest(returned.parent, ("2", "3"))
    assert checked(returned, capsys) == 0  # smith.musicxml is none of its sheets
    sheet = returned.rename(returned.with_name("harmonise-melody-1-C-major-7-1-student.musicxml"))
    assert checked(sheet, capsys) == 1


def test_another_programs_manifest_is_none_of_our_business(returned, capsys):
    (returned.parent / "manifest.json").write_text("[1, 2")
    assert checked(returned, capsys) == 0


def test_the_answers_of_an_exercise_are_checked_with_its_phrase_ends(tmp_path, capsys):
    run(["exercise", "harmonise-melody", "--measures", "4", "--seed", "7", "-o", str(tmp_path)])
    capsys.readouterr()
    assert run(["check", str(next(tmp_path.glob("*answer.musicxml")))]) == 0
    assert run(["check", str(tmp_path), "--exercise", str(tmp_path / "manifest.json")]) in (0, 1)
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (None, 3, "no such file"),
        ("[1, 2", 3, "not a manifest"),
        ("{}", 3, "not a manifest"),
        ('{"sheets": [{"name": "a", "phrases": [{}]}]}', 3, "`sheets[0].phrases[0].end` is missing"),
        (
            '{"sheets": [{"name": "a", "phrases": [{"end": {"measure": "9", "beat": "1", "quarters": "1"}}]}]}',
            3,
            "measure 9",
        ),
        ('{"sheets": [{"name": "a", "phrases": []}, {"name": "b", "phrases": []}]}', 3, "none of the sheets"),
    ],
)
def test_a_manifest_that_does_not_fit_is_one_line(content, code, said, returned, tmp_path, capsys):
    path = tmp_path / "manifest.json"
    if content is not None:
        path.write_text(content)
    assert run(["check", str(returned), "--exercise", str(path)]) == code
    assert said in capsys.readouterr().err
