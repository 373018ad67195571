"""What a musician may count on when the classical engine harmonises a melody."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from musegen.errors import NoSolution, NotFound, UnreadableFile
from musegen.generation import classical
from musegen.generation.chord_space import chord_space
from musegen.generation.conditions import Condition
from musegen.generation.harmonise import harmonise as harmonise_by
from musegen.generation.lattice import build_lattice
from musegen.generation.levels import level_named
from musegen.generation.melody import melody_of
from musegen.rules.engine import check
from musegen.rules.packs import load_pack
from musegen.score.files import read
from musegen.score.model import HarmonyLabel
from musegen.score.textgrid import parse_grid
from musegen.theory.keys import Key
from musegen.theory.numerals import parse_numeral
from musegen.theory.statistics import statistics

harmonise = partial(harmonise_by, engine="classical")
TUNE = """key: G major; meter: 4/4
S: g4 a4 b4 c5 | d5 . b4 . | c5 b4 a4 g4 | a4 . . . | b4 c5 d5 b4 | c5 . a4 . | b4 g4 a4 f#4 | g4 . . ."""


def rng():
    return np.random.default_rng(1)


def soprano_rows(score):
    rows = score.notes.rows[score.notes["part"] == 0]
    columns = ("onset", "duration", "pitch", "fifths", "flags")
    return sorted(tuple(int(row[name]) for name in columns) for row in rows)


@pytest.fixture(scope="module")
def bwv66():
    return replace(read("bach/bwv66.6"), harmonies=())


@pytest.fixture(scope="module")
def setting(bwv66):
    return harmonise(bwv66, Condition(), rng())[0]


def test_every_given_note_is_kept_with_its_ties_and_fermatas(bwv66, setting):
    assert soprano_rows(setting.score) == soprano_rows(bwv66)


def test_lyrics_stay_under_their_notes():
    with_words = next(
        score for name in ("bach/bwv10.7", "bach/bwv101.7", "bach/bwv102.7") if (score := read(name)).lyrics
    )
    found = harmonise(replace(with_words, harmonies=()), Condition(), rng())[0].score
    kept = {lyric.note: lyric.text for lyric in found.lyrics}
    ids = {int(number) for number in with_words.notes["id"][with_words.notes["part"] == 0]}
    assert kept == {lyric.note: lyric.text for lyric in with_words.lyrics if lyric.note in ids}
    assert kept


def test_no_parallels_and_no_errors_of_the_pack(setting):
    report = check(setting.score, load_pack("chorale"))
    assert [finding.message for finding in report.findings if finding.rule.startswith("parallel")] == []
    assert setting.errors == report.count("error") == 0


def test_the_home_key_of_a_minor_chorale_that_ends_with_a_major_chord_is_minor(setting):
    last = setting.score.harmonies[-1]
    assert (last.key, last.text) in {("f#", "I"), ("f#", "i")}


def test_every_fermata_stands_on_a_triad_that_a_phrase_can_end_on(setting):
    score = setting.score
    fermatas = {int(row["onset"]) for row in score.notes.rows if row["part"] == 0 and row["flags"] & 8}
    labels = {label.onset: label for label in score.harmonies}
    closing = [labels[onset] for onset in fermatas if onset in labels]
    assert len(closing) >= 5
    roots = [parse_numeral(label.text, minor=Key.parse(label.key).minor) for label in closing]
    assert sum(numeral.degree in (1, 5) and numeral.inversion == 0 for numeral in roots) >= len(roots) - 1


def test_a_melody_without_fermatas_is_harmonised_to_its_end():
    found = harmonise(parse_grid(TUNE), Condition(), rng())[0]
    assert found.score.harmonies[-1].text == "I"
    assert found.errors == 0


def test_a_tune_that_is_too_long_to_keep_every_step_in_memory_is_set_the_same(monkeypatch):
    wanted = harmonise(parse_grid(TUNE), Condition(), rng())[0]
    monkeypatch.setattr("musegen.generation.lattice._MOST_KEPT", 1)
    found = harmonise(parse_grid(TUNE), Condition(), rng())[0]
    assert (found.cost, found.score.harmonies) == (wanted.cost, wanted.score.harmonies)


