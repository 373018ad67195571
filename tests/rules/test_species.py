"""The species packs: what must not change a verdict, and what one false note in a solution by Fux brings to light."""

import tomllib
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musegen.rules.catalogue import places_of
from musegen.rules.engine import check
from musegen.rules.findings import Report
from musegen.rules.masks import compile_masks
from musegen.rules.packs import load_pack
from musegen.rules.views import surface
from musegen.score.meter import TimeSignature
from musegen.score.model import KeySignature, Score
from musegen.score.table import NoteTable
from musegen.score.textgrid import parse_grid

FOLDER = Path(__file__).parent / "fragments"
MODELS: dict[str, dict[str, Any]] = {
    item["name"].split(":")[0].removeprefix("Fux, figure "): item
    for item in tomllib.loads((FOLDER / "model-solutions.toml").read_text(encoding="utf-8"))["fragment"]
}
QUIET = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NOTES = "d4 e4 f4 g4 a4 b4 c5 d5 e5 f5 bb4 c#5 d3 a3 b3 c4 r .".split()


def _with_cells(grid: str, row: str, changes: dict[tuple[int, int], str]) -> str:
    """The grid with other cells in one row: (measure, cell) to what stands there, both from 1."""
    lines = grid.strip().splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith(f"{row}:"))
    bars = [bar.split() for bar in lines[place].split(":")[1].split("|")]
    for (measure, cell), name in changes.items():
        bars[measure - 1][cell - 1] = name
    lines[place] = f"{row}: " + " | ".join(" ".join(bar) for bar in bars)
    return "\n".join(lines)


def _counterpoint(model: dict[str, Any]) -> str:
    return "1" if model["cantus_firmus"] == "lower" else "2"


@st.composite
def faulty_solutions(draw: st.DrawFn) -> tuple[dict[str, Any], Score]:
    """A solution by Fux in which up to five cells of the counterpoint hold something else."""
    model = MODELS[draw(st.sampled_from(sorted(MODELS)))]
    grid, row = model["grid"], _counterpoint(model)
    line = next(line for line in grid.splitlines() if line.startswith(f"{row}:"))
    bars = [len(bar.split()) for bar in line.split(":")[1].split("|")]
    changes = {}
    for _ in range(draw(st.integers(0, 5))):
        measure = draw(st.integers(1, len(bars)))
        changes[measure, draw(st.integers(1, bars[measure - 1]))] = draw(st.sampled_from(NOTES))
    changes.setdefault((1, bars[0]), "a4" if row == "1" else "d3")
    return model, parse_grid(_with_cells(grid, row, changes))


def _judged(model: dict[str, Any], score: Score) -> list[tuple[str, str, Fraction, tuple[str, ...]]]:
    return _told(check(score, model["pack"], cantus_firmus=model["cantus_firmus"]))


def _told(report: Report) -> list[tuple[str, str, Fraction, tuple[str, ...]]]:
    return sorted((item.rule, item.measure, item.beat, item.voices) for item in report.findings)


@QUIET
@given(faulty_solutions(), st.integers(-5, 5), st.integers(-1, 1))
def test_transposing_an_exercise_with_its_mode_changes_no_finding(
    exercise: tuple[dict[str, Any], Score], fifths: int, octave: int
) -> None:
    model, score = exercise
    rows = score.notes.rows.copy()
    rows["fifths"] += fifths
    rows["pitch"] += (7 * fifths + 5) % 12 - 5 + 12 * octave
    measures = tuple(
        item._replace(key_signature=KeySignature(item.key_signature.fifths + fifths, item.key_signature.mode))
        for item in score.measures
    )
    assert _judged(model, replace(score, notes=NoteTable(rows), measures=measures)) == _judged(model, score)


