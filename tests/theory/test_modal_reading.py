"""Which scores are read by mode, and what the modal reading says and does not say."""

import json
from dataclasses import replace

import pytest

import musegen
from musegen.cli import run
from musegen.score.model import Metadata, Source
from musegen.score.textgrid import parse_grid
from musegen.theory.modal.composers import before_limit
from musegen.theory.modal.reading import chosen, read_by

BICINIUM = parse_grid("meter: 4/4\nS: a4 . d5 . | . c#5 d5 .\nT: f4 . g4 f4 | e4 . d4 .")


def by(composer):
    return replace(BICINIUM, metadata=Metadata(composer=composer))


@pytest.fixture
def lassus(tmp_path):
    """A file of the bicinium that names its composer."""
    musegen.write(by("Orlande de Lassus"), tmp_path / "bicinium.musicxml")
    return str(tmp_path / "bicinium.musicxml")


@pytest.mark.parametrize(
    "composer",
    ["Giovanni Pierluigi da Palestrina", "Orlande de Lassus", "Tomás Luis de Victoria", "Josquin des Prez",
     "Claudio Monteverdi", "Francesco Landini", "N. N. (1550-1611)"],
)  # fmt: skip
def test_composers_who_died_before_1650_are_read_by_mode(composer):
    assert chosen(by(composer)) == "modal"


@pytest.mark.parametrize(
    "composer", ["", "Heinrich Schütz", "J. S. Bach", "Hans Leo Hassler, harm. J. S. Bach", "N. N. (1685-1750)"]
)
def test_others_are_read_in_keys(composer):
    assert chosen(by(composer)) == "tonal"


def test_a_file_name_tells_what_the_title_page_does_not():
    assert before_limit(musegen.read("monteverdi/madrigal.5.1")).words == "file name Monteverdi, 1567-1643"


def test_a_folder_named_after_palestrina_makes_no_bach_of_his_time():
    kept = replace(by("J. S. Bach"), source=Source("palestrina/bwv66.6.mxl", "musicxml"))
    assert chosen(kept) == "tonal"
    assert chosen(replace(kept, metadata=Metadata())) == "modal"


def test_numerals_that_stand_in_a_score_are_read_in_their_keys():
    piece = parse_grid("key: D minor; meter: 2/4\nS: d5 c#5 | d5 .\nB: d4 a3 | d4 .\nH: i V | i .")
    assert chosen(replace(piece, metadata=Metadata(composer="Lassus"))) == "tonal"


def test_a_silent_score_has_no_mode():
    assert read_by(parse_grid("meter: 4/4\nS: r . . ."), "modal").reading == "tonal"


def test_functions_and_cadences_are_withheld_and_the_final_stands_for_the_key():
    found = musegen.analyse(BICINIUM, reading="modal")
    assert (found.reading, str(found.key), len(found.keys)) == ("modal", "d", 1)
    assert {chord.function for chord in found.chords} == {None}
    assert found.cadences == ()
    assert {chord.function for chord in musegen.analyse(BICINIUM).chords} != {None}


def test_the_check_of_a_score_does_not_ask_for_its_mode():
    assert musegen.check(by("Lassus")).findings == musegen.check(BICINIUM).findings


def test_the_report_says_which_reading_was_taken_and_how_to_have_the_other(lassus, capsys):
    assert run(["analyse", lassus]) == 0
    told = capsys.readouterr().out
    assert "Read by mode (composer Lassus, 1532-1594)" in told
    assert "--reading tonal" in told
    assert "Dorian on D" in told
    assert "Key:" not in told
    assert run(["analyse", lassus, "--reading", "tonal"]) == 0
    told = capsys.readouterr().out
    assert "Key:" in told
    assert "Clausulae" not in told


def test_json_has_the_mode_and_where_each_clausula_lies(lassus, capsys):
    assert run(["analyse", lassus, "--format", "json", "--aspects", "mode,clausulae"]) == 0
    (piece,) = json.loads(capsys.readouterr().out)["files"]
    assert (piece["reading"], piece["mode"][0]["final"]) == ("modal", "D")
    assert {"measure", "beat", "pitch", "degree", "cantizans", "tenorizans"} <= set(piece["clausulae"][0])
    assert "imitation" not in piece


def test_a_picture_has_the_letters_of_the_clausulae_and_no_numerals(lassus, tmp_path):
    target = tmp_path / "letters.svg"
    assert run(["analyse", lassus, "--format", "svg", "-o", str(target)]) == 0
    drawn = target.read_text(encoding="utf-8")
    assert "C/D" in drawn


def test_musicxml_has_the_letters_as_words(lassus, tmp_path):
    target = tmp_path / "letters.musicxml"
    assert run(["analyse", lassus, "--format", "musicxml", "-o", str(target)]) == 0
    written = target.read_text(encoding="utf-8")
    assert ">C/D<" in written
    assert "<numeral" not in written


def test_romantext_and_a_stated_key_belong_to_the_tonal_reading(lassus, capsys):
    assert run(["analyse", lassus, "--reading", "modal", "--format", "rntxt"]) == 2
    assert run(["analyse", lassus, "--reading", "modal", "--key", "C major"]) == 2
    assert "--reading tonal" in capsys.readouterr().err
    assert run(["analyse", lassus, "--format", "rntxt"]) == 0
