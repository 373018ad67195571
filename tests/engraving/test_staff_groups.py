"""Which staves a bracket joins: voices and instruments of one staff each; a piano has its brace, a band has none."""

from dataclasses import replace

import pytest
from lxml import etree

from musegen.engraving.musicxml import write_musicxml
from musegen.score.model import BASS, TREBLE, Part
from musegen.score.percussion import PERCUSSION, kit_of
from musegen.score.textgrid import parse_grid

VOICE, PIANO = Part("x"), Part("x", clefs=(TREBLE, BASS))
DRUMS = Part("x", clefs=(PERCUSSION,), kit=kit_of([36]))


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        ((VOICE,), []),
        ((VOICE, VOICE, VOICE, VOICE), [("P1", "P4")]),
        ((VOICE, PIANO), []),
        ((PIANO, VOICE, VOICE), [("P2", "P3")]),
        ((VOICE, VOICE, PIANO, VOICE, VOICE), [("P1", "P2"), ("P4", "P5")]),
        ((VOICE, VOICE, DRUMS), []),
    ],
)
def test_a_bracket_joins_neighbours_of_one_staff_each(parts, joined):
    named = tuple(part._replace(id=f"P{number}") for number, part in enumerate(parts, 1))
    score = replace(parse_grid("S: c5 d5 e5 f5"), parts=named)
    found, first, last = [], "", ""
    for element in etree.fromstring(write_musicxml(score)).find("part-list"):
        if element.tag == "score-part":
            first, last = first or element.get("id"), element.get("id")
        elif element.get("type") == "start":
            assert element.findtext("group-symbol") == "bracket"
            first = ""
        else:
            found.append((first, last))
    assert found == joined
