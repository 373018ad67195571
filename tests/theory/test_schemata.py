"""Schemata: each entry of the table finds its own example, and not what only looks like one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transposing import transposed

import musegen
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.form.schemata import schema_line, schemata, table

ENTRIES = {entry.name: entry for entry in table()}


def found_in(score):
    return [(score.place(found.onset).measure, found.name) for found in schemata(score, analyse(score))]


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_finds_its_own_example_in_measure_1_and_nothing_else(name):
    assert found_in(parse_grid(ENTRIES[name].example)) == [("1", name)]


@given(st.sampled_from(sorted(ENTRIES)), st.integers(-6, 6))
@settings(max_examples=30, deadline=None)
def test_a_schema_is_the_same_in_every_key(name, fifths):
    score = parse_grid(ENTRIES[name].example)
    there = schemata(transposed(score, fifths), analyse(transposed(score, fifths)))
    here = schemata(score, analyse(score))
    assert [(row.onset, row.end, row.name, row.key.tonic - fifths) for row in there] == [
        (row.onset, row.end, row.name, row.key.tonic) for row in here
    ]


def test_a_prinner_may_come_with_an_appoggiatura_and_an_alberti_bass():
    sonata = parse_grid("""
        key: C major; meter: 4/4; unit: 1/8
        R: a5 . . . g5 . c6 . | g5 . f5 . e5 . . . | d5 . . . . . . .
        L: c4 a4 f4 a4 c4 g4 e4 g4 | b3 g4 d4 g4 c4 g4 e4 g4 | g3 . . . . . . .
        H: IV64 . . . I . . . | V6 . . . I . . . | V . . . . . . .""")
    assert found_in(sonata) == [("1", "Prinner")]


NEAR_MISSES = {
    "tenths that come down through a whole octave": """
        key: C major; meter: 4/4
        S: c6 . b5 . | a5 . g5 . | f5 . e5 . | d5 . c5 .
        B: a4 . g4 . | f4 . e4 . | d4 . c4 . | b3 . a3 .
        H: vi . V . | IV . I6 . | viio6 . I . | V6 . vi .""",
    "the degrees of a Prinner between the beats": """
        key: C major; meter: 4/4
        S: c6 a5 g5 f5 | e5 . . .
        B: c4 f4 e4 d4 | c4 . . .
        H: I IV I6 viio6 | I . . .""",
    "the melody of a Prinner over another bass": """
        key: C major; meter: 4/4
        S: a5 . g5 . | f5 . e5 . | d5 . . .
        T: c5 . c5 . | a4 . g4 . | g4 . . .
        B: f3 . c3 . | f3 . c3 . | g3 . . .
        H: IV . I . | IV . I . | V . . .""",
    "do-re-mi over a bass that does not move": """
        key: C major; meter: 4/4
        S: c5 . . . | d5 . . . | e5 . . .
        T: g4 . . . | f4 . . . | g4 . . .
        B: c4 . . . | c4 . . . | c4 . . .
        H: I . . . | V7[bass1] . . . | I . . .""",
    "a clausula vera in the middle of a phrase": """
        key: C major; meter: 4/4
        S: b4 . c5 . | e5 . f5 . | e5 . . .
        T: f4 . e4 . | g4 . a4 . | g4 . . .
        B: d4 . c4 . | c4 . f4 . | c4 . . .
        H: viio6 . I . | I . IV . | I . . .""",
}


@pytest.mark.parametrize("story", NEAR_MISSES)
def test_what_only_looks_like_a_schema_is_none(story):
    assert found_in(parse_grid(NEAR_MISSES[story])) == []


def test_the_sonata_facile_answers_its_opening_with_a_prinner():
    score = musegen.read("mozart/k545/movement1_exposition")
    lines = [schema_line(score, found) for found in schemata(score, analyse(score))]
    assert "measures 3 to 4: Prinner in C major, 6-5-4-3 over 4-3-2-1" in lines


def test_a_single_line_and_an_empty_piece_have_no_schemata():
    assert found_in(parse_grid("meter: 4/4\nS: a5 . g5 . | f5 . e5 .")) == []
    assert found_in(parse_grid("meter: 4/4\nS: r . . .")) == []
