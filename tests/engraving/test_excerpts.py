"""Excerpts: some measures as a score of their own, and a small picture with the notes in question in colour."""

import pytest

import musegen
from musegen.engraving.excerpts import excerpt, excerpt_svg
from musegen.errors import UsageError
from musegen.score.table import Flag
from musegen.score.textgrid import parse_grid

RED = "#C0392B"


def test_an_excerpt_keeps_printed_numbers_key_and_meter_and_the_pickup_of_a_chorale():
    chorale = musegen.read("bach/bwv66.6")
    opening, middle = excerpt(chorale, 0, 1), excerpt(chorale, 3, 4)
    assert [measure.number for measure in opening.measures] == ["0", "1"]
    assert opening.measures[0].is_pickup
    assert [measure.number for measure in middle.measures] == ["3", "4"]
    assert middle.measures[0].onset == 0
    assert middle.measures[0].key_signature.fifths == 3
    before = chorale.notes.where((chorale.notes["measure_index"] >= 3) & (chorale.notes["measure_index"] <= 4))
    assert middle.notes["id"].tolist() == before["id"].tolist()
    assert middle.end == middle.measures[1].onset + middle.measures[1].length


def test_a_tie_over_the_edge_is_cut_and_one_inside_stays():
    piece = parse_grid("meter: 2/4\nS: c5 d5 | . e5 | . f5 | . g5")
    middle = excerpt(piece, 1, 2)
    assert [int(flags & (Flag.TIED_TO_NEXT | Flag.TIED_FROM_PREVIOUS)) for flags in middle.notes["flags"]] == [
        0,
        1,
        2,
        0,
    ]
    assert [int(ticks) // 10080 for ticks in middle.notes["duration"]] == [1, 1, 1, 1]


def test_the_second_half_of_a_marked_tie_is_marked_though_the_first_lies_before_the_excerpt():
    piece = parse_grid("meter: 2/4\nS: c5 d5 | . e5 | f5 g5")
    tied = int(piece.notes.sounding()["id"][1])
    assert excerpt_svg(piece, 1, 1, {tied: RED}).count(RED) >= 1
    assert RED not in excerpt_svg(piece, 2, 2, {tied: RED})


def test_the_picture_of_one_measure_is_narrow_white_and_without_the_resting_parts():
    piece = parse_grid("meter: 2/4\nS: c5 d5 | e5 f5 | g5 .\nA: e4 . | r r | e4 .\nB: c3 . | c3 d3 | e3 .")
    drawn = excerpt_svg(piece, 1, 1, {})
    assert float(drawn.split('width="')[1].split("mm")[0]) < 100
    assert "background:#ffffff" in drawn
    assert drawn.count('class="staff"') == 2


def test_ornaments_written_out_over_their_own_notes_are_drawn_on_staves_of_two_voices():
    adagio = musegen.read("haydn/opus1no1/movement3")
    assert "<svg" in excerpt_svg(adagio, 2, 2, {})


def test_measures_that_are_not_there_are_refused():
    with pytest.raises(UsageError, match="the last index is 0"):
        excerpt(parse_grid("meter: 2/4\nS: c5 d5"), 0, 1)
