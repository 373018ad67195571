"""Mood by rule of thumb: the directions that the literature reports, each cue told, and nothing made up."""

import math
from dataclasses import replace

import pytest

from musegen.features.style.mood import mood, mood_text
from musegen.score.meter import TICKS_PER_QUARTER
from musegen.score.model import Direction
from musegen.score.textgrid import parse_grid

MAJOR = "meter: 4/4\nS: c5 e5 g5 e5 | f5 d5 c5 .\nB: c4 . e4 . | f4 g4 c4 ."
MINOR = "meter: 4/4\nS: c5 eb5 g5 eb5 | f5 d5 c5 .\nB: c4 . eb4 . | f4 g4 c4 ."
FAST = "meter: 4/4; unit: 1/8\nS: c5 d5 e5 f5 g5 f5 e5 d5\nB: c4 d4 e4 f4 g4 f4 e4 d4"
HARSH = "meter: 4/4\nS: c5 c#5 g5 f#5 | f5 d5 c5 .\nB: b3 d4 g#4 g4 | e4 c#4 b3 ."


def told(grid, **settings):
    return mood(parse_grid(grid), **settings)


def test_minor_is_less_pleasant_than_major_and_as_active():
    bright, dark = told(MAJOR), told(MINOR)
    assert bright.valence > 0.5 > 0 > dark.valence
    assert bright.arousal == pytest.approx(dark.arousal, abs=0.05)


def test_more_notes_and_a_faster_tempo_are_more_active():
    assert told(FAST).arousal > told(MAJOR).arousal
    assert told(MAJOR, tempo=160).arousal > told(MAJOR, tempo=100).arousal > told(MAJOR, tempo=50).arousal
    assert (told(MAJOR, tempo=160).quadrant, told(MINOR, tempo=50).quadrant) == ("cheerful", "sad")


def test_tempo_marks_of_the_score_are_read_by_their_lengths_unless_a_tempo_is_told():
    def arousal(*marks, **settings):
        tempos = tuple(Direction(bar * 4 * TICKS_PER_QUARTER, "tempo", "", float(tempo)) for bar, tempo in marks)
        return mood(replace(parse_grid(MAJOR), directions=tempos), **settings).arousal

    assert arousal((0, 80)) == pytest.approx(told(MAJOR, tempo=80).arousal)
    assert arousal((0, 60), (1, 120)) == pytest.approx(told(MAJOR, tempo=60 * 2**0.5).arousal)
    assert arousal((0, 80), tempo=160) == pytest.approx(told(MAJOR, tempo=160).arousal)


def test_sharp_dissonances_are_unpleasant():
    assert told(HARSH).valence < told(MAJOR).valence


def test_what_each_cue_adds_sums_up_and_what_a_score_does_not_hold_is_named():
    found = told(MAJOR)
    assert sum(share.valence for share in found.cues) == pytest.approx(found.valence)
    assert {"tempo", "loudness", "articulation"} <= set(found.unknown)
    assert "tempo" not in told(MAJOR, tempo=90).unknown
    assert "rule of thumb" in mood_text("x", found)
    assert all(share.source for share in found.cues)


@pytest.mark.parametrize("grid", ["meter: 4/4\nS: . . . .", "meter: 4/4\nS: c5 . . ."])
def test_silence_and_a_single_note_have_no_mood_made_up_for_them(grid):
    found = told(grid)
    assert all(math.isnan(side) or -1 <= side <= 1 for side in (found.valence, found.arousal))
    assert {"mode", "dissonance"} & set(found.unknown)
    assert found.quadrant == "unknown"
    assert "no mood is named without a tempo" in mood_text("x", found)
