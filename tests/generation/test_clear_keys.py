"""Melodies make their key heard: leading tones rise, exercises begin at home, wide leaps are resolved or forbidden."""

import numpy as np
import pytest

from musegen.generation.tunes.making import COMFORTABLE, TuneWish, melodies
from musegen.generation.tunes.periods import period_plan
from musegen.generation.tunes.plans import draw_plan
from musegen.generation.tunes.ranges import range_named
from musegen.generation.tunes.ranking import copied, price
from musegen.generation.tunes.under import chart_of_words
from musegen.score.meter import TimeSignature
from musegen.score.textgrid import parse_grid
from musegen.theory.tunes.form import RHYTHM, form_of, scale_degree
from musegen.theory.tunes.levels import level_of
from musegen.theory.tunes.symbols import ALTERS, DURATIONS, alter_symbol, home_named, is_leading_tone, place_of
from musegen.theory.tunes.tune import tune_of

FOUR_FOUR = TimeSignature(4, 4)


def _moves(tune):
    """Pairs of symbols of notes that follow each other."""
    notes = tune.symbol[tune.is_note]
    return zip(notes[:-1].tolist(), notes[1:].tolist(), strict=True)


@pytest.mark.parametrize("wish", [TuneWish(level=2), TuneWish(level=4), TuneWish(style="song", measures=8)], ids=repr)
def test_in_minor_the_seventh_degree_is_raised_unless_it_falls_from_the_tonic_to_the_sixth(wish):
    home = home_named("e")
    for made in melodies(
        TuneWish(key=home, level=wish.level, style=wish.style, measures=8, candidates=2), seed=8, count=6
    ):
        for first, second in _moves(made.tune):
            if scale_degree(np.array(second)) == 6 and alter_symbol(second) == 0:
                assert place_of(first) - place_of(second) == 1
            if scale_degree(np.array(first)) == 6 and alter_symbol(first) == 0:
                assert place_of(first) - place_of(second) == 1
            if is_leading_tone(home.mode)[first]:
                assert place_of(second) > place_of(first) or first == second


@pytest.mark.parametrize("level", [2, 4, 6])
def test_a_leading_tone_of_a_phrase_does_not_leap_down(level):
    style = "song" if level == 6 else ""
    for made in melodies(TuneWish(key=home_named("D"), level=level, style=style, candidates=1), seed=3, count=8):
        for first, second in _moves(made.tune):
            assert not (scale_degree(np.array(first)) == 6 and place_of(second) - place_of(first) < -1)


