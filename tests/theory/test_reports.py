"""What people and programs get to read of an analysis."""

import csv
import io
import json
from dataclasses import replace
from fractions import Fraction

import pytest
from lxml import etree

import musegen
from musegen.cli import run
from musegen.errors import MalformedScore
from musegen.score.model import HarmonyLabel
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.reports import TSV_COLUMNS, as_json, as_text, as_tsv, numeral_labels

PIECE = """
    key: G major; meter: 6/8; unit: 1/8; pickup: 3
    S: d5 c5 b4 | a4 . . b4 c5 d5 | g4^ . . . . .
    A: g4 .  .  | f#4 . . g4 . a4 | d4  . . . . .
    T: b3 .  .  | d4 . . d4 . c4  | b3  . . . . .
    B: g3 .  .  | d3 . . g3 e3 f#3| g3  . . . . ."""


@pytest.mark.parametrize("name", ["bach/bwv66.6", "bach/bwv269"])
def test_the_report_of_a_chorale(name, snapshot):
    score = musegen.read(name)
    assert as_text(analyse(score), score, name=name, told=()) == snapshot  # aspects have tests of their own


def test_the_table_has_the_columns_of_the_judge_and_places_of_the_score():
    score = parse_grid(PIECE)
    rows = list(csv.DictReader(io.StringIO(as_tsv(analyse(score), score)), delimiter="\t"))
    assert tuple(rows[0]) == TSV_COLUMNS
    assert (rows[0]["measure"], rows[0]["beat"], rows[0]["onset_quarter"]) == ("0", "4", "0")
    assert sum(Fraction(row["duration_quarter"]) for row in rows) == score.quarters(score.end)
    assert rows[-1]["cadence"] == "PAC" or rows[-1]["cadence"] == "IAC"


def test_the_json_of_a_piece_names_notes_by_their_ids():
    score = musegen.read("bach/bwv66.6")
    found = as_json(analyse(score), score, name="bach/bwv66.6")
    assert {"key", "keys", "chords", "cadences", "phrases", "non_chord_tones"} <= set(found)
    assert all(tone["note"].startswith("n") for tone in found["non_chord_tones"])


def test_a_thin_texture_is_said_to_be_unsure():
    score = parse_grid("meter: 3/4\nS: c5 d5 e5 | f5 g5 a5 | g5 . .")
    assert "unsure" in as_text(analyse(score), score)


def test_labels_stand_under_the_lowest_part_and_name_their_keys():
    score = parse_grid(PIECE)
    labels = numeral_labels(analyse(score), score)
    assert {label.part for label in labels} == {3}
    assert labels[0].key == "G"


def test_the_command_prints_the_report(capsys):
    assert run(["analyse", "bach/bwv66.6"]) == 0
    assert "Key: F sharp minor" in capsys.readouterr().out


def test_the_command_goes_on_after_an_unreadable_score_and_says_so_in_its_exit_code(tmp_path, capsys):
    assert run(["analyse", "no/such", "bach/bwv66.6", "--format", "json"]) == 3
    out, err = capsys.readouterr()
    assert [piece["file"] for piece in json.loads(out)["files"]] == ["bach/bwv66.6"]
    assert "no/such" in err