def test_given_numerals_are_kept():
    labels = (
        HarmonyLabel(0, "numeral", "I", "G"),
        HarmonyLabel(4 * 10080, "numeral", "V", "G"),
        HarmonyLabel(6 * 10080, "numeral", "I6", "G"),
        HarmonyLabel(12 * 10080, "numeral", "V7", "G"),
        HarmonyLabel(16 * 10080, "numeral", "I", "G"),
    )
    tune = parse_grid("key: G major; meter: 4/4\nS: g4 . b4 . | d5 . b4 . | g4 . . . | f#4 . . . | g4 . . .")
    found = harmonise(replace(tune, harmonies=labels), Condition(), rng())[0].score
    assert [(label.onset // 10080, label.text) for label in found.harmonies if label.onset in (0, 40320, 60480)] == [
        (0, "I"),
        (4, "V"),
        (6, "I6"),
    ]


def test_given_chord_symbols_are_kept_with_the_bass_that_they_name():
    labels = (
        HarmonyLabel(0, "chord_symbol", "C", ""),
        HarmonyLabel(2 * 10080, "chord_symbol", "F", ""),
        HarmonyLabel(4 * 10080, "chord_symbol", "G7/B", ""),
        HarmonyLabel(6 * 10080, "chord_symbol", "C", ""),
    )
    tune = parse_grid("key: C major; meter: 4/4\nS: e5 . f5 . | d5 . c5 .")
    score = harmonise(replace(tune, harmonies=labels), Condition(), rng())[0].score
    bass = {int(row["onset"]) // 10080: int(row["pitch"]) % 12 for row in score.notes.rows if row["part"] == 3}
    assert bass[4] == 11


def test_a_numeral_that_the_melody_contradicts_is_named_by_measure_and_beat():
    tune = parse_grid("key: C major; meter: 4/4\nS: c5 . d5 . | e5 . . .")
    strange = replace(tune, harmonies=(HarmonyLabel(0, "numeral", "I", "C"), HarmonyLabel(40320, "numeral", "ii", "D")))
    with pytest.raises(NoSolution) as caught:
        harmonise(strange, Condition(key=Key(0)), rng())
    assert caught.value.exit_code == 4
    assert any("measure 2, beat 1" in conflict for conflict in caught.value.conflicts)


@pytest.mark.parametrize(("kind", "what"), [("chord_symbol", "a chord symbol"), ("numeral", "a Roman numeral")])
def test_a_label_that_is_no_chord_is_told_with_its_place_and_the_melody_left_free(kind, what):
    tune = replace(parse_grid(TUNE), harmonies=(HarmonyLabel(10080, kind, "H9", ""),))
    found = harmonise(tune, Condition(), rng())[0].score
    (told,) = found.notices
    assert (told.measure, told.message.split(";")[0]) == ("1", f"beat 2: `H9` is not {what}")
    assert found.notes == harmonise(parse_grid(TUNE), Condition(), rng())[0].score.notes


def test_a_first_note_below_the_alto_is_impossible_and_named_whatever_follows():
    with pytest.raises(NoSolution) as caught:
        harmonise(parse_grid("meter: 4/4\nS: c3 c5 b4 c5"), Condition(key=Key(0)), rng())
    assert not isinstance(caught.value, NotFound)
    assert caught.value.conflicts[0] == "measure 1, beat 1: the melody's C3"


def test_a_dead_end_is_no_proof_where_the_lattice_had_left_chords_out():
    melody = melody_of(parse_grid("meter: 4/4\nS: c3 c5 b4 c5"))
    space = chord_space(Key(0), statistics())
    for width, proof in ((1, False), (1_000_000, True)):
        lattice = build_lattice(
            melody, space, Key(0), statistics().rhythm(), [None] * 4, {}, width=width, margin=np.inf
        )
        assert classical.search(melody, lattice, statistics(), "chorale", beam=99) == classical.DeadEnd(0, proof)


def test_an_empty_score_has_no_melody_to_harmonise():
    with pytest.raises(UnreadableFile, match="no melody"):
        harmonise(parse_grid("meter: 4/4\nS: r . . ."), Condition(), rng())


@pytest.mark.parametrize("level", [1, 2, 4])
def test_under_a_level_no_chord_is_used_that_the_level_does_not_allow(level):
    tune = parse_grid("key: G major; meter: 4/4\nS: g4 g4 f#4 g4 | b4 a4 g4 . | g4 c5 b4 a4 | g4 . . .")
    best = harmonise(tune, Condition(pack=f"level-{level}"), rng())[0]
    assert {label.text for label in best.score.harmonies} <= set(level_named(level).major)
    assert best.errors == 0


def test_a_melody_that_the_chords_of_a_level_cannot_carry_is_refused_and_the_level_named():
    with pytest.raises(NoSolution, match="of the chords that level-1 allows, none round C major holds"):
        harmonise(parse_grid("meter: 4/4\nS: c5 c#5 d5 c5"), Condition(key=Key(0), pack="level-1"), rng())


def test_where_the_one_chord_that_fits_has_ended_a_phrase_it_is_struck_again():
    tune = parse_grid("key: C major; meter: 4/4\nS: g4 c5 d5 e5^ | e5 d5 b4 c5^")
    best = harmonise(tune, Condition(key=Key(0), pack="level-1"), rng())[0]
    beat = best.score.ticks_per_quarter
    assert [label.text for label in best.score.harmonies if label.onset in (3 * beat, 4 * beat)] == ["I", "I"]


def test_candidates_differ_and_the_same_seed_gives_the_same_ones():
    two = harmonise(parse_grid(TUNE), Condition(candidates=2), rng())
    again = harmonise(parse_grid(TUNE), Condition(candidates=2), rng())
    assert two[0].score != two[1].score
    assert [proposal.score for proposal in two] == [proposal.score for proposal in again]


def test_a_minor_tune_has_its_leading_tone_raised_at_the_cadence():
    tune = parse_grid("key: a minor; meter: 3/4\nS: a4 b4 c5 | b4 . a4 | d5 c5 b4 | a4 . .")
    found = harmonise(tune, Condition(), rng())[0].score
    approach = [label for label in found.harmonies if label.onset < 9 * 10080][-1]
    assert parse_numeral(approach.text, minor=True).leading_tone == 5


def test_a_pickup_in_six_eight_is_harmonised_pulse_by_pulse():
    tune = parse_grid(
        "key: F major; meter: 6/8; unit: 1/8; pickup: 1\n"
        "S: c5 | a4 . g4 f4 . g4 | a4 . bb4 c5 . . | bb4 . a4 g4 . . | f4 . . . . ."
    )
    found = harmonise(tune, Condition(), rng())[0].score
    assert found.harmonies[0].onset == 0
    assert found.harmonies[-1].text == "I"


FOLK = """
key: G major; meter: 4/4; pickup: 1
S: d4 | g4 . g4 a4 | b4 . a4 g4 | a4 g4 e4 . | d4 . . b4 | b4 . c5 d5 | b4 a4 g4 . | a4 . b4 a4 | g4 . .
"""


def test_a_tune_without_fermatas_closes_on_a_dominant_and_tonic_in_root_position():
    found = harmonise(parse_grid(FOLK), Condition(), rng())[0]
    labels = [(item.key, item.text) for item in found.score.harmonies]
    assert labels[-1] == ("G", "I")
    assert labels[-2][0] == "G"
    assert labels[-2][1] in ("V", "V7")


def test_long_notes_end_the_phrases_of_a_tune_without_fermatas():
    slots = melody_of(parse_grid(FOLK)).slots
    places = [str(parse_grid(FOLK).place(slot.onset)) for slot in slots if slot.is_phrase_end]
    assert places == ["measure 2, beat 1", "measure 4, beat 1", "measure 6, beat 3", "measure 8, beat 1"]
