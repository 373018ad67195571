"""New notes are written so that a reader sees the beats; what was given stays as it was written."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from musegen.engraving.metrical_ties import cuts
from musegen.engraving.values import single_value
from musegen.generation.conditions import Condition
from musegen.generation.neural.asking import task_for
from musegen.generation.neural.drawn import Drawn
from musegen.generation.neural.frames import frames_of
from musegen.generation.neural.said import nothing_said
from musegen.generation.neural.writing import score_of
from musegen.score.meter import TimeSignature
from musegen.score.table import Flag
from musegen.score.textgrid import parse_grid


def written(meter, beat, quarters):
    """The lengths, in quarters, of what a note from a beat of the measure is written as."""
    start = (Fraction(beat) - 1) * TimeSignature.parse(meter).beat_quarters
    edges = [start, *cuts(start, start + Fraction(quarters), TimeSignature.parse(meter)), start + Fraction(quarters)]
    return " ".join(str(after - before) for before, after in pairwise(edges))


@pytest.mark.parametrize(
    ("meter", "beat", "quarters", "as_written"),
    [
        ("4/4", "3/2", "1", "1"),
        ("4/4", "5/2", "1", "1/2 1/2"),
        ("4/4", "3/2", "2", "1/2 1 1/2"),
        ("4/4", "3/2", "7/2", "1/2 1 2"),
        ("4/4", "5/4", "7/4", "3/4 1"),
        ("4/4", "7/4", "1/2", "1/4 1/4"),
        ("4/4", "1", "7/2", "2 3/2"),
        ("4/4", "2", "2", "2"),
        ("4/4", "2", "3/2", "3/2"),
        ("3/4", "3/2", "1", "1"),
        ("3/4", "3/2", "5/2", "1/2 2"),
        ("3/4", "2", "2", "2"),
        ("6/8", "3", "1", "1/2 1/2"),
        ("6/8", "1", "5/2", "3/2 1"),
        ("6/8", "2", "1", "1"),
        ("12/8", "4", "3", "3"),
        ("2/2", "3/2", "2", "2"),
        ("2/2", "7/4", "1", "1/2 1/2"),
        ("6/4", "3", "2", "1 1"),
    ],
)
def test_a_note_off_the_beat_is_tied_over_a_beat_but_in_short_long_short(meter, beat, quarters, as_written):
    assert written(meter, beat, quarters) == as_written


@pytest.mark.parametrize("meter", ["2/4", "3/4", "4/4", "2/2", "3/2", "6/4", "3/8", "6/8", "9/8", "12/8", "5/4", "7/8"])
def test_every_note_of_a_measure_in_sixteenths_is_written_without_a_second_dot(meter):
    signature = TimeSignature.parse(meter)
    places = np.arange(int(signature.quarters * 4) + 1)
    for first, last in [(Fraction(int(a), 4), Fraction(int(b), 4)) for a in places for b in places if a < b]:
        edges = [first, *cuts(first, last, signature), last]
        values = [single_value(after - before) for before, after in pairwise(edges)]
        assert edges == sorted(set(edges))
        assert all(value and value[1] < 2 for value in values), (first, last)


def test_a_syncopation_is_tied_where_it_is_new_and_stays_as_it_was_given():
    line = "{0} . . {1} . {1} {0} ."
    rows = [f"{voice}: {line.format(*notes)}" for voice, *notes in (("S", "c5", "d5"), ("A", "g4", "a4"))]
    piece = parse_grid("\n".join(["meter: 4/4; unit: 1/8", *rows, "T: e4 . . . . . . .", "B: c3 . . . . . . ."]))
    score = score_of(Drawn(frames_of(piece), nothing_said(16), 0.0, 0.0), piece, task=task_for(piece, Condition()))
    lengths = [score.notes["duration"][score.notes["part"] == part] // 5040 for part in (0, 1)]
    assert [length.tolist() for length in lengths] == [[3, 2, 1, 2], [3, 1, 1, 1, 2]]
    assert score.notes.has(Flag.TIED_TO_NEXT).sum() == 1
    assert np.array_equal(frames_of(score).attack, frames_of(piece).attack)
