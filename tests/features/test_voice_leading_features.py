"""Voice leading: two or four lines in a measure, where every move can be counted by hand."""

import math

from tests.features.told import is_undefined, told

TENTHS = "meter: 3/4\nS: e5 f5 g5\nB: c3 d3 e3"
CLOSE = "key: C major; meter: 2/4\nS: b4 c5\nA: f4 e4\nT: d4 c4\nB: g3 c3\nH: V7 I"
BACH_CLOSE = "key: C major; meter: 2/4\nS: d5 c5\nA: b4 g4\nT: g4 e4\nB: g3 c3\nH: V I"
SUBDOMINANT = "key: C major; meter: 2/4\nS: c5 c5\nA: g4 a4\nT: e4 f4\nB: c3 f3\nH: I IV"


def defined(values):
    """Without the dimensions that are not defined."""
    return {name: value for name, value in values.items() if not math.isnan(value)}


def test_parallel_tenths_are_thirds():
    assert defined(told("motion_kinds", TENTHS)) == {"outer.parallel": 1.0}
    assert told("parallels_per_100_moves", TENTHS) == {"thirds": 100.0}
    assert told("lines_that_move", TENTHS) == {"two": 1.0}


def test_parallel_fifths_are_told_from_unequal_ones():
    assert told("parallels_per_100_moves", "meter: 2/4\nS: g4 a4\nB: c4 d4") == {"perfect_fifths": 100.0}
    assert told("parallels_per_100_moves", "meter: 2/4\nS: f5 g5\nB: b3 c4") == {"unequal_fifths": 100.0}


def test_a_direct_fifth_is_similar_motion_with_a_leap_on_top():
    assert told("outer_motions_per_100_moves", "meter: 2/4\nS: e5 a5\nB: c4 d4") == {"direct_fifths": 100.0}
    assert told("outer_motions_per_100_moves", "meter: 2/4\nS: e5 f5\nB: d4 bb3") == {"contrary": 100.0}


def test_two_octaves_in_contrary_motion_are_antiparallel():
    piece = "meter: 2/4\nS: c5 g5\nB: c4 g3"
    assert told("irregular_motions_per_100_moves", piece) == {"antiparallel_octaves": 100.0}


def test_lines_that_cross_overlap_and_so_does_one_that_only_comes_near():
    assert told("irregular_motions_per_100_moves", "meter: 2/4\nS: e4 c4\nB: c4 f4") == {"overlapped": 100.0}
    assert told("irregular_motions_per_100_moves", "meter: 2/4\nS: e4 a4\nB: c4 g4") == {"overlapped": 100.0}


def test_four_lines_of_which_all_or_three_go_one_way():
    up = "meter: 2/4\nS: c5 d5\nA: g4 a4\nT: e4 f4\nB: c3 d3"
    assert told("lines_that_move", up) == {"four_or_more": 1.0}
    assert told("all_lines_in_one_direction", up) == 1.0
    assert told("all_lines_in_one_direction", up.replace("c3 d3", "c3 b2")) == 0.0


def test_leading_tone_and_seventh_resolve_in_v7_i():
    assert defined(told("resolutions", CLOSE)) == {"leading_tone": 1.0, "seventh": 1.0}
    assert told("tendency_tones_per_100_notes", CLOSE) == {"leading_tone": 12.5, "seventh": 12.5}


def test_an_inner_leading_tone_may_fall_to_the_fifth():
    found = told("leading_tone_resolutions", BACH_CLOSE)
    assert math.isnan(found["outer"])
    assert "inner" not in found  # none rises


def test_a_suspended_fourth_in_one_measure():
    piece = "meter: 4/4\nS: f5 . . e5\nB: d3 . c3 .\nH: ii . I ."
    assert told("suspensions_per_100_measures", piece) == {"4-3": 100.0}
    assert told("suspension_manners", piece) == {}  # tied, plain, over a bass that stays
    assert told("non_chord_tone_shares", piece) == {"suspension": 1.0}


def test_one_of_three_notes_on_top_is_a_passing_note_off_the_pulse():
    piece = "meter: 2/4; unit: 1/8\nS: e5 d5 c5 .\nB: c3 . . .\nH: I . . ."
    assert told("non_chord_tones_per_100_notes", piece)["top.passing"] == 33.3333
    assert told("accented_ornaments", piece) == 0.0
    assert told("accented_ornaments", "meter: 4/4\nS: e5 d5 c5 .\nB: c3 . . .\nH: I . . .") == 1.0


def test_from_tonic_to_subdominant_one_tone_stays_in_the_soprano():
    assert told("common_tones", SUBDOMINANT) == 1.0
    assert told("common_tones_kept", SUBDOMINANT) == 1.0
    found = told("chord_change_sizes", SUBDOMINANT)
    assert (found["of_a_line"], found["largest"]) == (2.0, 5.0)
    assert found["least_of_a_line"] <= 2.0


def test_a_common_tone_that_changes_its_line_is_not_kept():
    assert told("common_tones_kept", SUBDOMINANT.replace("S: c5 c5", "S: c5 a5").replace("A: g4 a4", "A: g4 c5")) == 0.0


def test_one_line_alone_leads_no_voices():
    for name in ("motion_kinds", "parallels_per_100_moves", "resolutions", "common_tones", "suspension_manners"):
        assert is_undefined(name, "meter: 4/4\nS: e5 f5 d5 c5")
