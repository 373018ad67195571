"""What a harmony teacher may count on in every exercise, whatever its level, key and meter."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musegen.engraving.musicxml import write_musicxml
from musegen.errors import UsageError
from musegen.generation.conditions import Condition
from musegen.generation.exercises import make_sheets
from musegen.generation.exercises.compose import compose
from musegen.generation.exercises.files import manifest
from musegen.generation.exercises.scores import answer_score, measures_of
from musegen.generation.exercises.sketches import devices_in
from musegen.generation.levels import level_named
from musegen.rules.engine import check
from musegen.rules.packs import load_pack
from musegen.score.files import read_bytes
from musegen.score.meter import TimeSignature
from musegen.score.pitch import diatonic_of
from musegen.theory.keys import EXERCISE_KEYS, Key
from musegen.theory.numerals import parse_numeral
from tests.engraving.schema import faults


def asked(level, key="G", meter="4/4", measures=8, pickup="none"):
    return Condition(Key.parse(key), TimeSignature.parse(meter), measures, pickup, level, pack=f"level-{level}")


@pytest.fixture(scope="module", params=range(1, 9))
def exercise(request):
    """One exercise of every level, in minor at even levels."""
    level = request.param
    condition = asked(level, "d" if level % 2 == 0 else "A", ("4/4", "3/4", "6/8", "2/4")[level % 4])
    return compose(condition, np.random.default_rng([level, 1]))


def heights(exercise):
    return np.array([int(diatonic_of(note.pitch, note.fifths)) for note in exercise.setting.voices[0]])


def test_every_figure_of_every_level_is_a_numeral_that_can_be_read():
    for number in range(1, 9):
        level = level_named(number)
        for minor in (False, True):
            assert all(parse_numeral(figure, minor=minor).members for figure in level.figures(minor=minor))


def test_a_level_allows_all_that_the_one_before_allows():
    for number in range(2, 9):
        assert set(level_named(number - 1).major) < set(level_named(number).major)


def test_the_answer_breaks_no_rule_of_its_level(exercise):
    report = check(answer_score(exercise.setting, ""), load_pack(exercise.level.pack))
    assert [str(finding.message) for finding in report.findings if finding.severity == "error"] == []
    assert not any("no chords" in missed.reason for missed in report.not_checked)


def test_the_soprano_goes_mostly_by_step_and_has_one_climax_inside_it(exercise):
    tops = heights(exercise)
    moves = np.abs(np.diff(tops))
    assert 0.6 <= (moves == 1).mean() <= 0.8
    assert 0.1 <= (moves > 1).mean() <= 0.25
    assert (moves == 0).mean() < 0.2
    assert 5 <= tops.max() - tops.min() <= 9
    assert (tops == tops.max()).sum() == 1
    assert 0 < tops.argmax() < len(tops) - 1


def test_phrases_end_with_the_cadences_of_the_plan(exercise):
    setting = exercise.setting
    for number, phrase in enumerate(setting.plan.phrases):
        last = setting.plan.slots_of(number)[-1]
        chord, before = setting.chords[last].numeral, setting.chords[last - 1].numeral
        assert setting.chords[last].key == phrase.key
        if phrase.cadence in ("PAC", "IAC"):
            assert (chord.degree, chord.inversion, before.degree, before.inversion) == (1, 0, 5, 0)
        elif phrase.cadence == "HC":
            assert (chord.degree, chord.inversion, chord.is_seventh) == (5, 0, False)
            assert before.degree != 5 or before.applied_to


def test_the_piece_ends_with_the_tonic_in_the_soprano_held_two_beats(exercise):
    last = exercise.setting.voices[0][-1]
    assert last.fifths == exercise.setting.plan.key.tonic
    assert last.duration >= 2 * exercise.setting.plan.meter.beat_quarters


def test_harmony_changes_at_every_barline(exercise):
    setting = exercise.setting
    for number, slot in enumerate(setting.plan.slots[1:], start=1):
        if slot.is_downbeat:
            assert setting.chords[number].root != setting.chords[number - 1].root


def test_from_level_3_two_devices_new_at_the_level_are_used(exercise):
    if exercise.level.number >= 3:
        assert len(exercise.devices) >= 2
        assert set(devices_in(exercise.setting, exercise.level, ())) <= set(exercise.devices)


def test_the_rhythm_of_the_first_measure_comes_back(exercise):
    plan = exercise.setting.plan
    rhythms: dict[int, list] = {}
    for slot in plan.slots:
        if slot.measure and slot.onset >= 0:
            rhythms.setdefault(slot.measure, []).append((slot.onset % plan.meter.quarters, slot.duration))
    assert rhythms[1] in [rhythm for measure, rhythm in rhythms.items() if measure > 1]


def test_only_chords_of_the_level_are_used(exercise):
    for chord in exercise.setting.chords:
        assert chord.numeral.figure in exercise.level.figures(minor=chord.key.minor)


def test_measures_are_full_but_for_the_pickup_and_what_it_takes_from_the_end():
    with_pickup = compose(asked(2, "F", "3/4", 8, "beat"), np.random.default_rng(5)).setting.plan
    lengths = [measure.length for measure in measures_of(with_pickup)]
    assert lengths[0] + lengths[-1] == lengths[1]
    assert len(set(lengths[1:-1])) == 1


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_exercise():
    def written(seed):
        (pair,) = make_sheets(asked(3), seed=seed, count=1)
        return write_musicxml(pair.answer[0], sheet=pair.answer[1])

    assert written(7) == written(7)
    assert written(7) != written(8)


def test_sheet_2_is_the_same_whatever_the_count():
    two = list(make_sheets(asked(1), seed=3, count=2))
    three = list(make_sheets(asked(1), seed=3, count=3))
    assert two[1].entry == three[1].entry


@pytest.mark.parametrize("level", [1, 4, 8])
def test_a_students_file_holds_no_trace_of_the_answer(level):
    (pair,) = make_sheets(asked(level), seed=2, count=1)
    text = write_musicxml(*pair.student[:1], sheet=pair.student[1]).decode()
    student = read_bytes(text.encode(), "student.musicxml")
    soprano = pair.answer[0].notes.where(pair.answer[0].notes["part"] == 0)
    extra = 3 if level <= 2 else 0
    assert len(student.notes.sounding()) == len(soprano.sounding()) + extra
    assert student.harmonies == ()
    assert "<numeral" not in text
    names = [student.note_name(int(number)) for number in student.notes["id"]]
    assert sorted(names, key=lambda name: int(name.lstrip("n"))) == [f"n{number}" for number in range(len(names))]


def test_files_are_valid_and_music21_reads_their_notes():
    from music21 import converter

    (pair,) = make_sheets(asked(6, "g#", "6/8", pickup="beat"), seed=4, count=1)
    for score, sheet in (pair.student, pair.answer):
        text = write_musicxml(score, sheet=sheet)
        assert faults(text) == []
        parsed = converter.parseData(text.decode(), format="musicxml")
        sounding = {note.pitch.midi for note in parsed.flatten().notes if not note.isChord} - {None}
        assert sounding <= set(score.notes["pitch"].tolist())


def test_the_manifest_tells_a_program_what_the_answer_is():
    pairs = list(make_sheets(asked(3), seed=7, count=2))
    told = json.loads(manifest(pairs))
    assert told["version"] == 1
    sheet = told["sheets"][1]
    assert (sheet["level"], sheet["key"], sheet["seed"], sheet["number"]) == (3, "G", 7, 2)
    assert sheet["numerals"][0] == {"measure": "1", "beat": "1", "key": "G", "numeral": "I"}
    assert sheet["phrases"][-1]["cadence"] == "PAC"


@settings(max_examples=8)
@given(
    key=st.sampled_from(EXERCISE_KEYS),
    meter=st.sampled_from(["2/4", "3/4", "4/4", "6/8"]),
    measures=st.integers(4, 16),
    pickup=st.sampled_from(["none", "beat", "auto"]),
    level=st.integers(1, 3),
)
def test_any_key_meter_length_and_pickup_gives_a_clean_exercise(key, meter, measures, pickup, level):
    made = compose(asked(level, key, meter, measures, pickup), np.random.default_rng(measures))
    score = answer_score(made.setting, "")
    assert check(score, load_pack(f"level-{level}")).count("error") == 0
    assert score.measures[-1].number == str(measures)


@pytest.mark.slow
@pytest.mark.parametrize("level", range(1, 9))
def test_all_keys_work_at_every_level(level):
    for number, key in enumerate(EXERCISE_KEYS):
        meter = ("2/4", "3/4", "4/4", "6/8")[(number + level) % 4]
        made = compose(
            asked(level, key, meter, 8, ("none", "beat")[number % 2]), np.random.default_rng([number, level])
        )
        assert check(answer_score(made.setting, ""), load_pack(f"level-{level}")).count("error") == 0


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Condition(Key(7), TimeSignature(4, 4), 8, "none", 1), "keys are C G D"),
        (Condition(Key(0), TimeSignature(5, 4), 8, "none", 1), "meters are 2/4"),
        (Condition(Key(0), TimeSignature(4, 4), 3, "none", 1), "ask for 4 to 32"),
        (Condition(Key(0), TimeSignature(4, 4), 8, "none", 9), "levels are 1 to 8"),
        (Condition(Key(0), TimeSignature(4, 4), 8, "late", 1), "pickups are none, beat, auto"),
    ],
)
def test_what_exercises_do_not_have_is_refused_with_what_would_do(condition, said):
    with pytest.raises(UsageError, match=said):
        compose(condition, np.random.default_rng(1))


def test_a_pickup_is_one_beat_before_the_first_barline():
    plan = compose(asked(1, "C", "4/4", 4, "beat"), np.random.default_rng(2)).setting.plan
    assert plan.slots[0].onset == -1
    assert plan.pickup == Fraction(1)
