"""Liveliness and readings: what is planted is counted, by the notes alone, on whatever staves they stand."""

import numpy as np
import pytest

from musegen.engraving.musicxml import write_musicxml
from musegen.errors import UnreadableFile
from musegen.evaluation.liveliness import liveliness_figures, livelinesses
from musegen.evaluation.readings import notes_alone, plain
from musegen.evaluation.sure import Sample, median, rate
from musegen.score.files import read_bytes
from musegen.score.textgrid import parse_grid

SUSPENDED = """
key: C major; meter: 4/4; unit: 1/8
S: e5 . c5 . c5 . b4 . | c5 . . . c5 . . .
A: g4 . a4 . g4 . . .  | g4 . . . g4 . . .
T: c4 . c4 . d4 . . .  | e4 . . . e4 . . .
B: c3 d3 e3 f3 g3 . . . | c3 . . . c3 . . .
"""
"""A 4-3 suspension in the soprano over V, and passing tones in the bass."""


def test_a_suspension_and_passing_tones_are_counted() -> None:
    held = SUSPENDED.replace("c5 . c5 . b4 .", "c5 . . . b4 .")
    (found,) = livelinesses([parse_grid(held)])
    assert found.quarters == 8
    assert found.suspensions == 1
    assert found.passing_tones >= 1
    assert found.non_chord_tones >= found.suspensions + found.passing_tones


def test_numerals_that_a_score_carries_are_not_believed() -> None:
    honest = parse_grid("key: C major\nS: e5 d5 d5 e5\nA: g4 a4 g4 g4\nT: c4 f4 b3 c4\nB: c3 d3 g3 c3")
    boastful = parse_grid(
        "key: C major\nS: e5 d5 d5 e5\nA: g4 a4 g4 g4\nT: c4 f4 b3 c4\nB: c3 d3 g3 c3\nH: V7/V V7/V V7/V V7/V"
    )
    assert livelinesses([honest]) == livelinesses([boastful])
    assert livelinesses([honest])[0].applied == 0


def test_a_closed_score_is_read_like_an_open_one() -> None:
    grid = "meter: 4/4\nS: e5 d5 c5^ .\nA: g4 g4 g4 .\nT: c4 b3 c4 .\nB: c3 g3 e3 .\nH: I V6 I6 ."
    open_score = parse_grid(grid)
    on_paper = read_bytes(write_musicxml(open_score), "made.musicxml")
    columns = ("onset", "duration", "pitch", "fifths", "part", "flags")
    rows = [[score.notes[name].tolist() for name in columns] for score in (plain(open_score), plain(on_paper))]
    assert rows[0] == rows[1]
    assert plain(on_paper).harmonies == plain(on_paper).lyrics == ()
    assert notes_alone(on_paper)[1].chords


def test_a_duet_is_no_chorale() -> None:
    with pytest.raises(UnreadableFile, match="a chorale has four voices; here are 2"):
        Sample.of("duet", [parse_grid("S: c5 d5\nB: c3 b2")])


def test_the_figures_of_a_sample_have_intervals_where_there_are_pieces_enough() -> None:
    sample = Sample.of("few", [parse_grid(SUSPENDED)] * 6)
    found = {figure.name: figure for figure in liveliness_figures(sample)}
    assert found["chords a beat"].low == found["chords a beat"].high == found["chords a beat"].value
    assert found["distance of rhythm"].value > 0.1
    lonely = liveliness_figures(Sample.of("one", [parse_grid(SUSPENDED)]))
    assert np.isnan(lonely[0].low)


def test_settings_of_one_melody_are_one_witness() -> None:
    several, one = (Sample("s", (), groups) for groups in (tuple("abcdefgh"), tuple("aaaaefgh")))
    above = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    apart, together = (rate("faults", above, [1.0] * 8, sample) for sample in (several, one))
    assert apart.value == together.value == 0.5
    assert together.high - together.low > apart.high - apart.low
    assert median("faults", above, several).value == 0.5
