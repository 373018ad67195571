"""The strict counter: a planted fault is counted once, and Bach's own rates are those that others found."""

import numpy as np
import pytest

from musegen.errors import UnreadableFile
from musegen.evaluation.bach import bach_sample
from musegen.evaluation.core_rules import core_counts
from musegen.generation.neural.frames import frames_of
from musegen.rules.core.chords import chords_of
from musegen.rules.core.counting import CORE, counted, places
from musegen.rules.core.templates import KINDS, readings_of
from musegen.score.textgrid import parse_grid

CLEAN = "S: e5 d5 c5\nA: g4 g4 g4\nT: c4 b3 c4\nB: c3 g3 e3"


def found(grid: str) -> dict[str, int]:
    """What is counted in a few chords."""
    counts = counted(chords_of(parse_grid(grid))).found
    return {name: number for name, number in counts.items() if number}


def test_a_plain_cadence_has_no_fault() -> None:
    assert found(CLEAN) == {}


@pytest.mark.parametrize(
    ("grid", "faults"),
    [
        ("S: g4 a4\nA: e4 e4\nT: c4 c4\nB: g3 a3", {"parallel octaves": 1}),
        ("S: e5 d5\nA: c5 b4\nT: g4 g4\nB: c4 g3", {}),
        ("S: c5 c5\nA: e4 f4\nT: g3 a3\nB: c3 d3", {"parallel fifths": 1}),
        ("S: f4 a4\nA: c4 f4\nT: a3 a3\nB: c3 d3", {"direct": 1}),
        ("S: e5 e5\nA: g4 e4\nT: c4 g4\nB: c3 c3", {"crossing": 1}),
        ("S: g5 a5\nA: d5 d5\nT: g4 f4\nB: b3 d3", {"range": 1}),
        ("S: c5 c5\nA: e4 d4\nT: e3 c3\nB: a2 a2", {"spacing": 1}),
        ("S: c5 b4 c5 c5\nA: e4 d4 c4 c4\nT: g3 b3 a3 a3\nB: c3 g3 a3 c3", {"doubled leading tone": 1}),
        ("S: g4 g4 g4\nA: e4 d4 e4\nT: c4 d4 c4\nB: c3 b2 c3", {}),
        ("S: b4 a4 g4\nA: g4 f4 e4\nT: d4 c4 c4\nB: g3 f3 c3", {"parallel fifths": 1, "parallel octaves": 1}),
        ("S: d5 c5\nA: b4 g4\nT: g4 e4\nB: g3 c3", {}),
        ("S: b4 g4\nA: g4 e4\nT: d4 c4\nB: g3 c4", {"unresolved leading tone": 1}),
        ("S: f4 e4\nA: d4 c4\nT: b3 c4\nB: g3 c3", {}),
        ("S: d5 e5\nA: f4 g4\nT: b3 c4\nB: g3 c3", {"unresolved seventh": 1}),
        ("key: a minor\nS: a4 b4\nA: f4 g#4\nT: c4 e4\nB: f3 e3", {"augmented second": 1}),
        ("S: d5 d5\nA: f4 b4\nT: d4 d4\nB: d3 g3", {"tritone": 1}),
        ("S: d4 c5\nA: c4 c4\nT: g3 g3\nB: e3 e3", {"wide leap": 1}),
    ],
)
def test_a_planted_fault_is_counted_once_and_nothing_else(grid: str, faults: dict[str, int]) -> None:
    assert found(grid) == faults


def test_fifths_in_contrary_motion_are_counted_apart() -> None:
    counts = core_counts([parse_grid("S: c5 d5\nA: e4 f4\nT: g3 a3\nB: c3 a2")])[0]
    assert (counts.parallels, counts.total, counts.is_clean) == (0, 0, True)
    counts = core_counts([parse_grid("S: g4 a4\nA: e4 f4\nT: c4 a3\nB: c4 d3")])[0]
    assert (counts.found["antiparallel fifths"], counts.parallels, counts.is_clean) == (1, 0, False)


def test_a_voice_that_passes_what_its_neighbour_left_overlaps_inside_one_chord_too() -> None:
    assert found("S: c5 c5\nA: g4 g4\nT: e4 c4\nB: c4 c3\n") == {}
    assert found("S: c5 e5\nA: g4 g4\nT: c4 e4\nB: c3 e4")["overlap"] == 1


def test_a_fermata_excuses_nothing() -> None:
    assert found("S: c5 c5^\nA: e4 f4\nT: g3 a3\nB: c3 d3") == found("S: c5 c5\nA: e4 f4\nT: g3 a3\nB: c3 d3")
    assert found("S: c5^ c5\nA: e4^ f4\nT: g3^ a3\nB: c3^ d3") == {"parallel fifths": 1}


def test_notes_struck_again_make_no_chord() -> None:
    assert chords_of(parse_grid("S: c5 c5 c5\nA: g4 g4 g4\nT: e4 . e4\nB: c3 c3 c4")).size == 2


def test_places_say_when_each_fault_comes() -> None:
    piece = parse_grid("S: c5 c5 c5 c5\nA: e4 e4 f4 f4\nT: g3 g3 a3 a3\nB: c3 c3 d3 d3")
    assert places(chords_of(piece)) == {"parallel fifths": [2.0]}


def test_chords_are_read_by_their_sound() -> None:
    read = readings_of(chords_of(parse_grid("S: f4 e4 c5\nA: d4 c4 f4\nT: b3 g3 d4\nB: g3 c3 c3")))
    assert [KINDS[kind] if kind >= 0 else "" for kind in read.kind] == ["dominant seventh", "major", ""]


def test_frames_are_counted_like_the_score_that_they_were_made_of() -> None:
    score = bach_sample("test").scores[0]
    assert core_counts([frames_of(score)])[0].found == core_counts([score])[0].found


def test_by_analysis_the_pack_judges_the_rules_of_chords() -> None:
    grid = "key: C major\nS: e5 d5 d5 e5\nA: g4 a4 f4 g4\nT: c4 f4 b3 c4\nB: c3 d3 g3 c3"
    by_sound, by_analysis = (core_counts([parse_grid(grid)], by=by)[0].found for by in ("template", "analysis"))
    assert by_sound["unresolved seventh"] == by_analysis["unresolved seventh"] == 1
    with pytest.raises(TypeError, match="an analysis needs a score"):
        core_counts([frames_of(parse_grid(grid))], by="analysis")


def test_three_voices_are_refused() -> None:
    with pytest.raises(UnreadableFile, match="four voices; here are 3"):
        core_counts([parse_grid("S: e5 d5\nA: g4 g4\nB: c3 g3")])


def test_bach_breaks_as_many_rules_as_an_independent_count_says() -> None:
    """15.61 per 100 chords, 0.33 parallels, 79 % of the pieces without them (JSB test, on the grid)."""
    found = core_counts(bach_sample("test").scores)
    chords = sum(item.chords for item in found)
    assert 100 * sum(item.total for item in found) / chords == pytest.approx(15.6, abs=0.3)
    assert 100 * sum(item.parallels for item in found) / chords == pytest.approx(0.3, abs=0.1)
    assert np.mean([item.is_clean for item in found]) < 0.03
    assert {name for item in found for name, number in item.found.items() if number} >= set(CORE)
