"""Odd melodies and odd packs: a setting that keeps what is given, or one typed error, never anything else."""

from dataclasses import replace

import numpy as np
import pytest

from musegen.errors import MusegenError, NoSolution, UnreadableFile, UsageError
from musegen.generation.chorales.making import chorales
from musegen.generation.conditions import CadenceAsked, Condition, Left
from musegen.generation.harmonise import harmonise
from musegen.generation.neural.asking import task_for
from musegen.generation.neural.drawing import draw
from musegen.generation.neural.frames import A_QUARTER
from musegen.generation.refine.rereading import reread, same_music
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


@pytest.mark.parametrize("rules", [NO_CHORDS, TONICS])
def test_no_chorale_is_made_of_chords_with_which_none_can_close(tmp_path, rules):
    pack = tmp_path / "mine.toml"
    pack.write_text(rules)
    with pytest.raises(NoSolution) as told:
        next(chorales(Condition(pack=str(pack), pickup="auto"), seed=1))
    assert "the chords of mine" in told.value.conflicts


@pytest.mark.parametrize("asked", [{"seed": -1}, {"seed": 1.5}, {"seed": 1, "count": 0}, {"seed": 1, "count": 1.5}])
def test_numbers_of_chorales_and_seeds_that_are_none_are_refused(asked):
    with pytest.raises(UsageError):
        next(chorales(Condition(pickup="auto"), **asked))


def test_a_quartet_of_strings_is_no_chorale_whose_alto_is_missing():
    high, rest = "c6 d6 e6 f6 | " * 6, "c4 c4 c4 c4 | " * 6
    quartet = f"meter: 4/4\nS: {high}c6\nT: {rest}c4\nB: {rest.replace('4', '3')}c3"
    with pytest.raises(UnreadableFile, match="25 of 25 notes of S lie where no choir sings it"):
        task_for(parse_grid(quartet), Condition(left=Left(("A",))))
    task_for(parse_grid(quartet.replace(high, f"c6 d6 e6 f6 | {'c5 d5 e5 f5 | ' * 5}")), Condition(left=Left(("A",))))


TUNES = """
c5 d5 e5 f5 | g5 f5 e5 . | d5 c5 b4 . | c5 . . .
g4 c5 b4 c5 | d5 . g4 . | c5 d5 e5 d5 | c5 . . .
e5 d5 c5 d5 | e5 e5 e5 . | d5 d5 d5 . | c5 . . .
a4 b4 c5 d5 | e5 . d5 . | c5 b4 a4 g#4 | a4 . . .
"""


def test_many_tunes_are_sung_one_after_the_other_in_one_process():
    tunes = TUNES.strip().splitlines()
    for number, key in enumerate(("C major", "G major", "F major", "a minor", "D major", "e minor")):
        task = task_for(parse_grid(f"key: {key}; meter: 4/4\nS: {tunes[number % len(tunes)]}"), Condition())
        (answers,) = draw([task], np.random.default_rng(number), particles=2)
        assert (answers[0].frames.pitch[:, 0] == task.given.pitch[:, 0]).all()
        assert (answers[0].frames.pitch > 0).all()


EIGHTHS = {"4/4": 8, "3/4": 6, "5/4": 10, "2/2": 8, "6/8": 6}
CHORDS = "C F# Am7 Bdim E-7 Daug Gsus4 F#m7b5 Cmaj7/E I V65/V bII Q IX viio7".split()
KEYS = ("C major", "g minor", "F# major", "Ab major", "c# minor")


def odd_melody(rng):
    """Notes, rests and fermatas as chance will have them, under chords that nobody would choose."""
    meter = str(rng.choice(list(EIGHTHS)))
    names = "c db d d# e f f# g ab a bb b".split() if rng.random() < 0.5 else "c d e f g a b".split()

    def cell():
        note = f"{rng.choice(names)}{rng.integers(4, 6)}"
        return str(rng.choice([note, f"{note}^", ".", "r"], p=[0.5, 0.08, 0.35, 0.07]))

    bars = [[cell() for _ in range(EIGHTHS[meter])] for _ in range(rng.integers(1, 5))]
    bars[0][0] = "c5"
    grid = " | ".join(map(" ".join, bars))
    score = parse_grid(f"key: {rng.choice(KEYS)}; meter: {meter}; unit: 1/8\nS: {grid}")
    labels = [(int(step), str(rng.choice(CHORDS))) for step in range(0, score.end, QUARTER // 2) if rng.random() < 0.12]
    kinds = {text: "numeral" if text[0] in "IVbvQ" else "chord_symbol" for text in CHORDS}
    return replace(score, harmonies=tuple(HarmonyLabel(step, kinds[text], text) for step, text in labels))


def sung_rows(score):
    rows = score.notes.rows[score.notes["part"] == 0]
    return sorted(tuple(int(row[name]) for name in ("onset", "duration", "pitch", "fifths", "flags")) for row in rows)


@pytest.mark.slow
@ENGINES
@pytest.mark.parametrize("seed", range(24))
def test_an_odd_melody_is_set_note_for_note_or_refused_in_words(engine, seed):
    rng = np.random.default_rng([8, seed])
    melody = odd_melody(rng)
    pack = str(rng.choice(["chorale", "strict", "level-1", "level-5", "level-8", "core-13"]))
    try:
        made = harmonise(melody, Condition(pack=pack), rng, engine=engine)[0].score
    except MusegenError:
        return
    assert sung_rows(made) == sung_rows(melody)
    symbols = [(label.onset, label.text) for label in made.harmonies if label.kind == "chord_symbol"]
    assert symbols == [(label.onset, label.text) for label in melody.harmonies if label.kind == "chord_symbol"]
    assert same_music(reread(made), made)
