"""Pieces by an examiner who had seen neither rules nor fragments: half hold one fault, half only tempt.

`examined/answers.tsv` says of each piece in `examined/pieces.zip` (MusicXML in many layouts) the pack, the cantus
firmus, the rules judged, what is to be found (`rule measure.beat voices`, `*` where no voice is named) and why.
"""

import csv
import zipfile
from fractions import Fraction
from pathlib import Path

from musegen.rules.engine import check
from musegen.rules.packs import Pack, load_pack
from musegen.score.files import read_bytes

FOLDER = Path(__file__).parent / "examined"


def _answers() -> list[dict[str, str]]:
    with (FOLDER / "answers.tsv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_fault_of_the_examiner_is_found_and_nothing_else() -> None:
    wrong = {}
    with zipfile.ZipFile(FOLDER / "pieces.zip") as pieces:
        for row in _answers():
            document = pieces.read(f"{row['file']}.musicxml")
            missed, false = _compared(_wanted(row["expected"]), _found(document, row))
            if missed or false:
                wrong[row["file"]] = (missed, false)
    assert wrong == {}


def _wanted(expected: str) -> list[tuple[str, str, Fraction, str]]:
    found = []
    for item in expected.split("; "):
        if item != "none":
            rule, place, voices = item.split()
            measure, beat = place.split(".", 1)
            found.append((rule, measure, Fraction(beat), voices))
    return found


def _found(document: bytes, row: dict[str, str]) -> list[tuple[str, str, Fraction, str]]:
    pack, names = load_pack(row["pack"]), row["rules"].split()
    rules = tuple(rule for rule in pack.rules if rule.id in names)
    cantus = row["cantus"] if row["cantus"] in ("lower", "upper") else ""
    report = check(
        read_bytes(document, f"{row['file']}.musicxml"),
        Pack(pack.id, pack.title, rules, pack.scope),
        cantus_firmus=cantus,
    )
    return [(item.rule, item.measure, item.beat, ",".join(item.voices)) for item in report.findings]


def _compared(
    wanted: list[tuple[str, str, Fraction, str]], found: list[tuple[str, str, Fraction, str]]
) -> tuple[list[object], list[object]]:
    """What was missed, and what was found that is not there."""
    left, missed = list(found), []
    for item in wanted:
        same = next((one for one in left if one[:3] == item[:3] and _voices(item[3], one[3])), None)
        if same is None:
            missed.append(item)
        else:
            left.remove(same)
    return list(missed), list(left)


def _voices(wanted: str, found: str) -> bool:
    return wanted == "*" or sorted(wanted.split(",")) == sorted(found.split(","))
