"""What is given comes back, by either engine; and what does not is told."""

from dataclasses import replace

import numpy as np
import pytest

from musegen.engraving.musicxml import write_musicxml
from musegen.errors import UsageError
from musegen.generation.conditions import Condition, Left
from musegen.generation.harmonise import harmonise
from musegen.score.files import read
from musegen.score.model import FiguredBass, HarmonyLabel
from musegen.score.musicxml import read_musicxml
from musegen.score.table import Flag, NoteTable
from musegen.score.textgrid import parse_grid

QUARTER = 10_080
MELODY = parse_grid("meter: 4/4\nS: g4 a4 b4 c5^")
FOUR = parse_grid("meter: 4/4\nS: g4 a4 b4 c5 | d5 c5 b4 c5\nA: e4 f4 d4 e4 | g4 g4 g4 e4\n"
                  "T: c4 c4 g3 g3 | b3 c4 d4 g3\nB: c3 f3 g3 c3 | g3 e3 g3 c3")  # fmt: skip
ENGINES = pytest.mark.parametrize("engine", ["classical", "neural"])
LEFT_ALTO = Left(("A",), ("2",))


def set_by(engine, score, seed=1, **asked):
    return harmonise(score, Condition(**asked), np.random.default_rng(seed), engine=engine)[0].score


def told(score):
    return [(notice.measure, notice.message) for notice in score.notices]


@ENGINES
@pytest.mark.parametrize("seed", [1, 2])
def test_chord_symbols_still_stand_over_a_melody_that_is_set(engine, seed):
    chords = tuple(
        HarmonyLabel(beat * QUARTER, "chord_symbol", name) for beat, name in enumerate(("G7", "Dm7", "G7", "C"))
    )
    made = set_by(engine, replace(MELODY, harmonies=chords), seed)
    assert [(label.onset, label.text) for label in made.harmonies if label.kind == "chord_symbol"] == [
        (label.onset, label.text) for label in chords
    ]


@ENGINES
def test_a_numeral_that_is_none_is_told_with_its_place(engine):
    numerals = HarmonyLabel(0, "numeral", "I"), HarmonyLabel(QUARTER, "numeral", "Q")
    made = set_by(engine, replace(parse_grid("meter: 4/4\nS: c5 d5 b4 c5^"), harmonies=numerals))
    assert [message.partition(":")[0] for _, message in told(made) if "`Q` is not a Roman numeral" in message] == [
        "beat 2"
    ]


def test_a_function_is_told_to_be_no_chord():
    made = set_by("neural", replace(MELODY, harmonies=(HarmonyLabel(QUARTER, "function", "PD"),)))
    assert ("1", "beat 2: functions are no chords to keep; write numerals or chord symbols") in told(made)


def test_figures_stay_under_their_bass_and_those_that_nobody_can_read_are_told():
    figures = FiguredBass(0, QUARTER, ("6",)), FiguredBass(QUARTER, QUARTER, ("13",))
    bass = replace(parse_grid("meter: 4/4\nB: e3 f3 g3 c3"), figures=figures)
    made = set_by("neural", bass)
    assert made.figures == tuple(figure._replace(part=3) for figure in figures)
    assert told(made) == [("1", "beat 2: the figures 13 cannot be read; any chord may stand there")]
    again = read_musicxml(write_musicxml(made))
    assert [figure.figures for figure in again.figures] == [("6",), ("13",)]


def test_the_classical_engine_takes_no_figured_bass_for_a_melody():
    figured = replace(parse_grid("meter: 4/4\nB: e3 f3 g3 c3"), figures=(FiguredBass(0, QUARTER, ("6",)),))
    with pytest.raises(UsageError, match="no figures; use --engine neural"):
        set_by("classical", figured)


@ENGINES
def test_figures_of_a_bass_that_is_not_given_are_told_to_be_gone(engine):
    duet = parse_grid("meter: 4/4\nS: c5 d5 b4 c5\nB: e3 f3 g3 c3")
    made = set_by(engine, replace(duet, figures=(FiguredBass(0, QUARTER, ("6",), 1),)))
    assert [message for _, message in told(made)] == ["its figures are not kept: no bass is given"]


def test_an_instrument_beside_four_voices_is_told_to_be_gone():
    made = set_by("neural", read("bach/bwv1.6"), left=Left(("A",), ("2",)))
    messages = [message for _, message in told(made)]
    assert "Horn 2 is not kept: a setting has soprano, alto, tenor and bass" in messages


def test_a_second_note_of_a_given_voice_is_told_to_be_gone():
    lower = {"onset": 2 * QUARTER, "duration": QUARTER, "pitch": 67, "fifths": 1, "part": 0, "id": 99}
    chord = replace(FOUR, notes=NoteTable(np.concatenate([FOUR.notes.rows, NoteTable.of([lower]).rows])).ordered())
    made = set_by("neural", chord, left=LEFT_ALTO)
    assert told(made) == [
        ("1", "beat 3: a note of S is not kept; of what sounds at once in a part, one note a voice is")
    ]


def test_parts_that_come_back_under_another_name_are_told():
    crossed = parse_grid("meter: 4/4\nSoprano: c3 f3 g3 c3\nBass: g4 a4 b4 c5")
    made = set_by("neural", crossed, left=Left(("A", "T")))
    assert [message.partition(":")[0] for _, message in told(made)] == [
        "Bass comes back as the soprano", "Soprano comes back as the bass",
    ]  # fmt: skip


def test_slurs_and_dynamics_that_are_not_kept_are_told():
    document = write_musicxml(FOUR)
    slur = b"<notations><slur type='start'/></notations></note>"
    loud = b"<direction><direction-type><dynamics><f/></dynamics></direction-type></direction><note"
    marked = document.replace(b"</note>", slur, 1).replace(b"<note", loud, 1)
    made = set_by("neural", read_musicxml(marked), left=LEFT_ALTO)
    assert told(made) == [("", "slurs and dynamics are not kept")]


def test_nothing_is_told_where_all_is_kept():
    assert told(set_by("neural", FOUR, left=LEFT_ALTO)) == []
    assert told(set_by("neural", read_musicxml(write_musicxml(MELODY)))) == []


def test_fermatas_of_given_notes_stay_where_they_are():
    made = set_by("neural", MELODY)
    assert [bool(row["flags"] & Flag.FERMATA) for row in made.notes.rows if row["part"] == 0][-1]
