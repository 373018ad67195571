"""Cadences inside phrases: closes that are evaded and tried once more, and the PAC that a plagal tag confirms."""

from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse


def told(grid):
    return [
        (made.kind, made.measure, made.beat)
        for made in analyse(parse_grid("key: C major; meter: 4/4\n" + grid)).cadences
    ]


ONCE = "f5 a5 g5 f5 | e5 . d5 ."
WAY = "f3 . d3 . | g3 . g3 ."
NUMERALS = "IV . ii6 . | Cad64 . V7 ."


def once_more(soprano, bass, chord, *, way=ONCE):
    """Four measures; where the tonic is due comes this chord, and the same way is gone again."""
    return told(
        f"S: c5 d5 e5 . | {ONCE} | {soprano} . . . | {way} | c5 . . .\n"
        f"B: c3 . c3 . | {WAY} | {bass} . . . | {WAY} | c3 . . .\n"
        f"H: I . . . | {NUMERALS} | {chord} . . . | {NUMERALS} | I . . ."
    )


def test_the_phrase_starts_again_from_i6_where_the_tonic_was_due():
    assert once_more("g5", "e3", "I6") == [("EC", "4", 1), ("PAC", "7", 1)]


def test_an_applied_dominant_takes_the_close_away():
    assert once_more("c5", "e3", "V65/IV") == [("EC", "4", 1), ("PAC", "7", 1)]


def test_a_tonic_that_comes_is_not_evaded():
    assert ("EC", "4", 1) not in once_more("c5", "c3", "I")


def test_another_way_to_the_tonic_is_not_one_more_time():
    other = "d5 c5 b4 c5 | c5 . b4 ."
    assert ("EC", "4", 1) not in once_more("g5", "e3", "I6", way=other)


def test_a_tag_over_the_held_tonic_confirms_the_close_before_it():
    rows = "S: e5 f5 d5 b4 | c5 . . . | c5 . . .\nA: g4 a4 g4 f4 | e4 . f4 . | e4 . . .\n"
    rows += "T: c4 d4 b3 d4 | c4 . a3 . | g3 . . .\nB: c3 f3 g3 . | c3 . f3 . | c3 . . .\n"
    assert told(rows + "H: I ii6 V V7 | I . IV . | I . . .") == [("PAC", "2", 1), ("PC", "3", 1)]


def test_i_and_iv_in_turn_after_v_are_no_tag_where_both_outer_lines_move_on():
    rows = "S: e5 d5 d5 b4 | c5 . a5 . | g5 . . .\nB: c3 f3 g3 . | c3 . f3 . | c3 . . .\n"
    assert told(rows + "H: I ii6 V V7 | I . IV . | I . . .") == [("PC", "3", 1)]


def test_ii65_is_iv_with_a_sixth_added():
    rows = "S: e5 g5 f5 . | e5^ . . .\nA: g4 . a4 . | g4 . . .\nT: c4 . d4 . | c4 . . .\nB: c3 e3 f3 . | c3 . . .\n"
    assert told(rows + "H: I I6 ii65 . | I . . .") == [("PC", "2", 1)]


PLAGAL = """S: e5 . . c5 | f5 . . . | e5 . . . | f5 . d5 b4 | c5 . . .
B: c3 . . . | f3 . . . | c3 . . . | f3 . g3 . | c3 . . .
H: I . . . | IV . . . | I . . . | IV . V . | I . . ."""
"""A song's first line, as Foster's Jeanie: IV-I on a long note, then the real close."""


def test_iv_to_i_on_the_way_is_no_plagal_cadence_where_no_fermata_ends_the_phrase():
    assert told(PLAGAL) == [("PAC", "5", 1)]
    assert ("PC", "3", 1) in told(PLAGAL.replace("| e5 .", "| e5^ ."))


TOUCHED = """S: c5 . e5 . | g#5 . . . | a5 . . . | f5 . d5 b4 | c5 . . .
B: c3 . c3 . | b2 . . . | c3 . . . | f3 . g3 . | c3 . . .
H: I . . . | viio65/vi . . . | vi6 . . . | IV . V . | I . . ."""


def test_a_degree_touched_by_its_viio7_makes_no_cadence_where_no_fermata_ends_the_phrase():
    assert told(TOUCHED) == [("PAC", "5", 1)]
    assert ("IAC", "3", 1) in told(TOUCHED.replace("a5 .", "a5^ ."))
