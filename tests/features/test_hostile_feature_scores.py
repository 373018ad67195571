"""No score makes a feature of sonority, harmony, voice leading or form raise, warn, or leave its range."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import musegen
from musegen.features.extractor import column_names, measured
from musegen.features.piece_view import PieceView
from musegen.features.registry import chosen
from musegen.score.meter import TimeSignature
from musegen.score.model import HarmonyLabel, KeySignature, Measure, Part, Score
from musegen.score.table import Flag, NoteTable
from musegen.score.textgrid import parse_grid
from tests.features.test_feature_invariances import augmented, barred, on_one_staff, without_spelling
from tests.theory.transposing import transposed

GROUPS = ("vertical", "harmony", "voice_leading", "form", "learned")
FEATURES = chosen(GROUPS)
QUARTER = 10080


def score_of(records, measures=2, parts=1):
    """Notes in measures of 4/4."""
    bars = tuple(
        Measure(str(number + 1), 4 * number * QUARTER, 4 * QUARTER, TimeSignature(4, 4), KeySignature(0))
        for number in range(measures)
    )
    placed = [{**record, "measure_index": record["onset"] // (4 * QUARTER)} for record in records]
    return Score(NoteTable.of(placed), bars, tuple(Part(f"P{number}") for number in range(parts)))


def beats(**column):
    return [{"onset": beat * QUARTER, "duration": QUARTER, "pitch": 60, "fifths": 0} | column for beat in range(8)]


def forty_parts():
    rng = np.random.default_rng(1)
    heights = rng.integers(36, 90, (40, 8)).tolist()
    return score_of(
        [
            {"onset": beat * QUARTER, "duration": QUARTER, "pitch": pitch, "fifths": pitch * 7 % 12, "part": part}
            for part, line in enumerate(heights)
            for beat, pitch in enumerate(line)
        ],
        parts=40,
    )


TWO = parse_grid("meter: 2/4\nS: b4 c5\nB: g3 c3")
HOSTILE = {
    "nothing at all": Score(NoteTable.of([]), (), ()),
    "empty measures": score_of([]),
    "rests": parse_grid("meter: 4/4\nS: r r r r\nB: r . . ."),
    "one note": parse_grid("meter: 4/4\nS: c5 . . ."),
    "one chord": parse_grid("meter: 4/4\nS: c5 . . .\nA: e4 . . .\nB: c3 . . ."),
    "a unison": parse_grid("meter: 4/4\nS: c4 . . .\nA: c4 . . ."),
    "one measure": parse_grid("meter: 4/4\nS: c5 d5 e5 f5\nB: c3 . . ."),
    "a silent inner voice": parse_grid("meter: 4/4\nS: c5 r r e5\nA: r r r r\nB: r c3 r c3"),
    "percussion only": score_of(beats(flags=int(Flag.UNPITCHED))),
    "grace notes only": score_of(beats(flags=int(Flag.GRACE), duration=0)),
    "forty parts": forty_parts(),
    "all keys at once": score_of(
        [{"onset": 0, "duration": QUARTER, "pitch": key, "fifths": key} for key in range(128)]
    ),
    "measures of no length": replace(TWO, measures=(TWO.measures[0]._replace(length=0),)),
    "notes without measures": replace(TWO, measures=()),
    "numerals of nonsense": replace(TWO, harmonies=(HarmonyLabel(0, "numeral", "XYZ"),)),
    "a function for a label": replace(TWO, harmonies=(HarmonyLabel(0, "function", "T"),)),
    "chord symbols over a tune": parse_grid("meter: 4/4\nS: c5 e5 g5 e5 | d5 b4 g4 .\nC: C . . . | G7 . . ."),
    "a mixed meter": parse_grid("meter: 5/4\nS: c5 d5 e5 f5 g5\nB: c3 . . . ."),
}


def assert_in_range(score):
    view = PieceView(score)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for found in FEATURES:
            values = np.atleast_1d(np.asarray(found.measure(view), dtype=float))
            told = values[~np.isnan(values)]
            assert values.shape == (len(found.dims),), found.name
            assert ((told >= found.low - 1e-9) & (told <= found.high + 1e-9)).all(), (found.name, values)
    return view


def test_more_than_430_dimensions_with_definition_and_source():
    assert sum(len(found.dims) for found in FEATURES) > 430
    for found in FEATURES:
        assert found.definition.endswith("."), found.name
        assert found.source, found.name


@pytest.mark.parametrize("name", HOSTILE)
def test_a_score_of(name):
    assert_in_range(HOSTILE[name])


def test_in_silence_nothing_is_told_but_sections():
    names = np.array(column_names(FEATURES))
    told = names[~np.isnan(measured(PieceView(HOSTILE["rests"]), FEATURES))]
    assert set(told) == {"form.number_of_sections", "form.measures_in_repeats"}


@pytest.mark.parametrize("piece", ["bach/bwv66.6", "essenFolksong/altdeu10", "haydn/opus74no1/movement3"])
def test_a_real_piece(piece):
    assert_in_range(musegen.read(piece))


def test_a_chorale_leaves_little_undefined():
    values = measured(PieceView(musegen.read("bach/bwv227.1")), FEATURES)
    assert np.isnan(values).mean() < 0.05


@settings(max_examples=5)
@given(st.integers(-6, 5))
def test_a_chorale_in_another_key_tells_the_same(fifths):
    score = musegen.read("bach/bwv66.6")
    here, there = (measured(PieceView(piece), FEATURES) for piece in (score, transposed(score, fifths)))
    differ = ~np.isclose(here, there, rtol=1e-4, equal_nan=True)
    assert np.array(column_names(FEATURES))[differ].tolist() == []


@pytest.mark.parametrize("piece", ["bach/bwv66.6", "bach/bwv269"])
@pytest.mark.parametrize(("change", "confound"), [
    (augmented, "note_values"), (lambda score: barred(score, 3), "meter"),
    (on_one_staff, "parts"), (without_spelling, "format"),
])  # fmt: skip
def test_what_asks_no_chords_depends_on_the_edition_only_where_it_says_so(piece, change, confound):
    score = barred(musegen.read(piece), 4) if confound == "meter" else musegen.read(piece)
    plain = [found for found in FEATURES if found.needs != "chords" and confound not in found.confounds]
    here, there = (measured(PieceView(version), plain) for version in (score, change(score)))
    differ = ~np.isclose(here, there, rtol=1e-4, atol=1e-5, equal_nan=True)
    assert np.array(column_names(plain))[differ].tolist() == []


@pytest.mark.slow
def test_thirty_chorales_and_five_movements_of_quartets():
    for number in range(250, 430, 6):
        assert_in_range(musegen.read(f"bach/bwv{number}"))
    for piece in ("haydn/opus74no1/movement1", "haydn/opus74no1/movement3", "mozart/k458/movement1",
                  "beethoven/opus18no1/movement1", "beethoven/opus59no1/movement3"):  # fmt: skip
        assert_in_range(musegen.read(piece))
