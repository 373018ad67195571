"""Phrases of eight beats: what they are as numbers, how they are asked for, sketched, and sung under rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import musegen
from musegen.errors import UsageError
from musegen.generation.neural.frames import frames_of
from musegen.generation.neural.said import said_of
from musegen.generation.phrases.asking import draw_wish, plan_for
from musegen.generation.phrases.encoding import LOWEST, NOTES, STEPS, Phrases, Wish, phrases_in, shift_of, wish_numbers
from musegen.generation.phrases.making import between, on_the_way, sheets
from musegen.generation.phrases.network import phrase_network
from musegen.generation.phrases.singing import Asked
from musegen.generation.phrases.sketching import frames_of_phrases, sketched, task_for
from musegen.models.networks import card
from musegen.score.files import read
from musegen.score.meter import TICKS_PER_QUARTER
from musegen.score.table import Flag
from musegen.theory.analyse import analyse
from musegen.theory.keys import Key

COUNTS = st.integers(1, 12)


@pytest.fixture(scope="module")
def bach() -> Phrases:
    pieces = [read("bach/bwv66.6"), read("bach/bwv40.8")]
    found = [phrases_in(frames_of(one), said_of(one, analyse(one, engine="neural"))) for one in pieces]
    return Phrases.joined(found)


def test_phrases_of_a_chorale_are_its_last_eight_beats_counted_from_its_tonic(bach: Phrases) -> None:
    assert len(bach.note) > 0
    assert bach.note.shape[1:] == (STEPS, 4)
    assert (bach.note >= 0).all()
    assert (bach.note < NOTES).all()
    assert (bach.attack[:, 0] == 1).all()


def test_a_chorale_in_three_four_has_no_such_phrase() -> None:
    score = read("bach/bwv269")
    assert len(phrases_in(frames_of(score), said_of(score, analyse(score))).note) == 0


@given(tonic=st.integers(-6, 6))
def test_every_tonic_is_at_most_a_tritone_from_c(tonic: int) -> None:
    assert -6 <= shift_of(tonic) <= 5
    assert (7 * tonic - shift_of(tonic)) % 12 == 0


@given(seed=st.integers(0, 10_000), count=COUNTS)
@settings(max_examples=40, deadline=None)
def test_phrases_of_a_sheet_begin_on_one_beat_fill_it_and_close_at_home(seed: int, count: int) -> None:
    home, wish = draw_wish(np.random.default_rng(seed), count, None)
    plan = plan_for(home, wish)
    assert len(set(wish.start.tolist())) == 1
    assert wish.degree[-1] == 0
    assert plan.end == 8 * count * TICKS_PER_QUARTER == sum(measure.length for measure in plan.measures)
    assert all(one.onset < one.close < one.end for one in plan.phrases)
    assert wish_numbers(wish).shape == (count, 13)


@pytest.mark.parametrize("count", [0, 13, -1, 2.5])
def test_so_many_phrases_cannot_be(count: int) -> None:
    with pytest.raises(UsageError, match="phrases cannot be made"):
        draw_wish(np.random.default_rng(1), count, None)


def test_what_is_not_said_is_zero() -> None:
    nothing = Wish(*(np.array([-1]) for _ in range(5)))._replace(shift=np.array([0]))
    assert not wish_numbers(nothing).any()


def test_a_sketch_on_paper_is_what_was_sketched() -> None:
    rng = np.random.default_rng(3)
    home, wish = draw_wish(rng, 2, Key.parse("d"))
    network = phrase_network()
    sketch = network.sung(rng.standard_normal((2, network.latent), dtype=np.float32), wish, rng)
    score = sketched(sketch, plan_for(home, wish))
    wanted = sketch.note + np.array(LOWEST) + shift_of(home.tonic)
    assert (frames_of(score).pitch[::2].reshape(2, STEPS, 4) == wanted).all()
    assert (frames_of_phrases(sketch).attack[1::2] == 0).all()


def test_the_task_of_a_sketch_says_every_chord_and_rests_at_its_closes() -> None:
    rng = np.random.default_rng(4)
    home, wish = draw_wish(rng, 2, Key.parse("G"))
    network = phrase_network()
    sketch = network.sung(rng.standard_normal((2, network.latent), dtype=np.float32), wish, rng)
    task = task_for(sketch, plan_for(home, wish))
    assert (task.said.figure >= 0).all()
    assert task.free.all()
    closes = task.said.to_phrase_end == 0
    assert (np.diff(task.said.figure[closes]) != 0).sum() <= 1


def test_the_critic_prefers_bach_to_chance(bach: Phrases) -> None:
    rng = np.random.default_rng(5)
    network = phrase_network()
    noise = bach._replace(note=rng.integers(0, NOTES, bach.note.shape), attack=np.ones_like(bach.attack))
    assert network.judged(bach).mean() > network.judged(noise).mean() + 0.5


def test_one_latent_gives_one_draught_and_others_others() -> None:
    network = phrase_network()
    rng = np.random.default_rng(6)
    _, wish = draw_wish(rng, 2, Key.parse("C"))
    latent = rng.standard_normal((2, network.latent), dtype=np.float32)
    assert (network.draught(latent, wish) == network.draught(latent, wish)).all()
    assert not np.allclose(network.draught(latent, wish), network.draught(latent[::-1], wish))


@given(part=st.floats(0, 1))
def test_a_way_between_latents_stays_on_their_circle(part: float) -> None:
    first, last = np.array([[2.0, 0.0, 0.0]], dtype=np.float32), np.array([[0.0, 2.0, 0.0]], dtype=np.float32)
    assert np.linalg.norm(on_the_way(first, last, part)) == pytest.approx(2.0, abs=1e-5)


@pytest.fixture(scope="module")
def made() -> list:
    return [*sheets(Asked(phrases=1, key=Key.parse("G"), candidates=2), seed=2, count=2)]


def test_a_phrase_keeps_the_pack_and_closes_under_a_fermata(made: list) -> None:
    for sheet in made:
        assert sheet.errors == musegen.check(sheet.score, pack="chorale").count("error")
        assert sheet.errors == 0
        assert sheet.score.notes.has(Flag.FERMATA).any()
        last = sheet.score.notes.rows[sheet.score.notes["part"] == 3][-1]
        assert last["pitch"] % 12 == 7
    assert (made[0].score.notes["pitch"][:8] != made[1].score.notes["pitch"][:8]).any()


def test_the_first_phrase_is_the_same_however_many_are_asked_for(made: list) -> None:
    alone = next(sheets(Asked(phrases=1, key=Key.parse("G"), candidates=2), seed=2))
    assert alone.score.notes["pitch"].tolist() == made[0].score.notes["pitch"].tolist()


@pytest.mark.slow
def test_a_way_begins_and_ends_with_its_own_latents() -> None:
    way = [*between(1, 2, Asked(candidates=1), count=2)]
    again = next(between(1, 2, Asked(candidates=1), count=3))
    assert way[0].score.notes["pitch"].tolist() == again.score.notes["pitch"].tolist()
    assert way[0].plan == way[1].plan


@pytest.mark.parametrize(
    ("asked", "seed", "count", "said"),
    [
        (Asked(candidates=0), 1, 1, "0 sheets cannot be made"),
        (Asked(), -1, 1, "-1 is no seed"),
        (Asked(), 1, 0, "0 sheets"),
        (Asked(pack="nothing"), 1, 1, "nothing"),
        (Asked(temperature=0.0), 1, 1, "temperature"),
        (Asked(key=Key(9)), 1, 1, "too many sharps or flats"),
    ],
)
def test_what_cannot_be_is_told(asked: Asked, seed: int, count: int, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        next(sheets(asked, seed=seed, count=count))


def test_a_way_needs_two_ends() -> None:
    with pytest.raises(UsageError, match="no way"):
        next(between(1, 2, Asked(), count=1))


def test_the_shipped_check_is_reproduced() -> None:
    network, found = phrase_network(), []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        _, wish = draw_wish(rng, 12, None)
        found.append(network.sung(rng.standard_normal((12, network.latent), dtype=np.float32), wish, rng))
    phrases, told = Phrases.joined(found), card("phrases")["shipped_check"]
    assert float(network.judged(phrases).mean()) == pytest.approx(told["critic"], abs=0.02)
    assert float((np.diff(phrases.note, axis=1) == 0).mean()) == pytest.approx(told["kept"], abs=0.005)
    assert card("phrases")["bytes"] < 10_000_000
