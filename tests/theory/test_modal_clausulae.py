"""Clausulae, fragment by fragment, as a teacher of counterpoint around 1570 would name them."""

import musegen
from musegen.score.textgrid import parse_grid
from musegen.theory.modal.cantizans import cantizantes
from musegen.theory.modal.clausulae import clausulae
from musegen.theory.modal.lines import lines_of
from musegen.theory.modal.marks import clausula_marks


def told(grid):
    return [(row.pitch, row.kind, row.suspension, row.leading_tone) for row in clausulae(parse_grid(grid))]


def test_a_dorian_bicinium_closes_on_its_final_by_a_suspended_seventh_and_a_raised_leading_tone():
    bicinium = "meter: 4/4\nCantus: a4 . d5 . | . c#5 d5 .\nTenor: f4 . g4 f4 | e4 . d4 ."
    assert told(bicinium) == [("D", "perfect", "7-6", "raised")]
    (close,) = clausulae(parse_grid(bicinium))
    assert (close.cantizans, close.tenorizans, close.bassizans) == ("Cantus", "Tenor", "")


def test_the_cantizans_may_lie_below_then_the_second_resolves_to_the_third():
    assert told("meter: 4/4\nS: f5 . e5 . | . . d5 .\nT: c5 d5 . c#5 | . . d5 .") == [("D", "perfect", "2-3", "raised")]


def test_a_semitone_in_the_tenorizans_makes_it_phrygian_and_nothing_is_raised():
    grid = "meter: 4/4\nCantus: c5 . e5 . | . d5 e5 .\nTenor: a4 . g4 . | f4 . e4 ."
    assert told(grid) == [("E", "phrygian", "7-6", "natural")]


def test_singers_raise_what_the_page_leaves_to_them():
    grid = "meter: 4/4\nS: a4 . d5 . | . c5 d5 .\nT: f4 . g4 f4 | e4 . d4 ."
    assert told(grid) == [("D", "perfect", "7-6", "unwritten")]


def test_a_tenor_that_rises_in_place_of_falling_evades_the_close():
    (close,) = clausulae(parse_grid("meter: 4/4\nS: a4 . d5 . | . c#5 d5 .\nT: f4 . g4 f4 | e4 . f4 ."))
    assert (close.kind, close.tenorizans, close.evidence) == ("evaded", "", "T goes to F")


def test_a_cantus_that_rests_in_place_of_rising_evades_it_too():
    grid = "meter: 4/4\nS: a4 . d5 . | . c#5 r .\nT: f4 . g4 f4 | e4 . d4 ."
    assert [(row.kind, row.evidence) for row in clausulae(parse_grid(grid))] == [("evaded", "D does not come")]


FOUR_VOICES = """
    meter: 4/4
    Cantus: a4 . d5 . | . c#5 d5 .
    Altus:  f4 . g4 . | a4 .  a4 .
    Tenor:  d4 . d4 f4| e4 .  d4 .
    Bassus: d3 . b-3 . | a3 . d3 ."""


def test_in_four_voices_each_sings_its_own_part_of_the_close():
    (close,) = clausulae(parse_grid(FOUR_VOICES))
    assert (close.cantizans, close.altizans, close.tenorizans, close.bassizans) == (
        "Cantus", "Altus", "Tenor", "Bassus",
    )  # fmt: skip
    assert (close.kind, close.lowest) == ("perfect", "D")


def test_the_letters_of_the_parts_stand_over_the_notes_of_arrival():
    assert [label.text for label in clausula_marks(parse_grid(FOUR_VOICES)).labels] == ["C/D", "T", "B", "A"]


def test_a_bass_that_steps_up_from_the_fifth_takes_the_ground_away():
    (close,) = clausulae(parse_grid(FOUR_VOICES.replace("a3 . d3 .", "a3 . b-3 .")))
    assert (close.kind, close.evidence) == ("evaded", "Bassus goes to B-")


def test_a_voice_that_enters_under_a_close_leaves_it_kept():
    grid = """
    meter: 4/4
    S: a4 . d5 . | . c#5 d5 . | e5 . . .
    T: f4 . g4 f4| e4 .  d4 . | c4 . . .
    B: r  . .  . | . .   b-3 .| a3 . . ."""
    (close,) = clausulae(parse_grid(grid))
    assert (close.kind, close.evidence) == ("perfect", "B enters on B-")


