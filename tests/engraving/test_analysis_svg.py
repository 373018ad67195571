"""The rows of an engraved analysis: functions with lines, framed cadences, nothing on top of anything else."""

import re
from itertools import pairwise

from lxml import etree

from musegen import read
from musegen.engraving.ink import Glyph, Run
from musegen.engraving.marks import Sheet
from musegen.engraving.numerals import chord_symbol_block, numeral_block
from musegen.engraving.sheet_svg import svg
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.engraved import analysis_marks

SVG = "{http://www.w3.org/2000/svg}"
CHORALE = (
    "meter: 4/4\nS: e5 d5 e5 f5 | d5 d5 c5 .\nA: g4 g4 g4 a4 | g4 f4 e4 .\nT: c4 b3 c4 c4 | b3 b3 g3 .\n"
    "B: c3 d3 e3 f3 | g3 g3 c3 ."
)


def drawn(score, **sheet):
    found = analyse(score)
    return etree.fromstring(svg(score, sheet=Sheet(marks=analysis_marks(found, score), **sheet)).encode())


def texts(root, style):
    """(x, y, words) of the labels in this style."""
    found = []
    for group in root.iter(f"{SVG}g"):
        if group.get("class") == "harmony":
            runs = (run for run in group.iter(f"{SVG}text") if run.get(style[0]) == style[1])
            found += [(float(run.get("x")), float(run.get("y")), run.text) for run in runs]
    return found


def lines(root, y):
    """(left, right) of straight lines near this height."""
    found = []
    for path in root.iter(f"{SVG}path"):
        line = re.fullmatch(r"M([\d.]+) ([\d.]+) L([\d.]+) ([\d.]+)", path.get("d", ""))
        if line and line[2] == line[4] and abs(float(line[2]) - y) < 250:
            found.append((float(line[1]), float(line[3])))
    return found


def test_a_prolonged_tonic_has_a_line_up_to_the_next_function():
    root = drawn(parse_grid(CHORALE))
    functions = sorted(texts(root, ("font-style", "italic")))
    assert [words for *_, words in functions] == ["T", "PD", "D", "T"]
    tonic, predominant = functions[0], functions[1]
    (line,) = [line for line in lines(root, tonic[1]) if line[0] < predominant[0]]
    assert tonic[0] < line[0] < line[1] < predominant[0]


def test_a_cadence_stands_framed_under_its_last_chord():
    root = drawn(parse_grid(CHORALE))
    (cadence,) = texts(root, ("font-weight", "bold"))
    last_function = sorted(texts(root, ("font-style", "italic")))[-1]
    assert cadence[2] == "PAC"
    assert cadence[1] > last_function[1]
    assert abs(cadence[0] - last_function[0]) < 400


def test_a_function_that_goes_on_in_the_next_system_is_named_again_in_brackets():
    grid = "meter: 4/4\nS: e5 d5 e5 c5 | d5 c5 b4 c5 | d5 . c5 .\nH: I V43 I6 I | V6 I viio I | V . I ."
    root = drawn(parse_grid(grid), measures_per_system=1)
    assert "(T)" in [words for *_, words in texts(root, ("font-style", "italic"))]


def test_labels_stand_under_the_words_of_a_song_not_on_them():
    score = read("leadSheet/fosterBrownHair")
    root = drawn(score)
    for system in root.iter(f"{SVG}g"):
        if system.get("class", "").split(" ")[0] != "system":
            continue
        words = [
            float(run.get("y"))
            for verse in system.iter(f"{SVG}g")
            if verse.get("class") == "verse"
            for run in verse.iter(f"{SVG}text")
        ]
        functions = [y for _, y, _ in texts(system, ("font-style", "italic"))]
        assert words
        assert all(y > max(words) for y in functions)


def test_no_function_touches_the_next_one_in_a_piece_of_eighths():
    root = drawn(read("mozart/k545/movement1_exposition"))
    rows = {}
    for x, y, words in texts(root, ("font-style", "italic")):
        rows.setdefault(y, []).append((x, words))
    for row in rows.values():
        for (x, words), (after, _) in pairwise(sorted(row)):
            assert x + 300 * len(words) <= after + 60


def signs(figure):
    """What a numeral is made of: its letters, and the accidentals among them."""
    parts = numeral_block(figure).parts
    return "".join(part.text.strip() for part in parts if isinstance(part, Run)), [
        part.name for part in parts if isinstance(part, Glyph)
    ]


def test_the_letter_b_of_the_abrsm_is_no_flat_and_the_flat_of_a_numeral_no_letter():
    assert signs("Vb") == ("Vb", [])
    assert signs("V7b of V") == ("V7bofV", [])
    assert signs("bIIb") == ("IIb", ["b"])
    assert signs("bVImaj7") == ("VImaj7", ["b"])
    assert signs("V7(b9)/ii") == ("V7(9)/ii", ["b"])


def test_the_bass_of_a_function_stands_under_its_letter_and_its_figures_are_raised():
    runs = {part.text: part for part in numeral_block("D7/3").parts if isinstance(part, Run)}
    assert runs["7"].y > 0.3 > -0.3 > runs["3"].y
    assert runs["D"].x <= runs["3"].x < runs["7"].x


def test_chord_symbols_are_engraved_as_musicians_write_them():
    assert "7sus4" in str(chord_symbol_block("Fsusadd7").parts)
    assert "'7('" in str(chord_symbol_block("G7addb9/B").parts)
