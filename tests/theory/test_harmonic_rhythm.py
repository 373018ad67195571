"""How fast the harmony goes, and where it quickens."""

from dataclasses import replace

import musegen
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.analysis import Phrase
from musegen.theory.harmony.harmonic_rhythm import harmonic_rhythm, rhythm_lines

SLOW_THEN_FAST = (
    "meter: 4/4\nS: e5 . . . | f5 . . . | e5 . . . | d5 . . . | e5 f5 d5 b4 | c5 . . .\n"
    "B: c3 . . . | f3 . . . | c3 . . . | g3 . . . | a3 d3 g3 g3 | c3 . . .\n"
    "H: I . . . | IV . . . | I . . . | V . . . | vi ii V V7 | I . . ."
)


def test_a_phrase_of_whole_measures_quickens_before_its_cadence():
    piece = parse_grid(SLOW_THEN_FAST)
    found = analyse(piece)
    one_phrase = replace(found, phrases=(Phrase(0, piece.end),), cadences=found.cadences[-1:])
    rows = harmonic_rhythm(piece, one_phrase)
    assert [(row.kind, row.chords_per_measure, row.before) for row in rows] == [
        ("piece", 1.33, 0), ("run", 1, 0), ("cadence", 3, 1),
    ]  # fmt: skip
    assert rhythm_lines(piece, rows) == [
        "1.3 chords a measure; most of the time 4 quarters each",
        "steady: measures 1 to 4 (1)",
        "quicker before the cadences of measure 6, beat 1 (1 to 3)",
    ]


def test_an_inversion_or_an_added_seventh_is_no_new_harmony():
    piece = parse_grid("meter: 4/4\nS: e5 g5 d5 f5 | e5 . . .\nB: c3 e3 g3 f3 | e3 . . .\nH: I I6 V V42 | I6 . . .")
    (whole,) = harmonic_rhythm(piece, analyse(piece))
    assert (whole.chords_per_measure, whole.usual_quarters) == (1.5, 2)


def test_a_chorale_moves_in_quarters_and_a_prelude_in_measures():
    usual = {}
    for name in ("bach/bwv66.6", "bach/bwv846"):
        score = musegen.read(name)
        usual[name] = harmonic_rhythm(score, analyse(score))[0].usual_quarters
    assert usual == {"bach/bwv66.6": 1, "bach/bwv846": 4}


def test_silence_has_no_rhythm():
    piece = parse_grid("meter: 4/4\nS: r . . .")
    assert harmonic_rhythm(piece, analyse(piece)) == ()
    assert rhythm_lines(piece, ()) == []
