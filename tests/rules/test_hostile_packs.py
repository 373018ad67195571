"""Packs, waivers, settings and plugins that mean harm: one line with the file, and neither memory nor time goes."""

import json
from pathlib import Path

import pytest

from musegen.cli import run
from musegen.engraving.musicxml import write_musicxml
from musegen.errors import PackError
from musegen.rules.lint import lint
from musegen.rules.packs import load_pack
from musegen.rules.toml_values import read_table
from musegen.score.textgrid import parse_grid
from musegen.score.toml_text import deepest_key

FIFTHS = "meter: 2/4\nS: e5 d5\nA: g4 f4\nT: g3 a3\nB: c3 d3"
HEAD = '[pack]\nid = "mine"\nextends = "strict"\n'
RULE = HEAD + '[[rule]]\nid = "parallel-fifths"\n'
DEEP = "a" + ".a" * 20_000 + " = 1"


@pytest.fixture
def etude(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "etude.musicxml"
    path.write_bytes(write_musicxml(parse_grid(FIFTHS)))
    return path


@pytest.mark.parametrize("hidden", ['x = ["""q"""", {KEY}]', "x = ['''q''''', {KEY}]", 'x = "#" # "\nKEY', '["a".KEY]'])
def test_a_deep_key_is_seen_wherever_quotes_and_comments_stand_before_it(hidden: str) -> None:
    assert deepest_key(hidden.replace("KEY", "a" + ".a" * 30 + " = 1")) >= 31


def test_words_with_many_dots_are_no_deep_keys() -> None:
    dotted = ".".join("abcdefghijklmnopqrstuvwxyz")
    assert deepest_key(f'a.b = "{dotted}" # {dotted}\nc = \'\'\'{dotted}\'\'\'\nd = """\n{dotted}"""') == 2


def test_deep_keys_are_refused_in_packs_and_waivers_and_passed_over_in_somebody_elses_settings(
    etude: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (etude.parent / "mine.toml").write_text(HEAD + DEEP)
    (etude.parent / "waivers.toml").write_text(DEEP)
    for option, name in (("--pack", "mine.toml"), ("--waivers", "waivers.toml")):
        assert run(["check", str(etude), option, name]) == 3
        assert f"{name}: not a TOML file: an entry is nested too deeply" in capsys.readouterr().err
    (etude.parent / "pyproject.toml").write_text(f"[tool.musegen]\nquiet = true\n[tool.other]\n{DEEP}")
    assert run(["check", str(etude), "--pack", "strict"]) == 1
    assert "pyproject.toml is not read" in capsys.readouterr().err
    assert run(["--config", "pyproject.toml", "check", str(etude)]) == 2


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        *(
            (RULE + f'message = "{{upper{form}}}"', "not say how to form them; write {upper}")
            for form in (":>900000000", ":d", "!z", ":{nope}")
        ),
        *((RULE + f"points = {number}", "`points` must be") for number in ("inf", "nan", "-1", "9" * 400)),
        *(
            (HEAD + f"[scope]\nmin_confidence = {number}", "`min_confidence` must be")
            for number in ("inf", "nan", "1.1", "-0.1")
        ),
        (HEAD + "[scope]\nvoices = [0]", "`voices` is a number"),
        (RULE + 'params = { interval = "' + "x" * 5000 + '" }', "`interval` cannot be"),
        (RULE + 'why = "' + "x" * 5000 + '"', "4000 are enough"),
        (f'[pack]\nid = "mine"\nextends = "{"a" * 5000}"', "there is no pack `aaa"),
        (HEAD + '[[rule]]\nid = "parallel-fifths"\n' * 2001, "at most 2000 rules"),
        (HEAD + '[[rule]]\nid = "two words\\n"\npredicate = "wide_spacing"\n', "is no id: one word"),
        (HEAD + f'[[rule]]\nid = "{"x" * 5000}"\npredicate = "wide_spacing"\n', "is no id: one word"),
        (RULE + 'message = " "', "`message` is empty"),
        ('[pack]\nid = ""\n', "an id and a title are texts of 1 to 100 letters"),
        ('[pack]\nid = "mine"\ntitle = { a = 1 }\n', "an id and a title are texts of 1 to 100 letters"),
        ('[pack]\nid = "mine"\nextends = "gone.toml"\n', "[pack]: no such pack file to extend: gone.toml"),
    ],
)
def test_a_number_or_a_text_beyond_all_music_is_refused_in_few_words(
    etude: Path, capsys: pytest.CaptureFixture[str], content: str, complaint: str
) -> None:
    (etude.parent / "mine.toml").write_text(content)
    assert run(["check", str(etude), "--pack", "mine.toml"]) == 3
    told = capsys.readouterr().err
    assert complaint in told
    assert "mine.toml" in told
    assert len(told) < 700


