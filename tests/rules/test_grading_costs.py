"""What a fault costs agrees with the printed scheme, is paid once, and is told even where it is free."""

import csv
import io
from dataclasses import replace
from fractions import Fraction

from musegen.rules.grading import CADENCES, CHORDS, NUMERALS, VOICE_LEADING, Assignment, grade
from musegen.rules.packs import load_pack
from musegen.rules.reports.grades import grade_text, grades_as_csv, grades_as_text
from musegen.score.model import Score
from musegen.score.textgrid import parse_grid
from musegen.theory.form.phrases import top_line

SHARP = """key: a minor; meter: 4/4
S: a4 b4 c5 b4 | a4 . . .
A: e4 e4 e4 e4 | c4 . . .
T: c4 b3 a3 g#3 | a3 . . .
B: a2 g#2 a2 e3 | a2 . . .
H: i V6 i V | i . . .
"""
SCHEME = {CHORDS: 4.0, VOICE_LEADING: 3.0, CADENCES: 2.0, NUMERALS: 1.0}


def _asked(model: Score) -> Assignment:
    slots = tuple(sorted({label.onset for label in model.harmonies}))
    return Assignment("sheet", load_pack("strict"), SCHEME, slots, (model.end,), ((slots[-1], "PAC"),), top_line(model))


def test_one_forgotten_sharp_is_paid_once_and_never_leaves_full_marks() -> None:
    model = parse_grid(SHARP)
    found = grade(parse_grid(SHARP.replace("a3 g#3", "a3 g3")), _asked(model), fixes=False)
    assert [(item.aspect, item.marks) for item in found.deductions if item.marks] == [(CADENCES, 2.0)]
    there = [item for item in found.deductions if (item.measure, item.beat) == ("1", Fraction(4))]
    assert {item.rule for item in there} >= {"unraised-leading-tone"}
    assert "counted with the cadence" in {item.relief for item in there}
    few = replace(_asked(model), scheme={**SCHEME, CHORDS: 1.0})
    assert grade(parse_grid(SHARP.replace("a3 g#3", "a3 g3")), few, fixes=False).marks < few.marks


def test_faults_beyond_a_section_are_told_and_free() -> None:
    model = parse_grid(SHARP)
    bad = SHARP.replace("T: c4 b3 a3 g#3 | a3", "T: a3 b3 c4 b3 | a3")  # an octave under the soprano
    found = grade(parse_grid(bad), _asked(model), fixes=False)
    assert found.lost(VOICE_LEADING) == 3
    assert found.sections[VOICE_LEADING] == 0
    assert "  0 voice-leading, section used up: " in grades_as_text([found])


def test_a_class_has_a_column_for_every_section_whatever_was_lost_and_numerals_wait_for_the_teacher() -> None:
    model = parse_grid(SHARP)
    found = grade(replace(model, harmonies=()), _asked(model), fixes=False)
    assert grade_text(found) == "9 of 9 marks so far; 1 for numerals to be given by hand"
    row = next(csv.DictReader(io.StringIO(grades_as_csv([found]))))
    assert [row[f"{name} (of {marks:g})"] for name, marks in SCHEME.items()] == ["4", "3", "2", "-"]
