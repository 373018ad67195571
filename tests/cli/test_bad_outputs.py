"""Where results go when the command line is careless: inputs are kept, full disks are told, strangers write nothing."""

import json
import os
import subprocess
import sys

import pytest

from musegen.cli import run
from musegen.engraving.musicxml import write_musicxml
from musegen.score.textgrid import parse_grid

GRID = "meter: 4/4\nS: c5 d5 e5 f5\nA: g4 g4 g4 a4\nT: e4 d4 c4 c4\nB: c3 d3 e3 f3"
PACK = '[pack]\nid = "mine"\nextends = "strict"\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working folder: a score with all that may surround it."""
    monkeypatch.chdir(tmp_path)
    score = parse_grid(GRID)
    for name in ("etude.musicxml", "chords.musicxml", "a-student.musicxml"):
        (tmp_path / name).write_bytes(write_musicxml(score))
    (tmp_path / "mine.toml").write_text(PACK)
    (tmp_path / "heir.toml").write_text(PACK.replace('"strict"', '["chorale", "mine.toml"]'))
    (tmp_path / "all.toml").write_text("")
    (tmp_path / "etude.waivers.toml").write_text("")
    (tmp_path / "known.json").write_text('{"files": []}')
    (tmp_path / "plug.py").write_text("raise SystemExit('the plugin ran')")
    for name in ("m.json", "manifest.json"):
        (tmp_path / name).write_text("{}")
    os.symlink("mine.toml", "soft.musicxml")
    os.link("known.json", "hard.musicxml")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        "-o mine.toml --pack mine.toml",
        "--write-baseline mine.toml --pack heir.toml",
        "--fix soft.musicxml --pack mine.toml",
        "-o all.toml --waivers all.toml",
        "--write-baseline etude.waivers.toml",
        "-o plug.py --plugin plug.py",
        "-o m.json --exercise m.json",
        "--write-baseline manifest.json",
        "--fix chords.musicxml --harmony chords.musicxml",
        "--write-baseline known.json --baseline known.json",
        "--fix hard.musicxml --baseline known.json",
    ],
)
def test_nothing_that_is_read_is_written_over(folder, capsys, words):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert run(["check", "etude.musicxml", *words.split()]) == 2
    assert "is a file that is read; name another file to write" in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    "parents", ['"a\\u0000b.toml"', "[" + '"x.toml", ' * 50_000 + "]", '["mine.toml", "../x/../mine.toml"]']
)
def test_a_pack_that_extends_strange_ones_is_told_when_it_is_loaded(folder, capsys, parents):
    (folder / "mine.toml").write_text(f'[pack]\nid = "mine"\nextends = {parents}\n')
    assert run(["check", "etude.musicxml", "--pack", "mine.toml", "-o", "r.txt"]) == 3
    assert "internal" not in capsys.readouterr().err


@pytest.mark.parametrize("output", ["m.json", "a-student.musicxml", "mine.toml"])
def test_grading_keeps_the_manifest_the_sheets_and_the_pack(folder, capsys, output):
    assert run(["grade", "etude.musicxml", "--exercise", "m.json", "--pack", "mine.toml", "-o", output]) == 2
    assert "is a file that is read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        "--write-baseline -",
        "--fix - --write-baseline b.json",
        "--fix new.musicxml -o ./new.musicxml",
        "--write-baseline new.json -o new.json",
        "--format svg -o new.svg --write-baseline new.svg",
    ],
)
def test_two_results_never_share_a_place(folder, capsys, words):
    before = sorted(os.listdir())
    assert run(["check", "etude.musicxml", *words.split()]) == 2
    assert "two results cannot both go to" in capsys.readouterr().err
    assert sorted(os.listdir()) == before


def test_the_settings_of_a_folder_write_no_files(folder, capsys):
    settings = '[tool.musegen.check]\noutput = "etude.waivers.toml"\nwrite-baseline = "b.json"\nfixed = "f.xml"\n'
    (folder / "pyproject.toml").write_text(settings + 'pack = "strict"\n')
    before = sorted(os.listdir())
    assert run(["check", "etude.musicxml"]) == 1
    told = capsys.readouterr()
    assert "pack strict" in told.out
    assert [line.split("`")[1] for line in told.err.splitlines()] == ["output", "write-baseline", "fixed"]
    assert sorted(os.listdir()) == before
    (folder / "own.toml").write_text('[check]\noutput = "report.txt"\n')
    assert run(["--config", "own.toml", "check", "etude.musicxml"]) == 1
    assert (folder / "report.txt").exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a full device")
@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("check etude.musicxml -o /dev/full", 5, "cannot write /dev/full: No space left"),
        ("check etude.musicxml --format svg -o /dev/full", 5, "cannot write /dev/full: No space left"),
        ("grade etude.musicxml --exercise m.json --pack strict -o - > /dev/full", 3, "m.json"),
        ("check etude.musicxml > /dev/full", 5, "cannot write standard output: No space left"),
        ("check etude.musicxml --format ndjson > /dev/full", 5, "cannot write standard output: No space left"),
        ("rules list > /dev/full", 5, "cannot write standard output: No space left"),
        ("check etude.musicxml nope.xml 2> /dev/full", 3, ""),
        ("check 2> /dev/full", 2, ""),
    ],
)
def test_a_full_disk_is_told_and_is_no_failure_of_a_score(folder, line, code, said):
    shell = ["sh", "-c", f'"$0" -m musegen {line}', sys.executable]
    done = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert (done.returncode, said in done.stderr) == (code, True)
    for word in ("internal error", "unreadable", "Traceback", "Exception ignored"):
        assert word not in done.stderr


def test_a_name_that_is_no_text_comes_back_from_a_baseline(folder):
    name = os.fsdecode(b"\xff.musicxml")
    os.rename("etude.musicxml", name)
    for words in (["--write-baseline", "b.json", "-o", "r.txt"], ["--format", "json", "-o", "r.json"]):
        assert run(["check", name, "--pack", "strict", *words]) in (0, 1)
    for baseline in ("b.json", "r.json"):
        assert run(["check", name, "--pack", "strict", "--baseline", baseline, "-o", "r.txt"]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--fix f.musicxml --keep Z", "etude.musicxml has no voice `Z` to keep; its voices are S, A, T, B"),
        ("--harmony=", "--harmony needs the name of a file"),
        ("--exercise -", "standard input is not read here"),
        ("--waivers -", "standard input is not read here"),
        ("--baseline -", "standard input is not read here"),
    ],
)
def test_what_cannot_be_asked_for_says_what_would_do(folder, capsys, words, said):
    (folder / "manifest.json").unlink()
    assert run(["check", "etude.musicxml", *words.split()]) == 2
    assert said in capsys.readouterr().err
    assert not (folder / "f.musicxml").exists()


@pytest.mark.parametrize("option", ["--select", "--cantus-firmus", "--exercise", "--baseline", "--harmony"])
def test_endless_words_are_cut_in_messages(folder, capsys, option):
    assert run(["check", "etude.musicxml", option, "x" * 5000]) in (2, 3)
    told = capsys.readouterr()
    assert "x" * 201 not in told.err
    assert len(told.err) < 4100


def test_one_file_by_two_names_is_checked_once(folder, capsys):
    run(["check", "etude.musicxml", "./etude.musicxml", "--format", "json"])
    assert len(json.loads(capsys.readouterr().out)["files"]) == 1
