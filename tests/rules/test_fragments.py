"""The collection of fragments written without knowledge of the predicates: each must give exactly its findings."""

import tomllib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from musegen.engraving.musicxml import write_musicxml
from musegen.rules.engine import check
from musegen.rules.findings import Report
from musegen.rules.packs import Pack, load_pack
from musegen.score.files import read_bytes
from musegen.score.model import BASS, TREBLE, Part, Score
from musegen.score.table import NoteTable
from musegen.score.textgrid import parse_grid

FOLDER = Path(__file__).parent / "fragments"
PART_WRITING = ("strict", "chorale", "keyboard", "figured-bass")
"""Packs that look at voices alone: how these are spread over parts and staves makes no difference."""


def _fragments() -> list[Any]:
    return [
        pytest.param(item, id=f"{path.stem}: {item['name']} ({item['pack']})")
        for path in sorted(FOLDER.glob("*.toml"))
        for item in tomllib.loads(path.read_text(encoding="utf-8"))["fragment"]
    ]


def _score(fragment: dict[str, Any]) -> Score:
    """A text grid, or MusicXML where a grid cannot say what is meant."""
    if "musicxml" in fragment:
        return read_bytes(fragment["musicxml"].strip().encode(), "fragment.musicxml")
    return parse_grid(fragment["grid"])


def _only(pack: Pack, names: list[str]) -> Pack:
    """The rules that a fragment judges; a model solution names none and is judged by all."""
    rules = tuple(rule for rule in pack.rules if rule.id in names or not names)
    return Pack(pack.id, pack.title, rules, pack.scope)


def _place(item: dict[str, Any]) -> tuple[str, str, Fraction | None, frozenset[str] | None]:
    """Rule, measure, beat and voices, as far as they are stated; see fragments/README.md."""
    beat = Fraction(item["beat"]) if "beat" in item else None
    return item["rule"], item["measure"], beat, frozenset(item["voices"]) if "voices" in item else None


@pytest.mark.parametrize("fragment", _fragments())
def test_a_fragment_gives_exactly_its_findings(fragment: dict[str, Any]) -> None:
    pack, cantus = load_pack(fragment["pack"]), fragment.get("cantus_firmus", "")
    report = check(_score(fragment), _only(pack, fragment["rules"]), cantus_firmus=cantus)
    wanted = [_place(item) for item in fragment["findings"]]
    judged = [item for item in report.findings if fragment["rules"] or item.severity != "info"]
    found = [(item.rule, item.measure, item.beat, frozenset(item.voices)) for item in judged]
    assert len(found) == len(wanted), judged
    for place in wanted:
        assert any(_agrees(place, other) for other in found), (place, found)


def _agrees(stated: tuple[Any, ...], found: tuple[Any, ...]) -> bool:
    return all(wanted is None or wanted == got for wanted, got in zip(stated, found, strict=True))


CLOSED = ([0] * 4, [1, 1, 2, 2], [1, 2, 3, 4])
TWO_PARTS = ([0, 0, 1, 1], [1] * 4, [1, 2, 1, 2])
UPSIDE_DOWN = ([3, 2, 1, 0], [1] * 4, [1] * 4)
OPEN = ([0, 1, 2, 3], [1] * 4, [1] * 4)


LAYOUTS = {"open": OPEN, "closed": CLOSED, "two parts": TWO_PARTS, "upside down": UPSIDE_DOWN}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_file_in_any_layout_is_judged_like_its_fragment(layout: str) -> None:
    _compare(layout, slice(list(LAYOUTS).index(layout), None, 8))


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
def test_files_of_all_fragments_in_any_layout_are_judged_like_them(layout: str) -> None:
    _compare(layout, slice(None))


def _compare(layout: str, chosen: slice) -> None:
    """All rules of a fragment's pack on the fragment, and on a MusicXML file of it with nameless parts."""
    for parameters in _fragments()[chosen]:
        fragment = parameters.values[0]
        pack, score = load_pack(fragment["pack"]), _score(fragment)
        says_nothing = score.figures and not any(item.figures for item in score.figures)  # paper knows no empty figure
        if len(score.parts) == 4 and pack.id in PART_WRITING and not says_nothing:
            on_paper = read_bytes(write_musicxml(_laid_out(score, *LAYOUTS[layout])), "fragment.musicxml")
            assert _told(check(on_paper, pack)) == _told(check(score, pack)), parameters.id


def _told(report: Report) -> list[tuple[Any, ...]]:
    return sorted((item.rule, item.measure, item.beat, item.voices, item.message) for item in report.findings)


def _laid_out(score: Score, parts: list[int], staves: list[int], voices: list[int]) -> Score:
    """Each of the four voices moved to this part, staff and written voice."""
    rows = score.notes.rows.copy()
    line = rows["part"].copy()
    for column, places in (("part", parts), ("staff", staves), ("voice", voices)):
        rows[column] = np.array(places)[line]
    clefs = (TREBLE, BASS)[: max(staves)]
    nameless = tuple(Part(f"P{number + 1}", clefs=clefs) for number in range(max(parts) + 1))
    labels = tuple(label._replace(part=max(parts)) for label in score.harmonies)
    figures = tuple(item._replace(part=parts[-1], staff=staves[-1]) for item in score.figures)
    return replace(score, notes=NoteTable(rows).ordered(), parts=nameless, harmonies=labels, figures=figures)
