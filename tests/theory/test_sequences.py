"""Sequences: each kind as a textbook writes it, what only looks like one, and places in Bach, Haydn and Mozart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transposing import transposed

import musegen
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.form.sequences import sequence_line, sequences

KINDS = {
    ("descending fifths", 4, "a second down", "5-5"): """
        key: C major; meter: 4/4
        S: g4 . a4 . | f4 . g4 . | e4 . f4 . | d4 . e4 . | c4 . . .
        A: e4 . f4 . | d4 . e4 . | c4 . d4 . | b3 . c4 . | g3 . . .
        T: c4 . c4 . | b3 . b3 . | a3 . a3 . | g3 . g3 . | e3 . . .
        B: c3 . f3 . | b2 . e3 . | a2 . d3 . | g2 . c3 . | c3 . . .""",
    ("descending fifths", 3, "a second down", "65-42"): """
        key: C major; meter: 4/4
        S: c5 . b4 . | b4 . a4 . | a4 . g4 . | g4 . . .
        A: a4 . g4 . | g4 . f4 . | f4 . e4 . | e4 . . .
        T: d4 . d4 . | c4 . c4 . | b3 . b3 . | c4 . . .
        B: f3 . f3 . | e3 . e3 . | d3 . d3 . | c3 . . .""",
    ("descending fifths", 3, "a second down", "6-5"): """
        key: C major; meter: 4/4
        S: c5 . c5 . | b4 . b4 . | a4 . a4 . | g4 . . .
        A: g4 . a4 . | f4 . g4 . | e4 . f4 . | e4 . . .
        T: c4 . f4 . | d4 . e4 . | c4 . d4 . | c4 . . .
        B: e3 . f3 . | d3 . e3 . | c3 . d3 . | c3 . . .""",
    ("descending 5-6", 3, "a third down", "5-5"): """
        key: D major; meter: 4/4
        S: f#5 . e5 . | d5 . c#5 . | b4 . a4 . | b4 . c#5 . | d5 . . .
        A: d5 . c#5 . | b4 . a4 .  | g4 . f#4 .| g4 . e4 .  | f#4 . . .
        T: a4 . a4 .  | f#4 . f#4 .| d4 . d4 . | d4 . a4 .  | a4 . . .
        B: d4 . a3 .  | b3 . f#3 . | g3 . d3 . | g3 . a3 .  | d3 . . .""",
    ("descending 5-6", 4, "a third down", "5-6"): """
        key: C major; meter: 4/4
        S: e5 . d5 . | c5 . b4 . | a4 . g4 . | f4 . . .
        A: g4 . g4 . | e4 . e4 . | c4 . c4 . | a3 . . .
        B: c4 . b3 . | a3 . g3 . | f3 . e3 . | d3 . . .""",
    ("ascending 5-6", 4, "a second up", "5-6"): """
        key: C major; meter: 4/4
        S: g4 . a4 . | a4 . b4 . | b4 . c5 . | c5 . . .
        A: e4 . e4 . | f4 . f4 . | g4 . g4 . | a4 . . .
        B: c4 . c4 . | d4 . d4 . | e4 . e4 . | f4 . . .""",
    ("descending thirds", 4, "a third down", "5"): """
        key: C major; meter: 4/4
        S: e5 . . . | c5 . . . | a4 . . . | f4 . . . | d4 . . .
        A: g4 . . . | e4 . . . | c4 . . . | a3 . . . | b3 . . .
        B: c4 . . . | a3 . . . | f3 . . . | d3 . . . | g2 . . .""",
    ("ascending fifths", 3, "a second up", "5-5"): """
        key: C major; meter: 4/4
        S: c5 . b4 . | d5 . c5 . | e5 . d5 . | c5 . . .
        A: g4 . g4 . | a4 . a4 . | b4 . b4 . | a4 . . .
        T: e4 . d4 . | f4 . e4 . | g4 . f#4 .| e4 . . .
        B: c3 . g3 . | d3 . a3 . | e3 . b3 . | a3 . . .""",
    ("monte", 2, "a second up", "65-5"): """
        key: C major; meter: 4/4
        S: bb4 . a4 . | c5 . b4 .  | c5 . . .
        A: g4 . f4 .  | a4 . g4 .  | g4 . . .
        T: c4 . c4 .  | d4 . d4 .  | e4 . . .
        B: e3 . f3 .  | f#3 . g3 . | c3 . . .""",
    ("fonte", 2, "a second down", "65-5"): """
        key: C major; meter: 4/4
        S: g4 . f4 .  | f4 . e4 . | d4 . . .
        A: e4 . d4 .  | d4 . c4 . | b3 . . .
        T: a3 . a3 .  | g3 . g3 . | g3 . . .
        B: c#3 . d3 . | b2 . c3 . | g2 . . .""",
    ("parallel 6-3", 6, "a second down", "6"): """
        key: C major; meter: 4/4
        S: c5 . b4 . | a4 . g4 . | f4 . e4 . | d4 . c4 .
        A: g4 . f4 . | e4 . d4 . | c4 . b3 . | b3 . g3 .
        B: e4 . d4 . | c4 . b3 . | a3 . g3 . | g3 . c3 .""",
}


def found_in(score):
    return sequences(score, analyse(score))


def told(score):
    return [sequence_line(score, found) for found in found_in(score)]


