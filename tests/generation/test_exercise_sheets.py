"""What a teacher reads off the sheets of an exercise besides its notes: letters, devices, marks, phrase ends."""

import json

import numpy as np
import pytest

from musegen.generation.conditions import Condition
from musegen.generation.exercises import make_sheets
from musegen.generation.exercises.compose import compose
from musegen.generation.exercises.entries import read_entry
from musegen.generation.exercises.files import folder_files
from musegen.generation.exercises.formulas import succession_price
from musegen.generation.exercises.instruction import TonesAsked, instruction
from musegen.generation.exercises.manifest import phrase_ends
from musegen.generation.exercises.marking import mark_scheme, total_marks
from musegen.generation.levels import level_named
from musegen.generation.voicings import Chord
from musegen.score.meter import TimeSignature
from musegen.score.table import Flag
from musegen.theory.analyse import analyse
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral


def asked(level, key="G", meter="4/4", measures=8, pickup="none"):
    return Condition(Key.parse(key), TimeSignature.parse(meter), measures, pickup, level, pack=f"level-{level}")


def pair_of(level, seed=2, **wishes):
    (pair,) = make_sheets(asked(level, **wishes), seed=seed, count=1)
    return pair


@pytest.mark.parametrize(("level", "seed"), [(level, seed) for level in range(3, 9) for seed in (11, 12)])
def test_every_sheet_from_level_3_shows_two_devices_new_at_its_level(level, seed):
    exercise = compose(asked(level, ("E-", "b")[seed % 2], ("3/4", "4/4")[seed % 2]), np.random.default_rng(seed))
    assert len(set(exercise.devices)) >= 2
    assert set(exercise.devices) - set(exercise.level.new.ornaments)


def test_what_is_new_at_a_level_was_not_there_before():
    for number in range(2, 9):
        before, new = level_named(number - 1), level_named(number).new
        for minor in (False, True):
            assert not set(new.figures(minor=minor)) & set(before.figures(minor=minor))
        assert not set(new.ornaments) & {*before.non_chord_tones, *before.suspensions}
        assert not set(new.goals(Key(0))) & set(before.goals(Key(0)))


def test_every_voices_non_chord_tones_have_their_letter_on_the_answer():
    score, sheet = pair_of(5, key="g").answer
    letters = [label for label in sheet.marks.labels if label.where in ("over", "under")]
    part_of = dict(zip(score.notes["id"].tolist(), score.notes["part"].tolist(), strict=True))
    tones = [tone for tone in analyse(score).non_chord_tones if tone.kind in ("passing", "neighbor", "suspension")]
    assert len(letters) == len(tones)
    assert {part_of[label.note] for label in letters} == {part_of[tone.note] for tone in tones} > {0}
    assert all((label.where == "under") == (part_of[label.note] % 2 == 1) for label in letters)


def test_a_suspension_is_tied_into_the_chord_that_it_disturbs_and_lettered_there():
    score, sheet = pair_of(5, key="g").answer
    rows = {int(row["id"]): row for row in score.notes.rows}
    held = [rows[label.note] for label in sheet.marks.labels if label.text == "S"]
    chords = {label.onset for label in score.harmonies}
    assert held
    assert all(row["flags"] & Flag.TIED_FROM_PREVIOUS and int(row["onset"]) in chords for row in held)


@pytest.mark.parametrize("level", range(1, 9))
@pytest.mark.parametrize(("measures", "cadences"), [(4, 1), (4, 2), (8, 2), (11, 3), (32, 8)])
def test_the_marks_of_every_level_and_length_add_up(level, measures, cadences):
    scheme = mark_scheme(level_named(level), measures, cadences, has_tones=level > 3)
    assert sum(row.marks for row in scheme) == total_marks(measures)
    assert all(row.marks > 0 for row in scheme)


def test_a_higher_level_gives_marks_for_more_things_and_a_longer_sheet_more_marks():
    first, fourth = (mark_scheme(level_named(level), 8, 2, has_tones=level > 3) for level in (1, 4))
    assert {row.aspect for row in fourth} - {row.aspect for row in first} == {"non-chord-tones"}
    longer = mark_scheme(level_named(1), 16, 4, has_tones=False)
    assert [row.marks for row in longer] == [2 * row.marks for row in first]


