"""The model solutions of the species: which stand here, and the page of their authors' liberties."""

import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SOLUTIONS: list[dict[str, Any]] = [
    item
    for path in sorted((ROOT / "tests" / "rules" / "fragments").glob("model-solutions*.toml"))
    for item in tomllib.loads(path.read_text(encoding="utf-8"))["fragment"]
]


def _voices(item: dict[str, Any]) -> int:
    return len(item["grid"].strip().splitlines()) - 1


def test_all_of_fux_in_two_voices_is_here_in_every_species() -> None:
    fux = [item for item in SOLUTIONS if item["name"].startswith("Fux") and _voices(item) == 2]
    assert Counter(item["pack"][-1] for item in fux) == {"1": 10, "2": 12, "3": 6, "4": 6, "5": 12}


def test_every_solution_is_judged_by_its_whole_pack_and_every_liberty_is_put_into_words() -> None:
    assert not any(item["rules"] for item in SOLUTIONS)
    assert [item["name"] for item in SOLUTIONS if bool(item["findings"]) != bool(item.get("licence"))] == []


def test_a_later_author_breaks_no_rule() -> None:
    later = [item for item in SOLUTIONS if not item["name"].startswith("Fux")]
    assert len(later) == 6
    assert not any(item["findings"] for item in later)


def test_the_page_of_liberties_is_current() -> None:
    command = [sys.executable, str(ROOT / "docs" / "write_species_authors.py"), "-"]
    written = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert (ROOT / "docs" / "species-authors.md").read_text(encoding="utf-8") == written, "run `make docs`"
