"""The second checker agrees with the real one: on every fragment of every rule, and on pieces full of faults."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from second_checker import SECOND, places

from musegen.rules.catalogue import catalogue
from musegen.rules.engine import check
from musegen.rules.entries import Rule
from musegen.rules.hearing import analysed
from musegen.rules.packs import Pack, load_pack
from musegen.score.files import read_bytes
from musegen.score.model import Score
from musegen.score.textgrid import parse_grid

FOLDER = Path(__file__).parent / "fragments"
ALL = Pack("all", "", tuple(catalogue().values()))


def _compared(score: Score, rule: Rule, pack: Pack, cantus_firmus: str = "") -> tuple[list[Any], list[Any]]:
    """(rule's places by the real checker, by the second one)."""
    alone = Pack(pack.id, pack.title, (rule,), pack.scope)
    heard, analysis = analysed(score, alone, infer=True)
    report = check(heard, alone, analysis, cantus_firmus=cantus_firmus)
    real = sorted((item.measure, item.beat, tuple(sorted(item.voices))) for item in report.findings)
    found = places(heard, rule, analysis, cantus_firmus)
    return real, sorted((item.measure, item.beat, tuple(sorted(item.voices))) for item in found)


def _catalogue_fragments() -> list[Any]:
    return [
        pytest.param(rule, item, id=f"{rule.id}: {item.story}")
        for rule in ALL.rules
        if rule.id in SECOND
        for item in (*rule.good, *rule.bad)
    ]


@pytest.mark.parametrize(("rule", "fragment"), _catalogue_fragments())
def test_both_agree_on_the_fragments_of_the_catalogue(rule: Rule, fragment: Any) -> None:
    real, found = _compared(fragment.score(), rule, ALL, fragment.cantus_firmus)
    assert found == real


def _fragments() -> list[Any]:
    items = [
        (path.stem, item)
        for path in sorted(FOLDER.glob("*.toml"))
        for item in tomllib.loads(path.read_text(encoding="utf-8"))["fragment"]
    ]
    return [pytest.param(item, id=f"{stem}: {item['name']} ({item['pack']})") for stem, item in items]


@pytest.mark.parametrize("fragment", _fragments())
def test_both_agree_on_the_fragments_of_the_tests(fragment: dict[str, Any]) -> None:
    pack, cantus = load_pack(fragment["pack"]), fragment.get("cantus_firmus", "")
    xml = fragment.get("musicxml", "").strip().encode()
    score = read_bytes(xml, "fragment.musicxml") if xml else parse_grid(fragment["grid"])
    for rule in pack.rules:
        if rule.id in SECOND and (rule.id in fragment["rules"] or not fragment["rules"]):
            real, found = _compared(score, rule, pack, cantus)
            assert found == real, rule.id


def test_every_rule_is_judged_a_second_time() -> None:
    assert sorted(catalogue()) == sorted(SECOND)
