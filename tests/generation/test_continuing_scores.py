"""A score that is continued: its melody stays note for note, and goes on in its key and meter to the tonic."""

from dataclasses import replace

import pytest

from musegen.errors import MalformedScore, UsageError
from musegen.generation.continuation.scores import continuations, lines_of, unwritten_home
from musegen.generation.tunes.making import TuneWish
from musegen.score.textgrid import parse_grid
from musegen.theory.tunes.symbols import home_named

JIG = "key: E dorian; meter: 6/8; pickup: 1; unit: 1/8\nS: b4 | e5 . f#5 g5 f#5 e5 | d5 . b4 a4 b4 d5"
QUICK = TuneWish(candidates=1)


def _notes(score):
    return [tuple(row) for row in score.notes.sounding().rows[["onset", "duration", "pitch", "fifths"]].tolist()]


def test_a_jig_of_two_measures_becomes_eight_that_begin_with_its_own_notes_and_end_on_e():
    source = parse_grid(JIG)
    made = next(continuations(source, QUICK, seed=1))
    given, whole = _notes(source), _notes(made.score)
    assert whole[: len(given)] == given
    assert made.tune.bars == 8
    assert {measure.key_signature.fifths for measure in made.score.measures} == {2}
    assert whole[-1][2] % 12 == 4


def test_so_many_measures_are_added_as_are_asked_for():
    made = next(continuations(parse_grid(JIG), TuneWish(candidates=1, measures=3), seed=1))
    assert made.tune.bars == 5


def test_repeat_signs_of_the_piece_stay_and_what_is_new_is_a_section_of_its_own():
    text = "X:1\nM:2/4\nL:1/8\nK:G\n|:GABc|d2B2|c2A2|G4:|\n"
    from musegen.score.files import read_bytes

    source = read_bytes(text.encode(), "tune.abc")
    made = next(continuations(source, QUICK, seed=1))
    assert [measure.repeat_end for measure in made.score.measures[:5]] == [False, False, False, True, False]
    assert 4 in made.plan.starts


def test_an_opening_that_stops_on_another_degree_goes_home_where_its_key_is_told():
    opening = parse_grid("key: G; meter: 2/4; unit: 1/8\nS: g4 b4 a4 b4 | c5 b4 a4 . | a4 b4 c5 b4 | a4 . . .")
    assert unwritten_home(opening) == "A dorian"
    told = next(continuations(opening, replace(QUICK, key=home_named("G")), seed=1))
    assert (told.tune.home.words, _notes(told.score)[-1][2] % 12) == ("G major", 7)
    assert next(continuations(opening, QUICK, seed=1)).tune.home.words == "A dorian"
    assert unwritten_home(parse_grid(JIG)) == ""


def test_the_same_seed_gives_the_same_continuation_and_each_number_its_own():
    source = parse_grid(JIG)
    first, second = continuations(source, QUICK, seed=7, count=2)
    again = next(continuations(source, QUICK, seed=7))
    assert _notes(first.score) == _notes(again.score) != _notes(second.score)


def test_what_cannot_be_continued_is_refused():
    with pytest.raises(UsageError, match="too many"):
        next(continuations(parse_grid(JIG), TuneWish(measures=127), seed=1))
    with pytest.raises(UsageError, match="another key"):
        next(continuations(parse_grid(JIG), TuneWish(key=home_named("C")), seed=1))
    with pytest.raises(MalformedScore, match="0 notes"):
        next(continuations(parse_grid("meter: 2/4\nS: r r"), QUICK, seed=1))


def test_lines_are_counted_so_that_people_can_be_told_what_is_left_out():
    assert lines_of(parse_grid(JIG)) == 1
    assert lines_of(parse_grid("meter: 2/4\nS: c5 d5\nB: c3 d3")) == 2
