"""Scores with their faults marked can be read: nothing covers a note, a word or a number; black and white will do."""

import re
from itertools import combinations

import pytest
from lxml import etree

from musegen.engraving.annotate import annotate
from musegen.engraving.marks import Badge, Marks, Sheet
from musegen.engraving.sheet_svg import pages
from musegen.rules.engine import check
from musegen.rules.reports.marked import SIGNS, as_musicxml, as_pdf, as_svg, marks_of
from musegen.score.files import read
from musegen.score.textgrid import parse_grid
from tests.engraving.schema import faults

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
DENSE = """key: d minor; unit: 1/8; meter: 4/4
S: a4 . g4 . f4 g4 a4 . | bb4 a4 g4 f4 e4 . d4 .
A: f4 . e4 . d4 e4 f4 . | g4 f4 e4 d4 c#4 . a3 .
T: d4 . c4 . bb3 c4 d4 . | d4 . bb3 . a3 . f3 .
B: d3 . c3 . bb2 c3 d3 . | g2 . g2 . a2 . d3 ."""


def boxes_of(root):
    """What each system's badges cover, and the middles of its noteheads; (left, top, right, bottom), (x, y)."""
    for system in root.iter("{*}g"):
        if system.get("class") != "system":
            continue
        badges, heads = [], []
        for group in system.iter("{*}g"):
            kind = group.get("class", "")
            if kind.startswith("badge"):
                badges.append(extent(group.find("{*}path").get("d")))
            elif kind.split(" ")[0] == "note" and group.find(".//{*}use") is not None:
                x, y, *_ = map(float, NUMBER.findall(group.find(".//{*}use").get("transform")))
                heads.append((x + 118, y))
        yield badges, heads


def extent(path):
    """The box of an outline of ours: M, H, V and L; an arc by its two ends and its height."""
    across, down, radius = [], [], 0.0
    for letter, numbers in re.findall(r"([MHVLA])([^MHVLAZ]*)", path):
        values = list(map(float, NUMBER.findall(numbers)))
        across += values[-2:-1] if letter in "MLA" else values if letter == "H" else []
        down += values[-1:] if letter in "MLA" else values if letter == "V" else []
        radius = values[1] if letter == "A" else radius
    return min(across), min(down) - radius, max(across), max(down) + radius


def touch(one, two):
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


@pytest.mark.parametrize("piece", ["bach/bwv253", "bach/bwv10.7", "dense"])
def test_badges_cover_neither_each_other_nor_a_note(piece):
    score = parse_grid(DENSE) if piece == "dense" else read(piece)
    report = check(score, "strict")
    root = etree.fromstring(as_svg(report, score))
    systems = list(boxes_of(root))
    assert sum(len(badges) for badges, _ in systems) == len(report.findings)
    for badges, heads in systems:
        assert not [pair for pair in combinations(badges, 2) if touch(*pair)]
        middles = [(x - 60, y - 40, x + 60, y + 40) for x, y in heads]
        assert not [badge for badge in badges if any(touch(badge, middle) for middle in middles)]
    legend = "".join(root.find(".//{*}g[@class='legend']").itertext())
    assert all(item.message in legend for item in report.findings)


def test_severities_differ_in_shape_and_words_stay_black():
    assert len({shape for shape, _ in SIGNS.values()}) == len(SIGNS)
    score = read("bach/bwv253")
    root = etree.fromstring(as_svg(check(score, "strict"), score))
    verses = [group for group in root.iter("{*}g") if group.get("class") == "verse"]
    assert verses
    assert all("color:#000000" in verse.get("style") for verse in verses)


def test_a_note_tied_on_is_coloured_whole_and_numbered_where_the_fault_is():
    score = parse_grid("meter: 2/4\nS: c6 . | . d6\nA: e5 e5 | e4 g5\nT: g4 g4 | c4 d4\nB: c3 c3 | c3 b2")
    report = check(score, "strict")
    at = next(number for number, item in enumerate(report.findings) if item.rule == "wide-spacing")
    marks = marks_of(report, score)
    begun, held, _ = score.notes.rows[score.notes["part"] == 0]["id"].tolist()
    assert report.findings[at].measure == "2"
    assert {begun, held} <= {note for note, _ in marks.colors}
    assert begun not in {badge.note for badge in marks.badges if badge.number == at + 1}


@pytest.mark.parametrize("piece", ["bach/bwv66.6", "palestrina/Agnus_00"])
def test_marked_musicxml_of_any_format_is_valid_and_its_numbers_stand_in_their_shapes(piece):
    score = read(piece)
    report = check(score, "strict")
    document = as_musicxml(report, score)
    assert faults(document) == []
    told = etree.fromstring(document).findall(".//words[@enclosure]")
    assert sorted(int(words.text) for words in told) == list(range(1, len(report.findings) + 1))
    assert {words.get("enclosure") for words in told} <= {shape for shape, _ in SIGNS.values()}


def test_letters_that_xml_forbids_reach_no_legend():
    score = parse_grid("S: c5")
    marks = Marks(badges=(Badge(-1, 1, "square", "a\x00b", "#b83a00"),))
    assert b"1  ab" in annotate(score, marks)


def test_a_marked_score_is_printed_on_pages_with_every_number_in_the_legend():
    score = read("bach/bwv268")
    report = check(score, "strict")
    drawn = pages(score, sheet=Sheet(marks=marks_of(report, score)))
    told = "".join("".join(etree.fromstring(page.encode()).itertext()) for page in drawn)
    assert len(drawn) == 2
    assert all(item.message in told for item in report.findings)
    assert as_pdf(report, score).startswith(b"%PDF")
