"""Learning curves: kept as rows beside the network while it learns, drawn for those who look at it. Needs no torch."""

import math

import pytest
from lxml import etree

from musegen.errors import EngravingError, UnreadableFile, UsageError
from musegen.training.curves import append_row, curves_svg, read_rows

ROWS = [
    {"pass": 1.0, "training": 1.25, "validation": math.nan},
    {"pass": 2.0, "training": 0.75, "validation": 0.8125},
]


def test_a_curve_is_read_as_it_was_written_and_what_was_not_measured_stays_unmeasured(tmp_path):
    place = tmp_path / "harmoniser-curve.csv"
    assert read_rows(place) == []
    for row in ROWS:
        append_row(place, row)
    assert place.read_text() == "pass,training,validation\n1.0,1.25,\n2.0,0.75,0.8125\n"
    first, second = read_rows(place)
    assert math.isnan(first["validation"])
    assert second == ROWS[1]


def test_a_course_that_goes_on_from_its_last_checkpoint_tells_no_pass_twice(tmp_path):
    place = tmp_path / "curve.csv"
    for number in (1.0, 2.0, 3.0, 2.0):
        append_row(place, {"pass": number, "training": 1 / number})
    assert [row["pass"] for row in read_rows(place)] == [1.0, 2.0]


@pytest.mark.parametrize("content", [b"pass,training\n1.0\n", b"pass\nmany\n", b"\xff\xfe", b""])
def test_a_file_that_is_no_curve_is_one_error_and_stays_as_it_is(tmp_path, content):
    place = tmp_path / "curve.csv"
    place.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"curve\.csv: "):
        append_row(place, {"pass": 1.0, "training": 0.5})
    assert place.read_bytes() == content


def test_rows_of_another_network_are_not_mixed_in(tmp_path):
    place = tmp_path / "curve.csv"
    append_row(place, {"pass": 1.0, "training": 0.5})
    with pytest.raises(UnreadableFile, match="its columns are pass, training"):
        append_row(place, {"pass": 2.0, "loss": 0.5})
    with pytest.raises(EngravingError):
        append_row(tmp_path / "nowhere" / "curve.csv", {"pass": 1.0, "training": 0.5})


def test_every_measured_point_is_drawn_and_the_title_cannot_break_the_picture():
    drawn = etree.fromstring(curves_svg(ROWS, 'Bach & "sons" <1750>').encode())
    told = [title.text for title in drawn.iter("{*}title")]
    assert told == ["pass 1: training 1.25", "pass 2: training 0.75", "pass 2: validation 0.812"]
    assert drawn.get("aria-label") == 'Bach & "sons" <1750>'


def test_without_a_point_there_is_no_picture():
    for nothing in ([], [{"pass": 1.0, "training": math.nan}]):
        with pytest.raises(UsageError, match="no curve"):
            curves_svg(nothing, "empty")
