"""The linter of packs tells every fault at once; predicates of a user's own fail with their file and line."""

import json
from pathlib import Path

import pytest

from musegen.cli import run
from musegen.errors import PackError
from musegen.rules.lint import lint
from musegen.rules.packs import catalogue, pack_names
from musegen.rules.plugins import load_plugin
from musegen.rules.reference import reference_page
from musegen.rules.registry import PREDICATES

pytestmark = pytest.mark.usefixtures("forget_plugins")
ROOT = Path(__file__).resolve().parent.parent.parent

FAULTY = """
[pack]
id = "mine"
extends = ["strickt", "strict"]
[scope]
voices = "four"
[[rule]]
id = "parallel-fifths"
sevrity = "error"
unless = ["anticipations", "descending-bass"]
params = { interval = "fith", size = 3 }
[[rule]]
id = "parallel-fifths"
points = "many"
[[rule]]
id = "near-bass"
predicate = "wide_spacing"
message = "{chords}"
[[rule.bad]]
story = "h is no note"
grid = "S: h4"
at = ["there"]
[[rule]]
id = "odd"
predicate = "no_such"
[[rule]]
id = "direct-fifth"
unless = ["anticipation", "anticipation"]
[[rule]]
id = "unequal-fifths"
good = []
[[rule]]
id = "direct-fith"
severity = "error"
[[waive]]
rule = "paralel-fifths"
reason = "so"
[[waive]]
rule = "parallel-fifths"
"""
COMPLAINTS = [
    "[pack]: there is no pack `strickt`; nearest: strict",
    "rule 1 (parallel-fifths): `sevrity` is not a key of a rule",
    "rule 1 (parallel-fifths): there is no exception `anticipations`; nearest: anticipation",
    "rule 1 (parallel-fifths): the exception `descending-bass` cannot judge",
    "rule 1 (parallel-fifths): `interval` cannot be 'fith'; it takes one of fifth, octave",
    "rule 1 (parallel-fifths): `size` is not a parameter of parallel_intervals; there are interval",
    "rule 2 (parallel-fifths): `points` must be a number, not 'many'",
    "the rule `parallel-fifths` stands here 2 times",
    "rule 3 (near-bass): a rule of your own needs `why`",
    "rule 3 (near-bass): `chords` is not a fact that wide_spacing tells",
    "rule 3 (near-bass): the rule has no good fragment",
    "rule 3 (near-bass): the fragment `h is no note`",
    "rule 3 (near-bass): `there` of the fragment `h is no note` is no place",
    "rule 4 (odd): there is no predicate `no_such`; `musegen rules predicates` names all; those of your own file are "
    "there with --plugin FILE",
    "rule 5 (direct-fifth): the exception `anticipation` stands here 2 times",
    "rule 6 (unequal-fifths): the rule has no good fragment",
    "[scope]: `voices` must be a list",
    "rule 7 (direct-fith): there is no rule `direct-fith`, and one of your own needs `predicate`, `message`, `why`; "
    "nearest: direct-fifth",
    "waiver 1: the pack has no rule `paralel-fifths` to waive; nearest: parallel-fifths",
    "waiver 2: a waiver needs a rule and a reason",
]


def test_a_linter_tells_every_fault_with_its_file_and_rule(tmp_path, capsys):
    path = tmp_path / "mine.toml"
    path.write_text(FAULTY)
    told = [str(fault) for fault in lint(path)]
    assert [text for text in COMPLAINTS if not any(text in line for line in told)] == []
    assert all(line.startswith(f"{path}") for line in told)
    assert run(["rules", "lint", str(path), "strict"]) == 1
    assert "strict: no faults" in capsys.readouterr().out