def test_over_a_dominant_with_a_leading_tone_the_natural_seventh_is_not_sung():
    chart = chart_of_words("Am | Dm | E7 | Am | F | E7 | E7 | Am")
    for made in melodies(TuneWish(chords=chart, candidates=1, pickup="none"), seed=4, count=8):
        tune = made.tune
        over_dominant = np.isin(tune.onset // tune.bar, [2, 5, 6])
        natural = (scale_degree(tune.symbol) == 6) & (alter_symbol(tune.symbol) == 0) & tune.is_note
        assert not (over_dominant & natural).any()


@pytest.mark.parametrize("level", range(1, 6))
def test_melodies_of_the_first_five_levels_have_no_diminished_leaps_and_no_sevenths(level):
    for made in melodies(TuneWish(level=level, measures=8, candidates=1), seed=level, count=6):
        for first, second in _moves(made.tune):
            fifths = [made.tune.home.pitch(symbol).fifths for symbol in (first, second)]
            is_leap = abs(place_of(first) - place_of(second)) > 1
            assert not (is_leap and abs(fifths[0] - fifths[1]) >= 6)
            assert abs(place_of(first) - place_of(second)) != 6


@pytest.mark.parametrize("level", range(1, 5))
def test_exercises_begin_with_the_chord_of_the_tonic(level):
    for made in melodies(TuneWish(level=level, candidates=2), seed=20 + level, count=6):
        tune = made.tune
        assert int(scale_degree(tune.symbol[:1])[0]) in (0, 2, 4)
        first = tune.symbol[tune.is_note & (tune.onset < tune.bar)]
        assert np.isin(scale_degree(first), (0, 2, 4)).mean() >= 0.4


def test_a_minor_exercise_of_an_easy_level_may_have_its_leading_tone_and_no_other_sharp():
    tune = tune_of(parse_grid("key: a; meter: 2/4\nS: a4 b4 | c5 b4 | g#4 . | a4 ."))
    assert level_of(tune) <= 3
    assert level_of(tune_of(parse_grid("key: a; meter: 2/4\nS: a4 b4 | d#5 e5 | a4 . | a4 ."))) >= 5


@pytest.mark.parametrize("span", ["A3-E4", "G#3-E4", "E4-B4", "G4-D5"])
def test_minor_exercises_close_even_in_narrow_ranges(span):
    low, high = range_named(span)
    for made in melodies(TuneWish(key=home_named("a"), level=2, range=(low, high), candidates=1), seed=2, count=3):
        assert made.score.notes.sounding().rows[-1]["pitch"] % 12 == 9
        assert (low <= made.score.notes["pitch"]).all()
        assert (made.score.notes["pitch"] <= high).all()


def test_songs_have_nothing_shorter_than_a_sixteenth():
    chart = chart_of_words("G | C | D7 | G | Em | Am | D7 | G")
    for made in melodies(TuneWish(chords=chart, meter=TimeSignature(6, 8), candidates=1), seed=16, count=6):
        assert DURATIONS[made.tune.length].min() >= 6


def test_without_a_wish_the_range_is_that_of_the_tune_whose_form_is_taken():
    for made in melodies(TuneWish(style="irish", measures=16, candidates=1), seed=9, count=6):
        like = made.plan.like
        assert made.tune.home == like.home
        low, high = (like.home.natural(place).pitch for place in (like.lowest, like.highest))
        pitch = made.score.notes["pitch"]
        assert max(low, COMFORTABLE[0]) - 1 <= pitch.min()
        assert pitch.max() <= min(high, COMFORTABLE[1]) + 1


def test_asked_levels_moods_and_ranges_come_before_what_the_real_tune_was_like():
    wishes = TuneWish(level=6, measures=8), TuneWish(mood="sad", measures=8), TuneWish(range=(60, 72), measures=8)
    spans = []
    for wish in wishes:
        made = next(melodies(wish, seed=4))
        place = place_of(made.tune.symbol[made.tune.is_note])
        spans.append(int(place.max() - place.min()))
    assert spans[0] <= 10
    assert spans[1] <= 7
    assert spans[2] <= 7


def test_a_plan_has_the_mode_and_the_level_that_are_wished_where_there_are_enough_tunes():
    rng = np.random.default_rng(2)
    home = home_named("e")
    plans = [draw_plan(rng, meter=FOUR_FOUR, measures=16, home=home) for _ in range(20)]
    assert {plan.like.home.mode for plan in plans} == {home.mode}
    assert max(draw_plan(rng, meter=FOUR_FOUR, level=6).like.level for _ in range(20)) <= 6


def test_answers_of_exercises_are_copied_varied_in_rhythm_or_sequences():
    rng = np.random.default_rng(3)
    plans = [period_plan(rng, FOUR_FOUR, 8, is_exercise=True) for _ in range(200)]
    openings = [tuple(plan.form.kinship[4:6].tolist()) for plan in plans]
    assert 0.05 < np.mean([kinds == (1, 1) for kinds in openings]) < 0.3
    assert 0.1 < np.mean([any(plan.moved) for plan in plans]) < 0.4


def test_a_sequence_lies_as_many_steps_from_its_model_as_its_plan_says():
    found = alike = 0
    for seed in range(12):
        made = next(melodies(TuneWish(level=4, meter=FOUR_FOUR, key=home_named("C"), candidates=1), seed=seed))
        tune, plan = made.tune, made.plan
        for bar in np.flatnonzero(plan.moved) if plan.moved else ():
            here, model = (tune.symbol[tune.onset // tune.bar == at] for at in (bar, plan.form.source[bar]))
            assert plan.form.kinship[bar] == RHYTHM
            found += 1
            alike += len(here) == len(model) and (here - model == ALTERS * plan.moved[bar]).mean() >= 0.5
    assert found
    assert alike >= found / 2


def test_a_candidate_that_copies_bars_unasked_is_ranked_lower():
    plan = draw_plan(np.random.default_rng(0), meter=FOUR_FOUR, measures=8)
    free = plan.form._replace(kinship=np.zeros(8, dtype=np.int64), source=np.arange(8))
    plan = type(plan)(plan.meter, 0, free, plan.starts, plan.repeated, plan.mode)
    end = "e5 d5 c5 ."
    one, other = (
        tune_of(parse_grid(f"meter: 4/4\nS: {' | '.join([*bars, end])}"))
        for bars in (["c5 d5 e5 f5"] * 7, [f"c5 d5 {step}5 f5" for step in "efgabed"])
    )
    assert copied(one, plan) > copied(other, plan)
    assert price(one, plan, 1.0) > price(other, plan, 1.0)
    assert form_of(one).kinship[1] == 1
