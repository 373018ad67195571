"""Marks go by the notes: nonsense under right numerals, right notes under wrong numerals, foreign notes, letters."""

from dataclasses import replace
from fractions import Fraction

import pytest

from musegen.engraving.marks import Label, Marks, Sheet
from musegen.engraving.musicxml import write_musicxml
from musegen.rules.grading import CADENCES, CHORDS, NUMERALS, TONES, VOICE_LEADING, Assignment, Grade, grade
from musegen.rules.packs import load_pack
from musegen.rules.reports.grades import cost_text, grade_text, graded_sheet, grades_as_text
from musegen.score.model import Score
from musegen.score.musicxml import read_musicxml
from musegen.score.textgrid import parse_grid
from musegen.theory.annotations.given import given_analysis
from musegen.theory.form.phrases import top_line

SHEET = """key: G major; meter: 4/4
S: b4 a4 b4 c5 | a4 . . . | b4 a4 b4 a4 | g4 . . .
A: g4 f#4 g4 g4 | f#4 . . . | d4 d4 d4 d4 | b3 . . .
T: d4 d4 d4 e4 | d4 . . . | g3 f#3 g3 f#3 | g3 . . .
B: g3 d3 g3 c3 | d3 . . . | g2 d3 g2 d3 | g2 . . .
H: I  V  I  IV | V  . . . | I  V  I  V | I . . .
"""
SCHEME = {CHORDS: 5.0, VOICE_LEADING: 5.0, CADENCES: 4.0, NUMERALS: 5.0}
MODEL = parse_grid(SHEET)
TICKS = MODEL.ticks_per_quarter


def _asked(model: Score = MODEL, level: int = 2, **more: float) -> Assignment:
    given = given_analysis(model)
    assert given is not None
    chords = tuple((chord.onset, (chord.key, chord.numeral)) for chord in given.chords)
    ends = ((4 * TICKS, "HC"), (12 * TICKS, "PAC"))
    return Assignment(
        "sheet", load_pack(f"level-{level}"), SCHEME | more, tuple(onset for onset, _ in chords),
        (8 * TICKS, model.end), ends, top_line(model), chords,
    )  # fmt: skip


def _graded(text: str, *, numerals: bool = True) -> Grade:
    answer = parse_grid(text)
    return grade(answer if numerals else replace(answer, harmonies=()), _asked(), fixes=False)


def _lower(alto: str, tenor: str, bass: str) -> str:
    lines = SHEET.splitlines()
    return "\n".join([*lines[:2], f"A: {alto}", f"T: {tenor}", f"B: {bass}", lines[5], ""])


NONSENSE = _lower(
    "d4 g4 b4 f4 | f4 . . . | f4 e4 f4 c4 | c4 . . .",
    "a3 f4 c4 a3 | c4 . . . | c4 f4 a3 f3 | d3 . . .",
    "f3 e3 a3 b2 | c3 . . . | e3 b2 f3 e3 | a2 . . .",
)


def test_the_model_has_full_marks_with_its_numerals_and_without() -> None:
    assert _graded(SHEET).deductions == ()
    assert grade_text(_graded(SHEET, numerals=False)) == "14 of 14 marks so far; 5 for numerals to be given by hand"


@pytest.mark.parametrize("numerals", [True, False])
def test_nonsense_under_the_right_numerals_gets_next_to_nothing_for_chords_and_no_cadence(numerals: bool) -> None:
    found = _graded(NONSENSE, numerals=numerals)
    chords, cadences = found.sections[CHORDS], found.sections[CADENCES]
    assert chords is not None
    assert chords <= 0.5
    assert cadences == 0
    assert any("is no chord of this level" in item.words for item in found.deductions)


@pytest.mark.parametrize("numerals", [True, False])
def test_the_tonic_held_to_the_end_makes_no_cadence(numerals: bool) -> None:
    held = "%s . . . | . . . . | . . . . | . . . ."
    found = _graded(_lower(*(held % note for note in ("d4", "b3", "g3"))), numerals=numerals)
    assert found.sections[CADENCES] == 0
    assert "I does not hold the melody's A4, measure 2 beat 1" in {item.words for item in found.deductions}
    assert found.lost(CHORDS) == pytest.approx(5 / 2)  # every A and C of the melody


