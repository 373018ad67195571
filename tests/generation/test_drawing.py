"""What the network draws: given notes stay, laws hold, a seed is a setting."""

import numpy as np
import pytest

from musegen.generation.conditions import Condition
from musegen.generation.decode.voice_laws import Laws
from musegen.generation.neural.asking import task_for
from musegen.generation.neural.chord_tables import NOT_A_MEMBER, ROOT, figure_numbers, places_of, role_table
from musegen.generation.neural.drawing import draw
from musegen.generation.neural.frames import Frames, frames_of
from musegen.generation.neural.listening import NO_INTERVAL, Listener, heard, numbers_of
from musegen.generation.neural.said import UNSAID, key_number
from musegen.generation.neural.writing import score_of
from musegen.rules.engine import check
from musegen.rules.packs import load_pack
from musegen.score.files import read
from musegen.score.textgrid import parse_grid
from musegen.theory.keys import Key
from musegen.theory.vocabulary import numerals

TUNE = parse_grid("key: G major; meter: 4/4\nS: g4 a4 b4 g4 | c5 b4 a4 . | b4 c5 d5 b4 | a4 b4 g4 .")


@pytest.fixture(scope="module")
def task():
    return task_for(TUNE, Condition())


@pytest.fixture(scope="module")
def answers(task):
    return draw([task] * 4, np.random.default_rng(5))


def test_the_given_melody_is_kept_note_for_note(task, answers):
    for answer in (answer for several in answers for answer in several):
        np.testing.assert_array_equal(answer.frames.pitch[:, 0], task.given.pitch[:, 0])
        np.testing.assert_array_equal(answer.frames.fifths[:, 0], task.given.fifths[:, 0])
        np.testing.assert_array_equal(answer.frames.attack[:, 0], task.given.attack[:, 0])
        assert (answer.frames.pitch[:, 1:] > 0).all()


def test_a_seed_is_a_setting_and_another_seed_another(task, answers):
    again = draw([task] * 4, np.random.default_rng(5))
    other = draw([task] * 4, np.random.default_rng(6))
    first = [several[0].frames.pitch for several in answers]
    np.testing.assert_array_equal(first, [several[0].frames.pitch for several in again])
    assert any((one != two[0].frames.pitch).any() for one, two in zip(first, other, strict=True))


@pytest.mark.parametrize("pack", ["chorale", "strict"])
def test_nothing_drawn_breaks_a_law_of_two_sonorities(task, pack):
    laws = Laws(pack)
    judged = {rule.id for rule in load_pack(pack).rules if rule.kind.window == "pair" and not rule.kind.needs_harmony}
    drawn = [several[0] for several in draw([task] * 12, np.random.default_rng(1), pack=pack)]
    free = [one for one in drawn if not one.stuck]
    assert len(free) >= 3
    for one in free:
        report = check(score_of(one, TUNE, task=task), pack, infer=False)
        found = {item.rule for item in report.findings if item.severity == "error" and item.voices != ("S",)}
        assert not found & (judged - set(laws.not_judged))


def test_given_chords_are_kept():
    chord = [numeral.figure for numeral in numerals(False)].index("V65")
    task = task_for(TUNE, Condition())
    local, figure = task.said.local.copy(), task.said.figure.copy()
    local[4:8], figure[4:8] = key_number(Key.parse("G")), chord
    asked = task._replace(said=task.said._replace(local=local, figure=figure))
    for answer in draw([asked], np.random.default_rng(2))[0]:
        assert set(answer.said.figure[4:8].tolist()) == {chord}
        assert UNSAID not in answer.said.figure


def test_a_short_task_is_not_heard_in_a_long_one(task):
    short = task_for(parse_grid("key: G major; meter: 2/4\nS: d5 b4 | g4 ."), Condition())
    found = draw([short, task, short], np.random.default_rng(3), particles=2)
    assert [len(several[0].frames.pitch) for several in found] == [16, 64, 16]
    assert [len(several) for several in found] == [2, 2, 2]


def test_nothing_to_draw_is_nothing():
    assert draw([], np.random.default_rng(0)) == []


def test_what_is_heard_of_a_piece_does_not_know_its_key():
    frames = frames_of(read("bach/bwv66.6"))
    higher = Frames(np.where(frames.pitch > 0, frames.pitch + 3, 0).astype(np.int16), frames.fifths - 3, frames.attack)
    here, there = heard(frames), heard(higher)
    for name in ("age", "reached", "over_bass", "struck", "spelled"):
        np.testing.assert_array_equal(getattr(here, name), getattr(there, name))
    np.testing.assert_array_equal(here.note[1:], numbers_of(frames.pitch)[:-1])


def test_a_voice_that_waits_grows_old_and_a_rest_has_no_interval():
    listener = Listener(1)
    for note in (30, 30, 34, 0, 30):
        listener.hear(np.array([[note, note, note, 20]]), np.zeros((1, 4), dtype=int), None)
    assert listener.now.age[0].tolist() == [0, 0, 0, 4]
    assert listener.now.reached[0, 0] == NO_INTERVAL
    assert listener.now.over_bass[0].tolist() == [10, 10, 10]


def test_every_figure_has_its_place_and_its_notes():
    for minor in (False, True):
        places = np.arange(len(numerals(minor)))
        numbers = figure_numbers(np.full(len(places), key_number(Key(0, minor))), places)
        np.testing.assert_array_equal(places_of(numbers), places)
        roles = role_table()[numbers]
        assert ((roles == ROOT).sum(axis=1) == 1).all()
        sizes = [min(len({tone % 12 for tone in numeral.members}), 4) for numeral in numerals(minor)]
        assert ((roles != NOT_A_MEMBER).sum(axis=1) == sizes).all()
