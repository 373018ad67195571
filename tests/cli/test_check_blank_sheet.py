"""`musegen check` on a sheet of ours that came back blank: silence is no right answer."""

import json
from pathlib import Path

import pytest

from musegen.cli import run
from musegen.engraving.marks import Sheet
from musegen.engraving.musicxml import write_musicxml
from musegen.score.textgrid import parse_grid

BLANK = parse_grid("meter: 2/4\nS: c5 d5 | e5 .\nA: r . | r .\nT: r . | r .\nB: r . | r .")
NAME = b'<identification><miscellaneous><miscellaneous-field name="musegen-sheet">s'
NAME += b"</miscellaneous-field></miscellaneous></identification>"


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    text = write_musicxml(BLANK, sheet=Sheet(arrangement="choir"))
    head, mark, tail = text.partition(b"<part-list>")
    path = tmp_path / "blank.musicxml"
    path.write_bytes(head + NAME + mark + tail)
    return path


def test_a_blank_sheet_is_told_and_fails(blank: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(blank), "--pack", "strict"]) == 1
    assert "Alto, tenor and bass have no notes" in capsys.readouterr().out
    for form in ("sarif", "junit", "markdown", "svg"):
        assert run(["check", str(blank), "--pack", "strict", "--format", form]) == 1
    assert run(["check", str(blank), "--pack", "strict", "--ignore", "missing-voice"]) == 0


def test_a_sheet_with_its_first_chord_only_tells_where_its_voices_are_silent(
    blank: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = parse_grid("meter: 2/4\nS: c5 d5 | e5 .\nA: g4 . | r .\nT: e4 . | r .\nB: c3 . | r .")
    head, mark, tail = write_musicxml(begun, sheet=Sheet(arrangement="choir")).partition(b"<part-list>")
    blank.write_bytes(head + NAME + mark + tail)
    run(["check", str(blank), "--pack", "strict"])
    assert ":2:1: warning missing-voice Alto, tenor and bass are silent in measure 2" in capsys.readouterr().out


def test_a_melody_that_is_no_sheet_may_stand_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alone = tmp_path / "melody.musicxml"
    alone.write_bytes(write_musicxml(BLANK, sheet=Sheet(arrangement="choir")))
    run(["check", str(alone), "--pack", "strict", "--format", "json"])
    assert "missing-voice" not in json.dumps(json.loads(capsys.readouterr().out))
