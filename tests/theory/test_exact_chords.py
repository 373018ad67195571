"""Block chords that leave no doubt: a declared key in an excerpt, a German sixth under a wrong name."""

from dataclasses import replace

import pytest

from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse

PLAGAL = "key: C {mode}; meter: 4/4\nS: g4 . ab4 . | c5 . . .\nA: e4 . f4 . | e4 . . .\nT: c4 . . . | c4 . . .\n"
PLAGAL += "B: c3 . f3 . | c3 . . ."
GERMAN = """
    key: c minor; meter: 4/4
    S: g4 . ab4 . | g4 . g4 . | g4 . {top} . | g4 . . . | g4 . . .
    A: c4 . c4  . | d4 . eb4 . | c4 . c4 . | d4 . . . | eb4 . . .
    T: eb4 . f4 . | b3 . c4 . | eb4 . eb4 . | b3 . . . | c4 . . .
    B: c3 . f3  . | g3 . c3 . | c3 . ab2 . | g2 . . . | c3 . . .
"""


def told(score):
    found = analyse(score)
    return str(found.key), [chord.numeral.figure for chord in found.chords]


def test_a_short_piece_borrows_its_minor_subdominant_in_the_key_that_it_declares():
    assert told(parse_grid(PLAGAL.format(mode="major"))) == ("C", ["I", "iv", "I"])


def test_a_short_piece_that_closes_elsewhere_has_left_the_key_that_it_declares():
    piece = parse_grid("key: C major; meter: 4/4\nS: c5 . b4 . | a4 . . .\nA: e4 . e4 . | e4 . . .\n"
                       "T: a3 . g#3 . | a3 . . .\nB: a2 . e3 . | a2 . . .")  # fmt: skip
    assert told(piece)[0] == "a"


def test_without_a_declared_mode_the_notes_tell_the_key():
    piece = parse_grid(PLAGAL.format(mode="major"))
    measures = tuple(item._replace(key_signature=item.key_signature._replace(mode="")) for item in piece.measures)
    assert told(replace(piece, measures=measures))[0] != "C"


@pytest.mark.parametrize("top", ["f#4", "gb4"])
def test_a_german_sixth_before_v_is_heard_however_it_is_spelled(top):
    found = analyse(parse_grid(GERMAN.format(top=top)))
    assert [chord.numeral.figure for chord in found.chords if chord.measure == "3"][-1] == "Ger65"
    assert [str(span.key) for span in found.keys] == ["c"]
