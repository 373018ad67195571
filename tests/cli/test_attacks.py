"""What a careless or hostile command line brings: inputs are kept, streams may be closed, failures are told."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from itertools import combinations

import click
import pytest
from lxml import etree

from musegen import cli
from musegen.cli.failures import Failures
from musegen.cli.options import keep_inputs
from musegen.engraving.letters import draw_letters
from musegen.engraving.marks import Label, Marks, Sheet
from musegen.engraving.musicxml import write_musicxml
from musegen.engraving.render import render
from musegen.engraving.systems import Head, System
from musegen.errors import EngravingError, UnreadableFile, UsageError
from musegen.score.model import HarmonyLabel, Lyric
from musegen.score.musicxml import read_musicxml
from musegen.score.textgrid import parse_grid


@pytest.fixture
def etude(tmp_path, monkeypatch):
    """A score in a folder of its own, which is the working folder."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "etude.musicxml"
    path.write_bytes(write_musicxml(parse_grid("key: G major; meter: 2/4\nS: d5 c5 | b4 .\nB: g3 a3 | g3 .")))
    return path


@pytest.mark.parametrize(
    "arguments",
    [
        ("render", "etude.musicxml", "-o", "etude.musicxml"),
        ("render", "link.musicxml", "-o", "./etude.musicxml"),
        ("render", "etude.musicxml", "-o", "hard.xml"),
        ("harmonise", "etude.musicxml", "-o", "etude.musicxml"),
        ("harmonise", "set-2.musicxml", "-o", "set.musicxml", "--candidates", "2"),
        ("analyse", "etude.musicxml", "--format", "musicxml", "-o", "."),
        ("analyse", "etude.musicxml", "-o", "etude.musicxml"),
        ("check", "etude.musicxml", "-o", "etude.musicxml"),
    ],
)
def test_no_command_writes_over_the_score_that_it_reads(etude, capsys, arguments):
    os.symlink("etude.musicxml", "link.musicxml")
    os.link("etude.musicxml", "hard.xml")
    os.link("etude.musicxml", "set-2.musicxml")
    before = etude.read_bytes()
    assert cli.run(arguments) == 2
    assert "name another file to write" in capsys.readouterr().err
    assert etude.read_bytes() == before
    assert not os.path.exists("set.musicxml")


def test_the_pages_of_a_picture_spare_the_score_too(etude):
    with pytest.raises(UsageError, match="is a file that is read"):
        keep_inputs([etude.with_name("etude-1.png"), etude], [str(etude)])
    keep_inputs([etude.with_name("etude-1.png")], [str(etude), "bach/bwv66.6", "none.xml"])


def test_a_link_that_leads_to_itself_cannot_be_written(etude, capsys):
    os.symlink("loop.svg", "loop.svg")
    assert cli.run(["render", "etude.musicxml", "-o", "loop.svg"]) == 5
    assert "cannot write" in capsys.readouterr().err
    assert os.path.islink("loop.svg")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[check]\noutput = 5\n", "`output` of `check` must be a text"),
        ('[check]\nselect = "parallel-fifths"\n', "must be a list of texts"),
        ("[check]\nselect = [[1], {a = 1}]\n", "must be a list of texts"),
        ('[check]\npack = "a\\u0000b"\n', "must be a text"),
        ("[check]\npack = 2026-01-01\n", "must be a text"),
        ("[rules]\nlist = 5\n", "`rules list` must be a table"),
        ("[rules.list]\npack = 5\n", "`pack` of `rules list` must be a text"),
        ("[rules.lists]\npack = 'strict'\n", "nearest: list"),
        ('quiet = "maybe"\n', "`quiet` must be true or false"),
        ("a = " + "[" * 5000 + "\n", "nested too deeply"),
        ("[check." + ".".join("a" * 3000) + "]\n", "nested too deeply"),
        ("# " + "x" * (1 << 20), "larger than 1 MB"),
    ],
)
def test_a_setting_of_a_strange_kind_is_named(etude, capsys, text, words):
    etude.with_name("mine.toml").write_text(text)
    command = ["rules", "list"] if "rules" in text else ["check", "etude.musicxml"]
    assert cli.run(["--config", "mine.toml", *command]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_settings_come_from_regular_files_only(etude, capsys):
    os.mkfifo("pipe.toml")
    for place in ("pipe.toml", "/dev/zero", "."):
        assert cli.run(["--config", place, "rules", "list"]) == 2
        assert "is no regular file" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="closes streams as a Unix shell does")
@pytest.mark.parametrize(
    ("line", "code"),
    [("rules list >&-", 0), ("analyse - <&-", 3), ("check nope.xml 2>&-", 3), ("check nope.xml >&- 2>&- <&-", 3)],
)
def test_a_closed_stream_is_no_internal_error(line, code):
    shell = ["sh", "-c", f'exec "$0" -m musegen {line}', sys.executable]
    done = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr, "internal" in done.stderr) == (code, False, False)


@pytest.mark.parametrize("name", ["", "x" * 300, "x" * 5000 + ".xml", "bach/" + "x" * 300])
def test_a_name_that_no_file_can_have_is_an_unreadable_score(etude, capsys, name):
    assert cli.run(["check", name]) == 3
    assert cli.run(["analyse", name]) == 3
    assert "internal" not in capsys.readouterr().err


def test_a_score_without_permission_is_unreadable_and_not_wrong_usage(etude, monkeypatch, capsys):
    monkeypatch.setattr(os, "access", lambda *_: False)  # what click would ask
    assert cli.run(["check", "etude.musicxml"]) != 2


