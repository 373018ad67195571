"""Pitch, melody, rhythm and texture of a few bars: each value can be counted by hand."""

import math

import numpy as np
import pytest

from musegen.features.extractor import measured
from musegen.features.piece_view import PieceView
from musegen.features.registry import chosen
from musegen.score.table import Flag, NoteTable
from musegen.score.textgrid import parse_grid
from tests.features.told import is_undefined, told

CHROMATIC = "meter: 4/4\nS: c4 c#4 d4 d#4 | e4 f4 f#4 g4 | g#4 a4 a#4 b4 | c5 . . ."
THIRDS = "meter: 4/4\nS: e5 f5 g5 f5 | e5 . . .\nB: c5 d5 e5 d5 | c5 . . ."
DORIAN = "key: d dorian; meter: 4/4\nS: d4 f4 a4 b4 | a4 g4 f4 d4"
CANON = "meter: 4/4\nS: c5 d5 e5 c5 | c5 d5 e5 c5\nB: r r r r | c4 d4 e4 c4"


def test_a_chromatic_scale_rises_by_semitones_only():
    assert told("interval_shares", CHROMATIC) == told("top_interval_shares", CHROMATIC) == {"+1": 1.0}
    assert told("mean_interval", CHROMATIC)["all"] == told("rising_share", CHROMATIC)["top"] == 1.0
    assert told("interval_entropy", CHROMATIC).get("top", 0) == 0
    assert is_undefined("arc_length", CHROMATIC)  # it never turns
    assert told("ambitus", CHROMATIC)["whole"] == 12.0


def test_five_of_its_semitones_are_chromatic_and_five_of_its_thirteen_notes_altered():
    assert told("spelled_interval_shares", CHROMATIC) == {
        "minor_second": round(7 / 12, 4), "chromatic_semitone": round(5 / 12, 4)
    }  # fmt: skip
    found = told("altered_shares", CHROMATIC)
    assert found == {"time": 5 / 16, "notes": round(5 / 13, 4), "sharpwards": round(5 / 13, 4)}
    assert told("spelling_shares", CHROMATIC)["C#"] == 1 / 16
    assert told("pitch_class_shares", CHROMATIC)["P1"] == 5 / 16  # the first note, and the whole last measure
    assert told("outside_best_scale", CHROMATIC) == 5 / 16


def test_the_dorian_mode_has_a_minor_third_and_a_major_sixth_over_its_final():
    found = told("raised_degree_shares", DORIAN)
    assert (found.get("3", 0), found["6"]) == (0, 1.0)
    assert math.isnan(found["2"])  # no second sounds
    assert told("pitch_class_note_shares", DORIAN) == {"P1": 0.25, "m3": 0.25, "P4": 0.125, "P5": 0.25, "M6": 0.125}
    assert told("degree_shares", DORIAN) == {"1": 0.25, "3": 0.25, "4": 0.125, "5": 0.25, "6": 0.125}
    assert told("opening_degree", DORIAN) == {"1": 1.0}
    assert told("closing_move", DORIAN) == {"third_down": 1.0}
    assert told("compass_about_last_note", DORIAN) == {"above": 9.0}


def test_an_arch_is_convex_and_its_peak_stands_in_the_middle():
    arch = "meter: 4/4\nS: c5 e5 g5 e5 | c5 r r r"
    assert told("contour_shares", arch) == {"convex": 1.0}
    assert told("place_of_extremes", arch)["top_peak"] == 0.4  # 2 of 5 quarters
    assert told("net_rise", arch).get("top", 0) == 0
    assert told("direction_trigram_shares", arch) == {"up-up-down": 0.5, "up-down-down": 0.5}
    assert told("arc_length", arch)["top"] == 4.0
    assert told("arc_size", arch)["top"] == 7.0


def test_a_fermata_ends_a_phrase():
    two = "meter: 4/4\nS: c5 e5 g5 c6^ | c6 g5 e5 c5"
    assert told("contour_shares", two) == {"ascending": 0.5, "descending": 0.5}
    assert told("phrase_shape", two)["notes"] == 4.0


def test_a_leap_is_filled_by_a_step_back():
    filled = "meter: 4/4\nS: c5 a5 g5 f5 | c5 d5 e5 f5"
    assert told("step_back_after_leap", filled)["top"] == 1.0  # c-a-g, f-c-d
    assert told("reversal_after_leap", filled)["all"] == 1.0
    assert told("leap_after_leap", filled).get("top", 0) == 0
    assert told("step_inertia", filled)["top"] == 0.75  # a-g-f, c-d-e, d-e-f go on; g-f-c does not
    assert told("scale_run_length", filled)["top"] == 2.5


def test_what_comes_again_a_step_higher_is_a_sequence():
    sequence = "meter: 3/4\nS: c5 d5 e5 | d5 e5 f5 | e5 f5 g5"
    found = told("immediate_repetition", sequence)
    assert found.get("repetition", 0) == 0
    assert found["sequence"] == 1.0
    assert told("figures_that_came_before", sequence)["top"] == 0.4  # five figures, three different


