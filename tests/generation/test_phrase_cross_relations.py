"""Chromatic notes that another voice takes up: found where they stand, and not in what is sung."""

from __future__ import annotations

import numpy as np
import pytest

from musegen.generation.neural.frames import A_QUARTER, frames_of
from musegen.generation.phrases.cross_relations import changed_closes, cross_relations
from musegen.generation.phrases.making import sheets
from musegen.generation.phrases.singing import Asked
from musegen.score.textgrid import parse_grid
from musegen.theory.keys import Key


def crossed(grid: str, reach: int = 1) -> list[int]:
    frames = frames_of(parse_grid(f"key: C major; meter: 4/4\n{grid}"))
    return cross_relations(frames, np.arange(len(frames.pitch)) > 0, reach)


def test_f_in_the_soprano_and_f_sharp_in_the_bass_cross() -> None:
    assert crossed("S: f5 d5 d5 d5\nA: c5 c5 b4 b4\nT: a4 a4 g4 g4\nB: d4 f#4 g4 g4") == [A_QUARTER]


def test_a_voice_that_makes_the_chromatic_step_itself_does_not() -> None:
    assert crossed("S: f5 f#5 g5 g5\nA: c5 c5 b4 b4\nT: a4 a4 g4 g4\nB: d4 d4 g3 g3") == []


def test_with_another_chord_between_it_is_heard_within_a_beat_only() -> None:
    grid = "S: f5 e5 d5 d5\nA: c5 c5 b4 b4\nT: a4 a4 a4 g4\nB: d4 c4 f#4 g4"
    assert crossed(grid, A_QUARTER) == []
    assert crossed(grid, A_QUARTER + 1) == [2 * A_QUARTER]


def test_both_at_once_cross() -> None:
    assert crossed("S: f5 e5 d5 d5\nA: c5 c5 b4 b4\nT: a4 a4 g4 g4\nB: f#4 g4 g4 g4", 0) == [0]


def test_a_new_phrase_has_forgotten_the_note() -> None:
    frames = frames_of(parse_grid("meter: 2/4\nS: f5 d5\nA: c5 c5\nT: a4 a4\nB: d4 f#4"))
    assert cross_relations(frames, np.arange(len(frames.pitch)) % A_QUARTER > 0) == []


def test_a_last_chord_that_turns_from_major_to_minor_is_found() -> None:
    grid = "key: G major; meter: 2/4; unit: 1/8\nS: d5 . . .\nA: g4 . . .\nT: b3 b-3 . .\nB: g2 . . ."
    frames = frames_of(parse_grid(grid))
    assert changed_closes(frames, np.ones(len(frames.pitch), dtype=bool)) == [A_QUARTER // 2]
    assert changed_closes(frames, np.arange(len(frames.pitch)) >= A_QUARTER // 2) == []


@pytest.mark.parametrize("key", ["a", "E"])
def test_in_phrases_that_are_sung_nothing_crosses(key: str) -> None:
    for sheet in sheets(Asked(phrases=1, key=Key.parse(key), candidates=2), seed=3, count=2):
        frames = frames_of(sheet.score)
        assert cross_relations(frames, np.arange(len(frames.pitch)) > 0) == []
