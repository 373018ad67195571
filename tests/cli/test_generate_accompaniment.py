"""`musegen generate accompaniment` as a player types it."""

import pytest

from musegen.cli import run
from musegen.engraving.render import render
from musegen.score.files import read
from musegen.score.textgrid import parse_grid

SHEET = 'X:1\nT:A sheet\nM:4/4\nL:1/4\nK:C\n"C"e2 g2 | "F"a2 "G7"g2 | "Am"c2 "D7/F#"d2 | "G7"d2 "C"c2 |]\n'


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "sheet.abc"
    path.write_text(SHEET, encoding="utf-8")
    return path


def test_a_band_is_written_and_told(sheet, tmp_path, capsys):
    out = tmp_path / "band.musicxml"
    assert run(["generate", "accompaniment", str(sheet), "--style", "swing", "--level", "4", "-o", str(out)]) == 0
    assert "Swing, level 4; no errors under accompaniment" in capsys.readouterr().err
    names = [part.name for part in read(out).parts]
    assert names[1:] == ["Piano", "Double Bass", "Drums"]
    assert run(["check", str(out), "--pack", "accompaniment", "--fail-on", "error", "-q"]) == 0


def test_a_midi_file_has_drums_and_only_who_is_asked_for(sheet, tmp_path):
    out = tmp_path / "band.mid"
    asked = ["--style", "rock", "--parts", "drums,bass", "-q"]
    assert run(["generate", "accompaniment", str(sheet), *asked, "-o", str(out)]) == 0
    parts = read(out).parts
    assert [part.name for part in parts][1:] == ["Bass Guitar", "Drums"]
    assert {drum.name for drum in parts[-1].kit} >= {"kick", "snare", "closed hi-hat"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--style", "polka"], "there is no style `polka`"), (["--parts", "flute"], "nobody plays `flute`"),
        (["--level", "9"], "1<=x<=8"), (["--style", "alberti", "--parts", "bass"], "has no bass"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_wrong_usage_and_nothing_is_written(options, said, sheet, tmp_path, capsys):
    out = tmp_path / "band.musicxml"
    assert run(["generate", "accompaniment", str(sheet), *options, "-o", str(out)]) == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    ("grid", "said"),
    [("S: r r", "there is no melody to set chords over"), ("S: c5 d5\nC: NC .", "N.C. throughout")],
)
def test_a_score_with_nothing_to_play_over_is_named(grid, said, tmp_path, capsys):
    sheet, out = tmp_path / "sheet.musicxml", tmp_path / "band.musicxml"
    sheet.write_bytes(render(parse_grid(f"meter: 2/4\n{grid}"), ".musicxml"))
    assert run(["generate", "accompaniment", str(sheet), "-o", str(out)]) == 3
    told = capsys.readouterr().err
    assert str(sheet) in told
    assert said in told
    assert not out.exists()