def test_a_file_that_is_no_pack_has_one_fault(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("rule = 3")
    assert "`rule` is written as [[rule]]" in str(lint(path)[0])
    path.write_text("[pack")
    with pytest.raises(PackError, match="not a TOML file"):
        lint(path)
    with pytest.raises(PackError, match="no such pack file"):
        lint(tmp_path / "none.toml")


def test_a_pack_that_cannot_be_read_ends_the_linter_with_3_and_the_next_is_still_judged(tmp_path, capsys):
    path = tmp_path / "mine.toml"
    path.write_text("[pack")
    assert run(["rules", "lint", str(path), "strict"]) == 3
    told = capsys.readouterr()
    assert "mine.toml: not a TOML file" in told.err
    assert "strict: no faults" in told.out


def test_the_shipped_packs_are_sound():
    assert [str(fault) for name in pack_names() for fault in lint(name)] == []


def test_the_reference_of_rules_is_current():
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == reference_page(catalogue().values()), "run `make docs`"


def test_rules_are_listed_as_data_and_as_a_table(capsys):
    assert run(["rules", "list", "--format", "json"]) == 0
    rules = {rule["id"]: rule for rule in json.loads(capsys.readouterr().out)["rules"]}
    assert set(rules) == set(catalogue())
    assert rules["parallel-fifths"]["packs"]["chorale"]["severity"] == "error"
    run(["rules", "list", "--format", "markdown", "--pack", "strict"])
    assert "| `parallel-fifths` | error | 3 |" in capsys.readouterr().out


GOOD = '''
from musegen.rules import predicate

@predicate(window="slice", axis="voices")
def high_{name}(sonority, *, limit: int = 80):
    """A voice above the limit."""
    return sonority.pitch > limit
'''
PACK = """
[pack]
id = "mine"
[[rule]]
id = "high"
predicate = "{name}"
message = "{{voice}} {{note_to}} is high"
why = "Choirs tire."
"""


def checked(tmp_path, capsys, program, name, *options, pack=PACK):
    plugin, own = tmp_path / "my_rules.py", tmp_path / "mine.toml"
    plugin.write_text(program)
    own.write_text(pack.format(name=name))
    score = tmp_path / "s.musicxml"
    from musegen.engraving.musicxml import write_musicxml
    from musegen.score.textgrid import parse_grid

    score.write_bytes(write_musicxml(parse_grid("meter: 2/4\nS: c6 d5\nB: c3 d3")))
    code = run(["check", str(score), "--pack", str(own), "--plugin", str(plugin), *options])
    return code, capsys.readouterr()


def test_a_predicate_of_ones_own_judges_like_ours(tmp_path, capsys):
    code, told = checked(tmp_path, capsys, GOOD.replace("{name}", "voices"), "high_voices")
    assert code == 1
    assert "1:1: error high Voice 1 C6 is high" in told.out


@pytest.mark.parametrize(
    ("program", "line", "complaint"),
    [
        ("def broken(:\n", 1, "SyntaxError"),
        ("x = 1\ny = x / 0\n", 2, "ZeroDivisionError: division by zero"),
        ("raise SystemExit(7)\n", 1, "SystemExit: 7"),
        ("x = 1\n", None, "it declares no predicate"),
        (GOOD.replace("high_{name}", "wide_spacing"), None, "there is a predicate `wide_spacing` already"),
        (GOOD.replace("{name}", "a").replace("sonority.pitch > limit", "sonority.nothing"), 7, "AttributeError"),
        (GOOD.replace("{name}", "a").replace("sonority.pitch > limit", "3.5"), None, "not of truth values"),
        (
            GOOD.replace("{name}", "a").replace('"slice"', '"phrase"').replace("sonority.pitch > limit", "[3]"),
            None,
            "Hit",
        ),
    ],
)
def test_a_fault_in_ones_own_predicate_is_one_line_with_its_file(tmp_path, capsys, program, line, complaint):
    known = dict(PREDICATES)
    code, told = checked(tmp_path, capsys, program, "high_a")
    assert code == 3
    place = f"my_rules.py, line {line}" if line else "my_rules.py"
    assert place in told.err
    assert complaint in told.err
    assert "Traceback" not in told.err
    assert {name: PREDICATES[name] for name in known} == known


def test_a_plugin_is_run_once_and_named_at_the_command_line_only(tmp_path, capsys):
    path = tmp_path / "my_rules.py"
    path.write_text(GOOD.replace("{name}", "notes"))
    assert load_plugin(path) == load_plugin(path) == ["high_notes"]
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[tool.musegen.check]\nplugin = ["{path}"]\n')
    assert run(["--config", str(settings), "check", "bach/bwv66.6"]) == 2
    assert "named at the command line only" in capsys.readouterr().err


def test_an_installed_package_brings_its_predicates_when_a_pack_names_them(tmp_path, monkeypatch):
    from importlib import metadata

    from musegen.rules.packs import load_pack
    from musegen.rules.plugins import load_installed

    package = tmp_path / "our_course_rules.py"
    package.write_text(GOOD.replace("{name}", "course"))
    monkeypatch.syspath_prepend(str(tmp_path))
    entry = metadata.EntryPoint("ours", "our_course_rules", "musegen.predicates")
    monkeypatch.setattr(metadata, "entry_points", lambda group: [entry] if group == "musegen.predicates" else [])
    pack = tmp_path / "mine.toml"
    pack.write_text(PACK.format(name="high_course"))
    load_installed.cache_clear()
    assert load_pack(pack).rule("high").kind.name == "high_course"
    pack.write_text(PACK.format(name="high_cours"))
    with pytest.raises(PackError, match="no predicate `high_cours`"):
        load_pack(pack)
    load_installed.cache_clear()


@pytest.mark.parametrize(
    ("rule", "params", "takes"),
    [
        ("wide-spacing", 'limit = "tenht"', 'one of "", octave, tenth, twelfth, two octaves'),
        ("augmented-second", 'interval = "third"', "one of augmented second, augmented fourth"),
        ("out-of-range", 'soprano = ["C4"]', "a list of 2 notes"),
        ("out-of-range", 'soprano = ["A5", "C4"]', "a list of 2 notes from the lowest up"),
        ("out-of-range", 'soprano = ["H4", "C6"]', "a list of 2 notes"),
        ("uncomfortable-range", 'bass = ["E2", "D4"]', "a list of 4 notes"),
        ("static-melody", "most = -1000000000", "a number from 0"),
        ("little-contrary-motion", "least = 1.5", "a number from 0 to 1"),
        ("wrong-values", "species = 1.0", "one of 1, 2, 3, 4, 5"),
        ("wrong-values", "species = true", "one of 1, 2, 3, 4, 5"),
        ("outside-vocabulary", 'major = ["IVV"]', "a list of Roman numerals"),
    ],
)
def test_a_value_that_a_predicate_cannot_take_is_told_by_the_linter_and_at_loading(
    tmp_path, capsys, rule, params, takes
):
    path = tmp_path / "mine.toml"
    path.write_text(f'[pack]\nid = "mine"\n[[rule]]\nid = "{rule}"\nparams = {{ {params} }}\n')
    assert run(["rules", "lint", str(path)]) == 1
    told = capsys.readouterr().out
    assert f"rule 1 ({rule}): `{params.split()[0]}` cannot be" in told
    assert f"it takes {takes}" in told
    assert run(["check", "bach/bwv66.6", "--pack", str(path)]) == 3
    assert f"it takes {takes}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "complaint"),
    [('major = ["I", "IVV"]', "it takes a list of Roman numerals"), ('majer = ["I"]', "`majer` means nothing here")],
)
def test_the_vocabulary_of_a_pack_is_numerals_under_known_names(tmp_path, line, complaint):
    path = tmp_path / "mine.toml"
    path.write_text(f'[pack]\nid = "mine"\n[allow]\n{line}\n[[rule]]\nid = "outside-vocabulary"\n')
    (fault,) = lint(path)
    assert "[allow]" in str(fault)
    assert complaint in str(fault)


