"""The voice-leading graph over the score: lines go from notehead to notehead, and say what the voices do."""

import re
from collections import Counter

import pytest
from lxml import etree

from musegen import cli, read
from musegen.engraving.marks import Sheet
from musegen.engraving.sheet_svg import svg
from musegen.engraving.systems import HEAD_WIDTH
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.graph import graph_marks, voice_leading_graph

G = "{http://www.w3.org/2000/svg}g"
FIFTHS = "meter: 2/4\nS: g4 a4\nB: c3 d3"
CADENCE = "meter: 2/4\nS: b4 c5\nA: f4 e4\nT: d4 c4\nB: g3 c3\nH: V7 I"
FALLING = "meter: 2/4\nS: d5 c5\nA: b4 g4\nT: f4 e4\nB: g3 c3\nH: V7 I"


def marks(score, mode="score"):
    found = analyse(score)
    least = voice_leading_graph(score, found, mode) if mode == "minimal" else None
    return graph_marks(voice_leading_graph(score, found), score, least)


def drawn(score, **sheet):
    return etree.fromstring(svg(score, sheet=Sheet(marks=marks(score), **sheet)).encode())


def kinds(score, mode="score"):
    return Counter(line.kind for line in marks(score, mode).lines)


def lines(root, kind):
    """(x1, y1, x2, y2) of the lines of a kind."""
    groups = (group for group in root.iter(G) if group.get("class", "").startswith(kind))
    paths = (path.get("d") for group in groups for path in group if " Z" not in path.get("d"))
    return [tuple(float(number) for number in re.findall(r"-?[\d.]+", path)) for path in paths]


def heads(root):
    """(middle, height) of every notehead."""
    moves = (group[0].get("transform") for group in root.iter(G) if group.get("class") == "notehead")
    places = (re.findall(r"-?[\d.]+", move)[:2] for move in moves)
    return [(float(x) + HEAD_WIDTH / 2, float(y)) for x, y in places]


def test_lines_begin_and_end_beside_noteheads_of_a_chorale():
    root = drawn(read("bach/bwv26.6"))
    places, halves = heads(root), 0
    for x1, y1, x2, y2 in lines(root, "succession"):
        begins = any(-250 < x - x1 < 0 and abs(y1 - y) < 250 for x, y in places)
        ends = any(0 < x - x2 < 560 and abs(y2 - y) < 250 for x, y in places)  # after an arrow, an accidental
        assert begins or ends
        halves += begins != ends
    assert halves == 2 * 4 * 3  # four voices, three system breaks


def test_parallel_fifths_have_bands_and_both_fifths_are_joined():
    score = parse_grid(FIFTHS)
    assert kinds(score) == {"parallel fifth": 2, "pair fifth": 2, "succession step": 2}
    assert [(label.text, label.note) for label in marks(score).labels] == [("||5", 1)]


def test_octaves_that_go_on_are_a_doubled_line_and_two_are_a_slip():
    slip = parse_grid("meter: 4/4\nS: c5 d5 e5 e5\nB: c3 d3 c3 c3")
    doubled = parse_grid("meter: 4/4\nS: c5 d5 e5 f5\nB: c3 d3 e3 f3")
    assert kinds(slip)["parallel octave"] == 2
    assert kinds(doubled)["parallel octave"] == 0


def test_a_seventh_falls_and_a_leading_tone_rises_by_an_arrow():
    score = parse_grid(CADENCE)
    found = kinds(score)
    assert (found["succession step resolved"], found["succession leap"]) == (2, 1)
    assert {label.text for label in marks(score).labels} == {"LT", "7"}
    assert len(list(drawn(score).iterfind(f".//{G}[@class='succession step resolved']/*[2]"))) == 2  # shaft and head


def test_a_leading_tone_that_falls_to_the_fifth_is_dashed():
    root = drawn(parse_grid(FALLING))
    (group,) = (group for group in root.iter(G) if group.get("class") == "succession skip unresolved")
    assert "stroke-dasharray" in group[0].get("style")


def test_steps_are_thicker_than_skips_and_skips_than_leaps():
    by_kind = {line.kind: line.pen.thickness for line in marks(parse_grid("meter: 4/4\nS: c5 d5 f5 c5")).lines}
    widths = [by_kind[f"succession {move}"] for move in ("step", "skip", "leap")]
    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == 3


def test_a_tied_note_leads_on_from_its_last_head():
    score = parse_grid("meter: 2/4\nS: e5 d5 | . c5")
    rows = score.notes.rows
    (line,) = (line for line in marks(score).lines if line.second == rows["id"][-1])
    assert line.first == rows["id"][-2]


def test_a_line_over_a_system_break_is_two_halves_each_with_one_head():
    whole = parse_grid("meter: 2/4\nS: c5 d5 | e5 f5")
    broken = lines(drawn(whole, system_starts=(1,)), "succession")
    assert len(lines(drawn(whole), "succession")) == 3
    assert len(broken) == 4
    assert all(x1 < x2 for x1, _, x2, _ in broken)


def test_a_line_is_not_drawn_over_a_rest_of_a_measure():
    found = marks(parse_grid("meter: 2/4\nS: c5 d5 | r . | e5 f5")).lines
    assert [(line.first, line.second) for line in found] == [(0, 1), (2, 3)]


def test_the_least_motion_is_dotted_where_voices_leap_past_each_other():
    crossing = parse_grid("meter: 2/4\nS: c5 g4\nA: g4 b4\nB: c3 c3")
    found = kinds(crossing, "minimal")
    assert found["least"] == 2
    assert "least" not in kinds(crossing)


def test_lines_lie_under_the_notes_and_the_legend_names_what_occurs():
    root = drawn(parse_grid(CADENCE))
    system = next(group for group in root.iter(G) if group.get("class") == "system")
    assert system[0].get("class") == "under-notes"
    legend = " ".join(root.find(f".//{G}[@class='line-legend']").itertext())
    assert "leading tone" in legend
    assert "parallel" not in legend


def test_a_score_in_which_nothing_sounds_has_no_lines_and_no_legend():
    score = parse_grid("meter: 2/4\nS: r .")
    assert marks(score).lines == marks(score).samples == ()
    svg(score, sheet=Sheet(marks=marks(score)))


@pytest.mark.parametrize("voices", ["score", "separate", "minimal"])
def test_the_command_writes_the_same_picture_each_time(tmp_path, voices):
    paths = [tmp_path / name for name in ("one.svg", "two.svg")]
    for path in paths:
        assert cli.run(["analyse", "bach/bwv269", "--format", "graph-svg", "--voices", voices, "-o", str(path)]) == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert b"succession step" in paths[0].read_bytes()
