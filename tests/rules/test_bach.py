"""Bach himself under the chorale pack: the parallels known in music21's corpus, and how often he breaks a rule."""

from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from musegen.rules.catalogue import places_of
from musegen.rules.engine import check
from musegen.rules.packs import load_pack
from musegen.rules.views import on_pulses, surface
from musegen.score.files import read

KNOWN = {
    "bach/bwv268": ("parallel-fifths", ("4:1 SB", "4:3/2 TB", "4:2 TB", "4:3 TB")),  # an error of the encoding
    "bach/bwv39.7": ("parallel-octaves", ("6:2 SB", "6:3 SB")),  # another
    "bach/bwv301": ("parallel-fifths", ("7:4 AT",)),
    "bach/bwv66.6": ("parallel-fifths", ()),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_parallels_of_a_chorale(name: str) -> None:
    rule, places = KNOWN[name]
    report = check(read(name), load_pack("chorale"), infer=False)
    assert places_of(tuple(item for item in report.findings if item.rule == rule)) == places


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
    found: Counter[str] = Counter()
    pulses = pieces = 0
    for path in sorted(folder.glob("bwv*.mxl")):
        score = read(str(path))
        report = check(score, load_pack("chorale"), infer=False)
        if report.layout.split(", ")[1].startswith("4 voices"):
            pieces += 1
            pulses += len(on_pulses(surface(score)))
            waived = [item for item in report.waived if item.severity == "error"]
            found.update(item.rule for item in (*report.at_or_above("error"), *waived))
    assert pieces > 380
    assert 30 <= found["parallel-fifths"] <= 40  # 34 by an independent count of 365 of these pieces
    assert 11 <= found["parallel-octaves"] <= 15  # 13 by the same count
    assert sum(found.values()) < 0.005 * pulses


@pytest.mark.parametrize("name", ["bach/bwv253", "bach/bwv269"])
def test_a_measure_split_by_a_phrase_end_is_whole(name: str) -> None:
    """Measure 5 with three beats goes on as 5a with one."""
    assert not [item for item in check(read(name), "strict").findings if item.rule == "measure-length"]
