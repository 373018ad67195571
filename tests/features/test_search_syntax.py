"""The language of patterns: what each word finds, and where a pattern that cannot be read is at fault."""

import numpy as np
import pytest

from musegen.errors import UsageError
from musegen.features.search.chord_words import read_chord_word, read_chords
from musegen.features.search.counterpoint_words import read_module, read_motion
from musegen.features.search.matching import Row, matches
from musegen.features.search.note_words import read_melody, read_rhythm
from musegen.features.search.queries import make_query
from musegen.features.search.syntax import QueryError, read_pattern


@pytest.mark.parametrize(
    ("word", "found", "not_found"),
    [
        ("V65/V", ["V65/V"], ["V7/V", "V65", "V65/vi"]),
        ("V", ["V"], ["V6", "V7", "v", "Cad64", "V/V"]),
        ("V.", ["V", "V6", "V64", "V7", "V42", "V9"], ["v", "V7/V", "viio", "Cad64"]),
        ("V7.", ["V7", "V65", "V43", "V42"], ["V", "V6", "V7/V"]),
        ("viio.", ["viio6", "viio7", "viiø7", "viio42"], ["V65", "viio7/V"]),
        ("V7/*", ["V7/V", "V7/vi", "V7/IV"], ["V7", "V65/V"]),
        ("V./V", ["V/V", "V65/V", "V7/V"], ["V", "V65/ii"]),
        ("*/V", ["V65/V", "viio7/V"], ["V", "V7/ii"]),
        ("2", ["ii", "ii65", "II6", "iio"], ["IV", "V/ii"]),
        ("Cad64", ["Cad64"], ["I64", "I"]),
        ("Ger6", ["Ger65"], ["It6", "Fr43"]),
    ],
)
def test_each_chord_word_finds_its_chords_and_no_others_in_major(word, found, not_found):
    asked = read_chord_word(word)
    assert all(asked.fits(figure, False, "") for figure in found)
    assert not any(asked.fits(figure, False, "") for figure in not_found)


def test_a_numeral_counts_in_the_mode_of_the_chord_and_v_of_v_is_v_of_minor_v():
    assert read_chord_word("VI").fits("VI", True, "")
    assert not read_chord_word("VI").fits("vi", True, "")
    assert read_chord_word("V7/V").fits("V7/v", True, "")


def test_a_function_is_found_by_the_function_in_context():
    assert read_chord_word("PD").fits("IV", False, "PD")
    assert not read_chord_word("PD").fits("IV", False, "T")


LETTERS = np.array(list("abcabdab"))
ROW = Row(np.array([False, *[True] * 7]), np.zeros(8, bool), np.array([0, 0, 0, 1, 1, 1, 2, 2]))


@pytest.mark.parametrize(
    ("pattern", "spans"),
    [
        ("a b", [(0, 1), (3, 4), (6, 7)]),
        ("a b (c|d)", [(0, 2), (3, 5)]),
        ("a b c?", [(0, 1), (0, 2), (3, 4), (6, 7)]),
        ("b !c", [(4, 5)]),
        ("b *", [(1, 2), (4, 5)]),
        ("a ... (c|d)", [(0, 2), (3, 5)]),
        ("c ... a", []),
    ],
)
def test_choices_options_negations_and_gaps_find_what_they_say(pattern, spans):
    found = matches(read_pattern(pattern, str), ROW, lambda letter: letter == LETTERS)
    assert [tuple(span) for span in found] == spans


@pytest.mark.parametrize(
    ("read", "text", "position", "said"),
    [
        (read_chords, "V65/V Q7 I", 7, "`Q7` is no chord"),
        (read_chords, "V (I|vi", 8, "a bracket is not closed"),
        (read_chords, "V I)", 4, "closes nothing"),
        (read_chords, "... V", 1, "not at the beginning"),
        (read_chords, "V ...", 6, "nothing follows"),
        (read_chords, "V?", 1, "in nothing at all"),
        (read_chords, "V/ I", 1, "applied to nothing"),
        (read_melody, "+2 5", 4, "of intervals or of notes"),
        (read_melody, "+2 x9", 4, "no interval, degree or pitch"),
        (read_melody, "+2 P3", 4, "no interval"),
        (read_rhythm, "q z", 3, "no note value"),
        (read_module, "7_1 P3", 5, "no interval `P3`"),
        (read_module, "7 6 8 / 1", 8, "3 intervals have 2 steps"),
        (read_motion, "sideways P5 P5", 1, "no motion `sideways`"),
        (read_motion, "parallel P5 P3", 13, "no interval `P3`"),
        (read_chords, "(I|V) " * 30, None, "too many choices"),
        (read_chords, "V" * 500, None, "too many"),
    ],
)
def test_a_pattern_that_cannot_be_read_is_told_with_the_letter_where_it_fails(read, text, position, said):
    with pytest.raises(QueryError, match="letter") as caught:
        read(text)
    assert said in caught.value.message
    if position is not None:
        assert caught.value.position == position


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "nothing to find"),
        ({"chords": "V", "at": ["cadense"]}, "no place `cadense`"),
        ({"chords": "V", "cadences": ["XAC"]}, "no cadence `XAC`"),
        ({"module": "3 3", "motion": "parallel"}, "alone"),
        ({"module": "3 3", "melody": "+2"}, "alone"),
        ({"melody": "+2", "voice": "1-3"}, "no voice `1-3`"),
        ({"module": "3 3", "voice": "viola"}, "no voice `viola`"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(asked, said):
    with pytest.raises(UsageError, match=said):
        make_query(**asked)