def test_only_the_last_of_a_chain_of_sevenths_is_a_clausula():
    chain = """
    meter: 2/2; unit: 1/4
    S: g5 . g5 f5 | f5 e5 e5 d5 | d5 c#5 d5 .
    T: b4 . a4 .  | g4 . f4 .   | e4 .   d4 ."""
    assert [row.pitch for row in clausulae(parse_grid(chain))] == ["D"]


def test_sixth_and_octave_in_passing_are_no_clausula():
    assert told("meter: 4/4\nS: a4 b4 c5 b4 | a4 g4 a4 b4\nT: f4 d4 c4 d4 | f4 e4 f4 g4") == []


def test_landini_touches_the_sixth_before_the_octave():
    voices = "meter: 6/8; unit: 1/8\nS: e5 . . d5 . c5 | d5 . . . . .\nT: f4 . . . . . | d4 . . . . ."
    assert not clausulae(parse_grid(voices))  # the tenor leaps
    voices = "meter: 6/8; unit: 1/8\nS: f5 . . c#5 . b4 | d5 . . . . .\nT: a4 . . e4 . . | d4 . . . . ."
    assert told(voices) == [("D", "perfect", "", "raised")]
    (found,) = (one for one in cantizantes(lines_of(parse_grid(voices))[0]) if one.arrives)
    assert found.under_third


def test_the_raised_third_of_a_last_chord_has_nowhere_to_go_and_evades_nothing():
    grid = """
    meter: 4/4
    S: d5 . c5 . | . b4 . . | r . . .
    T: b4 . g4 . | . . . .  | r . . .
    B: g3 . g3 . | . . . .  | r . . ."""
    assert told("key: F major; " + grid.strip()) == []


def test_a_close_of_palestrina_with_the_bass_as_tenorizans():
    score = musegen.read("palestrina/Agnus_05")
    (close,) = (row for row in clausulae(score) if score.place(row.onset).measure == "15")
    assert (close.pitch, close.suspension, close.leading_tone) == ("A", "7-6", "raised")
    assert (close.cantizans, close.tenorizans, close.altizans) == ("Tenor 2", "Bass", "Alto")


def test_a_sixth_that_is_struck_over_the_goal_evades_the_close():
    grid = """
    meter: 4/4
    S: d5 . e5 .  | . . f5 .
    A: a4 . d5 .  | . c#5 d5 .
    T: f4 . g4 f4 | e4 . d4 .
    B: d4 . c4 d4 | a3 . d4 ."""
    assert [(row.kind, row.evidence) for row in clausulae(parse_grid(grid))] == [("perfect", "")]
    (close,) = clausulae(parse_grid(grid.replace("f5 .\n", "b-5 .\n")))
    assert (close.kind, close.evidence) == ("evaded", "S goes to B-")


def test_a_semitone_over_a_raised_note_is_no_mi():
    assert told("meter: 2/4\nS: e5 . | f#5 .\nB: g4 . | f#4 .") == []


def test_two_voices_of_which_one_goes_on_at_once_have_not_closed():
    grid = "meter: 4/4\nS: f4 g4 a4 c#5 | d5 {}\nT: f4 g4 f4 e4 | d4 r r r"
    assert told(grid.format("e5 f5 g5")) == []
    assert told(grid.format(". . r")) == [("D", "perfect", "", "raised")]


def test_a_dissonance_on_a_weaker_beat_than_its_resolution_is_no_suspension():
    grid = "meter: 4/4\nS: a4 a4 d5 . | c#5 . d5 e5 | f5 . . .\nT: f4 f4 f4 e4 | . . d4 c4 | d4 . . ."
    assert told(grid) == []


def test_a_third_voice_with_a_leading_note_to_the_fifth_makes_a_close_of_the_trecento():
    grid = "meter: 3/4\nS: e5 d5 c#5 | d5 . . | e5 . .\nA: b4 a4 {} | a4 . . | g4 . .\nT: g4 f4 e4 | d4 . . | c4 . ."
    (close,) = clausulae(parse_grid(grid.format("g#4")))
    assert (close.cantizans, close.tenorizans, close.altizans) == ("S", "T", "A")
    assert clausulae(parse_grid(grid.format("g4"))) == ()
