"""Suspensions by their figures, their preparation and resolution; the forms of other dissonances."""

from collections import Counter

import pytest

import musegen
from musegen.score.textgrid import parse_grid
from musegen.theory import aspects
from musegen.theory.analyse import analyse
from musegen.theory.dissonance.forms import dissonance_lines, dissonances
from musegen.theory.dissonance.suspensions import suspension_line, suspension_lines, suspensions

HEAD = "key: C major; meter: 4/4; unit: 1/8\n"


def found(rows):
    piece = parse_grid(HEAD + rows)
    return piece, suspensions(piece, analyse(piece))


PATTERNS = {
    "4-3": "S: f5 . . . f5 . e5 .\nB: d3 . . . c3 . . .\nH: ii . . . I . . .",
    "7-6": "S: c5 . . . c5 . b4 .\nB: e3 . . . d3 . . .\nH: I6 . . . viio6 . . .",
    "9-8": "S: d5 . . . d5 . c5 .\nA: b4 . . . c5 . . .\nB: g3 . . . c3 . . .\nH: V . . . I . . .",
    "2-3": "S: g4 . . . d5 . . .\nB: c4 . . . c4 . b3 .\nH: I . . . V6 . . .",
    "7-8 retardation": "S: b4 . . . b4 . c5 .\nB: g3 . . . c3 . . .\nH: V . . . I . . .",
    "9-6": "S: d5 . . . d5 . c5 .\nB: g3 . . . c4 . e3 .\nH: V . . . I . I6 .",
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_suspension_is_known_by_its_figures(pattern):
    piece, (row,) = found(PATTERNS[pattern])
    assert suspension_line(piece, row).startswith(f"{pattern}: measure 1, beat 3")
    assert (row.preparation, row.onset, row.resolution) == (0, 2 * 10080, 3 * 10080)
    assert (row.is_prepared, row.is_struck_again, row.bass_moves) == (True, True, pattern == "9-6")


def test_a_tied_suspension_is_not_struck_again():
    _, (row,) = found("S: f5 . . . . . e5 .\nB: d3 . . . c3 . . .\nH: ii . . . I . . .")
    assert (row.pattern, row.is_struck_again, row.preparation) == ("4-3", False, 0)


def test_a_resolution_may_be_ornamented():
    piece, (row,) = found("S: f5 . . . . c5 e5 .\nB: d3 . . . c3 . . .\nH: ii . . . I . . .")
    assert (row.pattern, row.is_ornamented, row.resolution) == ("4-3", True, 3 * 10080)
    assert suspension_line(piece, row) == "4-3: measure 1, beat 3 (voice 1, ornamented)"


def test_sevenths_that_prepare_each_other_are_a_chain():
    piece = parse_grid(
        "key: C major; meter: 4/4\nS: c5 . . . | c5 . b4 . | b4 . a4 . | a4 . g4 .\n"
        "B: e3 . . . | d3 . . . | c3 . . . | b2 . . .\nH: I6 . . . | viio6 . . . | vi6 . . . | V6 . . ."
    )
    chain = suspensions(piece, analyse(piece))
    assert [(row.pattern, row.is_chained) for row in chain] == [("7-6", False), ("7-6", True), ("7-6", True)]


def test_a_long_piece_tells_each_pattern_once():
    rows = ("S", "f5 . . . f5 . e5 ."), ("B", "d3 . . . c3 . . ."), ("H", "ii . . . I . . .")
    piece, found_there = found("\n".join(f"{name}: {' | '.join([bar] * 6)}" for name, bar in rows))
    (line,) = suspension_lines(piece, found_there)
    assert line.startswith("4-3: measure 1, beat 3 (voice 1); measure 2, beat 3 (voice 1); ")
    assert line.endswith(" and 2 more")


FORMS = {
    "passing rising": "S: c5 d5 e5 . e5 . . .\nB: c3 . . . c3 . . .\nH: I . . . . . . .",
    "neighbor lower": "S: c5 b4 c5 . c5 . . .\nB: c3 . . . c3 . . .\nH: I . . . . . . .",
    "escape double neighbor": "S: e5 f5 d5 e5 e5 . . .\nB: c3 . . . c3 . . .\nH: I . . . . . . .",
    "escape cambiata": "S: c5 b4 g4 a4 g4 . . .\nA: e4 . . . e4 . . .\nB: c3 . . . c3 . . .\nH: I . . . . . . .",
    "escape ": "S: e5 f5 d5 . d5 . . .\nB: c3 . g3 . g3 . . .\nH: I . V . . . . .",
    "escape incomplete neighbor": "S: e5 f5 g5 . g5 . . .\nB: c3 . . . c3 . . .\nH: I . . . . . . .".replace(
        "g5", "a5"
    ),
    "appoggiatura ": "S: c5 . f5 e5 e5 . . .\nB: c3 . . . c3 . . .\nH: I . . . . . . .",
    "pedal in the bass": "S: e5 . d5 . c5 . . .\nA: g4 . f4 . e4 . . .\nB: c3 . . . . . . .\nH: I . viio6 . I . . .",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_dissonance_has_the_form_of_its_kind(form):
    piece = parse_grid(HEAD + FORMS[form])
    first = dissonances(piece, analyse(piece))[0]
    assert f"{first.kind} {first.form}" == form


def test_an_accented_and_a_chromatic_passing_tone_are_told_apart():
    piece = parse_grid(HEAD + "S: c5 . e5 . d5 c5 . . | c5 c#5 d5 . d5 . . .\nB: c3 . . . . . . . | f3 . d3 . . . . .\n"
                       "H: I . . . . . . . | IV . ii . . . . .")  # fmt: skip
    rows = dissonances(piece, analyse(piece))
    assert [(row.is_accented, row.is_chromatic) for row in rows] == [(True, False), (False, True)]
    assert dissonance_lines(piece, rows) == ["2 passing: 1 accented, 1 chromatic"]


def test_a_pedal_point_lasts_as_long_as_the_chords_over_it():
    piece = parse_grid(
        "key: C major; meter: 4/4\nS: e5 d5 f5 e5 | d5 . e5 .\nA: c5 b4 a4 g4 | f4 . g4 .\n"
        "T: g4 g4 d4 c4 | b3 . c4 .\nB: c3 . . . | . . . .\nH: I V ii6 I | V7 . I ."
    )
    rows = [row for row in dissonances(piece, analyse(piece)) if row.kind == "pedal"]
    assert [(row.onset // 10080, row.end // 10080, row.chords) for row in rows] == [(1, 6, ("V", "ii6", "V7"))]
    assert dissonance_lines(piece, rows) == ["pedal point: measures 1 to 2 (B, in the bass)"]


def test_bachs_suspensions_are_those_of_the_textbook_and_stand_on_strong_beats():
    """4-3, 9-8, 7-6 and 2-3 make up most of them; 96 % of those of 68 chorales lean on the stronger moment."""
    patterns, accented = Counter(), []
    for name in ("bwv66.6", "bwv269", "bwv10.7", "bwv11.6", "bwv26.6", "bwv245.3", "bwv244.46"):
        score = musegen.read(f"bach/{name}")
        analysis = analyse(score)
        patterns += Counter(row.pattern for row in suspensions(score, analysis) if row.is_prepared)
        accented += [row.is_accented for row in dissonances(score, analysis) if row.kind == "suspension"]
    textbook = sum(patterns[name] for name in ("4-3", "9-8", "2-1", "7-6", "2-3"))
    assert textbook > 0.6 * patterns.total() > 15
    assert sum(accented) > 0.85 * len(accented)


def test_programs_are_told_preparation_and_resolution_in_quarters():
    piece = parse_grid(HEAD + PATTERNS["4-3"])
    (row,) = aspects.as_json(piece, analyse(piece), aspects.named(["suspensions"]))["suspensions"]
    assert (row["preparation_quarter"], row["onset_quarter"], row["resolution_quarter"]) == (0, 2, 3)
    assert (row["voice"], row["pattern"], row["is_prepared"]) == ("1", "4-3", True)


def test_what_resolves_to_a_dissonance_of_another_bass_is_no_suspension_of_the_textbook():
    piece, (row,) = found("S: c5 . . . c5 . b4 .\nB: e3 . . . d3 . f3 .\nH: I6 . . . viio6 . viio64 .")
    assert (row.pattern, suspension_line(piece, row)) == ("7-4", "")


def test_in_a_texture_of_broken_chords_the_unexplained_notes_are_counted_and_not_listed():
    bar = "c5 f#5 a#5 g#5 d#5 a#5 f#5 e5"
    for bars, told in ((1, True), (4, False)):
        piece = parse_grid(HEAD + f"S: {' | '.join([bar] * bars)}\nB: {' | '.join(['c3 . . . . . . .'] * bars)}\n"
                           f"H: {' | '.join(['I . . . . . . .'] * bars)}")  # fmt: skip
        lines = dissonance_lines(piece, dissonances(piece, analyse(piece)))
        assert any(line.startswith("unexplained") for line in lines) == told
