"""The shared option types say what would be right; results are written whole or not at all."""

import io
import sys
from pathlib import Path

import click
import pytest

from musegen.cli import options
from musegen.cli.console import progress
from musegen.errors import EngravingError, UnreadableFile


@pytest.mark.parametrize(
    ("kind", "wrong", "words"),
    [
        (options.KEY, "H dur", "keys are C G D"),
        (options.METER, "4/0", "write it like 4/4"),
        (options.LEVEL, "9", "1<=x<=8"),
        (options.SEED, "-1", "x>=0"),
        (options.PAPER, "a5", "'a4', 'letter'"),
    ],
)
def test_a_wrong_word_says_what_would_be_right(kind, wrong, words):
    with pytest.raises(click.BadParameter, match=words):
        kind.convert(wrong, None, None)


def test_a_key_and_a_meter_are_read_as_values():
    assert str(options.KEY.convert("Bb major", None, None)) == "B-"
    assert options.METER.convert("6/8", None, None).is_compound


def test_a_result_replaces_the_file_whole(tmp_path):
    target = tmp_path / "sheet.svg"
    options.write_output(target, "first")
    options.write_output(target, b"second")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("sheet.svg", "second")]


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path):
    options.write_output(tmp_path / ("é" * 120 + ".svg"), "x")
    assert len(list(tmp_path.iterdir())) == 1


def test_a_link_is_written_through(tmp_path):
    (tmp_path / "link.svg").symlink_to(tmp_path / "real.svg")
    options.write_output(tmp_path / "link.svg", "x")
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "real.svg").read_text() == "x"


def test_a_place_that_cannot_be_written_is_an_engraving_error_and_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "none" / "a.svg", tmp_path / "file" / "a.svg", tmp_path):
        with pytest.raises(EngravingError, match="cannot write"):
            options.write_output(place, "x")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_is_made_with_those_above_it_but_never_over_a_file(tmp_path):
    options.make_folder(tmp_path / "a" / "b")
    options.make_folder(tmp_path / "a" / "b")
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(EngravingError, match="cannot make the folder"):
            options.make_folder(place)


def test_a_device_is_written_to_and_not_replaced():
    options.write_output("/dev/null", "x")
    assert not Path("/dev/null").is_file()


def test_standard_input_is_read_like_a_file(monkeypatch):
    abc = io.TextIOWrapper(io.BytesIO(b""))
    monkeypatch.setattr(sys, "stdin", abc)
    with pytest.raises(UnreadableFile, match="standard input: it is empty"):
        options.read_score("-")


def test_a_dash_is_standard_output(capfdbinary):
    options.write_output("-", b"\x89PNG")
    assert capfdbinary.readouterr().out == b"\x89PNG"


def test_an_output_must_end_in_a_known_suffix(tmp_path):
    callback = options.one_of_suffixes(".svg", ".pdf")
    assert callback(None, None, tmp_path / "a.SVG")
    with pytest.raises(click.BadParameter, match=r"must end in \.svg, \.pdf"):
        callback(None, None, tmp_path / "a.doc")


def test_progress_is_silent_where_no_terminal_is(capsys):
    assert list(progress(iter("ab"), "Reading", total=2)) == ["a", "b"]
    assert capsys.readouterr() == ("", "")
