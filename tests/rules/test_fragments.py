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


def _place(item: dict[str, Any]) -> tuple[str, str, Fraction | None, frozenset[str] | None]:
    """Rule, measure, beat and voices, as far as they are stated; see fragments/README.md."""
    beat = Fraction(item["beat"]) if "beat" in item else None
    return item["rule"], item["measure"], beat, frozenset(item["voices"]) if "voices" in item else None


@pytest.mark.parametrize("fragment", _fragments())
def test_a_fragment_gives_exactly_its_findings(fragment: dict[str, Any]) -> None:
    report = check(parse_grid(fragment["grid"]), _only(load_pack(fragment["pack"]), fragment["rules"]))
    wanted = [_place(item) for item in fragment["findings"]]
    found = [(item.rule, item.measure, item.beat, frozenset(item.voices)) for item in report.findings]
    assert len(found) == len(wanted), report.findings
    for place in wanted:
        assert any(_agrees(place, other) for other in found), (place, found)


def _agrees(stated: tuple[Any, ...], found: tuple[Any, ...]) -> bool:
    return all(wanted is None or wanted == got for wanted, got in zip(stated, found, strict=True))
