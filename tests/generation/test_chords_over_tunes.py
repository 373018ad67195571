"""Chords set over tunes: phrases close, chromatic notes are taken up, nothing turns in a circle, a voice is enough."""

from itertools import pairwise

import numpy as np
import pytest

from musegen.generation.progressions.basses import Placed, with_basses
from musegen.generation.progressions.chorale_setting import chorale_chords_over
from musegen.generation.progressions.closes import closing_pairs
from musegen.generation.progressions.fitting import fit_of
from musegen.generation.progressions.setting import chords_over
from musegen.generation.progressions.successions import successions
from musegen.generation.progressions.tune_sheets import lead_sheets
from musegen.score.files import read
from musegen.score.textgrid import parse_grid
from musegen.theory.keys import Key
from musegen.theory.progressions.chords import Sound, place_of_symbol
from musegen.theory.songs.sheet import read_symbol
from musegen.theory.songs.slots import slots_of

C = Key.parse("C")
MEASURE = 4 * 10080
SONG = """
key: C major; meter: 4/4
S: e5 . g5 . | a5 . g5 . | f5 . e5 . | d5 . . . | e5 . g5 . | a5 . g5 . | d5 . e5 d5 | c5 . . .
"""
HYMN = """
key: G major; meter: 4/4
S: g4 a4 b4 g4 | c5 b4 a4^ . | b4 c5 d5 b4 | a4 a4 g4^ .
A: d4 d4 d4 d4 | e4 d4 d4 . | d4 e4 d4 d4 | d4 c4 b3 .
T: b3 a3 g3 b3 | g3 g3 f#3 . | g3 g3 a3 g3 | f#3 f#3 g3 .
B: g3 f#3 g3 g3 | c3 g3 d3 . | g3 c3 f#3 g3 | d3 d3 g2 .
"""


def places(labels, home):
    return [place_of_symbol(read_symbol(label.text), home) for label in labels]


def roots(labels):
    return [read_symbol(label.text).pitch_class for label in labels]


def at(labels, onset):
    return [label.text for label in labels if label.onset <= onset][-1]


def test_a_half_and_a_full_close_where_the_phrases_of_a_song_end():
    (found,) = chords_over(parse_grid(SONG), 1, key=C)
    assert at(found.labels, 3 * MEASURE) in ("G", "G7")
    assert at(found.labels, 7 * MEASURE) == "C"
    assert at(found.labels, 7 * MEASURE - 1) in ("G", "G7")


def test_chords_of_a_song_do_not_seesaw_where_the_tune_does_not():
    (found,) = chords_over(parse_grid(SONG), 1, key=C)
    told = roots(found.labels)
    assert not any(told[n : n + 2] == told[n + 2 : n + 4] for n in range(len(told) - 3))
    assert len(set(told)) >= 3


def test_a_chromatic_note_is_taken_up_by_an_applied_dominant():
    tune = "key: C major; meter: 4/4\nS: c5 . e5 . | d5 f#5 . a5 | g5 . d5 b4 | c5 . . ."
    (found,) = chords_over(parse_grid(tune), 1, key=C)
    assert at(found.labels, MEASURE + 20160).startswith("D")
    assert at(found.labels, 2 * MEASURE).startswith("G")


def test_a_leaning_note_costs_less_than_one_that_leaps():
    one = [(0, 4, 1)]
    leans, leaps = (parse_grid(f"key: C major; meter: 2/4\nS: {notes} | c5 .") for notes in ("d5 c5", "d5 g5"))
    prices = [fit_of(tune, slots_of(tune, "measure"), C, one).foreign[0, 0] for tune in (leans, leaps)]
    assert 0 < prices[0] < prices[1]


def test_phrases_of_a_hymn_close_under_their_fermatas():
    score = parse_grid(HYMN)
    (found,) = chorale_chords_over(score, 1, key=Key.parse("G"))
    home, pairs = Key.parse("G"), closing_pairs(None, "chorale", False)
    onsets = [label.onset for label in found.labels]
    chords = places(found.labels, home)
    for end in (MEASURE + 2 * 10080, 3 * MEASURE + 2 * 10080):
        number = onsets.index(end)
        assert pairs[chords[number - 1], chords[number]], found.labels