@QUIET
@given(faulty_solutions())
def test_doubled_values_in_a_doubled_meter_change_no_finding(exercise: tuple[dict[str, Any], Score]) -> None:
    model, score = exercise
    rows = score.notes.rows.copy()
    rows["onset"] *= 2
    rows["duration"] *= 2
    measures = tuple(
        item._replace(onset=2 * item.onset, length=2 * item.length, time_signature=TimeSignature(4, 2))
        for item in score.measures
    )
    assert _judged(model, replace(score, notes=NoteTable(rows), measures=measures)) == _judged(model, score)


@QUIET
@given(faulty_solutions())
def test_the_order_of_the_parts_on_paper_changes_no_finding(exercise: tuple[dict[str, Any], Score]) -> None:
    model, score = exercise
    apart = 12 if model["cantus_firmus"] == "lower" else -12
    rows = score.notes.rows.copy()
    rows["pitch"][rows["part"] == int(_counterpoint(model)) - 1] += apart
    wide = replace(score, notes=NoteTable(rows))
    swapped = rows.copy()
    swapped["part"] = 1 - swapped["part"]
    other = replace(wide, notes=NoteTable(swapped).ordered(), parts=wide.parts[::-1])
    assert _judged(model, other) == _judged(model, wide)


@pytest.mark.parametrize(
    ("figure", "changes", "faults"),
    [
        ("11", {(3, 1): "g4"}, ["repeated-note 4:1 1", "vertical-dissonance 3:1 12"]),
        ("11", {(4, 1): "c4"}, [
            "direct-perfect 4:1 12",
            "forbidden-leap 5:1 1",
            "inner-unison 4:1 12",
            "unrecovered-large-leap 5:1 1",
            "unrecovered-leap 5:1 1",
        ]),
        ("11", {(9, 1): "d#5"}, ["outside-mode 9:1 1", "vertical-dissonance 9:1 12", "weak-cadence 9:1 12"]),
        ("11", {(10, 1): "g5"}, ["imperfect-ending 10:1 12", "weak-cadence 9:1 12"]),
        ("11", {(1, 1): "g4"}, ["imperfect-opening 1:1 12"]),
        ("11", {(6, 1): "e5"}, [
            "direct-perfect 6:1 12",
            "no-climax 8:1 1",
            "outlined-seventh 6:1 1",
            "unrecovered-leap 6:1 1",
        ]),
        ("33", {(3, 2): "d5"}, ["direct-perfect 4:1 12", "dissonance-by-leap 3:3 1"]),
        ("33", {(4, 1): "g4"}, ["downbeat-dissonance 4:1 12", "repeated-note 4:1 1", "unrecovered-leap 4:3 1"]),
        ("33", {(5, 2): "b4"}, ["repeated-note 5:3 1"]),
        ("33", {(10, 2): "c5"}, ["weak-cadence 10:3 12"]),
        ("33", {(6, 2): "."}, ["wrong-values 6:1 1"]),
        ("36", {(3, 2): "f4"}, ["unrecovered-leap 4:1 1"]),
        ("40", {(5, 2): "a4"}, ["direct-perfect 6:1 12", "downbeat-fifths 6:1 12"]),
        ("55", {(3, 3): "c5"}, ["repeated-note 3:4 1"]),
        ("55", {(5, 4): "d5"}, ["repeated-note 5:4 1"]),
        ("55", {(2, 1): "g4"}, [
            "dissonance-by-leap 1:4 1",
            "dissonance-by-leap 2:2 1",
            "downbeat-dissonance 2:1 12",
            "repeated-note 2:1 1",
        ]),
        ("55", {(10, 4): "c5"}, ["weak-cadence 10:4 12"]),
        ("74", {(3, 2): "b3"}, ["repeated-note 4:3 2", "unprepared-syncopation 3:3 2", "unresolved-syncopation 3:3 2"]),
        ("74", {(4, 1): "c4"}, ["downbeat-dissonance 4:1 12", "repeated-note 4:1 2"]),
        ("74", {(5, 2): "f4"}, ["forbidden-leap 5:3 2", "no-climax 7:3 2", "unprepared-syncopation 5:3 2"]),
        ("74", {(10, 2): "c4"}, ["weak-cadence 10:3 12"]),
        ("73", {(3, 2): "e5"}, [
            "forbidden-leap 4:3 1",
            "unmelodic-leaps 5:3 1",
            "unresolved-syncopation 3:3 1",
            "unresolved-syncopation 4:3 1",
        ]),
        ("73", {(5, 1): "a4"}, ["broken-syncopation 6:1 1", "downbeat-dissonance 5:1 12"]),
        ("82", {(3, 2): "e4"}, ["wrong-eighths 3:1 1"]),
        ("82", {(3, 3): "f4", (3, 4): "g4"}, ["wrong-eighths 3:2 1"]),
        ("82", {(8, 4): "f5"}, ["no-climax 8:5/2 1", "unrecovered-leap 9:2 1"]),
        ("83", {(5, 3): "g3"}, ["repeated-note 5:2 2"]),
        ("83", {(4, 5): "c4"}, [
            "dissonance-by-leap 4:3 2",
            "dissonance-by-leap 4:4 2",
            "dissonance-by-leap 4:5/2 2",
            "wrong-eighths 4:2 2",
        ]),
        ("87", {(8, 5): "d5"}, ["unprepared-syncopation 8:3 1", "wrong-eighths 9:2 1"]),
        ("82", {(1, 5): "r"}, ["imperfect-opening 2:2 12", "late-start 1:1 1", "wrong-values 2:1 1"]),
    ],
)  # fmt: skip
def test_a_fault_planted_in_a_solution_by_fux_gives_exactly_its_findings(
    figure: str, changes: dict[tuple[int, int], str], faults: list[str]
) -> None:
    assert _added(figure, changes) == faults


