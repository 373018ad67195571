"""The collection of fragments written without knowledge of the predicates: each must give exactly its findings."""

import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from musegen.rules.engine import check
from musegen.rules.packs import Pack, load_pack
from musegen.score.textgrid import parse_grid

FOLDER = Path(__file__).parent / "fragments"


def _fragments() -> list[Any]:
    return [
        pytest.param(item, id=f"{path.stem}: {item['name']} ({item['pack']})")
        for path in sorted(FOLDER.glob("*.toml"))
        for item in tomllib.loads(path.read_text(encoding="utf-8"))["fragment"]
    ]


def _only(pack: Pack, names: list[str]) -> Pack:
    return Pack(pack.id, pack.title, tuple(rule for rule in pack.rules if rule.id in names), pack.scope)


@pytest.mark.parametrize("fragment", _fragments())
def test_a_fragment_gives_exactly_its_findings(fragment: dict[str, Any]) -> None:
    report = check(parse_grid(fragment["grid"]), _only(load_pack(fragment["pack"]), fragment["rules"]))
    found = sorted((item.rule, item.measure, item.beat, item.voices) for item in report.findings)
    wanted = sorted(
        (item["rule"], item["measure"], Fraction(item["beat"]), tuple(item.get("voices", [])))
        for item in fragment["findings"]
    )
    assert found == wanted