def test_the_linter_tells_all_fragments_that_are_no_music_and_no_control_character_reaches_the_terminal(
    etude: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [
        ("meter: 4/0\\nS: c5", "1:1 S"),
        ("S: h9", "1:1 S"),
        ("unit: 1e999999999\\nS: c5", "1:1 S"),
        ("S: c5", "\\u001b[2J"),
    ]
    fragments = "".join(f'[[rule.bad]]\nstory = "\\u001b[2J"\ngrid = "{grid}"\nat = ["{at}"]\n' for grid, at in bad)
    (etude.parent / "mine.toml").write_text(RULE + fragments)
    faults = [str(fault) for fault in lint(etude.parent / "mine.toml")]
    assert len(faults) == 4
    assert all("mine.toml, rule 1 (parallel-fifths): " in fault for fault in faults)
    for words in (["lint", "mine.toml"], ["show", "parallel-fifths", "--pack", "mine.toml"], ["test", "mine.toml"]):
        code = run(["rules", *words])
        told = capsys.readouterr()
        assert "\x1b" not in told.out + told.err
    assert code == 3
    assert "mine.toml: parallel-fifths: the fragment" in told.err


PLUGIN = '''from musegen.rules import predicate
from musegen.rules.registry import Hit

class Odd(BaseException):
    def __str__(self): raise ValueError

@predicate(window="phrase", axis="voices", facts=("tune",))
def odd(view):
    """D."""
    {body}
'''
MASK = '''import numpy as np
from musegen.rules import predicate

@predicate(window="slice", axis="voices")
def odd(sound):
    """D."""
    return {body}
'''
PACK = '[pack]\nid = "x"\n[[rule]]\nid = "odd"\npredicate = "odd"\nmessage = "{voice}"\nwhy = "w"\n'
GOOD = 'return [Hit(0, 0, (0,), facts={"tune": "x"})]'


@pytest.mark.usefixtures("forget_plugins")
@pytest.mark.parametrize(
    ("program", "complaint"),
    [
        *(
            (f"raise {error}", f"line 1: the plugin failed: {error}")
            for error in ("GeneratorExit", "SystemExit", "EOFError")
        ),
        (PLUGIN.format(body="raise Odd"), "line 10: `odd` failed: Odd"),
        (PLUGIN.format(body="raise SystemExit(0)"), "line 10: `odd` failed: SystemExit"),
        *(
            (PLUGIN.format(body=GOOD.replace("0, 0, (0,)", places)), f"`odd` failed: {complaint}")
            for places, complaint in {
                "0.0, 0, (0,)": "TypeError",
                "-1, 0, (0,)": "ValueError: `before`",
                "0, 9, (0,)": "ValueError: `at`",
                "0, 0, (4,)": "ValueError: `voices`",
                "0, 0, ()": "ValueError: its hit has no note_from",
                "0, 0, (0,), rows=(-9,)": "ValueError: `rows`",
                "0, 0, (0,), onset=10**30": "ValueError: `onset`",
                "0, 0, (0,), end=99": "ValueError: `end`",
            }.items()
        ),
        *(
            (PLUGIN.format(body=GOOD.replace('{"tune": "x"}', facts)), f"`odd` failed: {complaint}")
            for facts, complaint in {
                "5": "TypeError: `facts`",
                "{}": "ValueError: its hit has no tune",
                '{"tune": object()}': "TypeError: the fact `tune`",
                '{"tune": float("inf")}': "TypeError: the fact `tune`",
            }.items()
        ),
        (MASK.format(body="np.array(True)"), "ValueError: it gives an array of the shape ()"),
        (MASK.format(body="sound.sounds[:, :3]"), "ValueError: it gives an array of the shape (2, 3), not (2, 4)"),
        (MASK.format(body="sound.sounds[None]"), "not (2, 4)"),
        (PLUGIN.format(body=GOOD).replace("(view)", '(view, *, most: "nope" = 3)'), "`odd` cannot be used: NameError"),
        (PLUGIN.format(body=GOOD).replace("(view)", "(view, *, most=3)"), "its parameter `most` has no type"),
        (PLUGIN.format(body=GOOD).replace('"phrase"', '"bar"'), "`window` cannot be 'bar'; there are slice"),
        (PLUGIN.format(body=GOOD).replace("axis", "view"), "`view` cannot be 'voices'"),
    ],
)
def test_whatever_a_plugin_does_is_one_line_with_its_file_and_exit_3(
    etude: Path, capsys: pytest.CaptureFixture[str], program: str, complaint: str
) -> None:
    (etude.parent / "mine.toml").write_text(PACK)
    (etude.parent / "odd.py").write_text(program)
    assert run(["check", str(etude), "--pack", "mine.toml", "--plugin", "odd.py"]) == 3
    told = capsys.readouterr().err
    assert "odd.py" in told
    assert complaint in told
    assert "Traceback" not in told


@pytest.mark.usefixtures("forget_plugins")
def test_a_plugin_that_behaves_is_heard_the_user_may_interrupt_it_and_a_circle_of_links_is_none(
    etude: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (etude.parent / "mine.toml").write_text(PACK)
    (etude.parent / "stopped.py").write_text("raise KeyboardInterrupt")
    (etude.parent / "odd.py").write_text(PLUGIN.format(body=GOOD))
    (etude.parent / "circle.py").symlink_to("circle.py")
    arguments = ["check", str(etude), "--pack", "mine.toml", "--format", "json", "--plugin"]
    assert run([*arguments, "stopped.py"]) == 130
    assert run([*arguments, "circle.py"]) == 3
    assert "circle.py: the plugin cannot be read" in capsys.readouterr().err
    assert run([*arguments, "odd.py"]) == 1
    assert json.loads(capsys.readouterr().out)["files"][0]["findings"][0]["facts"]["tune"] == "x"


def test_a_file_with_a_hostile_key_costs_a_reader_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("[a" + ".a" * 400_000 + "]")
    with pytest.raises(PackError, match="nested too deeply"):
        read_table(tmp_path / "a.toml")
    assert load_pack("strict").rules


def test_a_pack_as_windows_editors_save_it_is_read_and_one_in_another_encoding_is_told(
    etude: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = etude.parent / "mine.toml"
    pack.write_text(HEAD, encoding="utf-8-sig")
    assert run(["check", str(etude), "--pack", str(pack)]) == 1
    assert "pack mine" in capsys.readouterr().out
    pack.write_text(HEAD, encoding="utf-16")
    assert run(["check", str(etude), "--pack", str(pack)]) == 3
    assert "mine.toml: not a TOML file: it is not written in UTF-8" in capsys.readouterr().err


def test_a_pack_without_rules_finds_nothing_and_says_that_nothing_was_judged(
    etude: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pack = etude.parent / "mine.toml"
    pack.write_text('[pack]\nid = "mine"\n')
    assert str(lint(pack)[0]).startswith(f"{pack}: the pack has no rules; extend one of")
    assert run(["check", str(etude), "--pack", str(pack)]) == 0
    assert "has no rules: nothing was judged" in capsys.readouterr().out
