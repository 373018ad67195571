"""Periods, sentences and hypermeter in themes that everybody knows, reduced to their outer voices."""

import musegen
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.form.hypermeter import hypermeter, hypermeter_lines
from musegen.theory.form.periods import theme_lines, themes


def joined(text):
    """A text grid written in several systems, as one."""
    head, *lines = text.strip().splitlines()
    rows = {}
    for name, bars in (line.split(": ", 1) for line in lines if line):
        rows[name] = f"{rows[name]} | {bars}" if name in rows else bars
    return "\n".join([head, *(f"{name}: {bars}" for name, bars in rows.items())])


MOZART_K331 = joined("""
key: A major; meter: 6/8; unit: 1/16
S: c#5 . . d5 c#5 . e5 . . . e5 . | b4 . . c#5 b4 . d5 . . . d5 .  | a4 . . . a4 . b4 . . . b4 .
T: e4 . . . e4 . e4 . . . e4 .    | e4 . . . e4 . e4 . . . e4 .    | e4 . . . e4 . e4 . . . e4 .
B: a3 . . b3 a3 . c#4 . . . c#4 . | g#3 . . a3 g#3 . b3 . . . b3 . | f#3 . . . f#3 . g#3 . . . g#3 .

S: c#5 . . . e5 . d5 . c#5 . b4 . | c#5 . . d5 c#5 . e5 . . . e5 . | b4 . . c#5 b4 . d5 . . . d5 .
T: e4 . . . e4 . f#4 . e4 . e4 .  | e4 . . . e4 . e4 . . . e4 .    | e4 . . . e4 . e4 . . . e4 .
B: a3 . . . c#3 . d3 . e3 . e3 .  | a3 . . b3 a3 . c#4 . . . c#4 . | g#3 . . a3 g#3 . b3 . . . b3 .

S: a4 . . . b4 . c#5 . . . d5 .  | c#5 . . . b4 . a4 . . . r .
T: e4 . . . e4 . e4 . . . e4 .   | e4 . . . d4 . c#4 . . . r .
B: f#3 . . . g#3 . a3 . . . b3 . | e3 . . . e3 . a2 . . . r .
""")

BEETHOVEN_OP_2_1 = joined("""
key: F minor; meter: 2/2; unit: 1/8; pickup: 0.5
S: c4 . | f4 . ab4 . c5 . f5 . | ab5 . . g5 f5 . r .   | g4 . c5 . e5 . g5 . | bb5 . . ab5 g5 . r .
A: r .  | r . r . r . r .      | r . c4 . c4 . c4 .    | c4 . r . r . r .    | r . c4 . c4 . c4 .
T: r .  | r . r . r . r .      | r . ab3 . ab3 . ab3 . | bb3 . r . r . r .   | r . bb3 . bb3 . bb3 .
B: r .  | r . r . r . r .      | r . f3 . f3 . f3 .    | e3 . r . r . r .    | r . e3 . e3 . e3 .

S: ab5 . . g5 f5 . r .   | bb5 . . ab5 g5 . r .  | c6 . . . bb5 ab5 g5 f5 | r . f5 . e5 . r .
A: r . c4 . c4 . c4 .    | r . e4 . e4 . e4 .    | ab5 . f4 . r . g4 .    | r . g4 . g4 . r .
T: r . ab3 . ab3 . ab3 . | r . bb3 . bb3 . bb3 . | f5 . c4 . r . db4 .    | r . c4 . c4 . r .
B: r . f3 . f3 . f3 .    | r . g3 . g3 . g3 .    | r . ab3 . r . bb3 .    | r . c3 . c3 . r .
""")

