"""Phrases, cadences, endings, repetition, sequences and imitation, in pieces small enough to be counted by hand."""

import math

from tests.features.told import is_undefined, told

TWICE = "meter: 2/4\nS: c5 d5 | e5 c5^ | c5 d5 | e5 c5^"
A_STEP_HIGHER = "meter: 2/4\nS: c5 d5 | e5 c5^ | d5 e5 | f5 d5^"
FALLING_FIFTHS = """key: C major; meter: 4/4
    S: c5 c5 b4 b4 | a4 a4 g4 g4 | g4 . . .
    A: g4 f4 f4 e4 | e4 d4 d4 c4 | d4 . . .
    T: e4 a3 d4 g3 | c4 f3 b3 e3 | b3 . . .
    B: c3 f3 b2 e3 | a2 d3 g2 c3 | g2 . . ."""
FUGUE = """meter: 4/4
    S: d5 a4 b4 c5 | d5 . . . | d5 . . .
    T: r . . . | g4 d4 e4 f4 | g4 . . ."""


def test_two_phrases_of_two_measures_between_fermatas():
    assert told("phrase_lengths", TWICE) == {"mean": 2.0, "shortest": 2.0, "longest": 2.0}
    assert told("phrases_per_100_measures", TWICE) == 50.0
    assert told("regular_phrases", TWICE) == {"of_2": 1.0, "as_the_one_before": 1.0}


def test_a_phrase_heard_twice_and_one_heard_again_a_step_higher():
    every = dict.fromkeys(("all_exact", "all_transposed", "top_exact", "top_transposed"), 0.5)
    assert told("repeated_measures", TWICE) == every | {"top_rhythm": 0.75}
    moved = {"all_transposed": 0.5, "top_transposed": 0.5, "top_rhythm": 0.75}
    assert told("repeated_measures", A_STEP_HIGHER) == moved
    assert told("repetition_distances", TWICE) == {"all": 2.0, "top": 2.0}


def test_what_repeats_is_smaller_when_compressed():
    scale = "c4 d4 e4 f4 | " * 8 + "c4 . . ."
    other = (
        "c4 f4 d4 b4 | g4 a3 c5 d4 | e5 a4 f4 g3 | b3 c5 a4 d5 | f4 e5 d4 g4 | a3 b4 g4 f5 | e4 c4 b4 d5 | a4 f4 e4 c4"
    )
    sizes = [told("compressed_sizes", f"meter: 4/4\nS: {line}")["top_intervals"] for line in (scale, other)]
    assert sizes[0] < 0.5 < sizes[1]


def test_one_authentic_cadence_in_a_measure_ends_the_piece_on_its_tonic():
    piece = "key: C major; meter: 3/4\nS: c5 b4 c5\nB: c3 g2 c3\nH: I V7 I"
    assert told("cadences_per_100_measures", piece) == {"PAC": 100.0}
    assert told("final_cadence", piece) == {"PAC": 1.0}
    assert told("cadence_key_shares", piece) == {"1": 1.0}
    assert told("phrases_with_cadence", piece) == 1.0
    assert told("ends_on_tonic", piece) == 1.0
    assert told("last_third", piece) == {"none": 1.0}


def test_a_piece_that_ends_on_the_dominant_does_not_end_on_its_tonic():
    piece = "key: C major; meter: 3/4\nS: c5 c5 b4\nB: c3 f3 g3\nH: I IV V"
    assert told("final_cadence", piece) == {"HC": 1.0}
    assert told("ends_on_tonic", piece) == 0.0
    assert told("last_third", piece) == {"major": 1.0}


def test_a_cadence_in_the_dominant_key_is_away_from_home():
    piece = """key: C major; meter: 4/4
        S: e5 d5 c5 c5 | b4 a4 g4^ . | e5 d5 c5^ .
        B: c3 g2 c3 a2 | d3 d3 g2 . | c3 g2 c3 .
        H: I V I G:ii | V7 V7 I . | C:I V7 I ."""
    assert told("cadence_key_shares", piece) == {"1": 0.5, "5": 0.5}
    assert told("cadences_away_from_home", piece) == 0.5
    assert told("cadence_accents", piece) == {"middle": 1.0}


def test_dorian_finals_with_and_without_a_flat_stand_on_one_place_of_their_signature():
    assert told("final_in_signature", "key: d dorian; meter: 2/4\nS: a4 f4 | e4 d4") == {"D": 1.0}
    assert told("final_in_signature", "key: g dorian; meter: 2/4\nS: d5 bb4 | a4 g4") == {"D": 1.0}
    assert told("final_in_signature", "key: C major; meter: 2/4\nS: a4 f4 | d4 e4") == {"E": 1.0}


def test_four_statements_of_falling_fifths_are_a_sequence_of_eight_beats():
    assert told("outer_voice_sequences", FALLING_FIFTHS) == {"all": 0.6667, "falling": 0.6667}
    assert told("outer_voice_sequences_per_100_measures", FALLING_FIFTHS) == 33.3333


def test_a_scale_in_parallel_tenths_is_no_sequence():
    piece = "meter: 4/4\nS: e4 f4 g4 a4 | b4 c5 d5 e5\nB: c3 d3 e3 f3 | g3 a3 b3 c4"
    assert told("outer_voice_sequences", piece) == {}


def test_a_soggetto_answered_exactly_a_fifth_lower_one_measure_later():
    assert told("imitations_per_100_measures", FUGUE) == 33.3333
    assert told("imitation_entries", FUGUE) == {"lines": 2.0, "delay": 1.0}
    assert told("exact_answers", FUGUE) == 1.0
    assert told("imitation_intervals", FUGUE) == {"fifth_or_fourth": 1.0}
    assert told("imitations_per_100_measures", FALLING_FIFTHS) == 0.0


def test_one_line_alone_has_phrases_and_repetitions_but_no_cadences():
    assert is_undefined("cadence_shares", TWICE)
    assert is_undefined("outer_voice_sequences", TWICE)
    assert math.isnan(told("ends_on_tonic", TWICE))
    assert told("number_of_sections", TWICE) == 1.0