def test_chords_of_a_hymn_keep_the_syntax_of_chorales():
    (found,) = chorale_chords_over(parse_grid(HYMN), 1, key=Key.parse("G"))
    table, chords = successions("chorale", False), places(found.labels, Key.parse("G"))
    inner = [label.onset for label in found.labels].index(2 * MEASURE)
    lawful = [bool(table[pair]) for pair in pairwise(chords)]
    assert all(lawful[: inner - 1] + lawful[inner:])


def test_of_several_voices_the_melody_is_taken_and_that_is_said():
    score = parse_grid(HYMN)
    sheet = next(lead_sheets(score))
    assert len(sheet.score.parts) == 1
    soprano = score.notes.rows[score.notes["part"] == 0]
    assert sheet.score.notes["pitch"].tolist() == soprano["pitch"].tolist()
    assert "the top line of 4 voices" in sheet.words
    assert "as a chorale" in sheet.words


@pytest.mark.parametrize("style", ["song", "chorale"])
def test_a_tune_alone_is_kept_as_it_is(style):
    score = parse_grid(SONG)
    sheet = next(lead_sheets(score, style=style))
    assert sheet.score.notes == score.notes
    assert sheet.words.startswith(f"C major, as a {style}: ")


@pytest.mark.parametrize(("third", "minor"), [("e-5", True), ("e5", False)])
def test_a_chord_has_the_third_that_is_sung(third, minor):
    tune = f"key: C major; meter: 4/4\nS: c5 . g5 . | {third} . c5 . | d5 . b4 . | c5 . . ."
    for found in chords_over(parse_grid(tune), 3, key=C):
        chord = read_symbol(at(found.labels, MEASURE))
        against = {2: 3, 3: 2}[2 + minor] + 60
        assert against not in {60 + (7 * tone % 12) for tone in chord.members}


def clashes(score, labels):
    """Accents a semitone beside root, third or fifth of the chord that sounds, which no step explains."""
    line, found = score.notes.sounding().rows, []
    for number, note in enumerate(line[:-1]):
        members = read_symbol(at(labels, note["onset"])).members[:3]
        beside = {(7 * tone + step) % 12 for tone in members for step in (1, -1)}
        held = {7 * tone % 12 for tone in read_symbol(at(labels, note["onset"])).members}
        after = int(line[number + 1]["pitch"])
        resolves = abs(after - int(note["pitch"])) in (1, 2) and after % 12 in held
        if note["onset"] % MEASURE == 0 and note["pitch"] % 12 in beside - held and not resolves:
            found.append((int(note["onset"]), at(labels, note["onset"])))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_no_accent_clashes_with_its_chord_whatever_is_sung(seed):
    rng = np.random.default_rng(seed)
    names = ["c5", "d5", "e5", "f5", "g5", "a5", "b4", "e-5", "f#5", "b-4", "g#4"]
    measures = [" ".join(f"{rng.choice(names)} ." for _ in range(2)) for _ in range(6)]
    score = parse_grid("key: C major; meter: 4/4\nS: " + " | ".join([*measures, "d5 . b4 .", "c5 . . ."]))
    (found,) = chords_over(score, 1, key=C)
    assert clashes(score, found.labels) == []


def test_a_tune_that_falls_to_its_tonic_by_the_second_degree_closes_with_a_dominant():
    tune = "key: C major; meter: 3/4\nS: e5 . g5 | a5 . f5 | e5 f5 d5 | c5 . ."
    for found in chords_over(parse_grid(tune), 3, key=C):
        *_, before, last = found.labels
        assert roots([before, last]) in ([7, 0], [11, 0])


