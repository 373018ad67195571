"""Packs as data: every fragment of every rule holds, and a faulty pack says where and what would do."""

import os
import re
from pathlib import Path

import pytest

from musegen.errors import PackError
from musegen.rules.catalogue import catalogue, places_of, test_pack
from musegen.rules.engine import check
from musegen.rules.packs import load_pack, pack_names
from musegen.score.textgrid import parse_grid


@pytest.mark.parametrize("name", [name for name in pack_names() if not name.startswith("level")])
def test_every_fragment_of_a_pack_holds(name: str) -> None:
    failures = [result for result in test_pack(load_pack(name)) if not result.holds]
    assert failures == []


def test_every_rule_of_the_catalogue_has_a_good_and_a_bad_fragment() -> None:
    """Two of each: the plain case and the tricky one."""
    assert [rule.id for rule in catalogue().values() if min(len(rule.good), len(rule.bad)) < 2] == []


def test_every_rule_of_the_catalogue_says_what_counts_who_says_so_and_why_in_one_sentence() -> None:
    rules = catalogue().values()
    assert [rule.id for rule in rules if not (rule.definition.endswith(".") and rule.source)] == []
    assert [rule.id for rule in rules if not re.fullmatch(r"[^.!?]+[^.!?)]\.", rule.why)] == []


def test_every_shipped_pack_loads() -> None:
    assert {"strict", "level-1"} <= set(pack_names())
    for name in pack_names():
        assert load_pack(name).rules


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (
            'id = "parallel-fifth"',
            "needs `predicate`, `message`, `why`; nearest: antiparallel-fifths, parallel-fifths",
        ),
        ('id = "parallel-fifths"\nseverity = "fatal"', "there is no severity `fatal`"),
        ('id = "parallel-fifths"\nsevrity = "error"', "`sevrity` is not a key of a rule"),
        ('id = "parallel-fifths"\nparams = { interval = "fith" }', "`interval` cannot be 'fith'"),
        ('id = "parallel-fifths"\nparams = { size = 5 }', "`size` is not a parameter of parallel_intervals"),
        ('id = "parallel-fifths"\nmessage = "{chords}"', "`chords` is not a fact that parallel_intervals tells"),
        ('id = "parallel-fifths"\npoints = "many"', "`points` must be a number"),
        ('id = "parallel-fifths"\nunless = ["anticipations"]', "nearest: anticipation"),
        ('id = "missing-third"\nunless = ["descending-bass"]', "cannot judge what missing_member finds"),
        ('id = "my-rule"\npredicate = "parallels"\nmessage = ""\nwhy = ""', "there is no predicate `parallels`"),
    ],
)
def test_a_fault_in_a_pack_names_the_file_the_rule_and_a_remedy(tmp_path: Path, entry: str, complaint: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(f'[pack]\nid = "mine"\nextends = "strict"\n\n[[rule]]\n{entry}\n')
    with pytest.raises(PackError) as raised:
        load_pack(path)
    assert complaint in str(raised.value)
    assert "mine.toml, rule 1" in str(raised.value)


def test_a_pack_of_ones_own_overrides_one_severity_and_drops_one_rule(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        '[pack]\nid = "mine"\nextends = ["strict"]\n'
        '[[rule]]\nid = "direct-fifth"\nseverity = "error"\n[[rule]]\nid = "voice-overlap"\nenabled = false\n'
    )
    mine, strict = load_pack(path), load_pack("strict")
    assert mine.rule("direct-fifth").severity == "error"
    assert mine.rule("direct-fifth").message == strict.rule("direct-fifth").message
    assert {rule.id for rule in strict.rules} - {rule.id for rule in mine.rules} == {"voice-overlap"}


def test_parallels_hidden_by_passing_eighths_show_on_the_pulses(tmp_path: Path) -> None:
    path = tmp_path / "beats.toml"
    path.write_text('[pack]\nid = "beats"\n[[rule]]\nid = "parallel-fifths"\nview = "pulses"\n')
    hidden = parse_grid("meter: 2/4; unit: 1/8\nS: e5 . d5 .\nA: g4 . f4 .\nT: g3 c4 a3 .\nB: c3 . d3 .")
    assert places_of(check(hidden, load_pack("strict"), infer=False).findings) == ()
    assert places_of(check(hidden, load_pack(path)).findings) == ("1:2 TB",)


def test_a_waiver_lets_a_finding_pass_until_its_last_day(tmp_path: Path) -> None:
    fifths = parse_grid("meter: 2/4\nS: e5 d5\nA: g4 f4\nT: g3 a3\nB: c3 d3")
    path = tmp_path / "waived.toml"
    for year, is_waived in (("2999", True), ("2001", False)):
        waiver = (
            f'[[waive]]\nrule = "parallel-fifths"\nmeasure = "1"\nreason = "as in the model"\nexpires = {year}-06-30\n'
        )
        path.write_text(f'[pack]\nid = "mine"\n[[rule]]\nid = "parallel-fifths"\n{waiver}')
        report = check(fifths, load_pack(path))
        assert [item.waiver for item in report.waived] == ["as in the model"] * is_waived
        assert len(report.findings) == (not is_waived)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('[pack]\nid = "mine"\nextends = 5', "[pack]: `extends` must be"),
        ('[pack]\nid = "mine"\nextends = [5]', "[pack]: `extends` must be"),
        ('[pack]\nid = "mine"\nextends = [["strict"]]', "[pack]: `extends` must be"),
        ('waive = 5\n[pack]\nid = "mine"', "`waive` is written as [[waive]]"),
        ('allow = 5\n[pack]\nid = "mine"', "`allow` is written as a table"),
        ('[pack]\nid = "mine"\n[allow]\nmajor = [{ a = 1 }]', "[allow]: `major` must be"),
        ('[pack]\nid = "mine"\na = ' + "[" * 5000, "nested too deeply"),
        ('[pack]\nid = "mine"\n[[rule]]\nid = "parallel-fifths"\nwhy' + ".a" * 3000 + " = 1", "nested too deeply"),
        ('[pack]\nid = "mine"\n# ' + "x" * (1 << 20), "larger than 1 MB"),
        ('[pack]\nid = "mine"\nextends = "./mine.toml"', "extends itself"),
    ],
)
def test_a_hostile_pack_is_refused_with_its_file(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(PackError) as raised:
        load_pack(path)
    assert "mine.toml" in str(raised.value)
    assert complaint in str(raised.value)


def test_a_folder_and_a_pipe_are_no_packs(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")
    for name in ("folder.toml", "pipe.toml"):
        with pytest.raises(PackError, match="no regular file"):
            load_pack(tmp_path / name)


def test_packs_that_share_their_parents_are_read_once_and_not_without_end(tmp_path: Path) -> None:
    waiver = '[[waive]]\nrule = "parallel-fifths"\nreason = "as in the model"\n'
    for number in range(22):
        parents = f'["{number + 1}.toml", "{number + 1}.toml", "./{number + 1}.toml"]' if number < 21 else '"strict"'
        (tmp_path / f"{number}.toml").write_text(f'[pack]\nid = "p{number}"\nextends = {parents}\n{waiver}')
    with pytest.raises(PackError, match="more than 10 deep"):
        load_pack(tmp_path / "0.toml")
    assert len(load_pack(tmp_path / "13.toml").rules) == len(load_pack("strict").rules)
