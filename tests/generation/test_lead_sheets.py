"""Chords that a lead sheet asks for and a chorale does not have: their notes and their bass are kept."""

from dataclasses import replace

import numpy as np
import pytest

from musegen.engraving.musicxml import write_musicxml
from musegen.errors import NoSolution, UnreadableFile
from musegen.generation.conditions import Condition
from musegen.generation.harmonise import harmonise
from musegen.score.model import HarmonyLabel
from musegen.score.musicxml import read_musicxml
from musegen.score.pitch import fifths_name
from musegen.score.textgrid import parse_grid
from musegen.theory.analyse import analyse
from musegen.theory.keys import Key

QUARTER = 10080


def setting(tune, *symbols, key="C", engine="neural"):
    """A tune in 4/4 set under chord symbols, one a measure."""
    labels = tuple(HarmonyLabel(n * 4 * QUARTER, "chord_symbol", text) for n, text in enumerate(symbols))
    score = replace(parse_grid(f"key: C major; meter: 4/4\nS: {tune}"), harmonies=labels)
    return harmonise(score, Condition(key=Key.parse(key)), np.random.default_rng(1), engine=engine)[0].score


def chord_in(score, measure):
    """The notes at the start of a measure (1 is the first), soprano first."""
    rows = score.notes.rows
    onset = (measure - 1) * 4 * QUARTER
    sounding = rows[(rows["onset"] <= onset) & (rows["onset"] + rows["duration"] > onset)]
    return [fifths_name(int(row["fifths"])) for row in sorted(sounding, key=lambda row: int(row["part"]))]


@pytest.mark.parametrize(
    ("symbol", "note", "sounds", "bass"),
    [
        ("Gsus4", "c5", {"G", "C", "D"}, "G"),
        ("G7sus4", "c5", {"G", "C", "D", "F"}, "G"),
        ("Dsus2", "e5", {"D", "E", "A"}, "D"),
        ("C5", "g4", {"C", "G"}, "C"),
        ("F/E", "a4", {"F", "A", "C", "E"}, "E"),
        ("C/D", "e5", {"C", "E", "G", "D"}, "D"),
        ("Cadd9", "g4", {"C", "E", "G", "D"}, "C"),
        ("C6", "e5", {"C", "E", "G", "A"}, "C"),
        ("A-7", "eb5", {"A-", "C", "E-", "G-"}, None),
        ("G7alterb5", "f5", {"G", "B", "D-", "F"}, None),
    ],
)
def test_the_chord_is_what_its_symbol_says(symbol, note, sounds, bass):
    chord = chord_in(setting(f"g4 . . . | {note} . . . | g4 . . .", "C", symbol, "C"), 2)
    assert set(chord) <= sounds
    assert len(sounds - set(chord)) <= (len(sounds) == 4)  # a fifth may be missing
    assert bass in (None, chord[-1])


def test_a_ninth_chord_has_its_third_seventh_and_ninth():
    assert set(chord_in(setting("e5 . . . | a4 . . . | g4 . . .", "C", "G9", "C"), 2)) == {"G", "B", "F", "A"}


def test_the_symbols_stand_over_the_setting_and_its_numerals_are_read_back():
    score = setting("e5 . . . | c5 . . . | b4 . . . | c5 . . .", "C", "Gsus4", "G", "C")
    again = read_musicxml(write_musicxml(score))
    assert [label.text for label in again.harmonies if label.kind == "chord_symbol"] == ["C", "Gsus4", "G", "C"]
    (suspended,) = [chord for chord in analyse(again).chords if chord.onset == 4 * QUARTER]
    assert suspended.numeral.figure.endswith("[no3][add4]")
    assert [fifths_name(tone) for tone in suspended.numeral.tones(suspended.key)] == ["G", "C", "D"]


def test_after_no_chord_the_melody_is_free():
    free = setting("e5 . . . | d5 . . . | c5 . . .", "C", "NC", "C")
    assert set(chord_in(free, 2)) != {"C", "E", "G"}


def test_a_chord_that_goes_on_under_another_note_may_be_struck_again():
    score = setting("bb4 . . . | g4 . . . | ab4 . . .", "E-7", "E-7", "A-", key="A-")
    assert set(chord_in(score, 2)) <= {"E-", "G", "B-", "D-"}


def test_a_symbol_that_cannot_be_set_is_named_with_measure_and_beat():
    with pytest.raises(NoSolution) as caught:
        setting("g4 . . . | c3 . . . | g4 . . .", "C", "Csus4", "C", engine="classical")
    assert "measure 2, beat 1: the given chord Csus4" in caught.value.conflicts


def test_a_chord_between_two_beats_is_told():
    labels = [HarmonyLabel(at, "chord_symbol", text) for at, text in ((0, "C"), (QUARTER // 2, "G"), (QUARTER, "C"))]
    score = replace(parse_grid("meter: 2/4\nS: e5 c5 | c5 ."), harmonies=tuple(labels))
    (told,) = harmonise(score, Condition(key=Key(0)), np.random.default_rng(1), engine="classical")[0].score.notices
    assert (told.measure, told.message) == ("1", "beat 3/2: the chord G comes between two beats and is not set")


def test_a_beat_with_hundreds_of_notes_is_refused_by_measure_and_beat():
    crowd = "meter: 4/4; unit: 1/280\nS: " + " ".join(["c5"] * 280)
    with pytest.raises(UnreadableFile, match="measure 1, beat 1: 70 notes in one beat are too many to harmonise"):
        harmonise(parse_grid(crowd), Condition(), np.random.default_rng(1))
