"""Notes whose names were thrown away get them back, and a score says that they are estimates."""

from dataclasses import replace

import numpy as np
import pytest

from musegen import read
from musegen.score.pitch import fifths_name
from musegen.score.serial import packed, unpacked
from musegen.score.spelling import estimated, is_estimated, respelled
from musegen.score.table import NoteTable
from musegen.score.textgrid import parse_grid


def nameless(score):
    """The score with every note named as a piano key: naturals and sharps."""
    rows = score.notes.rows.copy()
    rows["fifths"] = np.array([0, 7, 2, 9, 4, -1, 6, 1, 8, 3, 10, 5])[rows["pitch"] % 12]
    return replace(score, notes=NoteTable(rows))


def names(score):
    """The names that the notes of a grid get back."""
    found = estimated(nameless(score).notes, score.ticks_per_quarter)
    return [fifths_name(place) for place in found.tolist()]


def test_the_leading_tone_of_g_minor_is_f_sharp_and_its_third_b_flat():
    piece = parse_grid("meter: 4/4; key: g\nS: d5 d5 c5 a4 | bb4 . . .\nB: g3 g3 a3 f#3 | g3 . . .")
    assert names(piece) == [fifths_name(place) for place in piece.notes["fifths"].tolist()]


def test_a_chromatic_line_rises_in_sharps_and_falls_in_flats():
    rising = parse_grid("meter: 4/4; key: C\nS: c5 c#5 d5 d#5 | e5 f5 g5 c5\nB: c3 . b2 . | c3 a2 g2 c3")
    assert "C#" in names(rising)
    assert "D#" in names(rising)
    falling = parse_grid("meter: 4/4; key: F\nS: c5 b4 bb4 a4 | ab4 g4 f4 .\nB: f3 . c3 f3 | bb2 c3 f2 .")
    assert "B-" in names(falling)
    assert "A-" in names(falling)


def test_a_key_signature_chooses_between_g_flat_and_f_sharp_major():
    piece = parse_grid("meter: 4/4; key: Gb\nS: gb4 ab4 bb4 cb5 | db5 . cb5 bb4 | ab4 . gb4 .")
    flats = estimated(nameless(piece).notes, piece.ticks_per_quarter, signature=-6)
    sharps = estimated(nameless(piece).notes, piece.ticks_per_quarter, signature=6)
    assert flats.tolist() == piece.notes["fifths"].tolist()
    assert (sharps - flats == 12).all()


def test_tied_notes_have_one_name_and_drums_keep_theirs():
    piece = parse_grid("meter: 2/4; key: c\nS: g4 eb5~ | eb5 d5 | c5 .\nB: c3 . | g2 . | c3 .")
    back = respelled(nameless(piece))
    assert len(back.notes.sounding()) == len(piece.notes.sounding())
    assert back.notes == piece.notes


def test_an_estimated_spelling_is_told_and_survives_packing():
    piece = respelled(read("bach/bwv66.6"))
    assert is_estimated(piece)
    assert is_estimated(unpacked(*packed(piece)))
    assert not is_estimated(read("bach/bwv66.6"))


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("bach/bwv66.6", 0.99),
        ("bach/bwv846", 0.98),
        ("mozart/k458/movement1", 0.985),
        ("haydn/opus74no1/movement1", 0.985),
        ("beethoven/opus18no1/movement1", 0.985),
        ("schumann_clara/polonaise_op1n1", 0.98),
    ],
)
def test_pieces_of_the_corpus_get_their_names_back(name, least):
    notes = read(name).notes.sounding()
    bare = notes.rows.copy()
    bare["fifths"] = 0
    found = estimated(NoteTable(bare), read(name).ticks_per_quarter)
    assert (found == notes["fifths"]).mean() >= least
