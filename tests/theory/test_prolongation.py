"""Chords that lead from one form of a harmony to another take its function; others keep their own."""

from itertools import pairwise

import pytest

import musegen
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.analysis import Phrase
from musegen.theory.annotations.given import given_analysis
from musegen.theory.harmony.functions import in_context
from musegen.theory.harmony.prolongation import function_lines, function_spans


def functions(figures, key="C major", phrases=()):
    count = len(figures.split())
    notes = " ".join(["c5"] * count)
    chords = given_analysis(parse_grid(f"key: {key}; meter: {count}/4\nS: {notes}\nH: {figures}")).chords
    return " ".join(str(chord.function) for chord in in_context(chords, phrases))


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        ("I viio6 I6 ii6 V I", "T T T PD D T"),  # passing, as I-V43-I6
        ("I6 V43 I IV V I", "T T T PD D T"),
        ("I V65 I ii6 V I", "T T T PD D T"),  # a neighbour
        ("I ii42 V65 I V I", "T T T T D T"),  # two neighbours
        ("I V42 I6 IV V I", "T T T PD D T"),
        ("I IV64 I V7 I", "T T T D T"),  # a pedal six-four
        ("I ii I6 IV V I", "T T T PD D T"),  # the bass passes by 2
        ("I V64 I6 IV V I", "T T T PD D T"),
        ("IV6 I64 IV V I", "PD PD PD D T"),
        ("ii6 I6 ii V I", "PD PD PD D T"),
        ("ii V65/ii ii V I", "PD PD PD D T"),  # a harmony between its own dominants
        ("I V IV6 V65 I", "T D D D T"),  # the bass passes by 6
        ("V Ger65 V7 I", "D D D T"),
        ("I V6 vi ii6 V I", "T T T PD D T"),  # the bass passes by 7 down to 6
        ("I V7 I ii6 V I", "T D T PD D T"),  # a dominant in root position may close
        ("I ii6 I6 V I", "T PD T D T"),  # no step in the bass, no dominant: nothing passes
        ("I V/V V I", "T PD D T"),
        ("I vi IV V I", "T T PD D T"),
        ("I vi V I", "T PD D T"),
    ],
)  # fmt: skip
def test_what_passes_or_neighbours_has_the_function_that_it_prolongs(figures, found):
    assert functions(figures) == found


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        ("i v6 iv6 V i", "T T PD D T"),  # the lament bass
        ("i VII VI V", "T T PD D"),
        ("i VII III iv V i", "T D T PD D T"),  # VII is the dominant of III
        ("i III+ i", "T D T"),
        ("i viio7 i iiø65 V i", "T T T PD D T"),
        ("V iv6 V i", "D D D T"),
    ],
)  # fmt: skip
def test_minor_has_its_own_passing_chords(figures, found):
    assert functions(figures, "a minor") == found


def test_what_closes_a_phrase_or_begins_one_prolongs_nothing():
    quarter = 10080
    assert (
        functions("I V6 I ii V I", phrases=(Phrase(0, 3 * quarter), Phrase(3 * quarter, 6 * quarter))) == "T D T PD D T"
    )
    assert functions("I V6 I ii V I", phrases=(Phrase(0, quarter), Phrase(quarter, 6 * quarter))) == "T D T PD D T"


def test_a_span_names_its_head_and_what_is_below():
    piece = parse_grid("meter: 4/4\nS: e5 f5 g5 f5 | d5 d5 c5 .\nH: I6 V43 I V65/V | V V7 I .")
    spans = function_spans(piece, analyse(piece))
    assert [(span.function, span.head, span.chords) for span in spans] == [
        ("T", "I", ("I6", "V43", "I")), ("PD", "V65/V", ("V65/V",)), ("D", "V", ("V", "V7")), ("T", "I", ("I",)),
    ]  # fmt: skip
    assert (spans[0].prolonging, spans[1].below) == (("V43 passing",), ("V65/V: D of V",))
    assert function_lines(piece, spans) == ["T: I6-V43-I, V43 passing: measure 1"]


def test_spans_of_a_chorale_cover_it_and_the_text_tells_each_progression_once():
    score = musegen.read("bach/bwv269")
    spans = function_spans(score, analyse(score))
    assert spans[0].onset == 0
    assert all(before.end == after.onset for before, after in pairwise(spans))
    assert "T: I-V6-I-viio6-I6, V6 neighbor, viio6 passing: measures 4 to 6" in function_lines(score, spans)


def test_the_subtonic_of_minor_is_the_dominant_of_the_mediant_one_level_below():
    piece = parse_grid("key: A minor; meter: 4/4\nS: c5 d5 c5 b4 | c5 . . .\nH: i VII III V | i . . .")
    spans = function_spans(piece, analyse(piece))
    assert [span.below for span in spans if span.below] == [("VII: D of III",)]


def test_a_passing_chord_that_leads_out_of_the_tonic_is_told_with_its_goal():
    piece = parse_grid("meter: 4/4\nS: e5 d5 c5 c5 | d5 . c5 .\nH: I V6 IV6 ii6 | V . I .")
    lines = function_lines(piece, function_spans(piece, analyse(piece)))
    assert lines == ["T: I-V6, V6 passing to IV6: measure 1"]


def test_a_mediant_does_not_prepare_a_six_four_that_only_passes_back_to_the_tonic():
    assert functions("i III V64 i6 iv V i", "a minor") == "T T T T PD D T"
