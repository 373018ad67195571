"""The umpire: agreement, kinds of difference, judgements, and planted slips that must be found and named."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import musegen
from musegen.errors import MalformedScore, UnreadableFile
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.annotations.alignment import analysis_of, place_on
from musegen.theory.annotations.romantext.reading import read_roman_text
from musegen.theory.annotations.romantext.writing import write_roman_text
from musegen.theory.comparison.differences import compare
from musegen.theory.comparison.files import human_file, read_human
from musegen.theory.comparison.kinds import KINDS
from musegen.theory.comparison.reports import Compared, as_json, as_text, as_tsv
from musegen.theory.comparison.suspects import suspects

CADENCE = """meter: 4/4
S: e5 d5 c5 b4 | c5 . . .
A: g4 f4 g4 g4 | g4 . . .
T: c4 a3 e4 d4 | e4 . . .
B: c3 d3 g2 g2 | c3 . . ."""
CHORALES = ("bach/bwv269", "bach/bwv66.6", "bach/bwv347")


def stated(labels, grid=CADENCE):
    """The analysis that numerals state under the notes of a grid: one a beat, `.` holds on, `G:` is a key."""
    lines = []
    for number, bar in enumerate(labels.split("|"), start=1):
        words, beat = [f"m{number}"], 1
        for word in bar.split():
            words += [word] if word.endswith(":") else [f"b{beat}", word] * (word != ".")
            beat += not word.endswith(":")
        lines.append(" ".join(words))
    text = "\n".join(lines)
    return human_of(parse_grid(grid), text if ":" in labels else text.replace("b1", "C: b1", 1))


def parted(first, second, grid=CADENCE):
    """The differences between two readings of one grid."""
    return compare(parse_grid(grid), stated(first, grid), stated(second, grid)).differences


def human_of(score, text):
    """RomanText laid on a score."""
    return analysis_of(place_on(read_roman_text(text), score), score)


@pytest.fixture(scope="module")
def chorale():
    """A chorale with the machine's own reading of it: a human who agrees with every note of it."""
    score = musegen.read("bach/bwv347")
    return score, analyse(score)


@pytest.mark.parametrize("name", CHORALES)
def test_nobody_parts_ways_with_himself(name):
    score = musegen.read(name)
    analysis = analyse(score)
    found = compare(score, analysis, analysis)
    assert (found.key, found.numeral, found.chord, found.function, found.differences) == (1, 1, 1, 1, ())
    assert suspects(score, analysis, analysis) == ()


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_shares_lie_between_nothing_and_all_and_differences_are_what_is_missing(data):
    score = parse_grid(CADENCE)
    figures = st.lists(st.sampled_from("I ii6 IV Cad64 V V7 vi viio6".split()), min_size=5, max_size=5)
    first, second = (stated("{} {} {} {} | {}".format(*data.draw(figures))) for _ in range(2))
    found = compare(score, first, second)
    apart = sum(item.end - item.onset for item in found.differences)
    assert found.numeral == pytest.approx(1 - apart / found.time)
    assert found.numeral <= found.chord <= 1
    assert {item.kind for item in found.differences} <= set(KINDS)


READINGS = [  # human, machine, kind, who explains the notes better
    ("I ii Cad64 V | I", "I ii V . | I", "cadential_six_four", "human"),
    ("I ii Cad64 V | I", "I ii Cad64 V | I6", "inversion", "human"),
    ("I ii Cad64 V | I", "I ii Cad64 V7 | I", "seventh", "human"),
    ("I ii Cad64 V | I", "I ii . V | I", "segmentation", "human"),
    ("I ii Cad64 V | I", "I . Cad64 V | I", "non_chord_tone", "human"),
    ("I ii Cad64 V | I", "I IV6 Cad64 V | I", "related_chord", "human"),
    ("I ii Cad64 V | I", "I Ger65 Cad64 V | I", "rare_chord", "human"),
    ("I ii Cad64 V | I", "I ii Cad64 v | I", "quality", "human"),
    ("I ii Cad64 V | I", "I V/V Cad64 V | I", "quality", "human"),
]


@pytest.mark.parametrize(("human", "machine", "kind", "better"), READINGS)
def test_each_difference_has_its_kind_and_the_notes_decide(human, machine, kind, better):
    (difference,) = parted(human, machine)
    if kind != "segmentation":
        assert (difference.kind, difference.verdict.better) == (kind, better), difference


def test_a_six_four_is_one_chord_under_either_name():
    assert parted("I ii Cad64 V | I", "I ii I64 V | I") == ()


def test_the_same_chords_in_the_relative_key_differ_in_key_only():
    grid = "meter: 2/4\nS: e5 d5 | c5 b4 | c5 .\nB: a3 b3 | a3 g#3 | a3 ."
    found = parted("a: i C: ii6 | vi V/vi | vi .", "a: i iv6 | i V | i .", grid)
    assert {item.kind for item in found} <= {"relative_key", "tonicization", "key_boundary"}
    assert all(item.keys_differ for item in found)


def test_an_applied_chord_and_a_foreign_key_are_the_same_chord():
    one, other = "C: I V65/V | V .", "C: I G: V65 | I ."
    grid = "meter: 2/4\nS: e5 d5 | d5 .\nA: g4 a4 | b4 .\nT: c4 c4 | b3 .\nB: c3 f#3 | g3 ."
    (difference,) = parted(one, other, grid)
    assert (difference.kind, difference.human, difference.machine) == ("tonicization", "C: V65/V V", "G: V65 I")


