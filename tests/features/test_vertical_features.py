"""What sounds together: values that can be counted by hand in a measure or two."""

import math

from tests.features.told import told

TRIAD_THEN_SIX_FOUR = """meter: 4/4
    S: g4 a4 . .
    A: e4 f4 . .
    B: c4 c4 . ."""
SUSPENDED_FOURTH = """meter: 4/4
    S: c5 . . b4
    B: a3 . g3 ."""


def test_a_triad_for_one_beat_and_a_six_four_for_three():
    assert told("intervals_over_bass", TRIAD_THEN_SIX_FOUR) == {"M3": 0.125, "P4": 0.375, "P5": 0.125, "M6": 0.375}
    assert told("set_class_shares", TRIAD_THEN_SIX_FOUR) == {"major": 1.0}
    assert told("sonority_figures", TRIAD_THEN_SIX_FOUR) == {"53": 0.25, "64": 0.75}


def test_a_fourth_over_the_bass_is_dissonant_and_a_triad_is_not():
    assert told("consonance_shares", TRIAD_THEN_SIX_FOUR) == {"imperfect": 0.25, "mild": 0.75}


def test_a_bare_fifth_and_an_octave_are_perfect():
    piece = "meter: 2/4\nS: g4 c5\nB: c4 c4"
    assert told("consonance_shares", piece) == {"perfect": 1.0}
    assert told("sonority_figures", piece) == {"unison": 0.5, "fifth": 0.5}


def test_a_major_seventh_is_harsher_than_a_minor_one():
    piece = "meter: 2/4\nS: b4 bb4\nB: c4 c4"
    assert told("consonance_shares", piece) == {"mild": 0.5, "sharp": 0.5}


def test_sevenths_are_named_by_what_lies_in_the_bass():
    piece = "meter: 4/4\nS: d5 d5 d5 d5\nA: b4 b4 b4 g4\nT: f4 g4 g4 f4\nB: g3 f3 d3 b2"
    assert told("sonority_figures", piece)["65"] == 0.25
    assert told("set_class_shares", "meter: 2/4\nS: f5 .\nA: d5 .\nT: b4 .\nB: g3 .") == {"dom7": 1.0}
    assert told("set_class_shares", "meter: 2/4\nS: a5 .\nA: f5 .\nT: d5 .\nB: b3 .") == {"hdim7": 1.0}


def test_one_chord_doubles_its_root_and_the_next_its_third():
    piece = "meter: 2/4\nS: c5 e5\nA: g4 g4\nT: e4 c4\nB: c3 e3"
    assert told("doubled_members", piece) == {"root": 0.5, "third": 0.5}


def test_a_chord_in_close_position_and_one_in_open_position():
    piece = "meter: 2/4\nS: c5 e5\nA: g4 g4\nT: e4 c4\nB: c3 c3"
    assert told("close_positions", piece) == 0.5
    assert told("sonority_spans", piece) == {"mean": 26.0, "deviation": 2.0}


def test_a_suspended_fourth_is_held_over_mid_measure_and_steps_down():
    assert told("dissonances_over_bass", SUSPENDED_FOURTH) == 50.0
    assert told("dissonance_entries", SUSPENDED_FOURTH) == {"held": 1.0}
    assert told("dissonance_exits", SUSPENDED_FOURTH) == {"step_down": 1.0}
    by_accent = told("dissonance_by_accent", SUSPENDED_FOURTH)
    assert by_accent.pop("middle") == 1.0
    assert math.isnan(by_accent.pop("between"))
    assert by_accent == {}


def test_a_passing_seventh_comes_and_goes_by_step_and_an_escape_leaps():
    assert told("dissonance_entries", "meter: 4/4\nS: e5 d5 c5 .\nB: c3 . . .") == {"by_step": 1.0}
    assert told("dissonance_exits", "meter: 4/4\nS: e5 f5 c5 .\nB: c3 . . .") == {"leap": 1.0}
