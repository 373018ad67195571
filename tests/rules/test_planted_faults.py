"""Faults planted in clean pieces: each brings to light exactly the findings that it declares, under its whole pack."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from musegen.rules.catalogue import catalogue, places_of
from musegen.rules.engine import check
from musegen.score.files import read_bytes
from musegen.score.model import Score
from musegen.score.textgrid import parse_grid

FOLDER = Path(__file__).parent / "planted"
FILES = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))]
PIECES: dict[str, dict[str, Any]] = {piece["name"]: piece for file in FILES for piece in file["piece"]}
FAULTS = [
    pytest.param(fault, id=f"{fault['rule']} in {fault['piece']}") for file in FILES for fault in file.get("fault", [])
]


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_is_clean_before_a_fault_is_planted(name: str) -> None:
    assert _told(PIECES[name], PIECES[name]["score"]) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_gives_exactly_the_findings_that_it_declares(fault: dict[str, Any]) -> None:
    piece = PIECES[fault["piece"]]
    assert _told(piece, planted(piece["score"], fault)) == sorted(fault["findings"])
    assert any(found.split()[0] == fault["rule"] for found in fault["findings"])


def planted(music: str, fault: dict[str, Any]) -> str:
    """The text of a piece with other cells in one measure of a row, or with one text in place of another."""
    if "old" in fault:
        assert music.count(fault["old"]) == 1, fault["old"]
        return music.replace(fault["old"], fault["new"])
    lines = music.strip().splitlines()
    place = next(number for number, line in enumerate(lines) if line.split(":")[0] == fault["row"])
    head, bars = lines[place].split(":", 1)
    measures = bars.split("|")
    assert measures[fault["measure"] - 1].split() != fault["cells"].split()
    measures[fault["measure"] - 1] = f" {fault['cells']} "
    lines[place] = f"{head}:{'|'.join(measures)}"
    return "\n".join(lines)


def _told(piece: dict[str, Any], music: str) -> list[str]:
    findings = check(_score(music), piece["pack"], cantus_firmus=piece.get("cantus_firmus", "")).findings
    return sorted(f"{item.rule} {place}" for item, place in zip(findings, places_of(findings), strict=True))


def _score(music: str) -> Score:
    return read_bytes(music.strip().encode(), "piece.musicxml") if music.strip().startswith("<") else parse_grid(music)


def test_a_fault_is_planted_for_every_rule() -> None:
    assert {fault.values[0]["rule"] for fault in FAULTS} == set(catalogue())
