"""Chords, progressions, harmonic rhythm and keys of stated numerals: each value can be counted by hand."""

import math
from dataclasses import replace

import pytest

import musegen
from musegen.features.piece_view import PieceView
from musegen.score.model import HarmonyLabel
from musegen.score.textgrid import parse_grid
from tests.features.told import is_undefined, told

ONE_OF_EACH = "key: C major; meter: 4/4\nS: e5 f5 d5 c5\nA: g4 a4 b4 g4\nB: c3 f3 g3 c3\nH: I IV V7 I"
BORROWED = "key: C major; meter: 4/4\nS: c5 d5 d5 c5\nA: g4 a4 b4 ab4\nB: c3 f#3 g3 f3\nH: I V7/V V iv"
AWAY_FOR_A_MEASURE = """key: C major; meter: 2/4
    S: e5 d5 | c5 b4 | b4 a4 | g4 e5
    B: c3 g2 | c3 g2 | g2 d3 | g2 c3
    H: I V | I V | G:I V | C:V I"""


def test_the_time_of_i_iv_v7_i():
    assert told("numeral_shares", ONE_OF_EACH) == {"major.I": 0.5, "major.IV": 0.25, "major.V7": 0.25}
    assert told("function_shares", ONE_OF_EACH) == {"T": 0.5, "PD": 0.25, "D": 0.25}
    assert told("inversion_shares", ONE_OF_EACH) == {"triad": 0.75, "seventh": 0.25}
    assert told("chord_quality_shares", ONE_OF_EACH) == {"major": 0.75, "dom7": 0.25}
    assert told("seventh_share_of_dominants", ONE_OF_EACH) == 1.0
    assert told("numeral_entropy", ONE_OF_EACH) == 1.5


def test_the_successions_of_i_iv_v7_i():
    third = 0.3333
    assert told("function_successions", ONE_OF_EACH) == {"T-PD": third, "PD-D": third, "D-T": third}
    assert told("root_successions", ONE_OF_EACH) == {"1-4": third, "4-5": third, "5-1": third}
    assert told("bass_successions", ONE_OF_EACH) == {"1-4": third, "4-5": third, "5-1": third}
    assert told("root_motions", ONE_OF_EACH) == {"P4_up": 0.6667, "M2_up": third}
    assert told("root_succession_entropy", ONE_OF_EACH) == 0.0


def test_a_dominant_that_goes_back_to_the_subdominant():
    piece = "key: C major; meter: 4/4\nS: e5 d5 c5 c5\nA: g4 b4 a4 g4\nB: c3 g3 f3 c3\nH: I V IV I"
    assert told("retrogressions", piece) == 0.3333
    assert told("retrogressions", ONE_OF_EACH) == 0.0


def test_one_chord_a_beat():
    assert told("chord_changes_per_measure", ONE_OF_EACH) == 4.0
    assert told("harmony_lengths", ONE_OF_EACH) == {"mean": 1.0}
    assert told("chord_changes_by_accent", ONE_OF_EACH) == {"downbeat": 0.25, "middle": 0.25, "pulse": 0.5}


def test_inversions_and_sevenths_of_a_root_are_one_harmony():
    piece = "key: C major; meter: 2/4\nS: e5 c5 | b4 d5 | c5 .\nB: c3 e3 | g3 f3 | e3 .\nH: I I6 | V V42 | I6 ."
    assert told("chord_changes_per_measure", piece) == 1.0
    assert told("downbeats_with_new_chord", piece) == 1.0


def test_an_applied_seventh_and_a_borrowed_subdominant():
    assert told("applied_shares", BORROWED) == {"all": 0.25, "of_5": 0.25}
    assert told("chromatic_chord_shares", BORROWED) == {"borrowed_in_major": 0.25}


def test_neapolitan_and_german_sixth_in_minor_and_its_picardy_third():
    piece = (
        "key: a minor; meter: 4/4\nS: a4 bb4 a4 a4\nA: e4 f4 d#4 e4\nT: c4 f3 c4 c#4\nB: a2 d3 f2 a2\nH: i N6 Ger65 I"
    )
    assert told("chromatic_chord_shares", piece) == {"neapolitan": 0.25, "german": 0.25, "borrowed_in_minor": 0.25}


def test_a_bass_held_under_three_harmonies_is_a_pedal_point():
    piece = "key: C major; meter: 4/4\nS: e5 f5 e5 d5\nA: g4 a4 g4 g4\nB: c3 . . g2\nH: I IV64 I V"
    assert told("pedal_share", piece) == 0.75
    assert told("pedal_share", ONE_OF_EACH) == 0.0


def test_a_measure_in_the_dominant_key():
    assert told("key_shares", AWAY_FOR_A_MEASURE) == {"1_major": 0.75, "5_major": 0.25}
    assert told("time_away_from_home", AWAY_FOR_A_MEASURE) == {"all": 0.25, "longest": 0.25, "before_leaving": 0.5}
    assert told("key_distances", AWAY_FOR_A_MEASURE) == {"mean": 0.25, "furthest_sharp": 1.0}
    assert told("key_changes_per_100_measures", AWAY_FOR_A_MEASURE) == 50.0
    assert told("number_of_keys", AWAY_FOR_A_MEASURE) == 2.0
    assert told("ends_in_home_key", AWAY_FOR_A_MEASURE) == 1.0


def test_pairs_over_the_border_of_two_phrases_or_two_keys_are_no_progressions():
    piece = "key: C major; meter: 2/4\nS: e5 d5^ | f5 e5^ | f5 e5^\nB: c3 g2 | f3 c3 | f3 c3\nH: I V | IV I | IV I"
    assert told("root_successions", piece) == {"1-5": 0.3333, "4-1": 0.6667}


def test_one_line_alone_has_no_harmony_unless_it_states_chords():
    tune = "key: C major; meter: 4/4\nS: e5 f5 d5 c5"
    for name in ("numeral_shares", "function_shares", "root_successions", "key_shares", "chord_changes_per_measure"):
        assert is_undefined(name, tune)
    assert told("numeral_shares", f"{tune}\nH: I IV V7 I") == {"major.I": 0.5, "major.IV": 0.25, "major.V7": 0.25}


def test_one_line_alone_is_never_analysed():
    class Unread(PieceView):
        @property
        def analysis(self):
            raise AssertionError("analysed")

    view = Unread(musegen.read("essenFolksong/altdeu10"))
    assert math.isnan(told("home_is_minor", view))


@pytest.fixture(scope="module")
def chorale():
    return PieceView(musegen.read("bach/bwv66.6"))


def test_bwv_66_6_is_in_f_sharp_minor_visits_a_major_and_ends_on_a_major_tonic(chorale):
    assert told("home_is_minor", chorale) == 1.0
    shares = told("key_shares", chorale)
    assert shares["1_minor"] > 0.3
    assert shares["3_major"] > 0.3
    assert told("numeral_shares", chorale)["minor.I"] > 0
    assert told("last_third", chorale) == {"major": 1.0}
    assert told("final_in_signature", chorale) == {"A": 1.0}


def test_numerals_that_nobody_can_read_leave_harmony_undefined():
    piece = replace(parse_grid("meter: 2/4\nS: b4 c5\nB: g3 c3"), harmonies=(HarmonyLabel(0, "numeral", "XYZ"),))
    assert math.isnan(told("home_is_minor", PieceView(piece)))
    assert told("motion_kinds", PieceView(piece))["outer.contrary"] == 1.0  # voice leading needs no chords