def test_right_notes_under_wrong_numerals_lose_numerals_only_and_each_of_them() -> None:
    lines = SHEET.splitlines()
    found = _graded("\n".join([*lines[:5], "H: I  I  I  I | I  . . . | I  I  I  I | I . . .", ""]))
    assert {item.aspect for item in found.deductions} == {NUMERALS}
    assert found.lost(NUMERALS) == pytest.approx(5 / 2)  # one off for every two


def test_a_whole_note_that_is_foreign_to_its_chord_makes_the_chord_wrong() -> None:
    for tenor in ("e4", "g3"):
        found = _graded(SHEET.replace("T: d4 d4 d4 e4 | d4", f"T: d4 d4 d4 e4 | {tenor}"))
        assert [(item.aspect, item.measure) for item in found.deductions if item.marks] == [(CHORDS, "2")]
        assert found.sections[CADENCES] == 4


def test_a_dominant_with_a_lowered_third_is_no_cadence_and_is_paid_once() -> None:
    found = _graded(SHEET.replace("| f#4 . . . |", "| f4 . . . |"))
    assert [(item.aspect, item.marks) for item in found.deductions if item.marks] == [(CADENCES, 2.0)]
    assert "Alto F4 is no note of V, which has F#, measure 2 beat 1" in {item.words for item in found.deductions}


def test_an_empty_sheet_loses_every_section_and_each_loss_stands_on_the_music() -> None:
    answer = replace(MODEL, notes=MODEL.notes.where(MODEL.notes["part"] == 0), harmonies=())
    found = grade(answer, _asked(), fixes=False)
    assert [found.sections[name] for name in (CHORDS, VOICE_LEADING, CADENCES)] == [0, 0, 0]
    badges = graded_sheet(replace(found, file="class/eve.musicxml"), answer)
    assert badges.instruction.startswith("eve.musicxml: 0 of 14 marks so far")
    assert len(badges.marks.badges) == len(found.deductions)
    assert all(badge.note >= 0 and badge.text.startswith("-") for badge in badges.marks.badges)


def test_a_chord_of_no_key_of_the_sheet_is_left_to_the_teacher_where_the_level_may_leave_the_key() -> None:
    text = SHEET.replace("S: b4 a4 b4 c5 |", "S: b4 a4 b4 f5 |").replace("A: g4 f#4 g4 g4 |", "A: g4 f#4 g4 db5 |")
    text = text.replace("T: d4 d4 d4 e4 |", "T: d4 d4 d4 ab3 |").replace("B: g3 d3 g3 c3 |", "B: g3 d3 g3 db3 |")
    answer, asked = parse_grid(text), _asked()
    strict = grade(answer, replace(asked, given=top_line(answer)), fixes=False)
    assert not strict.open
    free = grade(answer, replace(asked, pack=load_pack("level-7"), given=top_line(answer)), fixes=False)
    assert free.open == {CHORDS: 0.5}
    assert "chords: 0.5 marks to be given by hand, 1 chord could not be judged (measure 1 beat 4)" in free.notices


def _lettered(letter: str) -> Score:
    rows = MODEL.notes.rows
    alto = next(int(row["id"]) for row in rows if row["part"] == 1 and row["onset"] == 2 * TICKS)
    label = (Label(alto, letter, "over"),) if letter else ()
    return read_musicxml(write_musicxml(MODEL, sheet=Sheet(marks=Marks(labels=label))))


def test_letters_are_read_and_without_any_they_are_left_to_the_teacher() -> None:
    asked = _asked(level=4, **{TONES: 2.0})
    none = grade(_lettered(""), asked, fixes=False)
    assert none.open == {TONES: 2.0}
    wrong = grade(_lettered("P"), asked, fixes=False)
    assert [(item.aspect, item.marks) for item in wrong.deductions] == [(TONES, 2.0)]
    assert wrong.deductions[0].words == "P is written where there is no such figure, measure 1 beat 3"


def test_costs_are_plain_fractions_and_never_dust() -> None:
    assert [cost_text(marks) for marks in (1 / 3, 2 / 3, 1e-16, 3.0, 1.25)] == ["1/3", "2/3", "0", "3", "1.25"]
    told = grades_as_text([_graded(NONSENSE)])
    assert "-1/2 chords: " in told
    assert Fraction(1, 2) == Fraction(str(_graded(NONSENSE).deductions[0].marks))


def test_a_file_with_numerals_and_no_note_has_no_marks() -> None:
    bare = replace(MODEL, notes=MODEL.notes.where(MODEL.notes["onset"] < 0))
    assert grade(bare, _asked(), fixes=False).marks == 0
