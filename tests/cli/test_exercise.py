"""`musegen exercise` and `musegen harmonise` as a teacher types them."""

import json

import pytest

from musegen.cli import run

SMALL = ["exercise", "harmonise-melody", "--level", "1", "--measures", "4", "--seed", "7"]


def test_a_folder_of_exercises_holds_sheets_pages_index_and_manifest(tmp_path):
    assert run([*SMALL, "--key", "f# minor", "--count", "2", "-o", str(tmp_path / "new" / "out")]) == 0
    names = {path.name for path in (tmp_path / "new" / "out").iterdir()}
    sheets = {
        f"harmonise-melody-1-F-sharp-minor-7-{number}-{kind}.{suffix}"
        for number in (1, 2)
        for kind in ("student", "answer")
        for suffix in ("musicxml", "svg")
    }
    pages = {"index.html", "students.html", "answers.html", "students.pdf", "answers.pdf", "manifest.json"}
    assert names == sheets | pages
    told = json.loads((tmp_path / "new" / "out" / "manifest.json").read_text())
    assert [sheet["key"] for sheet in told["sheets"]] == ["f#", "f#"]


def test_the_same_command_writes_the_same_bytes(tmp_path):
    for folder in ("one", "two"):
        assert run([*SMALL, "-o", str(tmp_path / folder)]) == 0
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert first == second


def test_a_quiet_exercise_says_nothing(tmp_path, capsys):
    assert run([*SMALL, "-q", "-o", str(tmp_path)]) == 0
    assert capsys.readouterr() == ("", "")