@pytest.mark.parametrize("story", KINDS, ids=lambda story: f"{story[0]} {story[3]}")
def test_a_textbook_sequence_is_named_by_its_kind_with_its_statements_and_figures(story):
    rows = found_in(parse_grid(KINDS[story]))
    assert [(row.kind, row.statements, row.interval, row.figures) for row in rows] == [story]
    assert rows[0].onset == 0


@given(st.sampled_from(sorted(KINDS)), st.integers(-6, 6))
@settings(max_examples=25, deadline=None)
def test_a_sequence_is_the_same_in_every_key(story, fifths):
    moved = found_in(transposed(parse_grid(KINDS[story]), fifths))
    assert [(row.onset, row.kind, row.statements, row.interval, row.figures) for row in moved] == [(0, *story)]


def test_a_chain_of_applied_dominants_is_told_as_one():
    piece = parse_grid("""
        key: C major; meter: 4/4
        S: b4 . c5 .  | a4 . b4 .  | g4 . a4 . | f4 . g4 . | e4 . . .
        A: g#4 . a4 . | f#4 . g4 . | e4 . f4 . | d4 . d4 . | c4 . . .
        T: e4 . e4 .  | d4 . d4 .  | c4 . c4 . | a3 . b3 . | g3 . . .
        B: e3 . a3 .  | d3 . g3 .  | c3 . f3 . | d3 . g3 . | c3 . . .""")
    assert told(piece) == [
        "measures 1 to 3: descending fifths by applied dominants, 3 statements, each a second down (5-5)"
    ]


def test_ornaments_between_the_beats_do_not_hide_a_sequence():
    canon = parse_grid("""
        key: D major; meter: 4/4; unit: 1/8
        S: f#5 g5 f#5 . e5 . d5 e5 | d5 . . . c#5 b4 c#5 . | b4 c#5 d5 . a4 . . . | b4 . . . c#5 . . .
        A: a4 . a4 . a4 . a4 .     | f#4 . f#4 . f#4 . f#4 . | d4 . d4 . d4 . d4 . | d4 . . . e4 . . .
        B: d4 . d4 . a3 . a3 .     | b3 . b3 . f#3 . f#3 . | g3 . g3 . d3 . d3 .   | g3 . . . a3 . . .""")
    assert [(row.kind, row.statements) for row in found_in(canon)] == [("descending 5-6", 3)]


NEAR_MISSES = {
    "scales in tenths": """
        key: C major; meter: 4/4
        S: e5 d5 c5 b4 | a4 g4 f4 e4 | d4 . e4 .
        B: c4 b3 a3 g3 | f3 e3 d3 c3 | b2 . c3 .""",
    "a melody that climbs over a bass that does not": """
        key: C major; meter: 4/4
        S: c5 d5 e5 c5 | d5 e5 f5 d5 | e5 f5 g5 e5 | c5 . . .
        A: e4 . . .    | f4 . . .    | g4 . . .    | e4 . . .
        B: c3 . . .    | c3 . . .    | c3 . . .    | c3 . . .""",
    "the same measure three times": """
        key: C major; meter: 4/4
        S: e5 . d5 . | e5 . d5 . | e5 . d5 . | c5 . . .
        A: g4 . g4 . | g4 . g4 . | g4 . g4 . | e4 . . .
        B: c4 . g3 . | c4 . g3 . | c4 . g3 . | c3 . . .""",
    "one chord broken in both hands": """
        key: C major; meter: 4/4
        S: g4 c5 c5 e5 | e5 g5 g5 c6 | c6 . . .
        B: c3 e3 e3 g3 | g3 c4 c4 e4 | e4 . . .""",
    "a phrase answered in the dominant": """
        key: C major; meter: 4/4
        S: c5 . e5 f5 | e5 d5 c5 . | g5 . b5 c6  | b5 a5 g5 .
        A: g4 . g4 a4 | g4 f4 e4 . | d5 . d5 e5  | d5 c5 b4 .
        B: c3 . c3 f3 | g3 g2 c3 . | g3 . g3 c4  | d4 d3 g3 .""",
    "two neighbouring chords": """
        key: C major; meter: 4/4
        S: c5 . . . | d5 . . . | e5 . c5 . | c5 . b4 . | c5 . . .
        A: g4 . . . | a4 . . . | g4 . a4 . | g4 . f4 . | e4 . . .
        B: c4 . . . | d4 . . . | c4 . f3 . | g3 . g3 . | c3 . . .""",
}


@pytest.mark.parametrize("story", NEAR_MISSES)
def test_what_only_looks_like_a_sequence_is_none(story):
    assert told(parse_grid(NEAR_MISSES[story])) == []


GOLDEN = {
    "bach/bwv17.7": ["measures 23 to 24: ascending 5-6, 2 statements, each a second up (5-5)"],
    "bach/bwv190.7": ["measure 31: fonte, 2 statements, each a second down (65-5)"],
    "bach/bwv244.37": ["measures 7 to 8: monte, 2 statements, each a second up (65-5)"],
    "bach/bwv149.7": ["measure 19: descending fifths, 3 statements, each a second down (42-65)"],
    "bach/bwv66.6": [],
    "bach/bwv269": [],
}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_sequences_of_a_chorale_are_those_that_a_theorist_names(name):
    assert told(musegen.read(name)) == GOLDEN[name]


def test_silence_has_no_sequences():
    assert told(parse_grid("meter: 4/4\nS: r . . .")) == []
