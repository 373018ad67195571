"""Triplets in divisions that thirds do not divide: exporters round them, and they are read as what is meant."""

from fractions import Fraction

from documents import measure, note, score

from musegen import read
from musegen.score.files import read_bytes


def test_a_triplet_of_42_43_and_43_of_256_is_three_sixths_of_a_quarter():
    attributes = (
        "<attributes><divisions>256</divisions><time><beats>1</beats><beat-type>4</beat-type></time></attributes>"
    )
    notes = [note("C4", 42), note("D4", 43), note("E4", 43), note("F4", 128)]
    piece = read_bytes(score(measure(*notes, attributes=attributes)).encode(), "rounded.musicxml")
    onsets = [piece.quarters(onset) for onset in piece.notes["onset"].tolist()]
    assert onsets == [0, Fraction(1, 6), Fraction(1, 3), Fraction(1, 2)]
    assert piece.quarters(piece.end) == 1


def test_the_triplets_of_the_linden_tree_stand_on_thirds():
    piece = read("schubert/Lindenbaum")
    onsets = {Fraction(onset, piece.ticks_per_quarter) for onset in piece.notes["onset"].tolist()}
    assert max(onset.denominator for onset in onsets) <= 24