def test_an_answer_is_checked_under_the_pack_of_its_own_level(tmp_path, capsys):
    run([*SMALL, "-o", str(tmp_path)])
    answer = next(tmp_path.glob("*answer.musicxml"))
    capsys.readouterr()
    assert run(["check", str(answer), "--format", "json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["files"]
    assert told["pack"] == "level-1"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--key", "H dur"], "keys are C G D A E B F#"),
        (["--key", "C# major"], "keys are C G D A E B F#"),
        (["--meter", "7/8"], "meters are 2/4, 3/4, 4/4, 6/8"),
        (["--level", "9"], "1<=x<=8"),
        (["--measures", "33"], "4<=x<=32"),
    ],
)
def test_wrong_options_exit_2_and_say_what_would_be_right(options, said, tmp_path, capsys):
    assert run([*SMALL, *options, "-o", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_exits_5(tmp_path, capsys):
    (tmp_path / "file").write_text("in the way")
    assert run([*SMALL, "-o", str(tmp_path / "file" / "out")]) == 5
    assert "name another folder" in capsys.readouterr().err


def test_a_melody_is_harmonised_into_a_file_that_passes_its_check(tmp_path):
    target = tmp_path / "setting.musicxml"
    assert run(["harmonise", "bach/bwv66.6", "-o", str(target)]) == 0
    assert run(["check", str(target)]) == 0


def test_a_setting_is_named_after_the_melody_that_it_came_from(tmp_path):
    from musegen.score.files import read

    (tmp_path / "rain.abc").write_text("X:1\nM:4/4\nL:1/4\nK:F\nF G A F | G4 |]\n")
    for melody, title in ((str(tmp_path / "rain.abc"), "rain, harmonised"), ("bach/bwv66.6", "bwv66.6, harmonised")):
        assert run(["harmonise", melody, "-o", str(tmp_path / "set.musicxml")]) == 0
        assert read(tmp_path / "set.musicxml").metadata.title == title


def test_places_that_break_a_rule_are_shown_by_the_check_that_is_named(tmp_path, capsys):
    target = str(tmp_path / "set.musicxml")
    assert run(["harmonise", "bach/bwv66.6", "--pack", "level-1", "--engine", "classical", "-o", target]) == 0
    told = capsys.readouterr().err
    assert f"2 places break an error rule of level-1; see musegen check {target} --pack level-1" in told
    assert run(["check", target, "--pack", "level-1"]) == 1
    found = capsys.readouterr().out
    assert "2 errors" in found
    assert "outside-vocabulary" not in found


def test_contradicting_requests_exit_4_and_name_the_place(tmp_path, capsys):
    from musegen.engraving.musicxml import write_musicxml
    from musegen.score.model import HarmonyLabel
    from musegen.score.textgrid import parse_grid

    tune = parse_grid("key: C major; meter: 4/4\nS: c5 . d5 . | e5 . . .")
    labels = (HarmonyLabel(0, "numeral", "I", "C"), HarmonyLabel(40320, "numeral", "I", "F#"))
    (tmp_path / "tune.musicxml").write_bytes(
        write_musicxml(type(tune)(tune.notes, tune.measures, tune.parts, harmonies=labels))
    )
    assert (
        run(
            [
                "harmonise",
                str(tmp_path / "tune.musicxml"),
                "--key",
                "C",
                "--engine",
                "classical",
                "-o",
                str(tmp_path / "out.svg"),
            ]
        )
        == 4
    )
    assert "measure 2, beat 1" in capsys.readouterr().err
    assert not (tmp_path / "out.svg").exists()


def test_an_exercise_says_whether_its_melodies_copy_a_folder_of_tunes(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run([*SMALL, "--measures", "8", "-o", "first"]) == 0
    (tmp_path / "tunes").mkdir()
    for sheet in (tmp_path / "first").glob("*student.musicxml"):
        sheet.rename(tmp_path / "tunes" / sheet.name)
    for number, key in enumerate(("G", "D", "A", "F", "Eb", "Bb")):
        others = [*SMALL, "--measures", "8", "--seed", str(50 + number), "--key", f"{key} major", "-o", f"{key}-out"]
        assert run(others) == 0
        next((tmp_path / f"{key}-out").glob("*student.musicxml")).rename(tmp_path / "tunes" / f"{key}.musicxml")
    capsys.readouterr()
    asked = [*SMALL, "--measures", "8", "--originality", "tunes", "-o", "second"]
    assert run(asked) == 0
    (sheet,) = json.loads((tmp_path / "second" / "manifest.json").read_text())["sheets"]
    told = sheet["originality"]
    assert told["original"] is False, "the same seed makes the same melody again"
    assert told["passages"][0]["piece"].startswith("tunes/harmonise-melody-1-C-major-7-1")
    assert "0 of 1 melodies share nothing beyond chance" in capsys.readouterr().out


def test_a_folder_that_holds_other_sheets_keeps_its_manifest(tmp_path, capsys):
    asked = ["exercise", "harmonise-melody", "--engine", "classical", "--measures", "4", "-o", str(tmp_path / "out")]
    assert run([*asked, "--level", "1"]) == 0
    before = (tmp_path / "out" / "manifest.json").read_bytes()
    assert run([*asked, "--level", "2", "--key", "G"]) == 2
    assert "it holds harmonise-melody-1-C-major-1-1" in capsys.readouterr().err
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before
    assert run([*asked, "--level", "1"]) == 0


def test_an_answer_to_another_sheet_is_not_marked_by_the_only_one_of_a_manifest(tmp_path, capsys):
    asked = ["exercise", "harmonise-melody", "--engine", "classical", "--measures", "4", "--level", "1"]
    assert run([*asked, "-o", str(tmp_path / "c")]) == 0
    assert run([*asked, "--key", "G", "-o", str(tmp_path / "g")]) == 0
    answer = tmp_path / "c" / "harmonise-melody-1-C-major-1-1-answer.musicxml"
    assert run(["grade", str(answer), "--exercise", str(tmp_path / "c")]) == 0
    assert run(["grade", str(answer), "--exercise", str(tmp_path / "g")]) == 3
    assert "none of the sheets of this manifest" in capsys.readouterr().err
