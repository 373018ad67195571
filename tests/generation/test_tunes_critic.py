"""The critic of tunes tells real ones from those that the network draws, and chooses only where it knows them."""

from dataclasses import replace

import numpy as np
import pytest

from musegen.corpora import corpus
from musegen.errors import MusegenError
from musegen.generation.tunes import making
from musegen.generation.tunes.critic import Habits, habits_of, looks, praised, shipped_critic
from musegen.generation.tunes.line import Line
from musegen.generation.tunes.making import TuneWish, candidates_of, closes, melodies
from musegen.generation.tunes.traits import traits
from musegen.generation.tunes.under import chart_of_words
from musegen.score.meter import TimeSignature
from musegen.score.textgrid import parse_grid
from musegen.theory.tunes.symbols import home_named
from musegen.theory.tunes.tune import tune_of

JIG = TuneWish(key=home_named("G"), meter=TimeSignature(6, 8), measures=16, style="irish")


@pytest.fixture(scope="module")
def real():
    found = []
    for piece in corpus("folk-tunes").split("test"):
        try:
            found.append(tune_of(piece.read()))
        except MusegenError:
            continue
        if len(found) == 40:
            break
    return found


@pytest.fixture(scope="module")
def drawn():
    wishes = [replace(JIG, candidates=8), replace(JIG, meter=TimeSignature(4, 4), candidates=8)]
    every = [candidates_of(wish, np.random.default_rng(seed)) for seed, wish in enumerate(wishes)]
    return [melody.tune for candidates in every for melody in candidates]


def test_tunes_that_it_never_saw_look_more_real_than_candidates(real, drawn):
    critic = shipped_critic()
    odds, against = critic.log_odds(real), critic.log_odds(drawn)
    assert np.median(odds) > 0 > np.median(against)
    assert (odds[:, None] > against).mean() > 0.85


def test_a_tune_has_as_many_traits_whatever_it_is(real, drawn):
    short = tune_of(parse_grid("meter: 3/4\nS: c5 . d5 | e5 . c5"))
    sizes = {traits(Line(tune)).shape for tune in (*real[:5], *drawn[:2], short)}
    assert sizes == {traits(Line(short)).shape}
    critic = shipped_critic()
    assert critic.usual.shape == looks(short, critic.habits).shape
    assert np.isfinite(critic.log_odds([short])).all()


@pytest.mark.parametrize("notes", ["c5 d5 e5 c5", "c5 c5 c5 c5", "c5 . . . | d5 . . . | e5 . . . | c5 . . ."])
def test_the_smallest_tunes_have_traits(notes):
    tune = tune_of(parse_grid(f"meter: 4/4\nS: {notes}"))
    assert np.isfinite(shipped_critic().log_odds([tune])).all()


def test_of_candidates_with_hardly_any_notes_the_critic_says_nothing():
    short = tune_of(parse_grid("meter: 3/4\nS: c5 d5 c5"), fewest=3)
    assert praised([(False, 1.5)], [short]) == [(False, 1.5)]


def test_a_tune_looks_the_same_in_every_key(real):
    tune = real[0]
    moved = tune._replace(home=tune.home._replace(fifths=tune.home.fifths + 1, staff=tune.home.staff + 4))
    assert np.array_equal(traits(Line(tune)), traits(Line(moved)), equal_nan=True)


def test_what_was_heard_often_surprises_less_than_what_never_was():
    scale = tune_of(parse_grid("meter: 4/4\nS: c5 d5 e5 f5 | g5 f5 e5 d5 | c5 d5 e5 f5 | g5 f5 e5 d5"))
    leaps = tune_of(parse_grid("meter: 4/4\nS: c5 a5 d5 b5 | e5 c6 c5 g5 | b4 f5 a4 e5 | c5 a5 b4 c5"))
    habits = habits_of([scale] * 5)
    assert habits.of(Line(scale))[0] < 1 < 3 < habits.of(Line(leaps))[0]


def test_habits_without_a_tune_are_those_of_the_others(real):
    one, other = real[:2]
    rest = habits_of([one, other]).without(habits_of([one]))
    assert all(np.array_equal(a, b) for a, b in zip(rest, habits_of([other]), strict=True))
    assert isinstance(rest, Habits)


def test_what_is_chosen_looks_more_real_than_most_candidates_and_ends_in_a_cadence():
    critic = shipped_critic()
    for seed in range(3):
        made = next(melodies(JIG, seed=seed))
        candidates = [one.tune for one in candidates_of(JIG, np.random.default_rng([seed, 0]))]
        odds = critic.log_odds(candidates)
        assert critic.log_odds([made.tune])[0] > np.median(odds)
        assert closes(made.tune) == any(map(closes, candidates))


@pytest.mark.parametrize(
    ("wish", "is_judged"),
    [
        (JIG, True), (TuneWish(level=2), False), (TuneWish(style="song"), False),
        (TuneWish(chords=chart_of_words("C | G7 | C | C")), False),
    ],
    ids=["jig", "exercise", "song", "chords"],
)  # fmt: skip
def test_the_critic_chooses_only_among_dance_tunes_and_airs(monkeypatch, wish, is_judged):
    asked = []
    monkeypatch.setattr(making, "praised", lambda prices, tunes: asked.append(len(tunes)) or prices)
    next(melodies(replace(wish, candidates=2, measures=8), seed=1))
    assert asked == [2] * is_judged


def test_no_dance_tune_rests_on_a_downbeat(drawn):
    for tune in drawn:
        rests = tune.onset[~tune.is_note]
        assert (rests % tune.bar != 0).all()
