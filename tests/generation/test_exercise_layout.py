"""How the sheets of an exercise fill their pages: systems, phrase ends, and what later pages say."""

import pytest
from lxml import etree

from musegen.engraving.marks import Sheet
from musegen.engraving.sheet_svg import pages
from musegen.generation.conditions import Condition
from musegen.generation.exercises import make_sheets
from musegen.score.meter import TimeSignature
from musegen.score.textgrid import parse_grid
from musegen.theory.keys import Key

SVG = "{http://www.w3.org/2000/svg}"


def pair_of(level, meter, measures, seed=3, key="E-", pickup="none"):
    condition = Condition(Key.parse(key), TimeSignature.parse(meter), measures, pickup, level, pack=f"level-{level}")
    (pair,) = make_sheets(condition, seed=seed, count=1)
    return pair


@pytest.mark.parametrize(("level", "meter", "starts"), [(1, "4/4", (4,)), (5, "4/4", (2, 5)), (5, "2/4", (4,))])
def test_systems_hold_three_measures_from_level_5_and_four_of_short_ones(level, meter, starts):
    pair = pair_of(level, meter, 8)
    assert pair.student[1].system_starts == pair.answer[1].system_starts == starts


def test_eight_measures_of_a_high_level_fill_one_page_for_the_student():
    score, sheet = pair_of(6, "4/4", 8, key="f#").student
    assert len(pages(score, sheet=sheet)) == 1


def test_later_pages_say_what_they_are_and_whose():
    score = parse_grid("meter: 4/4\nS: " + " | ".join(["c5 d5 e5 d5"] * 44))
    first, *later = pages(score, sheet=Sheet(title="Scales", name_line=True, measures_per_system=3))
    assert "page 1" not in first
    for number, page in enumerate(later, start=2):
        head = ["".join(group.itertext()) for group in etree.fromstring(page).iterchildren(f"{SVG}g")][:3]
        assert head == [f"page {number} of {len(later) + 1}", "Scales", "Name"]
