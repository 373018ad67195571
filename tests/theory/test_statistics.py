"""The counts of human analyses: they say what every harmony book says, and a piece can be left out of them."""

import numpy as np
import pytest

from musegen.score.textgrid import parse_grid
from musegen.theory.annotations.alignment import place_on
from musegen.theory.annotations.romantext.reading import read_roman_text
from musegen.theory.counted_pieces import held_out
from musegen.theory.counting import count_piece, tables_of
from musegen.theory.numerals import parse_numeral
from musegen.theory.statistics import ChoraleStatistics, degree_index, statistics
from musegen.theory.vocabulary import figures, index_of, numerals


@pytest.mark.parametrize("minor", [False, True])
def test_every_row_is_a_distribution(minor):
    counted = statistics()
    for table in (counted.bigram(minor), counted.boundary(minor), counted.approach(minor), counted.cadence(minor)):
        assert np.allclose(np.exp(table).sum(axis=-1), 1)
    assert np.allclose(np.exp(counted.given_soprano(minor)).sum(axis=-1), 1)


@pytest.mark.parametrize(
    ("before", "after", "minor"), [("V7", "I", False), ("Cad64", "V", False), ("V7", "i", True), ("V65/V", "V", False)]
)
def test_the_likeliest_successor_is_the_resolution(before, after, minor):
    table = statistics().bigram(minor)
    assert figures(minor)[int(table[figures(minor).index(before)].argmax())] == after


def test_phrases_end_on_the_tonic_under_the_tonic_and_on_the_dominant_under_its_tones():
    cadence = statistics().cadence(minor=False)
    assert figures(False)[int(cadence[degree_index(0)].argmax())] == "I"
    assert figures(False)[int(cadence[degree_index(2)].argmax())] == "V"


def test_new_chords_come_on_strong_beats():
    downbeat, middle, weak, off = statistics().rhythm()
    assert downbeat > middle > weak > off


def test_leaving_a_piece_out_takes_its_counts_away_and_nothing_else():
    counted = statistics()
    piece = "bach/bwv245.26"
    others = counted.without(piece)
    sizes = [(name, (len(figures(minor)),)) for name, minor in (("figure.major", False), ("figure.minor", True))]
    gone = sum((counted.counts(*table) - others.counts(*table)).sum() for table in sizes)
    assert 20 < gone < 200
    assert set(others.without(piece).rows["melody"][:, 0]) == set(counted.rows["melody"][:, 0]) - {
        counted.pieces.index(piece)
    }
    assert counted.without("bach/none") is counted


def test_no_held_out_chorale_was_counted():
    assert len(held_out()) > 150
    assert {"bach/bwv269", "bach/bwv302", "bach/bwv40.8"} < held_out()
    assert not held_out() & set(statistics().pieces)


@pytest.mark.parametrize("minor", [False, True])
def test_no_two_figures_of_the_vocabulary_are_one_chord(minor):
    assert [index_of(numeral) for numeral in numerals(minor)] == list(range(len(figures(minor))))


def test_counting_a_piece_counts_its_succession_cadence_and_spacing():
    score = parse_grid(
        "key: C major; meter: 4/4\nS: e5 d5 d5 d5 | c5^ . . .\nA: g4 a4 g4 f4 | e4 . . .\n"
        "T: c4 d4 b3 b3 | g3 . . .\nB: c3 f3 g3 g3 | c3 . . ."
    )
    chords = place_on(read_roman_text("Time Signature: 4/4\nm1 C: I b2 ii65 b3 V b4 V7\nm2 I"), score)
    counts = count_piece(score, chords)
    place = {figure: index_of(parse_numeral(figure, minor=False)) for figure in ("I", "ii65", "V", "V7")}
    assert counts["bigram.major", (place["V"], place["V7"])] == 1
    assert counts["approach.major", (place["V7"], place["I"])] == 1
    assert counts["cadence.major", (degree_index(0), place["I"])] == 1
    assert counts["melody", (0, 12 - 2)] == 2
    assert counts["spacing", (0, 9)] == 2
    again = ChoraleStatistics(
        ("x",), {k: v for k, v in tables_of([("x", counts)]).items() if k not in ("pieces", "degrees")}
    )
    assert again.counts("bigram.major", (len(figures(False)) + 1, len(figures(False)))).sum() == 4
