"""Marks: caps by rule and by aspect, a blank sheet, a changed melody, cadences and numerals, every reason in words."""

from dataclasses import replace

import numpy as np
import pytest

from musegen.generation.exercises.marking import mark_scheme
from musegen.generation.levels import HIGHEST, level_named
from musegen.rules.grading import CADENCES, CHORDS, GIVEN, NUMERALS, VOICE_LEADING, Assignment, grade
from musegen.rules.packs import load_pack
from musegen.score.model import Score
from musegen.score.pitch import parse_pitch
from musegen.score.table import NoteTable
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
QUARTER = MODEL.ticks_per_quarter


def _asked(model: Score = MODEL, **changed: object) -> Assignment:
    slots = tuple(sorted({label.onset for label in model.harmonies}))
    asked = Assignment(
        "sheet",
        load_pack("strict"),
        {CHORDS: 7.0, VOICE_LEADING: 6.0, CADENCES: 4.0, NUMERALS: 3.0},
        slots,
        (model.end,),
        ((8 * QUARTER, "PAC"),),
        top_line(model),
    )
    return replace(asked, **changed)  # type: ignore[arg-type]


def _with(voice: str, quarter: int, name: str, score: Score = MODEL) -> Score:
    rows = score.notes.rows.copy()
    chosen = (rows["part"] == "SATB".index(voice)) & (rows["onset"] == quarter * QUARTER)
    assert chosen.sum() == 1
    rows["pitch"][chosen], rows["fifths"][chosen] = parse_pitch(name)
    return replace(score, notes=NoteTable(rows))


def test_the_model_answer_has_full_marks() -> None:
    found = grade(MODEL, _asked())
    assert [item.words for item in found.deductions] == []
    assert (found.marks, found.out_of, dict(found.open)) == (20.0, 20.0, {})


def test_each_mark_that_is_lost_is_explained_in_the_students_own_notes() -> None:
    answer = _with("A", 3, "c4")
    found = grade(answer, _asked())
    words = [item.words for item in found.deductions]
    assert found.marks < 20
    assert all(", measure " in item and " beat " in item for item in words)
    assert any(item.endswith("would avoid it") for item in words)


def test_warnings_are_remarks_until_they_are_asked_to_cost() -> None:
    answer = _with("T", 2, "e3")
    strict = grade(answer, _asked(), least="warning", fixes=False)
    lenient = grade(answer, _asked(), fixes=False)
    assert lenient.remarks
    assert strict.marks < lenient.marks


def test_the_same_mistake_costs_three_times_at_most_and_an_aspect_its_marks() -> None:
    answer = MODEL
    for quarter, name in enumerate(["e4", "d4", "c4", "c4", "b3", "c4", "d4", "b3", "c4"]):
        answer = _with("T", quarter, name, answer)  # an octave below the soprano all the way
    found = grade(answer, _asked(), fixes=False)
    octaves = [item.marks for item in found.deductions if item.rule == "parallel-octaves"]
    assert sum(octaves) <= 9
    assert found.lost(VOICE_LEADING) == 6
    assert found.marks >= 4


def test_a_blank_sheet_has_no_marks_and_a_missing_voice_costs_its_share() -> None:
    blank = replace(MODEL, notes=MODEL.notes.where(MODEL.notes["part"] == 0), harmonies=())
    found = grade(blank, _asked(), fixes=False)
    assert found.marks == 0
    assert dict(found.open) == {NUMERALS: 3.0}
    rows = MODEL.notes
    gap = replace(MODEL, notes=rows.where((rows["part"] != 2) | (rows["onset"] != 3 * QUARTER)))
    item = next(item for item in grade(gap, _asked()).deductions if "no note" in item.words)
    assert (item.words, round(item.marks, 4)) == ("Tenor: no note, measure 1 beat 4", round((7 + 6) / 9 / 3, 4))


def test_a_melody_that_was_changed_is_named_note_by_note() -> None:
    found = grade(_with("S", 2, "g5"), _asked(), fixes=False)
    assert [item.words for item in found.deductions if item.aspect == GIVEN] == [
        "The given C5, measure 1 beat 3 was changed to G5"
    ]


def test_a_fault_that_the_given_melody_makes_alone_costs_nothing() -> None:
    melody = _with("S", 1, "f4")  # down a seventh, as the sheet has it
    found = grade(melody, _asked(given=top_line(melody)), fixes=False)
    assert "leap-of-seventh" in {item.rule for item in found.report.findings}
    assert "leap-of-seventh" not in {item.rule for item in found.deductions}


def test_a_half_cadence_where_a_perfect_one_was_asked_for_is_told() -> None:
    found = grade(
        MODEL, _asked(cadences=((4 * QUARTER, "PAC"), (8 * QUARTER, "PAC")), phrase_ends=(5 * QUARTER, MODEL.end))
    )
    item = next(item for item in found.deductions if item.aspect == CADENCES)
    assert (item.words, item.marks) == ("PAC was asked for, measure 2 beat 1; this is HC", 2.0)


def test_numerals_that_are_missing_cost_their_share_and_none_at_all_are_left_to_the_teacher() -> None:
    some = replace(MODEL, harmonies=tuple(label for label in MODEL.harmonies if label.onset != QUARTER))
    found = grade(some, _asked(), fixes=False)
    assert [(item.words, round(item.marks, 4)) for item in found.deductions if "No numeral" in item.words] == [
        ("No numeral, measure 1 beat 2", round(3 / 9, 4))
    ]
    none = grade(replace(MODEL, harmonies=()), _asked(), fixes=False)
    assert none.notices == ("numerals: 3 marks to be given by hand, the file shows none",)
    assert none.marks <= 17


@pytest.mark.parametrize("seed", range(4))
def test_marks_never_fall_below_nothing_whatever_is_handed_in(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = MODEL.notes.rows.copy()
    rows["pitch"] = rng.integers(40, 80, len(rows))
    rows["fifths"] = [(pitch * 7 + 3) % 12 - 3 for pitch in rows["pitch"].tolist()]
    found = grade(replace(MODEL, notes=NoteTable(rows)), _asked(), fixes=False)
    assert 0 <= found.marks < 20


def test_the_printed_scheme_says_what_the_rules_of_every_level_cost() -> None:
    told = {
        "3 for parallels": ("parallel-fifths", "parallel-octaves"),
        "2 for an unresolved leading note or seventh": ("unresolved-leading-tone", "unresolved-seventh"),
        "1 for an awkward leap": ("augmented-second", "leap-of-seventh"),
    }
    for number in range(1, HIGHEST + 1):
        rows = {row.aspect: row.words for row in mark_scheme(level_named(number), 8, 2, has_tones=False)}
        each, _, most = rows[VOICE_LEADING].partition("; ")
        assert (each, most) == (f"off for each fault: {', '.join(told)}", "the same fault counts three times at most")
        for words, rules in told.items():
            points = {load_pack(f"level-{number}").rule(rule).points for rule in rules}
            assert points == {float(words[0])}