def test_what_a_plugin_prints_spoils_no_document(tmp_path, capsys):
    chatty = "print('loading')\n" + GOOD.replace("{name}", "talk").replace(
        "    return", "    print('judging')\n    return"
    )
    code, told = checked(tmp_path, capsys, chatty, "high_talk", "--format", "json")
    assert code == 1
    assert [item["rule"] for item in json.loads(told.out)["files"][0]["findings"]] == ["high"]
    assert {"loading", "judging"} <= set(told.err.split())


@pytest.mark.parametrize(
    ("bound", "code", "complaint"),
    [
        ("Bounds(1, 8)", 3, "`limit` cannot be 9; it takes a number from 1 to 8"),
        ("Bounds('a')", 3, "`high_bound` cannot be used: ValueError"),
        ("'a remark'", 1, ""),
    ],
)
def test_the_bounds_of_ones_own_parameters_are_told_like_ours(tmp_path, capsys, bound, code, complaint):
    program = "from typing import Annotated\nfrom musegen.rules.bounds import Bounds\n" + GOOD.replace(
        "{name}", "bound"
    ).replace("limit: int = 80", f"limit: Annotated[int, {bound}] = 8")
    pack = PACK.replace('predicate = "{name}"', 'predicate = "{name}"\nparams = {{ limit = 9 }}')
    found, told = checked(tmp_path, capsys, program, "high_bound", pack=pack)
    assert (found, complaint in told.err) == (code, True)