def test_several_tables_need_a_folder(tmp_path, capsys):
    assert run(["analyse", "bach/bwv66.6", "bach/bwv269", "--format", "rntxt"]) == 2
    assert "folder" in capsys.readouterr().err
    assert run(["analyse", "bach/bwv66.6", "bach/bwv269", "--format", "tsv", "-o", str(tmp_path / "out")]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["bwv269.tsv", "bwv66.6.tsv"]


def test_slurs_dynamics_and_text_of_a_file_survive_its_analysis(tmp_path):
    target = tmp_path / "labelled.musicxml"
    name = "schumann_clara/polonaise_op1n1"
    assert run(["analyse", name, "--format", "musicxml", "-o", str(target)]) == 0
    before = etree.fromstring(musegen.read(name).source.document)
    after = etree.parse(target).getroot()
    assert {"slur", "dynamics", "words", "fingering"} & {element.tag for element in after.iter()} >= {
        "slur",
        "dynamics",
    }
    numerals = after.findall(".//harmony")
    assert len(numerals) > 50
    for harmony in numerals:
        harmony.getparent().remove(harmony)
    for note in after.iter("note"):
        note.attrib.pop("id", None)
    assert [_plain(element) for element in after.iter()] == [_plain(element) for element in before.iter()]


def _plain(element):
    return element.tag, dict(element.attrib), (element.text or "").strip()


def test_musicxml_carries_the_numerals(tmp_path):
    target = tmp_path / "labelled.musicxml"
    assert run(["analyse", "bach/bwv66.6", "--format", "musicxml", "-o", str(target)]) == 0
    again = musegen.read(target)
    labels = [label for label in again.harmonies if label.kind == "numeral" and not label.alternate]
    assert [(label.text, label.key) for label in labels] == [
        (chord.numeral.figure, str(chord.key)) for chord in musegen.analyse("bach/bwv66.6").chords
    ]
    assert analyse(again).given


def test_svg_is_a_picture_with_numerals(tmp_path):
    target = tmp_path / "labelled.svg"
    assert run(["analyse", "bach/bwv66.6", "--format", "svg", "-o", str(target)]) == 0
    assert target.read_bytes().lstrip().startswith((b"<?xml", b"<svg"))


def test_a_piece_without_chords_has_no_labels():
    silent = parse_grid("meter: 4/4\nS: r . . . | r . . .")
    assert numeral_labels(analyse(silent), silent) == ()


def test_a_numeral_applied_without_end_is_refused_with_its_place():
    piece = parse_grid("meter: 4/4\nS: c5 . . .")
    endless = replace(piece, harmonies=(HarmonyLabel(0, "numeral", "/".join(["V"] * 500), "C", 0, 1),))
    with pytest.raises(MalformedScore, match=r"measure 1, beat 1: .* is too long"):
        analyse(endless)


def test_the_chords_before_the_melody_and_those_held_over_from_a_phrase_are_told_in_it():
    score = parse_grid("""
        key: C major; meter: 2/4
        S: r  .  | e5 d5 | c5 b4 | g4^ . | r  . | g4 a4 | b4 d5 | c5^ .
        A: r  .  | g4 .  | g4 .  | d4 .  | r  . | d4 f4 | g4 f4 | e4  .
        B: c3 e3 | c3 g3 | e3 g3 | g3 .  | g2 . | b2 f3 | g3 .  | c3  .
        H: I  .  | .  .  | I6 .  | V  .  | .  . | V6 IV | V  V7 | I   .""")
    text = as_text(analyse(score), score, told=())
    assert "Phrase 1, measures 1 to 4\n  1) C: I | 3) I6 | 4) V\n" in text
    assert "Phrase 2, measures 5 to 8\n  5) (V) | 6) V6 IV | 7) V V7 | 8) I\n" in text


def test_beats_of_a_performance_are_told_as_a_musician_counts_them_and_kept_exactly_in_json():
    score = parse_grid("meter: 4/4\nS: e5 d5 c5 b4 | c5 . . .\nB: c3 g3 c3 g3 | c3 . . .\nH: I V I V7 | I . . .")
    read = analyse(score)
    late = score.measures[1].onset + 3101  # of the 10080 ticks of a beat
    cadence = read.cadences[-1]._replace(onset=late, beat=score.place(late).beat)
    early = read.keys[0]._replace(onset=2 * 10080 - 13)
    performed = replace(read, keys=(read.keys[0], early), cadences=(cadence,))
    text = as_text(performed, score, told=())
    assert "measure 2, beat 4/3:" in text
    assert "measure 1, just before beat 3" in text
    assert as_json(performed, score, told=())["cadences"][0]["beat"] == float(cadence.beat)