def _added(figure: str, changes: dict[tuple[int, int], str]) -> list[str]:
    """What the changed solution is told that the solution was not; of a solution, information at most."""
    model = MODELS[figure]
    before, after = (
        {f"{item.rule} {place}" for item, place in zip(found, places_of(found), strict=True)}
        for found in (
            check(parse_grid(grid), model["pack"], cantus_firmus=model["cantus_firmus"]).findings
            for grid in (model["grid"], _with_cells(model["grid"], _counterpoint(model), changes))
        )
    )
    return sorted(after - before)


def test_three_voices_are_not_judged_by_rules_for_two() -> None:
    trio = parse_grid("key: C ionian; unit: 1/1\n1: c5 | b4 | c5 | c5\n2: e4 | f4 | g4 | e4\n3: c4 | d4 | e4 | c4")
    told = {item.rule: item.reason for item in check(trio, load_pack("species-1")).not_checked}
    assert told["imperfect-opening"] == "it is about two voices"


@pytest.mark.parametrize("mode", ["", "major"])
def test_the_cantus_tells_the_mode_where_a_program_wrote_none(mode: str) -> None:
    model = MODELS["55"]
    score = parse_grid(model["grid"])
    measures = tuple(item._replace(key_signature=KeySignature(0, mode)) for item in score.measures)
    assert _judged(model, replace(score, measures=measures)) == _judged(model, score)


def test_a_decoder_is_refused_the_dissonances_and_direct_fifths_that_the_check_reports() -> None:
    grid = _with_cells(MODELS["11"]["grid"], "1", {(3, 1): "g4", (4, 1): "c4"})
    view, pack = surface(parse_grid(grid), cantus_firmus="lower"), load_pack("species-1")
    slices, pairs = (compile_masks(pack, window) for window in ("slice", "pair"))
    assert np.flatnonzero(slices(view.sonority)).tolist() == [2]
    spread = pairs(view.first[:, None], view.second[None, :])
    assert (np.diagonal(spread) == pairs(view.first, view.second)).all()
    assert np.flatnonzero(np.diagonal(spread)).tolist() == [2, 3]
