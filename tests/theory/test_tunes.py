"""Tunes as columns: the same in every key, in line after every upbeat, and nothing of the future is heard."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musegen import read
from musegen.corpora import corpus
from musegen.errors import MalformedScore, UsageError
from musegen.score.meter import TimeSignature
from musegen.score.textgrid import parse_grid
from musegen.theory.tunes.chords import chords_of
from musegen.theory.tunes.form import KINSHIPS, form_of
from musegen.theory.tunes.hearing import LAGS, heard
from musegen.theory.tunes.levels import level_of
from musegen.theory.tunes.symbols import FIRST, MODES, SYMBOLS, home_named, home_of, place_of, symbol_of
from musegen.theory.tunes.telling import FAMILIES, SIZES, told, wish_of
from musegen.theory.tunes.tune import tune_of

JIG = """X:1
T:A jig
M:6/8
L:1/8
K:Edor
B|EFE BAB|d2c BAF|EFE BAB|A2F D2:|
B|e2f gfe|dcB AFA|e2f gfe|d2B e2:|
"""


@pytest.fixture
def jig(tmp_path):
    path = tmp_path / "jig.abc"
    path.write_text(JIG)
    return tune_of(read(path))


homes = st.builds(home_of, st.integers(-4, 5), st.sampled_from(MODES), st.integers(2, 5))


@given(homes, st.integers(FIRST, SYMBOLS - 1))
def test_a_symbol_is_one_note_and_the_note_that_symbol(home, symbol):
    assert home.symbol(*home.pitch(symbol)) == symbol


@given(homes)
def test_the_scale_of_a_home_has_the_notes_of_its_signature(home):
    inside = {home.natural(place).fifths for place in range(7)}
    assert inside == set(range(home.signature - 1, home.signature + 6))


@pytest.mark.parametrize(
    ("text", "mode", "signature"),
    [("D dorian", "dorian", 0), ("B- major", "major", -2), ("e", "minor", 1), ("A Mixolydian", "mixolydian", 2),
     ("C ionian", "major", 0), ("f# aeolian", "minor", 3), ("G", "major", 1), ("E phrygian", "phrygian", 0)],
)  # fmt: skip
def test_keys_of_all_modes_are_read(text, mode, signature):
    home = home_named(text)
    assert (MODES[home.mode], home.signature) == (mode, signature)


@pytest.mark.parametrize("text", ["", "H", "D loose", "dorian", "D dorian minor", "\0", "G" * 300])
def test_what_is_no_key_is_told(text):
    with pytest.raises(UsageError, match="is not a key"):
        home_named(text)


def test_bars_stay_in_line_where_a_section_begins_with_an_upbeat(jig):
    begins = [section.onset for section in jig.sections]
    assert begins == [-12, 4 * 72 - 12]
    assert jig.bars == 8
    assert jig.end == 8 * 72 - 12
    assert [section.is_repeated for section in jig.sections] == [True, True]
    assert jig.home == home_named("E dorian")


def test_the_form_of_a_jig_is_heard(jig):
    form = form_of(jig)
    kinds = [KINSHIPS[kind] for kind in form.kinship]
    assert kinds[2] == kinds[6] == "same"
    assert form.source[[2, 6]].tolist() == [0, 4]
    assert form.section.tolist() == [0] * 4 + [1] * 4
    assert (
        form.goal.tolist() == [6] * 4 + [0] * 4
    )  # the first part ends on D, the upbeat after it belongs to the second


def test_a_tune_that_lives_on_another_degree_than_its_signature_says_has_that_tonic():
    score = parse_grid("key: D; meter: 4/4\nS: e4 e4 b4 e4 | d4 e4 f#4 e4 | e4 . . .")
    assert tune_of(score).home == home_named("E dorian")


@pytest.mark.parametrize("shift", [2, 5, -3])
def test_transposed_tunes_have_the_same_columns(shift):
    notes = [60, 62, 64, 65, 67, 64, 60, 59, 60]
    fifths = [0, 2, 4, -1, 1, 4, 0, 5, 0]
    move = {2: 2, 5: -1, -3: 3}[shift]
    tunes = [_tune(notes, fifths, 0), _tune([n + shift for n in notes], [f + move for f in fifths], move)]
    degrees = [[place_of(int(symbol)) - place_of(int(tune.symbol[0])) for symbol in tune.symbol] for tune in tunes]
    assert degrees[0] == degrees[1]
    assert tunes[0].length.tolist() == tunes[1].length.tolist()


def _tune(pitches, fifths, signature):
    from musegen.score.model import KeySignature, Measure, Part, Score
    from musegen.score.table import NoteTable

    quarter = 10080
    measures = [
        Measure(
            str(number + 1), number * 3 * quarter, 3 * quarter, TimeSignature(3, 4), KeySignature(signature, "major")
        )
        for number in range(3)
    ]
    rows = [
        {"onset": number * quarter, "duration": quarter, "pitch": pitch, "fifths": place}
        for number, (pitch, place) in enumerate(zip(pitches, fifths, strict=True))
    ]
    return tune_of(Score(NoteTable.of(rows), tuple(measures), (Part("P1"),)))


def test_nothing_of_the_future_is_heard(jig):
    form = form_of(jig)
    whole = heard(jig, form)
    for events in (5, 12, 20):
        cut = jig._replace(symbol=jig.symbol[:events], length=jig.length[:events], onset=jig.onset[:events])
        part = heard(cut, form)
        for before, after in zip(part, whole, strict=True):
            assert np.array_equal(before[:events], after[:events])


def test_an_echo_is_what_sounded_so_many_bars_ago(jig):
    listened = heard(jig, form_of(jig))
    second = LAGS.index(2)
    there = np.flatnonzero(jig.onset == 2 * 72)[0]
    again = range(int(there), int(there) + 6)
    assert listened.symbol[again, second].tolist() == jig.symbol[1:7].tolist()
    assert listened.run[there + 6, second] == 6


def test_what_is_told_counts_from_one_and_nothing_is_zero(jig):
    said = told(jig, form_of(jig), wish_of(jig, "irish", "jig"))
    for name, column in said._asdict().items():
        assert column.min() >= 0
        assert column.max() <= SIZES[name]
    assert said.root.max() == 0  # no chord is under it
    assert said.style.min() == 1


def test_chords_under_a_tune_are_told_from_its_tonic():
    score = parse_grid("key: G; meter: 4/4\nS: g4 b4 d5 b4 | a4 f#4 g4 .\nC: G . Em7 . | D7 . G .")
    chords = chords_of(score, tune_of(score))
    names = [(chord.onset, chord.root, FAMILIES[chord.family]) for chord in chords]
    assert names == [(0, 0, "major"), (48, 9, "minor seventh"), (96, 7, "seventh"), (144, 0, "major")]


@pytest.mark.parametrize(
    ("music", "told_of"),
    [
        ("meter: 5/4\nS: c5 d5 e5 f5 g5", "5/4"),
        ("meter: 4/4\nS: c5 d5 . .", "2 notes are too few"),
        ("meter: 4/4\nS: c1 d5 e5 f5", "too far"),
    ],
)
def test_what_is_no_tune_is_told(music, told_of):
    with pytest.raises(MalformedScore, match=told_of):
        tune_of(parse_grid(music))


def test_levels_rise_with_leaps_and_short_notes():
    tunes = [
        "meter: 4/4\nS: c5 d5 e5 c5 | d5 . c5 .",
        "meter: 4/4\nS: c5 g5 e5 c5 | d5 . c5 .",
        "meter: 4/4; unit: 1/8\nS: c5 d5 e5 f5 g5 . c5 .",
        "meter: 4/4; unit: 1/16\nS: c5 d5 e5 f5 g5 a5 b5 c6 c6 . . . c5 . . .",
    ]
    levels = [level_of(tune_of(parse_grid(music))) for music in tunes]
    assert levels == sorted(levels)
    assert levels[0] == 1
    assert levels[-1] >= 6


@pytest.mark.slow
def test_most_tunes_of_the_collections_can_be_read_as_tunes():
    pieces = corpus("folk-tunes").split("test")
    read_ones = 0
    for piece in pieces:
        try:
            tune = tune_of(piece.read())
        except MalformedScore:
            continue
        read_ones += 1
        assert int(tune.onset[0]) <= 0
        assert np.all(np.diff(tune.onset) > 0)
        form = form_of(tune)
        assert np.all(form.source <= np.arange(tune.bars))
    assert read_ones > 0.93 * len(pieces)


def test_symbols_of_a_place_are_neighbours():
    assert symbol_of(2, 1) - symbol_of(2, -1) == 2


def test_the_line_hears_which_note_it_must_reach_where_the_next_bar_comes_again(jig):
    form = form_of(jig)
    ahead = heard(jig, form).ahead
    second, first = ((jig.onset >= bar * 72) & (jig.onset < (bar + 1) * 72) for bar in (1, 0))
    assert ahead[:-1][second].tolist() == [[jig.symbol[1], KINSHIPS.index("same")]] * int(second.sum())
    assert not ahead[:-1][first].any()
    assert ahead[-1].tolist() == [0, 0]
