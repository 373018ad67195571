"""`musegen generate chords` as a composer types it."""

import pytest

from musegen.cli import run
from musegen.score.files import read
from musegen.theory.progressions.reading import progression_of

CHORDS = ["generate", "chords", "-q"]
TUNE = "X:1\nT:A tune\nM:4/4\nL:1/4\nK:C\ne2 g2 | a2 g2 | f2 e2 | d4 | e2 g2 | a2 g2 | d2 e d | c4 |]\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--measures", "0"], "1<=x<=64"), (["--key", "H dur"], "keys are C G D A E B F#"),
        (["--functions", "T S"], "`S` is no function"),
        (["--cadences", "9: HC", "--phrases", "2"], "there is no phrase 9"),
        (["--first", "H"], "not a Roman numeral"), (["--meter", "7/8"], "7/8"), (["--functions", ""], "it is empty"),
        (["--around", "bach/bwv66.6", "--measures", "4"], "--around has its own meter and measures"),
        (["--around", "bach/bwv66.6", "--melody", "bach/bwv66.6"], "two ways to make chords"),
        (["--steps", "1", "--between", "bach/bwv66.6", "bach/bwv66.6"], "2<=x<=100"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_wrong_usage_and_nothing_is_written(options, said, tmp_path, capsys):
    assert run([*CHORDS, *options, "-o", str(tmp_path / "chords.musicxml")]) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_wishes_that_conflict_end_with_code_4_and_are_named(tmp_path, capsys):
    wishes = ["--style", "chorale", "--key", "G", "--functions", "T D PD T"]
    assert run([*CHORDS, *wishes, "-o", str(tmp_path / "chords.musicxml")]) == 4
    told = capsys.readouterr().err
    assert "function 3, PD, from measure 5, beat 1" in told
    assert "the style chorale in G major" in told
    assert list(tmp_path.iterdir()) == []


def test_chords_are_drawn_in_key_meter_and_length(tmp_path, capsys):
    path = tmp_path / "chords.musicxml"
    asked = ["--key", "B- major", "--meter", "3/4", "--measures", "4", "--count", "2", "--seed", "5"]
    assert run(["generate", "chords", *asked, "-o", str(path)]) == 0
    assert "B flat major, 3/4: " in capsys.readouterr().err
    scores = [read(one) for one in sorted(tmp_path.iterdir())]
    assert [one.name for one in sorted(tmp_path.iterdir())] == ["chords-2.musicxml", "chords.musicxml"]
    assert all(len(score.measures) == 4 and str(score.measures[0].time_signature) == "3/4" for score in scores)
    assert scores[0].notes != scores[1].notes


def test_a_path_from_one_progression_to_another(tmp_path):
    ends = [tmp_path / "one.musicxml", tmp_path / "other.musicxml"]
    for number, path in enumerate(ends):
        given = ["--key", "C", "--meter", "4/4", "--measures", "4", "--seed", str(number)]
        assert run([*CHORDS, *given, "-o", str(path)]) == 0
    assert run([*CHORDS, "--between", *map(str, ends), "--steps", "3", "-o", str(tmp_path / "path.musicxml")]) == 0
    steps = [progression_of(read(path)) for path in sorted(tmp_path.glob("path*.musicxml"))]
    assert len(steps) == 3
    assert {str(step.key) for step in steps} == {"C"}


def test_a_variation_of_a_chorale(tmp_path):
    path = tmp_path / "varied.musicxml"
    assert run([*CHORDS, "--around", "bach/bwv66.6", "--distance", "0.5", "-o", str(path)]) == 0
    assert progression_of(read(path)).key.words == "F sharp minor"


def test_a_tune_is_kept_note_for_note_under_its_chords(tmp_path):
    tune, path = tmp_path / "tune.abc", tmp_path / "sheet.musicxml"
    tune.write_text(TUNE)
    assert run([*CHORDS, "--melody", str(tune), "--candidates", "2", "-o", str(path)]) == 0
    given, made = read(tune), read(path)
    for column in ("onset", "duration", "pitch", "fifths"):
        assert given.notes[column].tolist() == made.notes[column].tolist()
    assert made.harmonies[0].kind == "chord_symbol"
    assert (tmp_path / "sheet-2.musicxml").exists()


def test_a_chorale_tune(tmp_path):
    tune, path = tmp_path / "tune.abc", tmp_path / "sheet.musicxml"
    tune.write_text(TUNE)
    assert run([*CHORDS, "--melody", str(tune), "--style", "chorale", "-o", str(path)]) == 0
    assert len(read(path).harmonies) > 4