ODE_TO_JOY = """
key: D major; meter: 4/4
S: f#4 f#4 g4 a4 | a4 g4 f#4 e4 | d4 d4 e4 f#4 | f#4 . e4 . | f#4 f#4 g4 a4 | a4 g4 f#4 e4 | d4 d4 e4 f#4 | e4 . d4 .
A: d4 . . .      | c#4 . d4 c#4 | a3 . c#4 d4  | d4 . c#4 . | d4 . . .      | c#4 . d4 c#4 | a3 . c#4 d4  | c#4 . a3 .
T: a3 . b3 d4    | a3 . a3 a3   | f#3 . a3 a3  | a3 . a3 .  | a3 . b3 d4    | a3 . a3 a3   | f#3 . a3 a3  | g3 . f#3 .
B: d3 . . f#3    | a3 . d3 a2   | d3 . a3 d3   | a2 . a2 .  | d3 . . f#3    | a3 . d3 a2   | d3 . a3 d3   | a2 . d3 .
"""


HAYDN_SURPRISE = joined("""
key: C major; meter: 2/4; unit: 1/8
S: c4 c4 e4 e4 | g4 g4 e4 . | f4 f4 d4 d4 | b3 b3 g3 . | c4 c4 e4 e4 | g4 g4 e4 . | c5 c5 f#4 f#4 | g4 . r .
B: c3 . c3 .   | e3 . c3 .  | d3 . f3 .   | g3 . g3 .  | c3 . c3 .   | e3 . c3 .  | a2 . d3 .     | g2 . r .

S: c4 c4 e4 e4 | g4 g4 e4 . | f4 f4 d4 d4 | b3 b3 g3 . | c5 c5 e5 e5 | g5 g5 e5 . | d5 . b4 .     | c5 . r .
B: c3 . c3 .   | e3 . c3 .  | d3 . f3 .   | g3 . g3 .  | e3 . c3 .   | e3 . c3 .  | f3 . g3 .     | c3 . r .
""")

OH_SUSANNA = """
key: G major; meter: 2/4; unit: 1/8; pickup: 0.5
S: g4 | b4 d5 d5 e5 | d5 b4 g4 a4 | b4 b4 a4 g4 | a4 . . g4 | b4 d5 d5 e5 | d5 b4 g4 a4 | b4 b4 a4 a4 | g4 . .
T: r  | d4 . d4 .   | d4 . d4 .   | d4 . e4 .   | d4 . . r  | d4 . d4 .   | d4 . d4 .   | d4 . c4 .   | b3 . .
B: r  | g3 . g3 .   | g3 . g3 .   | g3 . c#3 .  | d3 . . r  | g3 . g3 .   | g3 . g3 .   | d3 . d3 .   | g3 . .
"""

AH_VOUS_DIRAI_JE = joined("""
key: C major; meter: 2/4
S: c5 c5 | g5 g5 | a5 a5 | g5 . | f5 f5 | e5 e5 | d5 d5 | c5 . | g5 g5 | f5 f5 | e5 e5 | d5 . | g5 g5 | f5 f5
A: e4 e4 | e4 e4 | f4 f4 | e4 . | d4 d4 | g4 g4 | f4 f4 | e4 . | e4 e4 | d4 d4 | c4 c4 | b3 . | e4 e4 | d4 d4
B: c3 c3 | c3 c3 | f3 f3 | c3 . | b2 b2 | c3 c3 | g2 g2 | c3 . | c3 c3 | g2 g2 | c3 c3 | g2 . | c3 c3 | g2 g2

S: e5 e5 | d5 . | c5 c5 | g5 g5 | a5 a5 | g5 . | f5 f5 | e5 e5 | d5 d5 | c5 .
A: c4 c4 | b3 . | e4 e4 | e4 e4 | f4 f4 | e4 . | d4 d4 | g4 g4 | f4 f4 | e4 .
B: c3 c3 | g2 . | c3 c3 | c3 c3 | f3 f3 | c3 . | b2 b2 | c3 c3 | g2 g2 | c3 .
""")


def told(grid):
    """The themes of a grid as the report has them."""
    piece = parse_grid(grid)
    return theme_lines(piece, themes(piece, analyse(piece)))


