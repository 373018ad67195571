"""Over chords melodies sing what tells them, keep off tritones on strong beats, and do not copy their first strain."""

import numpy as np
import pytest

from musegen.generation.tunes.asking import completed, planned
from musegen.generation.tunes.making import TuneWish, melodies
from musegen.generation.tunes.under import chart_of_words, with_room
from musegen.theory.tunes.form import SAME, VARIED
from musegen.theory.tunes.symbols import home_named

MINOR = chart_of_words("Am | F | E7 | Am | Dm | Am | E7 | Am")


def _sung(made, bars):
    """Places on the line of fifths of the notes that begin in some bars."""
    notes = made.tune.is_note
    inside = np.isin(made.tune.onset[notes] // made.tune.bar, bars)
    return {made.tune.home.pitch(int(symbol)).fifths for symbol in made.tune.symbol[notes][inside]}


def test_over_the_dominant_of_minor_the_leading_tone_is_sung():
    g_sharp = 8
    sung = [g_sharp in _sung(made, [2, 6]) for made in melodies(TuneWish(chords=MINOR, measures=8), seed=2, count=8)]
    assert sum(sung) >= 6


@pytest.mark.parametrize("seed", range(4))
def test_no_strong_beat_has_the_tritone_of_its_chord(seed):
    b_natural = 5
    chart = chart_of_words("F | F | C | C | F | F | G7 | C")
    for made in melodies(TuneWish(chords=chart, measures=8, candidates=2, pickup="none"), seed=seed, count=3):
        tune = made.tune
        strong = tune.is_note & (tune.onset % tune.bar == 0) & np.isin(tune.onset // tune.bar, [0, 1, 4, 5])
        assert b_natural not in {tune.home.pitch(int(symbol)).fifths for symbol in tune.symbol[strong]}


def test_a_second_strain_over_the_same_chords_is_not_the_first_again():
    wish = completed(TuneWish(chords=MINOR, measures=16), None)
    plans = [planned(wish, np.random.default_rng(seed))[0] for seed in range(12)]
    again = [np.isin(plan.form.kinship[8:], (SAME, VARIED)) & (plan.form.source[8:] < 8) for plan in plans]
    assert np.mean([rows.sum() for rows in again]) < 5
    assert max(rows.sum() for rows in again) < 8
    assert any(rows.any() for rows in again)


def test_a_range_is_widened_until_it_has_the_leading_tone_but_not_beyond_its_limits():
    home = home_named("a")._replace(staff=33)
    assert with_room(MINOR, home, (0, 5), (59, 77)) == (-1, 5)
    assert with_room(MINOR, home, (0, 5), (69, 77)) == (0, 5)
    assert with_room(chart_of_words("Am | F"), home, (0, 5), (59, 77)) == (0, 5)
