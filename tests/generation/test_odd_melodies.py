"""Odd melodies and odd packs: a setting that keeps what is given, or one typed error, never anything else."""

import numpy as np
import pytest

from musegen.errors import NoSolution, UsageError
from musegen.generation.conditions import CadenceAsked, Condition, Left
from musegen.generation.harmonise import harmonise
from musegen.generation.neural.asking import task_for
from musegen.generation.neural.drawing import draw
from musegen.generation.neural.frames import A_QUARTER
from musegen.score.model import HarmonyLabel
from musegen.score.textgrid import parse_grid
from musegen.theory.keys import Key
from musegen.theory.vocabulary import figures

ENGINES = pytest.mark.parametrize("engine", ["classical", "neural"])
QUARTER = 10_080
SCALE = "meter: 4/4\nS: c5 d5 e5 d5 | c5 b4 c5 ."
PACK = """
[pack]
id = "mine"
title = "Little is allowed"
extends = ["strict"]
"""
NO_CHORDS = f'{PACK}[allow]\nmajor = []\nminor = []\n[[rule]]\nid = "outside-vocabulary"\n'
TONICS = NO_CHORDS.replace("major = []", 'major = ["I"]').replace("minor = []", 'minor = ["i"]')
HIGH = f"""{PACK}[[rule]]
id = "out-of-range"
params = {{soprano = ["C4", "A5"], alto = ["C7", "C7"], tenor = ["C7", "C7"], bass = ["C7", "C7"]}}
"""


def set_by(engine, grid, **asked):
    return harmonise(parse_grid(grid), Condition(**asked), np.random.default_rng(1), engine=engine)


@pytest.mark.parametrize("key", ["C major", "c minor"])
def test_where_no_chord_is_allowed_those_that_are_drawn_are_still_chords_of_their_mode(tmp_path, key):
    pack = tmp_path / "nothing.toml"
    pack.write_text(NO_CHORDS)
    task = task_for(parse_grid(f"key: {key}; meter: 4/4\nS: c5 d5 f#5 g5"), Condition())
    drawn = draw([task] * 8, np.random.default_rng(1), pack=str(pack))
    assert len(drawn[0][0].said.local) == 4 * A_QUARTER
    for answer in (one for several in drawn for one in several):
        for local, figure in zip(answer.said.local.tolist(), answer.said.figure.tolist(), strict=True):
            assert 0 <= figure < len(figures(bool(local % 2)))


@ENGINES
@pytest.mark.parametrize(("rules", "named"), [(NO_CHORDS, "beat 1"), (TONICS, "beat 2"), (HIGH, "the ranges of alto")])
def test_what_a_pack_makes_impossible_is_refused_with_the_requests_that_clash(tmp_path, engine, rules, named):
    pack = tmp_path / "mine.toml"
    pack.write_text(rules)
    with pytest.raises(NoSolution) as told:
        set_by(engine, SCALE, pack=str(pack))
    assert any(named in conflict for conflict in told.value.conflicts)


@ENGINES
def test_a_melody_that_no_voices_can_be_set_under_is_refused_by_name(engine):
    with pytest.raises(NoSolution) as told:
        set_by(engine, "meter: 4/4\nS: c7 d7 e7 c7")
    assert "measure 1, beat 1: the melody's C7" in told.value.conflicts


def test_a_melody_within_a_level_is_set_by_the_network_in_its_chords():
    assert set_by("neural", "meter: 4/4\nS: e5 d5 c5 d5 | e5 d5 c5 .", pack="level-3")


@pytest.mark.parametrize("temperature", [float("nan"), float("inf"), 0, -1, 1e9, "a"])
def test_no_network_draws_at_a_temperature_that_is_none(temperature):
    with pytest.raises(UsageError, match="temperature"):
        harmonise(parse_grid(SCALE), Condition(), np.random.default_rng(1), engine="neural", temperature=temperature)


@pytest.mark.parametrize("engine", ["Classical", "quantum", None])
def test_an_engine_that_is_not_there_is_not_taken_for_another(engine):
    with pytest.raises(UsageError, match="there is no engine"):
        set_by(engine, SCALE)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"candidates": 0}, "0 settings"),
        ({"candidates": "3"}, "3 settings"),
        ({"level": 99}, "no level 99"),
        ({"measures": 8}, "settles measures"),
        ({"cadences": (CadenceAsked(80 * QUARTER, "PAC"),)}, "PAC is asked for outside"),
        ({"cadences": (CadenceAsked(-QUARTER, "PAC"),)}, "PAC is asked for outside"),
        ({"cadences": (CadenceAsked(QUARTER, "XYZ"),)}, "`XYZ` is no cadence"),
        ({"harmonies": (HarmonyLabel(80 * QUARTER, "chord_symbol", "C"),)}, "C is asked for outside"),
        ({"harmonies": (HarmonyLabel(0, "function", "T"),)}, "asked for as a function"),
    ],
)
def test_a_condition_that_cannot_be_meant_of_this_melody_is_refused(asked, told):
    with pytest.raises(UsageError, match=told):
        set_by("neural", SCALE, **asked)


def test_two_cadences_at_one_place_contradict_each_other_whichever_comes_first():
    both = CadenceAsked(6 * QUARTER, "PAC", Key.parse("C")), CadenceAsked(6 * QUARTER, "HC")
    for cadences in (both, both[::-1]):
        with pytest.raises(NoSolution) as told:
            set_by("neural", SCALE, cadences=cadences)
        assert sorted(told.value.conflicts) == ["measure 2, beat 3: HC", "measure 2, beat 3: PAC in C"]


def test_voices_and_measures_may_come_as_lists():
    assert Left.parse(["A", "T"], [1, 2]) == Left.parse("A,T", "1,2") == Left(("A", "T"), ("1", "2"))
    assert Left.parse("A", 3) == Left(("A",), ("3",))
