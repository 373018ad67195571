"""How other schools write the chords that musegen names with Roman numerals."""

import pytest

from musegen.theory.numeral_styles import written
from musegen.theory.numerals import parse_numeral
from musegen.theory.vocabulary import figures


@pytest.mark.parametrize(
    ("figure", "abrsm", "riemann"),
    [
        ("I", "I", "T"), ("ii6", "iib", "Sp/3"), ("iii", "iii", "Dp"), ("IV64", "IVc", "S/5"), ("V42", "V7d", "D7/7"),
        ("vi", "vi", "Tp"), ("viio6", "vii°b", "Đ7/5"), ("viiø7", "viiø7", "Đ9/3"), ("Cad64", "Ic", "D64"),
        ("V7/V", "V7 of V", "DD7"), ("V65/ii", "V7b of ii", "(D7/3)[Sp]"), ("viio7/V", "vii°7 of V", "DDv/3"),
        ("iv6", "ivb", "s/3"), ("bVI", "bVI", "tG"), ("N6", "bIIb", "sn"), ("Fr43", "Fr6", "DD7/5>"),
    ],
)  # fmt: skip
def test_chords_of_a_major_key(figure, abrsm, riemann):
    chord = parse_numeral(figure, minor=False)
    assert (written(chord, "abrsm"), written(chord, "riemann")) == (abrsm, riemann)


@pytest.mark.parametrize(
    ("figure", "abrsm", "riemann"),
    [
        ("i6", "ib", "t/3"), ("iio6", "ii°b", "s6"), ("iiø65", "iiø7b", "s65"), ("III", "III", "tP"),
        ("iv", "iv", "s"), ("IV", "IV", "S"), ("v", "v", "d"), ("V65", "V7b", "D7/3"), ("VI", "VI", "tG"),
        ("VII", "VII", "dP"), ("viio7", "vii°7", "Dv/3"), ("Cad64", "ic", "D64"), ("V/V", "V of V", "DD"),
        ("V7/III", "V7 of III", "(D7)[tP]"), ("Ger65", "Ger6", "DDv/5>"), ("It6", "It6", "ĐD7/5>"),
    ],
)  # fmt: skip
def test_chords_of_a_minor_key(figure, abrsm, riemann):
    chord = parse_numeral(figure, minor=True)
    assert (written(chord, "abrsm"), written(chord, "riemann")) == (abrsm, riemann)


@pytest.mark.parametrize("style", ["roman", "abrsm", "riemann"])
@pytest.mark.parametrize("minor", [False, True])
def test_every_chord_of_the_vocabulary_can_be_written(style, minor):
    assert all(written(parse_numeral(figure, minor=minor), style) for figure in figures(minor))
