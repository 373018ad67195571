"""What `musegen analyse` writes where: a file for every score, and words that leave a terminal alone."""

import json
import os

import pytest

from musegen import cli
from musegen.engraving.musicxml import write_musicxml
from musegen.score.textgrid import parse_grid

HOSTILE = "Tune\x9b2J\x7f\u202egnp.exe"


@pytest.fixture
def songs(tmp_path, monkeypatch):
    """Folders A and B with a song of the same name in different keys."""
    monkeypatch.chdir(tmp_path)
    for folder, key in (("A", "G"), ("B", "F")):
        os.mkdir(folder)
        grid = f"key: {key} major; meter: 2/4\nS: d5 c5 | b4 .\nB: g3 a3 | g3 ."
        document = write_musicxml(parse_grid(grid))
        with open(f"{folder}/song.musicxml", "wb") as file:
            file.write(
                document.replace(b"<part-list>", f"<movement-title>{HOSTILE}</movement-title><part-list>".encode())
            )
    return tmp_path


def test_two_songs_of_one_name_have_a_report_each(songs):
    assert cli.run(["analyse", "A/song.musicxml", "B/song.musicxml", "A/song.musicxml", "-o", "out/"]) == 0
    assert sorted(os.listdir("out")) == ["A-song.txt", "B-song.txt"]
    assert "A/song.musicxml" in (songs / "out/A-song.txt").read_text()


def test_songs_that_no_name_can_tell_apart_are_refused_before_any_work(songs, capsys):
    assert cli.run(["analyse", "./A/song.musicxml", "A/song.musicxml", "-o", "out/"]) == 2
    assert "would share the file" in capsys.readouterr().err
    assert not os.path.exists("out")


@pytest.mark.parametrize("command", [("analyse",), ("check", "--fail-on", "never"), ("analyse", "--format", "json")])
def test_the_words_of_a_score_do_not_drive_the_terminal(songs, capsys, command):
    assert cli.run([*command, "A/song.musicxml"]) == 0
    assert not set("\x9b\x7f\u202e") & set(capsys.readouterr().out)


def test_a_report_names_a_hostile_title_visibly(songs, capsys):
    assert cli.run(["analyse", "A/song.musicxml"]) == 0
    assert "Tune\\u009b2J\\u007f\\u202egnp.exe" in capsys.readouterr().out


def test_chords_are_written_as_a_school_writes_them(capsys):
    assert cli.run(["analyse", "bach/bwv269", "--numerals", "riemann"]) == 0
    assert " D7" in capsys.readouterr().out
    assert cli.run(["analyse", "bach/bwv269", "--numerals", "abrsm"]) == 0
    assert " Ib" in capsys.readouterr().out
    assert cli.run(["analyse", "bach/bwv269", "--numerals", "abrsm", "--format", "tsv"]) == 2


def test_the_styles_on_the_command_line_are_those_of_the_theory():
    from musegen.cli import analyse
    from musegen.theory import numeral_styles

    assert (analyse.STYLES, analyse.CADENTIALS) == (numeral_styles.STYLES, numeral_styles.CADENTIALS)


def test_the_table_of_several_scores_is_one_whose_first_column_names_the_score(capsys):
    rows = {}
    for names in (["bach/bwv66.6"], ["bach/bwv269"], ["bach/bwv66.6", "bach/bwv269"]):
        assert cli.run(["analyse", *names, "--format", "tsv"]) == 0
        rows[len(rows)] = capsys.readouterr().out.splitlines()
    first, second, both = rows.values()
    assert both[0] == f"file\t{first[0]}"
    assert both[1:] == [f"bach/bwv66.6\t{row}" for row in first[1:]] + [f"bach/bwv269\t{row}" for row in second[1:]]


def test_the_neural_engine_is_named_in_its_report_and_finds_the_key_itself(songs, capsys):
    song = "A/song.musicxml"
    assert cli.run(["analyse", song, "--engine", "neural", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["engine"] == "neural"
    assert cli.run(["analyse", song, "--engine", "neural", "--key", "C"]) == 2
    assert "--engine classical" in capsys.readouterr().err


def test_a_sheet_is_read_in_the_phrases_of_its_manifest(songs, capsys):
    end = {"measure": "1", "beat": "1", "quarters": "2"}
    sheet = {
        "name": "song", "pack": "strict", "mark_scheme": [], "numerals": [], "files": {"student": ["song.musicxml"]},
        "phrases": [{"cadence": "HC", "end": end}, {"cadence": "PAC", "end": end | {"measure": "2"}}],
    }  # fmt: skip
    (songs / "A" / "manifest.json").write_text(json.dumps({"sheets": [sheet]}))
    assert cli.run(["analyse", "A/song.musicxml", "B/song.musicxml"]) == 0
    phrased, plain = capsys.readouterr().out.split("B/song.musicxml")
    assert ("Phrase 2" in phrased, "Phrase 2" in plain) == (True, False)


def test_the_suffix_of_the_output_says_what_is_written(songs, capsys):
    for output, begins in {
        "a.svg": "<svg",
        "a.json": "{",
        "a.harmonies.tsv": "mc\t",
        "a.xml": "<?xml",
        "a.md": "A/",
    }.items():
        assert cli.run(["analyse", "A/song.musicxml", "-o", output]) == 0
        assert (songs / output).read_text().startswith(begins)
    assert cli.run(["analyse", "A/song.musicxml", "-o", "a.svg", "--format", "text"]) == 0
    assert (songs / "a.svg").read_text().startswith("A/song")
    assert cli.run(["analyse", "A/song.musicxml", "-o", "a.pdf"]) == 2
    assert "nothing is written as .pdf here" in capsys.readouterr().err
    assert not (songs / "a.pdf").exists()
    assert cli.run(["chords", "A/song.musicxml", "-o", "sheet.musicxml"]) == 0
    assert "<kind" in (songs / "sheet.musicxml").read_text()


def test_what_reading_had_to_guess_is_told_with_its_measures(capsys):
    assert cli.run(["analyse", "monteverdi/madrigal.5.1"]) == 0
    assert "Note: the parts fill 4, 8 quarters: read as 4 (measure " in capsys.readouterr().out
