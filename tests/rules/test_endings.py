"""Ends of phrases where chords are named for a part of the piece only."""

from dataclasses import replace

from musegen.rules.engine import check
from musegen.score.model import HarmonyLabel
from musegen.score.textgrid import parse_grid

QUARTER = 10_080


def test_a_phrase_that_ends_before_the_first_named_chord_is_not_judged_and_the_next_one_is():
    piece = parse_grid(
        "meter: 4/4\nS: c5 d5 e5^ r | r e5 f5 f5\nA: g4 g4 g4 r | r g4 a4 a4\n"
        "T: e4 d4 c4 r | r c4 c4 d4\nB: c3 b2 c3 r | r c3 f3 d3"
    )
    named = [HarmonyLabel(number * QUARTER, "numeral", text, "C") for number, text in enumerate(("I", "IV", "ii"), 5)]
    report = check(replace(piece, harmonies=tuple(named)), "level-8")
    assert [(item.measure, str(item.beat)) for item in report.findings if item.rule == "no-cadence"] == [("2", "4")]
