"""What a feature claims not to depend on, it does not: pitch level, note values, bar lines, staves, spelling."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musegen.features.extractor import column_names, measured
from musegen.features.piece_view import PieceView
from musegen.features.registry import chosen
from musegen.score.files import read
from musegen.score.meter import TICKS_PER_QUARTER, TimeSignature
from musegen.score.model import KeySignature, Measure, Part, Score
from musegen.score.table import Flag, NoteTable
from tests.theory.transposing import transposed

NOTE_GROUPS = ("pitch", "melody", "rhythm", "texture")
FEATURES = chosen(NOTE_GROUPS)
PIECES = (
    "bach/bwv66.6",
    "bach/bwv269",
    "monteverdi/madrigal.3.1",
    "haydn/opus74no1/movement3",
    "joplin/maple_leaf_rag",
)
EIGHTH = TICKS_PER_QUARTER // 2


def assert_unchanged(score, other, kept):
    """Every feature that `kept` picks has the same values in both."""
    features = [found for found in FEATURES if kept(found)]
    before, after = (measured(PieceView(piece), features) for piece in (score, other))
    differ = ~np.isclose(before, after, rtol=1e-4, atol=1e-5, equal_nan=True)
    names = np.array(column_names(features))
    assert dict(zip(names[differ], zip(before[differ], after[differ], strict=True), strict=True)) == {}


def augmented(score):
    """Every value twice as long, the unit of the time signature too."""
    rows = score.notes.rows.copy()
    rows["onset"] *= 2
    rows["duration"] *= 2
    measures = tuple(
        measure._replace(
            onset=2 * measure.onset,
            length=2 * measure.length,
            time_signature=TimeSignature(measure.time_signature.numerator, measure.time_signature.denominator // 2),
        )
        for measure in score.measures
    )
    return replace(score, notes=NoteTable(rows), measures=measures)


def barred(score, numerator):
    """Under another meter, from the first note on."""
    length = numerator * TICKS_PER_QUARTER
    signature = score.measures[0].key_signature
    measures = tuple(
        Measure(str(number + 1), number * length, length, TimeSignature(numerator, 4), signature)
        for number in range(-(-int(score.notes.end.max()) // length))
    )
    rows = score.notes.sounding().rows.copy()
    rows["measure_index"] = rows["onset"] // length
    return replace(score, notes=NoteTable(rows), measures=measures)


def on_one_staff(score):
    """Every part a voice of one part."""
    rows = score.notes.rows.copy()
    rows["voice"] = rows["part"] + 1
    rows["part"] = 0
    return replace(score, notes=NoteTable(rows).ordered(), parts=(Part("P1"),))


def without_spelling(score):
    """As a bare file may have it: no key signature, sharps only, no fermatas."""
    rows = score.notes.rows.copy()
    rows["fifths"] = (rows["fifths"] + 5) % 12 - 5
    rows["flags"] &= ~np.uint16(Flag.FERMATA)
    measures = tuple(measure._replace(key_signature=KeySignature(0)) for measure in score.measures)
    return replace(score, notes=NoteTable(rows), measures=measures)


@st.composite
def pieces(draw):
    """Two or three lines of eighths, quarters and halves with rests, in 4/4."""
    records = []
    for part in range(draw(st.integers(1, 3))):
        onset = draw(st.sampled_from((0, EIGHTH, 8 * EIGHTH)))
        for eighths, height, sounds in draw(
            st.lists(st.tuples(st.sampled_from((1, 2, 4)), st.integers(0, 12), st.booleans()), min_size=1, max_size=24)
        ):
            fifths = height % 7 - 1
            pitch = 76 - 12 * part + [5, 0, 7, 2, 9, 4, 11][fifths + 1] - 12 * (height > 6)
            if sounds:
                records.append({"onset": onset, "duration": eighths * EIGHTH, "pitch": pitch, "fifths": fifths,
                                "part": part, "measure_index": onset // (8 * EIGHTH)})  # fmt: skip
            onset += eighths * EIGHTH
    end = max([8 * EIGHTH, *(record["onset"] + record["duration"] for record in records)])
    measures = tuple(
        Measure(str(number + 1), 8 * number * EIGHTH, 8 * EIGHTH, TimeSignature(4, 4), KeySignature(0))
        for number in range(-(-end // (8 * EIGHTH)))
    )
    return Score(NoteTable.of(records), measures, tuple(Part(f"P{part + 1}") for part in range(3)))


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_a_minor_third_higher_differs_only_in_what_tells_its_height(name):
    score = replace(read(name), harmonies=())
    assert_unchanged(score, transposed(score, -3), lambda found: not found.absolute)


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_in_doubled_values_differs_only_in_what_tells_note_values(name):
    score = read(name)
    assert_unchanged(score, augmented(score), lambda found: "note_values" not in found.confounds)


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_barred_otherwise_differs_only_in_what_tells_meter(name):
    score = barred(read(name), 4)
    assert_unchanged(score, barred(score, 3), lambda found: "meter" not in found.confounds)


@pytest.mark.parametrize("name", PIECES[:2])
def test_four_singers_on_one_staff_differ_only_in_what_tells_parts(name):
    score = read(name)
    assert_unchanged(score, on_one_staff(score), lambda found: "parts" not in found.confounds)


@pytest.mark.parametrize("name", PIECES)
def test_a_piece_without_spelling_and_fermatas_differs_only_in_what_tells_the_format(name):
    score = read(name)
    assert_unchanged(score, without_spelling(score), lambda found: "format" not in found.confounds)


@settings(max_examples=60, deadline=None)
@given(pieces(), st.integers(-5, 6))
def test_any_lines_at_any_height_and_in_any_values_are_the_same_music(score, fifths):
    moved = transposed(augmented(score), fifths)
    assert_unchanged(score, moved, lambda found: not found.absolute and "note_values" not in found.confounds)


@settings(max_examples=60, deadline=None)
@given(pieces())
@pytest.mark.filterwarnings("error")
def test_of_any_lines_every_value_lies_in_its_range_or_is_undefined(score):
    for found in FEATURES:
        values = np.atleast_1d(np.asarray(found.measure(PieceView(score)), dtype=float))
        told = values[~np.isnan(values)]
        assert len(values) == len(found.dims), found.name
        assert ((told >= found.low - 1e-9) & (told <= found.high + 1e-9)).all(), (found.name, values)
