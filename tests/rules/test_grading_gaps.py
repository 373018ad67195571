"""A voice that falls silent in a returned answer is missed by name, however the file spells the gap."""

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from musegen.engraving.marks import Sheet
from musegen.engraving.musicxml import write_musicxml
from musegen.rules.grading import Assignment, Grade, grade
from musegen.rules.packs import load_pack
from musegen.score.musicxml import read_musicxml
from musegen.score.textgrid import parse_grid
from musegen.theory.form.phrases import top_line

MODEL = parse_grid("""
key: C major; meter: 4/4
S: e5 d5 c5 c5 | b4 c5 d5 b4 | c5 . . .
A: g4 g4 e4 f4 | d4 e4 f4 f4 | e4 . . .
T: c4 b3 c4 a3 | g3 g3 a3 g3 | g3 . . .
B: c3 g3 a3 f3 | g3 c3 f2 g2 | c3 . . .
H: I  V  vi IV | V  I  ii6 V7 | I . . .
""")
Change = Callable[[Any], None]
ASKED = Assignment(
    "sheet",
    load_pack("strict"),
    {"chords": 7.0, "voice-leading": 6.0, "cadences": 4.0, "numerals": 3.0},
    tuple(sorted({label.onset for label in MODEL.harmonies})),
    (MODEL.end,),
    ((8 * MODEL.ticks_per_quarter, "PAC"),),
    top_line(MODEL),
)
PAPER = write_musicxml(MODEL, sheet=Sheet(arrangement="choir"))


def _graded(change: Change, notes: str) -> Grade:
    root: Any = etree.fromstring(PAPER)
    for note in root.xpath(notes):
        change(note)
    return grade(read_musicxml(etree.tostring(root)), ASKED, fixes=False)


def _rest(note: Any) -> None:
    note.replace(note.find("pitch"), etree.Element("rest"))


def _gone(note: Any) -> None:
    note.getparent().remove(note)


def _forward(note: Any) -> None:
    forward = etree.Element("forward")
    forward.append(note.find("duration"))
    note.getparent().replace(note, forward)


@pytest.mark.parametrize("change", [_rest, _gone, _forward])
@pytest.mark.parametrize("place", [("1", "4"), ("3", "1")])
def test_one_alto_note_that_is_missing_is_told_alike_as_rest_as_nothing_and_as_forward(
    change: Change, place: tuple[str, str]
) -> None:
    measure, beat = place
    found = _graded(change, f"//part[1]/measure[@number={measure}]/note[voice=2][{beat}]")
    assert [item.words for item in found.deductions if item.marks] == [f"Alto: no note, measure {measure} beat {beat}"]


def test_a_gap_inside_a_measure_is_no_notehead_shared_with_the_soprano() -> None:
    found = _graded(_forward, "//part[1]/measure[@number=1]/note[voice=2][2]")
    assert [item.words for item in found.deductions if not item.rule] == ["Alto: no note, measure 1 beat 2"]
    assert not [item for item in found.report.findings if set(item.voices) == {"S", "A"}]


@pytest.mark.parametrize(("part", "voice", "name"), [(1, 2, "Alto"), (2, 1, "Tenor"), (2, 2, "Bass")])
@pytest.mark.parametrize("change", [_rest, _forward])
def test_a_voice_that_never_sings_is_missed_by_its_own_name(part: int, voice: int, name: str, change: Change) -> None:
    found = _graded(change, f"//part[{part}]/measure/note[voice={voice}]")
    told = [item.words.partition(",")[0] for item in found.deductions if "no note" in item.words]
    assert told == [f"{name}: no note"] * 9


def test_the_lower_staff_may_count_its_voices_on_from_the_upper_one() -> None:
    renamed = PAPER
    for old, new in ((1, 5), (2, 6)):
        head, _, tail = renamed.partition(b'<part id="P2">')
        renamed = head + b'<part id="P2">' + tail.replace(b"<voice>%d<" % old, b"<voice>%d<" % new)
    assert grade(read_musicxml(renamed), ASKED, fixes=False).deductions == ()
