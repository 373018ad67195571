"""However a chorale is laid out on paper, its voices and their faults are the same."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from musegen.rules.catalogue import places_of
from musegen.rules.engine import check
from musegen.rules.packs import load_pack
from musegen.rules.views import surface
from musegen.score.files import read_bytes
from musegen.score.model import HarmonyLabel, Part, Score
from musegen.score.table import NoteTable
from musegen.score.textgrid import parse_grid
from musegen.score.voices import assign_voices

OPEN_SCORE = parse_grid("""
S: e5 d5 c5 c5 | b4 c5 a4 b4
A: g4 g4 e4 f4 | d4 e4 f4 d4
T: c4 b3 c4 a3 | g3 g3 a3 g3
B: c3 g3 a3 f3 | g3 c3 d3 g3
""")
FAULT = "2:3 TB"


def _laid_out(parts: list[int], staves: list[int], voices: list[int]) -> Score:
    """The chorale with each of its voices moved to this part, staff and written voice."""
    rows = OPEN_SCORE.notes.rows.copy()
    line = rows["part"].copy()
    for column, places in (("part", parts), ("staff", staves), ("voice", voices)):
        rows[column] = np.array(places)[line]
    named = tuple(Part(f"P{number + 1}") for number in range(max(parts) + 1))
    return replace(OPEN_SCORE, notes=NoteTable(rows).ordered(), parts=named)


LAYOUTS = {
    "four staves": lambda: OPEN_SCORE,
    "four staves upside down": lambda: _laid_out([3, 2, 1, 0], [1] * 4, [1] * 4),
    "tenor above the rest": lambda: _laid_out([1, 2, 0, 3], [1] * 4, [1] * 4),
    "two staves of two voices": lambda: _laid_out([0] * 4, [1, 1, 2, 2], [1, 2, 3, 4]),
    "two parts of two voices": lambda: _laid_out([0, 0, 1, 1], [1] * 4, [1, 2, 1, 2]),
    "two staves of chords": lambda: _laid_out([0] * 4, [1, 1, 2, 2], [1, 1, 2, 2]),
    "keyboard, three notes over one": lambda: _laid_out([0] * 4, [1, 1, 1, 2], [1, 1, 1, 2]),
    "everything on one staff": lambda: _laid_out([0] * 4, [1] * 4, [1] * 4),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_same_fifths_are_found_in_every_layout(layout: Callable[[], Score]) -> None:
    errors = check(layout(), load_pack("strict")).at_or_above("error")
    assert [item.rule for item in errors] == ["parallel-fifths"]
    assert places_of(errors) == (FAULT,)


def test_a_flute_that_doubles_the_soprano_is_left_out_and_said_so() -> None:
    flute = OPEN_SCORE.notes.where(OPEN_SCORE.notes["part"] == 0).rows.copy()
    rows = np.concatenate([OPEN_SCORE.notes.rows, flute])
    rows["part"][len(OPEN_SCORE.notes) :] = 4
    rows["pitch"][len(OPEN_SCORE.notes) :] += 12
    rows["id"] = np.arange(len(rows))
    score = replace(OPEN_SCORE, notes=NoteTable(rows).ordered(), parts=(*OPEN_SCORE.parts, Part("P5", "Flute")))
    voices = assign_voices(score)
    assert voices.names == ("S", "A", "T", "B")
    assert "doubles S" in voices.layout
    assert len(voices.unassigned) == len(flute)


def test_three_voices_are_numbered_from_the_top() -> None:
    score = parse_grid("meter: 2/4\n1: c5 d5\n2: e4 f4\n3: c3 d3")
    report = check(score, load_pack("strict"))
    assert places_of(report.at_or_above("error")) == ("1:2 13",)
    assert [item.reason for item in report.not_checked if item.rule == "out-of-range"]


def test_nothing_sounds_and_nothing_is_found() -> None:
    report = check(parse_grid("S: r r r r"), load_pack("strict"))
    assert report.findings == ()


def _staff_of_two(second_voice: str) -> Score:
    """A closed staff in MusicXML: the upper voice sings C5 B4 C5, the lower A4, something, G4."""
    note = "<note><pitch><step>{0}</step><octave>{1}</octave></pitch><duration>1</duration><voice>{2}</voice></note>"
    upper = "".join(note.format(*name, 1) for name in ("C5", "B4", "C5"))
    lower = note.format("A", 4, 2) + second_voice + note.format("G", 4, 2)
    return read_bytes(
        f"""<score-partwise version="4.0"><part-list><score-part id="P1"><part-name/></score-part></part-list>
        <part id="P1"><measure number="1"><attributes><divisions>1</divisions>
        <time><beats>3</beats><beat-type>4</beat-type></time></attributes>{upper}
        <backup><duration>3</duration></backup>{lower}</measure></part></score-partwise>""".encode(),
        "closed.musicxml",
    )


def test_a_note_that_two_voices_share_is_a_unison_and_a_printed_rest_is_none() -> None:
    gap, rest = (
        "<forward><duration>1</duration></forward>",
        "<note><rest/><duration>1</duration><voice>2</voice></note>",
    )
    assert _second_voice(_staff_of_two(gap)) == ["A4", "B4", "G4"]
    assert _second_voice(_staff_of_two(rest)) == ["A4", "", "G4"]


def _second_voice(score: Score) -> list[str]:
    view = surface(score)
    return [view.note_name(row) if row >= 0 else "" for row in view.row[:, 1].tolist()]


def test_a_numeral_that_cannot_be_read_is_told_and_the_check_goes_on() -> None:
    label = HarmonyLabel(0, "numeral", "Q7", "C")
    report = check(replace(OPEN_SCORE, harmonies=(label,)), load_pack("strict"))
    assert FAULT in places_of(report.findings)
    assert "`Q7` is not a Roman numeral" in report.notices[0]