def test_a_pivot_counts_under_both_its_names():
    score = parse_grid("meter: 4/4\nS: e5 c5 a4 b4\nA: g4 a4 f#4 g4\nB: c3 a3 d3 g3")
    human = human_of(score, "Time Signature: 4/4\nm1 C: I b2 vi G: ii b3 V b4 I")
    for machine in ("m1 C: I b2 vi b3 G: V b4 I", "m1 C: I b2 G: ii b3 V b4 I"):
        assert compare(score, human, human_of(score, f"Time Signature: 4/4\n{machine}")).numeral == 1


def test_the_humans_reading_may_be_the_second_choice():
    machine = stated("I ii Cad64 V | I")
    chords = tuple(c._replace(runner_up="IV6") if c.numeral.figure == "ii" else c for c in machine.chords)
    human = stated("I IV6 Cad64 V | I")
    (difference,) = compare(parse_grid(CADENCE), human, replace(machine, chords=chords)).differences
    assert difference.is_runner_up


def slips_of(chorale, *edits):
    """What is suspect once the machine's own RomanText has been edited."""
    score, right = chorale
    text = write_roman_text(right, score)
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return suspects(score, human_of(score, text), right)


def test_chords_set_a_measure_late_are_found(chorale):
    edits = [("m8 i || b4 A: iii\nm9", "m9 A:"), ("m7 i b2", "m8 i b2"), ("m6 IV", "m7 IV"), ("m5 IV6", "m6 IV6")]
    slips = slips_of(chorale, *edits)
    assert any(slip.kind == "moved" and "one measure earlier" in slip.told for slip in slips), slips


def test_a_wrong_inversion_is_named_with_the_right_one(chorale):
    (slip,) = slips_of(chorale, ("m6 IV b1.5 V42 b2 I6 b3 V ||", "m6 IV b1.5 V42 b2 I6 b3 V6 ||"))
    assert (slip.kind, slip.measure, slip.beat) == ("inversion", "6", 3)
    assert slip.told == "V6 has G# in the bass, but E sounds there all through: V?"


def test_a_key_in_the_wrong_case_is_found(chorale):
    (slip,) = slips_of(chorale, ("m4 Cad64 b2 V b2.5 V7 b3 I || b4 A: iii", "m4 Cad64 b2 V b2.5 V7 b3 I || b4 a: iii"))
    assert (slip.kind, slip.told) == ("key", "in a every tonic chord is I, never i: A?")


def test_a_key_with_the_wrong_accidental_is_found(chorale):
    (slip,) = slips_of(chorale, ("m0 b4 A: I", "m0 b4 Ab: I"))
    assert slip.kind == "key"
    assert slip.told.startswith("A- explains 0% of the notes, A would")


def test_a_numeral_in_the_wrong_case_is_found(chorale):
    (slip,) = slips_of(chorale, ("m1 vi b2 I6", "m1 VI b2 I6"))
    assert (slip.kind, slip.measure, slip.told) == ("case", "1", "VI holds 75% of the notes, vi all of them")


def test_a_chord_that_is_not_in_the_notes_is_found(chorale):
    (slip,) = slips_of(chorale, ("m6 IV b1.5 V42 b2 I6 b3 V ||", "m6 IV b1.5 V42 b2 I6 b3 bVI ||"))
    assert (slip.kind, slip.measure) == ("not_in_notes", "6")


def test_a_variant_that_reads_as_the_machine_does_is_told(tmp_path):
    path = tmp_path / "human.rntxt"
    path.write_text("Time Signature: 4/4\nm1 C: I b2 IV6 b3 Cad64 b4 V\nm1var1 I b2 ii b3 Cad64 b4 V\nm2 I\n")
    score = parse_grid(CADENCE)
    human, machine = read_human(path, score), stated("I ii Cad64 V | I")
    (difference,) = compare(score, human.analysis, machine, human.variants).differences
    assert difference.in_variant
    assert not compare(score, human.analysis, stated("I vi Cad64 V | I"), human.variants).differences[0].in_variant


def test_a_report_tells_of_differences_slips_and_unread_words(tmp_path, chorale):
    score, right = chorale
    text = write_roman_text(right, score).replace(" V7 ", " V7x ", 1)
    path = tmp_path / "bwv347.rntxt"
    path.write_text(text, encoding="utf-8")
    human = read_human(human_file(str(tmp_path), "bwv347")[0], score)
    piece = Compared("bwv347", path.name, score, human, compare(score, human.analysis, right), ())
    assert "`V7x` is not a Roman numeral" in as_text(piece)
    assert as_json(piece)["unread"][0]["word"] == "V7x"
    assert len(as_tsv(piece).splitlines()) == len(as_json(piece)["differences"]) + 1


def test_a_file_that_is_none_or_belongs_elsewhere_is_refused(tmp_path, chorale):
    score, _ = chorale
    path = tmp_path / "x.rntxt"
    for text, error in (("hello\n", UnreadableFile), ("m1 Gb: I b2 V7\nm2 bVI\n", MalformedScore)):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(error, match=r"x\.rntxt"):
            read_human(path, score)
    with pytest.raises(UnreadableFile, match=r"no nothing\.rntxt"):
        human_file(str(tmp_path), "nothing")


def test_the_first_chorale_agrees_with_its_analyst():
    score = musegen.read("bach/bwv269")
    human = read_human(human_file("bach/choraleAnalyses/riemenschneider001", "")[0], score)
    found = compare(score, human.analysis, analyse(score))
    assert found.key == 1
    assert found.numeral > 0.9
    assert human.fit > 0.9
