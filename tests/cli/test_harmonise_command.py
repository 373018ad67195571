"""`musegen harmonise` as a musician types it: engines, what is left of a score, candidates, originality."""

import json

import numpy as np
import pytest

from musegen.cli import run
from musegen.engraving.musicxml import write_musicxml
from musegen.score.files import read
from musegen.score.textgrid import parse_grid

CHORALE = "bach/bwv66.6"


def sung(score, part, measures=()):
    rows = score.notes.sounding().rows
    here = [score.measures[index].number for index in rows["measure_index"]]
    kept = (rows["part"] == part) & np.array([not measures or number in measures for number in here])
    return rows[kept][["onset", "duration", "pitch", "fifths"]].tolist()


@pytest.mark.parametrize("engine", ["classical", "neural"])
def test_each_engine_keeps_the_melody_note_for_note(tmp_path, engine):
    target = tmp_path / "set.musicxml"
    assert run(["harmonise", CHORALE, "--engine", engine, "--layout", "open", "-o", str(target)]) == 0
    made = read(target)
    assert [part.name for part in made.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert sung(made, 0) == sung(read(CHORALE), 0)


def test_an_alto_of_two_measures_is_set_anew_and_all_else_stays(tmp_path):
    target, given = tmp_path / "mended.musicxml", read(CHORALE)
    asked = ["--engine", "neural", "--measures", "2-3", "--voices", "a", "--layout", "open", "--seed", "4"]
    assert run(["harmonise", CHORALE, *asked, "-o", str(target)]) == 0
    made = read(target)
    others = [number for number in (measure.number for measure in given.measures) if number not in ("2", "3")]
    assert sung(made, 1, others) == sung(given, 1, others)
    assert all(sung(made, part) == sung(given, part) for part in (0, 2, 3))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--voices", "alto", "--engine", "neural"], "none of the voices S, A, T, B"),
        (["--measures", "8-5", "--engine", "neural"], "`8-5` names no measures"),
        (["--measures", "99", "--engine", "neural"], "there is no measure 99"),
        (["--voices", "A", "--engine", "classical"], "--engine neural"),
    ],
)
def test_what_cannot_be_left_to_an_engine_is_told_and_nothing_written(tmp_path, capsys, asked, said):
    assert run(["harmonise", CHORALE, *asked, "-o", str(tmp_path / "set.musicxml")]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_candidates_lie_side_by_side_each_with_what_it_shares_with_bach(tmp_path, capsys):
    asked = ["--engine", "classical", "--candidates", "2", "--originality", "--layout", "open"]
    assert run(["harmonise", CHORALE, *asked, "-o", str(tmp_path / "set.musicxml")]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "of Bach's chorales" in first
    assert second.startswith(str(tmp_path / "set-2.musicxml"))
    assert sung(read(tmp_path / "set.musicxml"), 0) == sung(read(tmp_path / "set-2.musicxml"), 0)


def test_a_report_holds_findings_and_what_is_shared_with_bach(tmp_path):
    report = tmp_path / "told.json"
    assert run(["harmonise", CHORALE, "-o", str(tmp_path / "set.svg"), "--report", str(report)]) == 0
    (told,) = json.loads(report.read_text(encoding="utf-8"))["pieces"]
    assert told["file"] == str(tmp_path / "set.svg")
    assert told["shared_with_bach"]["piece"].startswith("bach/")
    assert {"rule", "severity", "measure", "beat"} <= set(told["findings"][0])


def test_cadences_are_asked_for_in_words(tmp_path, capsys):
    wanted = ["--engine", "neural", "--cadences", "3: HC in f#"]
    assert run(["harmonise", CHORALE, *wanted, "-o", str(tmp_path / "set.musicxml")]) in (0, 4)
    for wrong in (["--cadences", "m99: HC"], ["--cadences", "soon"], ["--cadences", "1: HC", "--engine", "classical"]):
        assert run(["harmonise", CHORALE, "-q", *wrong, "-o", str(tmp_path / "no.musicxml")]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not (tmp_path / "no.musicxml").exists()


def test_of_a_picture_the_errors_are_told_in_words_and_what_is_not_kept_is_said(tmp_path, capsys):
    (tmp_path / "tune.abc").write_text(
        'X:1\nT:t\nM:4/4\nL:1/4\nK:C\nV:1\n"C"C G F D|B, D C2|]\nV:2\nC, C, C, C,|C, C, C,2|]\n'
    )
    assert run(["harmonise", str(tmp_path / "tune.abc"), "-o", str(tmp_path / "set.svg")]) == 0
    told = capsys.readouterr().err
    assert "of 2 voices only the top one is kept" in told
    assert "C is held until the next chord, under F4 (measure 1, beat 3)" in told
    assert "write N.C. where it shall end" in told
    assert "see musegen check" not in told
    assert "an error rule of chorale: measure 1, beat" in told


@pytest.mark.parametrize("option", ["--voices", "--measures"])
def test_an_empty_list_is_not_taken_for_a_whole_score(tmp_path, capsys, option):
    assert run(["harmonise", CHORALE, "--engine", "neural", option, "", "-o", str(tmp_path / "set.musicxml")]) == 2
    assert "leave the option out" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_empty_model_is_not_taken_for_none(tmp_path, capsys):
    assert run(["generate", "chorale", "--like", "", "-o", str(tmp_path / "made.musicxml")]) == 2
    assert "leave the option out" in capsys.readouterr().err


def test_options_of_chance_without_effect_are_told(tmp_path, capsys):
    target = str(tmp_path / "set.musicxml")
    plain = ["harmonise", CHORALE, "--engine", "classical", "--seed", "3", "-o", target]
    assert run([*plain, "--temperature", "0.5"]) == 0
    told = capsys.readouterr().err
    assert "--seed has no effect" in told
    assert "--temperature has no effect" in told
    assert run([*plain, "--candidates", "2"]) == 0
    assert "no effect" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("output", "code", "said"),
    [
        ("nowhere/set.musicxml", 5, "there is no folder"),
        ("-", 2, "music goes to a file"),
        ("set.musicxml", 5, "a folder"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path, capsys, monkeypatch, output, code, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "set-2.musicxml").mkdir()
    asked = ["harmonise", str(tmp_path / "not-there.musicxml"), "--candidates", "2", "-o", output]
    assert run(asked) == code
    assert said in capsys.readouterr().err


def test_a_temperature_that_is_no_number_is_refused(tmp_path, capsys):
    asked = ["--engine", "neural", "--temperature", "nan", "-o", str(tmp_path / "set.musicxml")]
    assert run(["harmonise", CHORALE, *asked]) == 2
    assert run(["generate", "chorale", *asked[2:]]) == 2
    assert "a temperature of nan" in capsys.readouterr().err


def test_faults_of_what_was_given_are_told_apart_from_those_of_what_was_set(tmp_path, capsys):
    given = tmp_path / "given.musicxml"
    voices = "meter: 4/4\nSoprano: g4 a4 b4 c5 | c5 . . .\nBass: c3 d3 e3 f3 | c3 . . ."
    given.write_bytes(write_musicxml(parse_grid(voices)))
    asked = ["--engine", "neural", "--voices", "A,T", "-o", str(tmp_path / "set.musicxml")]
    assert run(["harmonise", str(given), *asked]) == 0
    assert "in what was given 3 places break an error rule of chorale, the first in measure 1, beat 2" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(("value", "code"), [("0.8", 0), ("1", 0), ('"warm"', 2)])
def test_a_temperature_may_stand_in_the_settings_as_a_number(tmp_path, value, code):
    settings = tmp_path / "mine.toml"
    settings.write_text(f'[tool.musegen.harmonise]\nengine = "neural"\ntemperature = {value}\n')
    assert run(["--config", str(settings), "harmonise", CHORALE, "-o", str(tmp_path / "set.musicxml")]) == code


@pytest.mark.parametrize("engine", ["classical", "neural"])
def test_a_melody_that_cannot_be_set_is_named(tmp_path, capsys, engine):
    high = tmp_path / "high.musicxml"
    high.write_bytes(write_musicxml(parse_grid("meter: 4/4\nS: c7 d7 e7 c7")))
    assert run(["harmonise", str(high), "--engine", engine, "-o", str(tmp_path / "set.musicxml")]) == 4
    assert f"{high}: these requests contradict each other" in capsys.readouterr().err
