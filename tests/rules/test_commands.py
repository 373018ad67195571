"""`musegen check` and `musegen rules` as a teacher types them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from musegen.cli import run

SHEET = """<?xml version="1.0"?>
<score-partwise version="4.0">
  <identification><miscellaneous>
    <miscellaneous-field name="musegen-pack">level-2</miscellaneous-field>
  </miscellaneous></identification>
  <part-list>{parts}</part-list>
  {music}
</score-partwise>
"""
PART = '<score-part id="P{0}"><part-name>{1}</part-name></score-part>'
MUSIC = """<part id="P{0}"><measure number="1"><attributes><divisions>1</divisions>
<time><beats>2</beats><beat-type>4</beat-type></time></attributes>{1}</measure></part>"""
NOTE = "<note><pitch><step>{0}</step><octave>{1}</octave></pitch><duration>1</duration></note>"


@pytest.fixture
def fifths(tmp_path: Path) -> Path:
    """Tenor and bass rise in parallel fifths."""
    lines = {"Soprano": "C5 A4", "Alto": "E4 F4", "Tenor": "G3 A3", "Bass": "C3 D3"}
    music = "".join(
        MUSIC.format(number, "".join(NOTE.format(*note) for note in line.split()))
        for number, line in enumerate(lines.values())
    )
    parts = "".join(PART.format(number, name) for number, name in enumerate(lines))
    path = tmp_path / "homework.musicxml"
    path.write_text(SHEET.format(parts=parts, music=music))
    return path


def test_parallel_fifths_are_one_line_of_text_and_exit_1(fifths: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(fifths), "--pack", "strict"]) == 1
    lines = capsys.readouterr().out.splitlines()
    message = "error parallel-fifths Tenor G3-A3 and bass C3-D3 move in parallel fifths"
    assert lines[0] == f"{fifths}:1:2: {message}"
    assert lines[-1].startswith("1 file (4 parts, 4 voices: S Soprano, A Alto, T Tenor, B Bass; pack strict): 1 error")


def test_json_has_the_documented_shape(fifths: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", str(fifths), "--format", "json", "--select", "parallel-fifths"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["version"] == 1
    file = answer["files"][0]
    assert (file["file"], file["pack"]) == (str(fifths), "level-2")
    finding = file["findings"][0]
    assert list(finding) == [
        "rule", "severity", "points", "measure", "beat", "voices", "notes", "facts", "confidence",
        "message", "why", "fix",
    ]  # fmt: skip
    assert (finding["measure"], finding["beat"], finding["voices"]) == ("1", 2, ["T", "B"])
    assert len(finding["notes"]) == 4


def test_a_sheet_of_ours_is_judged_by_its_level(fifths: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["check", str(fifths)])
    assert "pack level-2" in capsys.readouterr().out


def test_an_unreadable_file_is_told_and_the_rest_is_judged(fifths: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (fifths.parent / "broken.musicxml").write_text("<score-partwise><part-list/>")
    assert run(["check", str(fifths.parent), "--pack", "strict"]) == 3
    captured = capsys.readouterr()
    assert "homework.musicxml:1:2: error parallel-fifths" in captured.out
    assert "broken.musicxml: unreadable:" in captured.out
    assert "broken.musicxml" in captured.err


def test_exit_codes_follow_fail_on_and_usage(fifths: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(fifths), "--ignore", "parallel-fifths", "--pack", "chorale"]) == 0
    assert run(["check", str(fifths), "--fail-on", "never"]) == 0
    assert run(["check", str(fifths), "--select", "paralel-fifths"]) == 2
    assert run(["check", str(fifths.parent / "nothing.musicxml")]) == 3
    capsys.readouterr()


def test_a_pack_that_is_not_there_is_wrong_usage_and_the_nearest_are_named(
    fifths: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", str(fifths), "--pack", "strickt"]) == 2
    assert "no pack `strickt`; nearest: strict" in capsys.readouterr().err
    mine = fifths.parent / "mine.toml"
    for content in ("[pack", '[pack]\nid = "mine"\nextends = "strickt"'):
        mine.write_text(content)
        assert run(["check", str(fifths), "--pack", str(mine)]) == 3
        assert "mine.toml" in capsys.readouterr().err


def test_a_sheet_that_names_no_pack_of_ours_is_judged_by_chorale_and_says_so(
    fifths: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = fifths.parent / "mine.toml"
    own.write_text('[pack]\nid = "mine"\n')
    sheet = fifths.read_text()
    for name in ("level-99", str(own), "grade A"):
        fifths.write_text(sheet.replace("level-2", name))
        assert run(["check", str(fifths)]) == 1
        told = capsys.readouterr().out
        assert "pack chorale" in told
        assert "note: the sheet asks for the pack" in told


def test_folders_that_cannot_be_opened_are_named_and_the_rest_is_judged(
    fifths: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (fifths.parent / "closed").mkdir()
    scandir = os.scandir

    def guarded(place: str | Path) -> object:
        if str(place).endswith("closed"):
            raise OSError(22, "Invalid argument", str(place))
        return scandir(place)

    monkeypatch.setattr(os, "scandir", guarded)
    assert run(["check", str(fifths.parent)]) == 3
    captured = capsys.readouterr()
    assert "homework.musicxml:1:2: error parallel-fifths" in captured.out
    assert "closed: the folder cannot be read (Invalid argument)" in captured.err


def test_rules_are_listed_shown_and_tested(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "list", "--pack", "strict"]) == 0
    assert run(["rules", "show", "parallel-fifths"]) == 0
    assert run(["rules", "test", "strict"]) == 0
    told = capsys.readouterr().out
    assert "unresolved-leading-tone" in told
    assert "[1:2 TB, 1:3 TB]" in told
    assert "fragments hold" in told
    assert run(["rules", "show", "parallel-sevenths"]) == 2


def test_every_rule_is_listed_with_a_sentence_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "list"]) == 0
    *lines, _ = capsys.readouterr().out.splitlines()
    told = [line.split(maxsplit=3)[3] for line in lines]
    assert len(set(told)) == len(lines)
    assert max(map(len, told)) <= 160


def test_checking_imports_nothing_heavy(fifths: Path) -> None:
    heavy = "music21 networkx onnxruntime verovio sklearn torch matplotlib"
    program = (
        "import sys; from musegen.cli import run; run(['check', sys.argv[1]]); "
        f"found = [name for name in '{heavy}'.split() if name in sys.modules]; print(found); sys.exit(bool(found))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(fifths)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("words", "told", "listed"),
    [
        (["rules", "show", "fifths"], "nearest: afterbeat-fifths", "`musegen rules list` names all"),
        (["rules", "show", "zzz"], "there is no rule `zzz`;", "`musegen rules list` names all"),
        (["rules", "show", "zzz", "--pack", "strict"], "pack strict has no rule `zzz`;", "list --pack PACK` names all"),
        (["check", "x.abc", "--pack", "zzz"], "there is no pack `zzz`;", "`musegen rules packs` names all"),
        (["check", "x.abc", "--pack", "strickt"], "nearest: strict;", "`musegen rules packs` names all"),
        (["check", "x.abc", "--pack", "strict", "--select", "zzz"], "no rule `zzz`;", "list --pack PACK` names all"),
    ],
)
def test_a_name_that_is_none_gets_three_that_are_nearest_and_where_all_stand_never_all_of_them(
    words: list[str], told: str, listed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    complaint = capsys.readouterr().err
    assert told in complaint
    assert listed in complaint
    assert len(complaint) < 200


def test_packs_and_what_rules_are_made_of_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    from musegen.rules.packs import pack_names
    from musegen.rules.registry import EXEMPTIONS, PREDICATES

    assert run(["rules", "packs"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == pack_names()
    assert run(["rules", "predicates"]) == 0
    told = capsys.readouterr().out
    assert [name for name in (*PREDICATES, *EXEMPTIONS) if name not in told] == []
    assert 'bass_limit = "" (one of "", octave, tenth, twelfth, two octaves)' in told


def test_rules_that_were_not_checked_are_a_short_line_a_reason_for_people_and_all_named_for_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    duet = tmp_path / "duet.abc"
    duet.write_text("X:1\nM:4/4\nL:1/4\nK:C\nV:1\nc d e c|d c B d|c4|]\nV:2\nC,B,,C,E,|G,A,G,G,,|C,4|]\n")
    run(["check", str(duet), "--format", "json", "--fail-on", "never"])
    missed = json.loads(capsys.readouterr().out)["files"][0]["not_checked"]
    reasons = {
        item["reason"]: [other["rule"] for other in missed if other["reason"] == item["reason"]] for item in missed
    }
    assert max(map(len, reasons.values())) > 20
    for form in ("text", "markdown"):
        run(["check", str(duet), "--format", form, "--fail-on", "never"])
        lines = [line for line in capsys.readouterr().out.splitlines() if "ot checked: " in line]
        assert len(lines) == len(reasons)
        for line, (reason, rules) in zip(lines, reasons.items(), strict=True):
            assert f"({reason})" in line.replace("\\", "")
            assert rules[0] in line
            assert len(rules) <= 4 or f"{len(rules)} rules: " in line
            assert len(line) < 220


def test_a_pack_that_cannot_be_tested_is_told_and_the_next_is_still_tested(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[pack")
    assert run(["rules", "test", str(broken), "ranges"]) == 3
    told = capsys.readouterr()
    assert "broken.toml: not a TOML file" in told.err
    assert "fragments hold" in told.out


def test_a_line_break_in_the_name_of_a_file_or_of_a_part_forges_no_finding(
    fifths: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = fifths.parent / "a\nother.musicxml:9:9: error forged"
    forged.mkdir()
    text = fifths.read_text().replace("Soprano", "S\nother.musicxml:9:9: error forged")
    (forged / "b.musicxml").write_text(text)
    run(["check", str(forged), "--pack", "strict"])
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith(f"{fifths.parent}/a other.musicxml") and "parallel-fifths" in line for line in lines)
    assert not any(line.startswith("other.musicxml") for line in lines)