def test_waltzes_may_change_chords_inside_a_measure():
    tune = "key: C major; meter: 3/4\nS: e5 . g5 | a5 . g5 | f5 . d5 | e5 . . | a5 . f5 | g5 . e5 | d5 . b4 | c5 . ."
    (found,) = chords_over(parse_grid(tune), 1, key=C)
    inside = [label for label in found.labels if label.onset % (3 * 10080)]
    assert len(inside) < len(found.labels) / 2


def test_a_bass_that_moves_by_step_stands_over_a_third():
    one, five = (Sound((root, root + 4, root + 1), root) for root in (0, 1))
    line = [Placed(one, 4, 4, True), Placed(five, 2, 2, False), Placed(one, 0, 0, True)]
    assert [sound.bass for sound in with_basses(line, minor=False)] == [0, 5, 0]
    line[1] = line[1]._replace(is_fixed=True)
    assert [sound.bass for sound in with_basses(line, minor=False)] == [0, 1, 0]


def test_chords_over_a_tune_keep_the_laws_of_songs_with_their_basses():
    for key in ("C", "c"):
        (found,) = chords_over(parse_grid(SONG), 1, key=Key.parse(key))
        table, chords = successions("song", key == "c"), places(found.labels, Key.parse(key))
        assert all(table[pair] for pair in pairwise(chords))


JIG = """
key: D major; meter: 6/8; unit: 1/8
S: f#4 g4 a4 c#5 a4 g4 | a4 g4 a4 f#5 d5 e5 | d5 c#5 a4 g4 e4 a4 | d4 . . d4 . .
"""


def roots_in(home, labels):
    return [(root - 7 * home.tonic) % 12 for root in roots(labels)]


@pytest.mark.parametrize("seed", range(3))
def test_a_tune_that_repeats_its_last_note_closes_on_the_first_of_them_with_dominant_and_tonic(seed):
    score, home = parse_grid(JIG), Key.parse("D")
    found = chorale_chords_over(score, 3, key=home)[seed]
    assert roots_in(home, found.labels)[-2:] == [7, 0]
    assert found.labels[-1].onset == 3 * 3 * 10080


def test_where_the_tune_has_no_room_for_a_dominant_a_chorale_closes_by_the_subdominant():
    tune = parse_grid("key: C major; meter: 4/4\nS: c5 e5 g5 e5 | f5 a5 g5 e5 | f5 c5 a5 c5 | c5 . . .")
    (found,) = chorale_chords_over(tune, 1, key=C)
    assert roots(found.labels)[-2:] == [5, 0]


def test_eight_measures_without_a_sign_have_a_close_in_their_middle():
    (found,) = chorale_chords_over(parse_grid(HALVES), 1, key=C)
    assert at(found.labels, 3 * MEASURE) == "G"
    assert at(found.labels, 3 * MEASURE - 1) not in ("G", "G7")
    assert at(found.labels, 7 * MEASURE) == "C"


HALVES = """
key: C major; meter: 4/4
S: e5 f5 g5 e5 | f5 e5 d5 c5 | e5 f5 e5 c5 | d5 . b4 c5 | e5 f5 g5 e5 | f5 e5 d5 c5 | e5 c5 d5 b4 | c5 . . c5
"""


def test_measures_of_three_eighths_have_a_chord_each():
    tune = "key: G major; meter: 3/8; unit: 1/8\nS: g4 b4 d5 | c5 b4 a4 | b4 a4 f#4 | g4 . ."
    (found,) = chorale_chords_over(parse_grid(tune), 1, key=Key.parse("G"))
    assert all(label.onset % (3 * 5040) == 0 for label in found.labels)


def test_a_tune_that_ends_a_section_ends_its_sheet(tmp_path):
    path = tmp_path / "tune.abc"
    path.write_text("X:1\nT:Tune\nM:2/4\nL:1/4\nK:C\nc e|g e||f d|c2||\n")
    score = read(str(path))
    sheet = next(lead_sheets(score)).score
    assert [measure.barline for measure in sheet.measures] == ["", "double", "", "final"]
    assert sheet.notes == score.notes