def test_notes_held_over_the_beats_are_syncopated_as_far_as_longuet_higgins_and_lee_say():
    offbeat = "meter: 4/4; unit: 1/8\nS: c5 d5 . e5 . f5 . g5"
    assert told("syncopation", offbeat)["top"] == 0.8  # 0, over a quarter 1, over the middle 2, over a quarter 1, 0
    assert told("syncopated_share", offbeat)["all"] == 0.6
    assert told("held_over_barline", "meter: 2/4\nS: c5 d5~ | d5 e5") == 0.5


def test_dotted_rhythms_vary_from_note_to_note_and_even_ones_do_not():
    dotted = "meter: 2/4; unit: 1/16\nS: c5 . . d5 e5 . . f5"
    assert told("npvi", dotted)["top"] == 100.0
    assert told("ioi_ratio_shares", dotted) == {"1/3": 0.5, "3": 0.5}
    assert told("value_kind_shares", dotted) == {"plain": 0.5, "dotted": 0.5}
    assert told("note_value_shares", dotted) == {"16th": 0.5, "dotted_8th": 0.5}
    assert told("npvi", "meter: 2/4\nS: c5 d5").get("top", 0) == 0


def test_triplets_are_told_and_lie_off_the_grid():
    triplets = "meter: 2/4; unit: 1/12\nS: c5 d5 e5 c5 . ."
    assert told("value_kind_shares", triplets) == {"plain": 0.25, "triplet": 0.75}
    assert told("onset_level_shares", triplets) == {"measure": 0.25, "2": 0.25, "off_grid": 0.5}
    assert told("onset_in_beat_shares", triplets) == {"0": 0.5, "4": 0.25, "8": 0.25}
    assert told("commonest_value_share", triplets) == {"first": 0.75, "second_to_first": round(1 / 3, 4)}


def test_a_pickup_is_the_end_of_a_measure():
    upbeat = "meter: 3/4; pickup: 1\nS: g4 | c5 d5 e5"
    assert told("onset_place_shares", upbeat) == {"0": 0.25, "5": 0.25, "10": 0.5}
    assert told("pickup_length", upbeat) == round(1 / 3, 4)
    assert told("meter_shares", upbeat) == {"3": 1.0}


def test_a_hymn_in_parallel_thirds_moves_as_one():
    assert told("struck_together_shares", THIRDS) == {"all": 1.0}
    assert told("common_onsets", THIRDS)["outer"] == 1.0
    assert told("mean_gap", THIRDS)["all"] == 29 / 8  # major thirds for 5 beats (e over c), minor ones for 3
    assert told("gap_shares", THIRDS) == {"top_pair_to_M3": 1.0, "bottom_pair_to_M3": 1.0}
    assert told("notes_by_line", THIRDS) == {"top": 0.5, "bass": 0.5, "evenness": 1.0}
    assert told("fullness", THIRDS) == {"all": 1.0, "mean": 1.0}


def test_a_canon_enters_one_after_the_other():
    assert told("entries", CANON) == {"at_once": 0.5, "mean_delay": 0.25}
    assert told("who_begins", CANON) == {"top_first": 1.0}
    assert told("rest_shares", CANON) == {"bass": 0.5, "mean": 0.25, "most": 0.5}
    assert told("sounding_line_shares", CANON) == {"1": 0.5, "2": 0.5}
    assert told("measure_rhythms", CANON) == {"as_before": 1.0, "different": 0.5}
    answered = "meter: 5/4\nS: c5 d5 e5 c5 f5 | a5 . . . .\nB: r r r r r | c4 d4 e4 c4 f4"
    assert told("figures_that_came_before", answered) == {"all": round(1 / 3, 4)}


def test_crossed_and_doubling_lines_are_told():
    crossed = "meter: 4/4\nS: c5 a4 g4 c5\nA: g4 b4 g4 a4\nB: c3 . . ."
    assert told("neighbours_time", crossed) == {"crossed": 0.125, "unison": 0.125, "over_octave": 0.5}
    assert told("outermost_time", crossed) == {"top": 0.75, "bass": 1.0}


def test_one_line_has_no_bass_and_no_neighbours():
    tune = "meter: 2/4\nS: c5 d5"
    for name in (
        "bass_pitch_class_shares",
        "bass_interval_shares",
        "mean_gap",
        "common_onsets",
        "struck_together_shares",
    ):
        assert is_undefined(name, tune), name


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("flag", [Flag.GRACE, Flag.UNPITCHED, Flag.CUE])
def test_graces_drums_and_cues_alone_are_silence_and_one_note_is_a_row(flag):
    every = chosen(("pitch", "melody", "rhythm", "texture"))
    one = parse_grid("meter: 2/4\nS: c5 .")
    rows = one.notes.rows.copy()
    rows["flags"] |= np.uint16(flag)
    other = type(one)(NoteTable(rows), one.measures, one.parts)
    assert np.isnan(measured(PieceView(other), every)).mean() > 0.9
    assert len(measured(PieceView(one), every)) == len(measured(PieceView(other), every))
    assert told("pitch_class_shares", PieceView(one)) == {"P1": 1.0}
