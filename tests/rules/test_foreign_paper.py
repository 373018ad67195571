"""Fragments written down as other programs do it are judged like the fragments: same rules, places and voices."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from foreign_paper import PAPERS, on_paper

from musegen.rules.engine import check
from musegen.score.files import read_bytes
from musegen.score.model import Score
from musegen.score.textgrid import parse_grid

FOLDER = Path(__file__).parent / "fragments"
PACKS = ("strict", "chorale")


def _fragments() -> list[tuple[str, str, Score]]:
    """(name, pack, score) of the fragments in four voices."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        for item in tomllib.loads(path.read_text(encoding="utf-8"))["fragment"]:
            score = parse_grid(item["grid"]) if "grid" in item and item["pack"] in PACKS else None
            if score and [part.name for part in score.parts] == list("SATB"):
                found.append((item["name"], item["pack"], score))
    return found


FRAGMENTS = _fragments()


@pytest.mark.parametrize("paper", PAPERS)
def test_a_fragment_is_judged_alike_on_any_paper(paper: str) -> None:
    _compare(paper, slice(list(PAPERS).index(paper), None, 8))


@pytest.mark.slow
@pytest.mark.parametrize("paper", PAPERS)
def test_all_fragments_are_judged_alike_on_any_paper(paper: str) -> None:
    _compare(paper, slice(None))


def _compare(paper: str, chosen: slice) -> None:
    for name, pack, score in FRAGMENTS[chosen]:
        read = read_bytes(on_paper(score, PAPERS[paper]), "foreign.musicxml")
        assert _told(replace(read, harmonies=score.harmonies), pack) == _told(score, pack), name


def _told(score: Score, pack: str) -> list[tuple[Any, ...]]:
    findings = check(score, pack).findings
    return sorted((item.rule, item.measure, item.beat, item.voices) for item in findings)