@pytest.mark.parametrize(
    "command", [["check", "etude.musicxml", "--pack"], ["rules", "list", "--pack"], ["rules", "test"]]
)
def test_a_pack_of_an_endless_name_is_wrong_usage(etude, capsys, command):
    assert cli.run([*command, "x" * 5000]) == 2
    assert len(capsys.readouterr().err) < 400


@pytest.mark.parametrize("command", ["analyse", "check"])
def test_errors_are_told_even_when_quiet_and_cannot_drive_the_terminal(etude, capsys, command):
    assert cli.run([command, "-q", "none\x1b[2J.xml", "missing.xml"]) == 3
    err = capsys.readouterr().err.splitlines()
    assert [line.split(": there")[0] for line in err] == ["musegen: none\\x1b[2J.xml", "musegen: missing.xml"]


@pytest.mark.parametrize(
    ("module", "command"),
    [("musegen.theory.modal.reading.read_by", "analyse"), ("musegen.rules.engine.check", "check")],
)
def test_one_score_at_which_we_fail_does_not_stop_the_others(etude, capsys, monkeypatch, module, command):
    import importlib

    room, verb = module.rsplit(".", 1)
    real, calls = getattr(importlib.import_module(room), verb), []

    def failing(*arguments, **options):
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("boom")
        return real(*arguments, **options)

    monkeypatch.setattr(importlib.import_module(room), verb, failing)
    again = str(etude.with_name("again.musicxml"))
    os.link(etude, again)
    assert cli.run([command, str(etude), again, "--format", "json"]) == 5
    told = capsys.readouterr()
    assert f"musegen: {etude}: internal error, please report: RuntimeError: boom (--debug shows where)" in told.err
    assert again in told.out
    assert "Traceback" not in told.err


def test_an_unreadable_score_weighs_more_than_a_failure_of_ours():
    failures = Failures()
    with click.Context(click.Command("x")):
        failures.add("a.xml", RuntimeError("boom"))
        assert failures.exit_code == 5
        failures.add("b.xml", UnreadableFile("gone"))
        assert failures.exit_code == 3
        failures.add("c.xml", EngravingError("no room"))
    assert failures.exit_code == 3


def test_standard_input_has_one_name_everywhere(etude):
    def said(*arguments, data=None):
        line = [sys.executable, "-m", "musegen", *arguments]
        return subprocess.run(
            line, input=etude.read_bytes() if data is None else data, capture_output=True, check=False
        )

    assert json.loads(said("check", "-", "--format", "json").stdout)["files"][0]["file"] == "standard input"
    assert b"standard input" in said("analyse", "-").stdout
    for command in (
        ["check", "-"],
        ["analyse", "-"],
        ["render", "-", "-o", "a.svg"],
        ["harmonise", "-", "-o", "a.svg"],
    ):
        for data in (b"", b"<score-partwise><part"):
            assert said(*command, data=data).stderr.startswith(b"musegen: standard input: "), command


@pytest.mark.parametrize(
    "title", ["T" * 201, "a\x1b[31m", "two\nlines", b"\xff\xfe".decode("utf-8", "surrogateescape")]
)
def test_a_title_is_one_line_of_words_or_nothing_is_written(tmp_path, capsys, title):
    assert cli.run(["exercise", "harmonise-melody", "--title", title, "-o", str(tmp_path / "out")]) == 2
    assert "title" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png", ".musicxml"])
def test_endless_texts_are_cut_on_paper_and_kept_in_the_score(etude, suffix):
    score = read_musicxml(etude.read_bytes())
    words = "endless " * 20_000
    endless = replace(
        score,
        metadata=score.metadata._replace(title=words, composer=words),
        parts=tuple(part._replace(name=words, abbreviation=words) for part in score.parts),
        lyrics=(Lyric(0, "1", words),),
        harmonies=(HarmonyLabel(0, "numeral", words), HarmonyLabel(0, "chord_symbol", words)),
    )
    sheet = Sheet(title=words, instruction=words, small_print=words, marks=Marks(labels=(Label(0, words),)))
    start = time.process_time()
    content = render(endless, suffix, sheet=sheet)
    assert time.process_time() - start < 30
    assert (words.encode() in content) == (suffix == ".musicxml")
    assert ("…".encode() in content) == (suffix == ".svg") or suffix in (".pdf", ".png")


@pytest.mark.parametrize("cache", ["/proc/x", "/dev/full", "etude.musicxml"])
def test_pictures_are_drawn_where_the_cache_cannot_be_used(etude, cache):
    line = [sys.executable, "-m", "musegen", "render", str(etude), "-o", "a.png"]
    environment = os.environ | {"MUSEGEN_CACHE": cache, "TMPDIR": str(etude.parent)}
    subprocess.run(line, check=True, env=environment)
    assert sorted(os.listdir()) == ["a.png", "etude.musicxml"]  # nothing is left behind


def test_a_line_break_in_a_file_forges_no_second_message(etude, capsys):
    forged = etude.read_text().replace("<step>D</step>", "<step>H&#10;musegen: x</step>", 1)
    forged = forged.replace('<measure number="1"', '<measure number="1&#10;musegen: x"', 1)
    etude.write_text(forged)
    assert cli.run(["check", "etude.musicxml"]) == 3
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.startswith("musegen: etude.musicxml, measure 1 musegen: x, beat 1: the step")


def test_a_mark_on_each_of_a_thousand_crowded_notes_is_placed_soon_and_touches_nothing():
    system = System(etree.Element("g"), (0.0, 0.0), staves=[(0.0, 720.0)])
    marks = [(Label(0, "P", where="over"), Head(300.0 * (number % 40), 360.0)) for number in range(1000)]
    start = time.process_time()
    draw_letters(system, marks)
    assert time.process_time() - start < 15
    assert len(system.ink) == 1000
    assert not any(one.touches(two) for one, two in combinations(system.ink, 2))
