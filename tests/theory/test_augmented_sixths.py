"""Augmented sixths are called Italian, French or German by the notes that sound, whatever the network took them for."""

from __future__ import annotations

import pytest

from musegen.score.textgrid import parse_grid
from musegen.theory.annotations.given import given_analysis
from musegen.theory.neural.augmented_sixths import named_sixths

TWO_BEATS = "key: C minor; meter: 2/4\nS: f#5 {soprano}\nA: {alto} b4\nB: ab3 g3\nH: {told} V"


@pytest.mark.parametrize(
    ("told", "alto", "named"),
    [
        ("Ger65", "c5", "It6"),
        ("Ger65", "eb5", "Ger65"),
        ("Ger65", "d5", "Fr43"),
        ("Fr43", "c5", "It6"),
        ("Fr43", "eb5", "Ger65"),
        ("It6", "c5", "It6"),
    ],
)
def test_a_sixth_without_its_fourth_note_is_called_by_what_sounds(told, alto, named):
    piece = parse_grid(TWO_BEATS.format(soprano="g5", alto=alto, told=told))
    assert [chord.numeral.figure for chord in named_sixths(piece, given_analysis(piece).chords)] == [named, "V"]


def test_a_french_sixth_and_what_was_called_german_after_it_are_one_chord():
    piece = parse_grid("key: C minor; meter: 4/4\nS: f#5 f#5 g5 .\nA: d5 d5 d5 .\nB: ab3 ab3 g3 .\nH: Fr43 Ger65 V .")
    chords = named_sixths(piece, given_analysis(piece).chords)
    assert [(chord.numeral.figure, chord.duration) for chord in chords] == [("Fr43", 2 * 10080), ("V", 2 * 10080)]
