"""Manifests, waivers and baselines of a stranger: one message that names the file and the key, at once."""

import json
import os
import time

import pytest

from musegen.cli import run
from musegen.engraving.musicxml import write_musicxml
from musegen.score.textgrid import parse_grid

GRID = """meter: 4/4
S: e5 . e5 . | d5 . c5 .
A: g4 . g4 . | f4 . g4 .
T: g3 . g3 . | a3 . g3 .
B: c3 . c3 . | d3 . e3 ."""
END = {"measure": "2", "beat": "3", "quarters": "2"}
ENDLESS = "1e999999999"


@pytest.fixture
def answer(tmp_path, monkeypatch):
    """An answer in a folder of its own, which is the working folder."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "smith.musicxml"
    path.write_bytes(write_musicxml(parse_grid(GRID)))
    return path


def manifest(**changes):
    sheet = {
        "name": "a", "pack": "strict", "mark_scheme": [{"for": "chords", "marks": 7}],
        "phrases": [{"cadence": "PAC", "end": END}], "numerals": [{"measure": "1", "beat": "1"}],
        "files": {"student": ["a.musicxml"]},
    } | changes  # fmt: skip
    return json.dumps({"sheets": [sheet]})


@pytest.mark.parametrize(
    ("key", "value", "way"),
    [
        ("phrases", [{"end": END | {"beat": ENDLESS}}], "phrases[0].end.beat"),
        ("phrases", [{"end": END | {"beat": float("inf")}}], "phrases[0].end.beat"),
        ("phrases", [{"end": END | {"beat": int("9" * 400)}}], "phrases[0].end.beat"),
        ("phrases", [{"end": END | {"quarters": "1/0"}}], "phrases[0].end.quarters"),
        ("phrases", [{"end": END | {"measure": "9" * 5000}}], "phrases[0].end.measure"),
        ("phrases", [{"end": [], "cadence": "PAC"}], "phrases[0].end"),
        ("phrases", [{"end": END, "cadence": {}}], "phrases[0].cadence"),
        ("phrases", 5, "phrases"),
        ("numerals", [{"measure": "1", "beat": ENDLESS}], "numerals[0].beat"),
        ("numerals", [{"beat": "0", "measure": "1"}], "numerals[0].beat"),
        ("numerals", [{"beat": "1"}], "numerals[0].measure"),
        ("mark_scheme", [{"for": "chords", "marks": -1}], "mark_scheme[0].marks"),
        ("mark_scheme", [{"for": "chords", "marks": float("nan")}], "mark_scheme[0].marks"),
        ("mark_scheme", [{"for": ["chords"], "marks": 1}], "mark_scheme[0].for"),
        ("files", {"student": 5}, "files.student"),
        ("name", "a\x1b[2J", "name"),
        ("pack", "x" * 5000, "pack"),
    ],
)
@pytest.mark.parametrize("command", ["check", "grade"])
def test_a_wrong_value_of_a_manifest_is_named_at_once(answer, capsys, command, key, value, way):
    (answer.parent / "m.json").write_text(manifest(**{key: value}))
    start = time.process_time()
    assert run([command, "smith.musicxml", "--exercise", "m.json"]) == 3
    told = capsys.readouterr().err
    assert told.startswith(f"musegen: m.json: `sheets[0].{way}` ")
    assert len(told) < 250
    assert time.process_time() - start < 20


def test_a_manifest_that_opens_with_a_mark_of_its_encoding_is_read_and_one_without_sheets_is_told(answer, capsys):
    path = answer.parent / "m.json"
    path.write_text("\ufeff" + manifest(), encoding="utf-8")
    assert run(["grade", "smith.musicxml", "--exercise", "m.json"]) in (0, 1)
    path.write_text('{"sheets": []}')
    assert run(["check", "smith.musicxml", "--exercise", "m.json"]) == 3
    assert "its list `sheets` is empty" in capsys.readouterr().err


@pytest.mark.parametrize("pack", ["../../etc/passwd", "/etc/passwd.toml", "chorral"])
def test_a_manifest_names_packs_of_ours_only(answer, capsys, pack):
    (answer.parent / "m.json").write_text(manifest(pack=pack))
    assert run(["grade", "smith.musicxml", "--exercise", "m.json"]) == 3
    assert f"m.json: there is no pack `{pack}`; name one with --pack" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("option", ["--exercise", "--baseline", "--waivers"])
def test_pipes_devices_and_huge_files_are_not_read(answer, capsys, option):
    os.mkfifo("pipe")
    with open("huge", "wb") as file:
        file.truncate(65 << 20)
    for place, words in (("pipe", "no regular file"), ("/dev/zero", "no regular file"), ("huge", "is larger than")):
        assert run(["check", "smith.musicxml", option, place]) == 3
        assert words in capsys.readouterr().err


@pytest.mark.parametrize("beat", [f'"{ENDLESS}"', "inf", "-1", "0x" + "f" * 5000])
def test_the_beat_of_a_waiver_is_a_plain_number(answer, capsys, beat):
    answer.with_name("smith.waivers.toml").write_text(f'[[waive]]\nrule = "x"\nreason = "y"\nbeat = {beat}\n')
    assert run(["check", "smith.musicxml"]) == 3
    assert len(capsys.readouterr().err) < 400


def test_a_comment_full_of_fields_is_read_in_no_time(answer):
    text = answer.read_text()
    head, rest = text.split("<part-list>", 1)
    comment = "<!-- " + "<miscellaneous-field" * 900 + " name=" * 300 + " -->"
    answer.write_text(f"{head}{comment}<part-list>{rest}")
    start = time.process_time()
    assert run(["check", "smith.musicxml", "--format", "json"]) == 1
    assert time.process_time() - start < 30
