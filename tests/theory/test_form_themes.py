"""Periods, sentences and hypermeter in themes that everybody knows, reduced to their outer voices."""

from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
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