def test_the_theme_of_mozarts_sonata_in_a_is_a_parallel_period():
    assert told(MOZART_K331) == ["measures 1 to 8: parallel period, 4 + 4 (HC in A major, PAC in A major)"]


def test_the_opening_of_beethovens_first_sonata_is_a_sentence():
    assert told(BEETHOVEN_OP_2_1) == ["measures 1 to 8: sentence, 2 + 2 + 4 (HC in F minor)"]


def test_the_ode_to_joy_asks_and_answers():
    (line,) = told(ODE_TO_JOY)
    assert line.startswith("measures 1 to 8: parallel period, 4 + 4 (")
    assert line.endswith("PAC in D major)")


def test_the_surprise_of_haydn_is_two_periods_the_first_of_which_modulates():
    assert told(HAYDN_SURPRISE) == [
        "measures 1 to 8: parallel period, 4 + 4 (HC in C major, PAC in G major)",
        "measures 9 to 16: parallel period, 4 + 4 (HC in C major, PAC in C major)",
    ]


def test_a_song_with_a_pickup_is_counted_from_its_downbeats():
    assert told(OH_SUSANNA) == ["measures 1 to 8: parallel period, 4 + 4 (HC in G major, PAC in G major)"]


def test_repeated_notes_alone_make_no_parallel():
    piece = parse_grid(AH_VOUS_DIRAI_JE)
    assert not any("parallel" in line for line in told(AH_VOUS_DIRAI_JE))
    assert hypermeter_lines(piece, hypermeter(piece, analyse(piece))) == ["4-measure groups: 6 x 4"]


def test_six_measures_among_fours_are_four_extended_by_two():
    four = "c5 e5 | d5 c5 | f5 e5 | d5^ ."
    six = "e5 d5 | c5 b4 | d5 e5 | f5 d5 | e5 c5 | b4^ ."
    words = []
    for phrases in ([four, four, six, four], [four, six, six, four]):
        piece = parse_grid(f"key: C major; meter: 2/4\nS: {' | '.join(phrases)}")
        words.append(hypermeter_lines(piece, hypermeter(piece, analyse(piece))))
    assert words == [["4-measure groups: 4 + 4 + 6 (extended by 2) + 4"], []]  # in the second no size prevails


def test_phrases_of_two_measures_are_a_hypermeter_only_where_one_of_them_is_longer():
    two, three = "c5 d5 | e5^ .", "f5 e5 | d5 f5 | e5^ ."
    words = []
    for phrases in ([two] * 4, [two, two, three, two]):
        piece = parse_grid(f"meter: 2/4\nS: {' | '.join(phrases)}")
        words.append(hypermeter_lines(piece, hypermeter(piece, analyse(piece))))
    assert words == [[], ["2-measure groups: 2 + 2 + 3 (extended by 1) + 2"]]


def test_a_consequent_closes_at_home_in_the_dominant_or_the_relative_key_and_nowhere_else():
    rows = (
        "meter: 3/4\nS: e5 d5 c5 | d5 e5^ . | e5 d5 c5 | {} .\nB: c3 b2 a2 | g2 c3 . | c3 b2 a2 | {} .\n"
        "H: I . . | V I . | I . . | {} ."
    )
    closes = {"home": ("b4 c5", "g2 c3", "V I"), "second degree": ("c#5 d5", "a2 d3", "V/ii ii")}
    found = {name: parse_grid(rows.format(*end)) for name, end in closes.items()}
    assert {name: len(themes(piece, analyse(piece))) for name, piece in found.items()} == {
        "home": 1,
        "second degree": 0,
    }


def test_two_ideas_that_only_inverted_dominants_answer_are_one_phrase():
    found = analyse(musegen.read("mozart/k545/movement1_exposition"), engine="neural")
    assert not any(cadence.measure == "2" for cadence in found.cadences)
    assert len(found.phrases) == 2