def test_the_mark_scheme_says_what_a_wrong_chord_costs_and_how_many_keys_are_named():
    for seed, level in ((3, 1), (7, 6)):
        pair = pair_of(level, seed=seed)
        words = {row["for"]: row["words"] for row in pair.entry["mark_scheme"]}
        chords = len({(one["measure"], one["beat"]) for one in pair.entry["numerals"]})
        assert f"wrong of the {chords}" in words["chords"]
        assert "*" not in words["chords"]
        keys = {one["key"] for one in pair.entry["numerals"]}
        assert words["numerals"].startswith("every key named" if len(keys) > 1 else "the key named")


def test_the_teacher_gets_a_mark_scheme_and_the_student_only_the_total():
    pair = pair_of(4)
    scheme = pair.entry["mark_scheme"]
    assert sum(row["marks"] for row in scheme) == pair.entry["marks"] == 20
    pages = dict(folder_files([pair], title="Sheets", paper="a4"))
    assert json.loads(pages["manifest.json"])["sheets"][0]["mark_scheme"] == scheme
    assert [row[2] for row in pair.answer[1].table.rows[1:]] == [*(str(row["marks"]) for row in scheme), "20"]
    assert pair.student[1].table is None
    assert "20\xa0marks" in pair.student[1].instruction


@pytest.mark.parametrize(("meter", "pickup"), [("4/4", "none"), ("3/4", "beat"), ("6/8", "beat")])
def test_the_manifest_tells_where_phrases_end(meter, pickup):
    pair = pair_of(2, meter=meter, pickup=pickup)
    score = pair.answer[0]
    ends = phrase_ends(read_entry(pair.entry, "manifest.json"), score)
    soprano = score.notes.where(score.notes["part"] == 0)
    assert set(ends) <= set(soprano.end.tolist())
    assert len(ends) == len(pair.entry["phrases"]) == 2
    assert pair.entry["phrases"][0]["end"]["measure"] == "4"
    assert ends[-1] == max(soprano.end.tolist())


@pytest.mark.parametrize(
    ("parts", "said", "unsaid"),
    [
        (
            [0, 0, 1, 2, 3],
            "Letter the melody's non-chord tones (P = passing note, N = neighbour note); add two",
            "Give",
        ),
        ([0], "Letter the melody's non-chord tones (P = passing note, N = neighbour note).", "lower voices"),
        ([2], "Give the lower voices one or more non-chord tones", "melody's"),
        ([], "Add alto, tenor and bass, one chord on each *. Write", "non-chord"),
    ],
)
def test_a_student_is_asked_for_no_more_ornaments_than_the_answer_has(parts, said, unsaid):
    words = instruction(level_named(4), Key(0), 20, ["PAC"], TonesAsked.of(parts)).replace("\xa0", " ")
    assert said in words
    assert unsaid not in words


@pytest.mark.parametrize(
    ("key", "first", "second", "fits"),
    [
        ("c", "IV", "V7", True),
        ("c", "IV", "i6", False),  # the raised sixth has to rise
        ("A-", "iio6", "V", True),
        ("A-", "iio6", "viio6/V", False),  # F flat against F
        ("A-", "ii6", "viio6/V", True),
        ("C", "iii", "vi", True),
        ("C", "iii", "ii6", False),
    ],
)
def test_altered_sixths_and_mediants_go_where_a_textbook_lets_them(key, first, second, fits):
    home = Key.parse(key)
    one, two = (Chord(home, parse_numeral(figure, minor=home.minor)) for figure in (first, second))
    assert np.isfinite(succession_price(one, two)) == fits


@pytest.mark.parametrize("seed", range(4))
def test_a_cadence_is_prepared_and_a_sixth_chord_between_dominants_passes(seed):
    setting = compose(asked(3, ("F", "a")[seed % 2]), np.random.default_rng([seed, 9])).setting
    numerals = [chord.numeral for chord in setting.chords]
    for one, two, three in zip(numerals, numerals[1:], numerals[2:], strict=False):
        if one.is_dominant and two.figure in ("IV6", "iv6"):
            assert three.is_dominant
    assert numerals[-3].degree in (2, 4, 6) or numerals[-3].is_cadential
