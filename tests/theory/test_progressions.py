"""Chords as a closed list, and the progressions that scores hold."""

import numpy as np
import pytest

from musegen.errors import UsageError
from musegen.score.meter import TimeSignature
from musegen.score.textgrid import parse_grid
from musegen.theory.chord_symbols import members_of_symbol
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral
from musegen.theory.progressions.chords import place_of_numeral, place_of_symbol, symbol_of, vocabulary
from musegen.theory.progressions.progression import grid_of, pulses_of
from musegen.theory.progressions.reading import progression_of
from musegen.theory.songs.sheet import read_symbol
from musegen.theory.vocabulary import figures


@pytest.mark.parametrize("minor", [False, True])
def test_every_figure_of_the_vocabulary_has_its_place(minor):
    home = Key(0, minor)
    for figure in figures(minor):
        numeral = parse_numeral(figure, minor=minor)
        found = vocabulary().sounds[place_of_numeral(numeral, home, home)]
        assert set(found.members) == set(numeral.members[:4])
        assert found.bass == numeral.bass


@pytest.mark.parametrize("tonic", ["C", "B-", "F#"])
def test_the_symbol_of_every_chord_sounds_like_it(tonic):
    key = Key.parse(tonic)
    for sound in vocabulary().sounds:
        named = members_of_symbol(symbol_of(sound, key))
        assert {7 * tone % 12 for tone in named.members} == {7 * (key.tonic + tone) % 12 for tone in sound.members}
        assert 7 * named.bass % 12 == 7 * (key.tonic + sound.bass) % 12


@pytest.mark.parametrize("text", ["C", "Dm7", "G7", "A7", "F6", "Fm6", "Bm7b5", "C#o7", "G+", "E-maj7", "A-7"])
def test_a_symbol_of_a_lead_sheet_comes_back(text):
    home = Key.parse("C")
    sound = vocabulary().sounds[place_of_symbol(read_symbol(text), home)]
    assert symbol_of(sound, home) == text


def test_the_same_progression_in_two_keys_is_one():
    chords = [
        progression_of(parse_grid(f"key: {key} major; meter: 4/4\nS: {tune}\nC: {symbols}")).chords.tolist()
        for key, tune, symbols in (
            ("C", "e4 . f4 . | d4 . e4 .", "C . A7 . | Dm7 G7 C ."),
            ("Eb", "g4 . ab4 . | f4 . g4 .", "E- . C7 . | Fm7 B-7 E- ."),
        )
    ]
    assert chords[0] == chords[1]


def test_a_pulse_has_the_chord_that_fills_most_of_it():
    sheet = parse_grid(
        "key: C major; meter: 4/4; unit: 1/8\n"
        "S: c5 . e5 . g5 . g5 . | c5 . . . . . . .\nC: C . . F . . G . | C . . . . . . ."
    )
    assert progression_of(sheet).words == "I - IV V | I - - -"


def test_numerals_of_a_score_come_before_what_is_heard():
    piece = parse_grid("key: C major; meter: 2/4\nS: e5 d5 | c5 .\nB: c4 g3 | c4 .\nH: I V | vi .")
    assert progression_of(piece).figures == ["I", "V", "vi"]


def test_chords_of_a_local_key_are_told_from_the_home_key():
    piece = parse_grid(
        "key: C major; meter: 4/4\n"
        "S: e5 d5 d5 d5 | e5 d5 c5 .\nB: c4 g3 d4 g3 | c4 g3 c4 .\nH: C:I G:I V7 I | C:I V I ."
    )
    assert progression_of(piece).figures == ["I", "V", "V7/V", "V", "I", "V", "I"]


def test_a_score_without_chords_has_no_progression():
    with pytest.raises(UsageError, match="no chords"):
        progression_of(parse_grid("meter: 4/4\nS: r r r r"))


def test_measures_of_seven_pulses_are_refused():
    with pytest.raises(UsageError, match="7/4"):
        pulses_of(TimeSignature(7, 4))


def test_phrases_end_where_they_should():
    grid = grid_of(TimeSignature(3, 4), 6, phrase=4)
    np.testing.assert_array_equal(np.flatnonzero(grid.ends_phrase), [11, 17])
