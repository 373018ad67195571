"""Where a setting errs a few quarters of it are drawn again, and all else stays as it is."""

from dataclasses import replace

import numpy as np
import pytest

from musegen.generation.conditions import Condition
from musegen.generation.neural.asking import task_for
from musegen.generation.neural.drawing import draw
from musegen.generation.neural.redrawing import excerpts_of, is_worth_it, places_round, put_back
from musegen.generation.refine import Choice
from musegen.score.files import read
from musegen.score.textgrid import parse_grid
from tests.generation.test_refine import candidate

OCTAVES = """key: C major; meter: 4/4
S: e5 d5 e5 d5 | c5^ . . .
A: g4 g4 g4 g4 | e4^ . . .
T: c4 d4 c4 b3 | c4^ . . ."""


@pytest.fixture(scope="module")
def task():
    score = read("bach/bwv66.6")
    soprano = score.notes.where(score.notes["part"] == 0)
    return task_for(replace(score, notes=soprano, parts=score.parts[:1], harmonies=(), stream=None), Condition())


def test_the_bar_round_a_fault_is_drawn_again_and_every_other_note_and_chord_stays(task):
    rng = np.random.default_rng(4)
    ((answer,),) = draw([task], rng, particles=1)
    where = places_round([13, 85], len(task.joined))
    excerpts = excerpts_of(task, answer, where)
    drawn = draw([excerpt.task for excerpt in excerpts], rng, particles=4)
    others = [put_back(answer, excerpts, several) for several in zip(*drawn, strict=True)]
    assert len(excerpts) == 2
    stays = ~where
    for other in others:
        for old, new in zip(answer.frames, other.frames, strict=True):
            assert np.array_equal(old[stays], new[stays])
            assert np.array_equal(old[:, 0], new[:, 0])
        for name in ("local", "figure"):
            assert np.array_equal(getattr(answer.said, name)[stays], getattr(other.said, name)[stays])
    assert any((other.frames.pitch != answer.frames.pitch).any() for other in others)
    assert all(len(excerpt.task.joined) < len(task.joined) for excerpt in excerpts)


def test_an_excerpt_hears_the_bar_before_as_late_in_the_piece_as_it_is():
    task = task_for(parse_grid("key: C major; meter: 4/4\nS: " + " | ".join(["c5 d5 e5 f5"] * 8)), Condition())
    ((answer,),) = draw([task], np.random.default_rng(1), particles=1)
    (excerpt,) = excerpts_of(task, answer, places_round([100], 128))
    assert excerpt.first == excerpt.task.elapsed == 92 - 16
    assert not excerpt.task.free[:16].any()


def test_where_half_of_a_piece_is_at_fault_all_of_it_is_drawn_anew():
    assert is_worth_it(places_round([40], 160))
    assert not is_worth_it(places_round([8, 24, 40], 64))
    assert not is_worth_it(places_round([], 64))


def test_what_is_nearest_to_being_right_says_where_it_errs():
    choice = Choice("chorale", 1)
    choice.take([candidate("c3 d3 c3 g3 | c3^ . . .", OCTAVES)])
    (nearest,) = choice.nearest
    assert not choice.is_enough
    assert 1.0 in nearest.places
    choice.take([candidate()])
    assert choice.is_enough
    assert choice.best()[0].is_clean
