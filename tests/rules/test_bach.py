"""Bach himself under the chorale pack: the parallels known in music21's corpus, and how often he breaks a rule."""

import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest
from bach_parallels import LIST, found, listed

from musegen.corpora import corpus
from musegen.rules.engine import check
from musegen.rules.packs import load_pack
from musegen.rules.views import on_pulses, surface
from musegen.score.files import read

PIECES = [piece.name for piece in corpus("bach-chorales").pieces]
WITH_PARALLELS = list(dict.fromkeys(item["piece"] for item in LIST["parallel"]))


def test_the_parallels_in_bach_are_those_of_the_list_and_no_others() -> None:
    for piece in [*WITH_PARALLELS, "bach/bwv66.6", "bach/bwv385"]:
        assert found(read(piece)) == listed(piece), piece


def test_the_list_has_all_that_stand_in_two_encodings() -> None:
    """23 by an independent comparison; no place is listed twice."""
    assert sum(item["confirmed"] for item in LIST["parallel"]) == 23
    assert len({(item["piece"], item["rule"], item["at"]) for item in LIST["parallel"]}) == len(LIST["parallel"])


@pytest.mark.slow
def test_no_other_chorale_has_parallels() -> None:
    assert {piece for piece in PIECES if found(read(piece))} == set(WITH_PARALLELS)


def test_the_page_of_parallels_is_current() -> None:
    docs = Path(__file__).parents[2] / "docs"
    command = [sys.executable, str(docs / "write_parallels.py"), "-"]
    written = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert (docs / "bach-parallels.md").read_text(encoding="utf-8") == written, "run `make docs`"


def test_cadential_anticipations_are_waived_with_their_reason() -> None:
    report = check(read("bach/bwv40.8"), load_pack("chorale"), infer=False)
    waived = [item for item in report.waived if item.rule == "parallel-fifths"]
    assert [(item.measure, item.waived_by) for item in waived] == [
        (number, "anticipation") for number in ("2", "4", "6", "16")
    ]
    assert "anticipates" in waived[0].waiver


@pytest.mark.slow
def test_bach_passes_nearly_clean() -> None:
    spec = find_spec("music21")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "corpus" / "bach"
    counts: Counter[str] = Counter()
    pulses = pieces = 0
    for path in sorted(folder.glob("bwv*.mxl")):
        score = read(str(path))
        report = check(score, load_pack("chorale"), infer=False)
        if report.layout.split(", ")[1].startswith("4 voices"):
            pieces += 1
            pulses += len(on_pulses(surface(score)))
            waived = [item for item in report.waived if item.severity == "error"]
            counts.update(item.rule for item in (*report.at_or_above("error"), *waived))
    assert pieces > 380
    assert counts["parallel-fifths"] == 35  # 34 of the list, and one in BWV 185.6, which has a violin beside the voices
    assert counts["parallel-octaves"] == 13
    assert sum(counts.values()) < 0.005 * pulses


@pytest.mark.parametrize("name", ["bach/bwv253", "bach/bwv269"])
def test_a_measure_split_by_a_phrase_end_is_whole(name: str) -> None:
    """Measure 5 with three beats goes on as 5a with one."""
    assert not [item for item in check(read(name), "strict").findings if item.rule == "measure-length"]
