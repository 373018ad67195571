"""What musegen writes, musegen reads back: the same music, for any music."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musegen.engraving.marks import Sheet
from musegen.engraving.musicxml import write_musicxml
from musegen.score.meter import TimeSignature
from musegen.score.model import (
    BASS,
    TREBLE,
    Clef,
    Direction,
    FiguredBass,
    HarmonyLabel,
    KeySignature,
    Lyric,
    Measure,
    Metadata,
    Part,
    Score,
)
from musegen.score.musicxml import read_musicxml
from musegen.score.musicxml_directions import direction_order
from musegen.score.pitch import spell
from musegen.score.table import Flag, NoteTable
from musegen.score.textgrid import parse_grid

from .schema import faults

QUARTER = 10_080
NUMERALS = ("I", "ii6", "V65/V", "viio7", "viiø43", "Cad64", "N6", "Ger65", "It6", "Fr43", "bVI", "V42/IV", "I+", "vi")
SYMBOLS = ("C", "B-7", "E-maj7/B-", "F#m7b5", "Gmaj7", "E7/G#", "Dm", "Asus4", "G7addb9")


def same_music(score: Score) -> Score:
    """The score with notes numbered in order of time and voices from 1, so that copies with other ids compare equal."""
    rows = densely_voiced(score).copy()
    number = {note: place for place, note in enumerate(rows["id"].tolist())}
    rows["id"] = range(len(rows))
    return replace(
        score,
        notes=NoteTable(rows),
        lyrics=tuple(sorted(lyric._replace(note=number[lyric.note]) for lyric in score.lyrics)),
        note_names=tuple((place, score.note_name(note)) for note, place in number.items()),
        colors=tuple(sorted((number[note], color) for note, color in score.colors)),
        harmonies=tuple(sorted(score.harmonies)),
        figures=tuple(sorted(score.figures)),
    )


def densely_voiced(score: Score):
    """Rows in canonical order with the voices of each part counted from 1: an empty voice cannot be written."""
    rows = score.notes.rows.copy()
    for part in np.unique(rows["part"]):
        mine = rows["part"] == part
        rows["voice"][mine] = 1 + np.unique(rows["voice"][mine], return_inverse=True)[1]
    return NoteTable(rows).ordered().rows


def round_trip(score: Score) -> Score:
    xml = write_musicxml(score)
    assert faults(xml) == []
    assert write_musicxml(score) == xml
    return read_musicxml(xml)


@st.composite
def lines(draw, measures, grain):
    """One voice: (onset, duration) of notes inside their measures, gaps between them."""
    notes = []
    for index, measure in enumerate(measures):
        time, end = measure.onset, measure.onset + measure.length
        while time < end:
            length = draw(st.sampled_from(grain))
            if time + length > end or draw(st.integers(0, 9)) == 0:
                break
            notes.append((time, length, index))
            time += length
    return notes


@st.composite
def scores(draw):
    meter = draw(st.sampled_from([TimeSignature(*pair) for pair in ((4, 4), (3, 4), (6, 8), (2, 2), (5, 8))]))
    full = int(meter.quarters * QUARTER)
    pickup = draw(st.sampled_from([0, full // meter.numerator]))
    keys = [KeySignature(draw(st.integers(-7, 7)), draw(st.sampled_from(["", "major", "minor"]))) for _ in range(3)]
    measures, onset = [], 0
    for index in range(3):
        is_pickup = index == 0 and pickup > 0
        length = pickup if is_pickup else full
        number = str(index + (pickup == 0))
        bar = draw(st.sampled_from(["", "double", "final"]))
        measures.append(Measure(number, onset, length, meter, keys[index], is_pickup, bar, new_system=index == 2))
        onset += length
    transpose = draw(st.sampled_from([(0, 0), (-1, -2), (-5, -9), (-7, -12), (2, 3)]))
    parts = (Part("P1", "Clarinet", "Cl.", (TREBLE,), transpose, 72), Part("P2", "Piano", "", (TREBLE, BASS)))
    grain = draw(st.sampled_from([[QUARTER, QUARTER // 2, QUARTER * 3 // 2, QUARTER * 2], [QUARTER // 3, QUARTER],
                                  [QUARTER // 4, QUARTER * 3 // 4, QUARTER // 2]]))  # fmt: skip
    records = []
    for part, staff, voice in ((0, 1, 1), (1, 1, 1), (1, 1, 2), (1, 2, 3)):
        for time, length, index in draw(lines(measures, grain)):
            step, octave = draw(st.sampled_from("CDEFGAB")), draw(st.integers(3, 5))
            pitch = spell(step, draw(st.integers(-1, 1)), octave)
            flags = int(Flag.FERMATA) * draw(st.booleans())
            place = {"part": part, "staff": staff, "voice": voice, "measure_index": index}
            sound = {"onset": time, "duration": length, "pitch": pitch.pitch, "fifths": pitch.fifths}
            records.append(place | sound | {"flags": flags})
    notes = NoteTable.of(records)
    ids = notes["id"].tolist()
    chosen = draw(st.lists(st.sampled_from(ids), max_size=3, unique=True)) if ids else []
    labels = draw(
        st.lists(st.tuples(st.integers(0, onset // QUARTER - 1), st.integers(0, 2), st.booleans()), max_size=4)
    )
    return Score(
        notes,
        tuple(measures),
        parts,
        harmonies=tuple(
            {(time, kind): _label(draw, time * QUARTER, kind, upper) for time, kind, upper in labels}.values()
        ),
        lyrics=tuple(Lyric(note, "1", "la", "begin") for note in chosen),
        colors=tuple((note, "#C0392B") for note in chosen),
        directions=_directions(draw, onset),
        metadata=Metadata(
            "A title", "A composer", "", "CC0", "1798/1800", "Wien", "study", "An editor", "A print, p. 1"
        ),
    )


def _directions(draw, end):
    """Tempos at some moments, dynamics in some parts, in the order that a reader has them."""
    times = st.sampled_from(range(0, end, QUARTER // 2))
    tempos = draw(st.dictionaries(times, st.tuples(
        st.sampled_from(["", "Andante", "più mosso"]), st.sampled_from([40.0, 72.5, 66.666667, 300.0]), st.booleans()
    ), max_size=2))  # fmt: skip
    places = st.tuples(times, st.sampled_from([(0, 1), (1, 1), (1, 2)]), st.sampled_from(["pp", "mf", "sfz"]))
    dynamics = draw(st.sets(places, max_size=3))
    found = [Direction(onset, "tempo", *tempo) for onset, tempo in tempos.items()]
    found += [Direction(onset, "dynamic", sign, part=part, staff=staff) for onset, (part, staff), sign in dynamics]
    return tuple(sorted(found, key=direction_order))


def _label(draw, onset, kind, minor):
    part, staff = draw(st.sampled_from([(0, 1), (1, 1), (1, 2)]))
    if kind == 0:
        return HarmonyLabel(onset, "numeral", draw(st.sampled_from(NUMERALS)), "f#" if minor else "B-", part, staff)
    if kind == 1:
        return HarmonyLabel(onset, "chord_symbol", draw(st.sampled_from(SYMBOLS)), "", part, staff)
    return HarmonyLabel(onset, "function", draw(st.sampled_from(["T", "PD", "D"])), "", part, staff)


@settings(max_examples=60, deadline=None)
@given(scores())
def test_any_score_comes_back_as_it_was(score):
    if not len(score.notes):
        return
    again = round_trip(score)
    assert heard(again) == heard(score)
    assert again.measures == score.measures
    assert again.parts == score.parts
    if len(again.notes) == len(score.notes):  # no value had to be tied
        assert same_music(again) == same_music(score)


def heard(score):
    rows = densely_voiced(replace(score, notes=score.notes.sounding()))
    names = ("onset", "duration", "pitch", "fifths", "part", "staff", "voice", "flags")
    return sorted(tuple(int(row[name]) for name in names) for row in rows)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.fractions(Fraction(1, 12), 3, max_denominator=12), min_size=1, max_size=8), st.booleans())
def test_any_lengths_become_notes_that_last_as_long(lengths, compound):
    meter = TimeSignature(6, 8) if compound else TimeSignature(4, 4)
    full = int(meter.quarters * 2 * 27_720)
    records, time = [], 0
    for length in lengths:
        ticks = int(length * 2 * 27_720)
        records.append({"onset": time, "duration": ticks, "pitch": 60 + len(records), "fifths": 0})
        time += ticks
    count = -(-time // full)
    measures = tuple(Measure(str(n + 1), n * full, full, meter, KeySignature(0)) for n in range(count))
    records = [record | {"measure_index": record["onset"] // full} for record in records]
    score = Score(NoteTable.of(records), measures, (Part("P1"),), ticks_per_quarter=2 * 27_720)
    again = round_trip(score)
    scale = Fraction(again.ticks_per_quarter, score.ticks_per_quarter)
    sounding = again.notes.sounding()
    assert [int(onset) for onset in sounding["onset"]] == [record["onset"] * scale for record in records]
    assert [int(duration) for duration in sounding["duration"]] == [record["duration"] * scale for record in records]


def test_repeats_endings_and_grace_notes_come_back():
    score = parse_grid("meter: 2/4\nS: c5 d5 | e5 f5 | g5 a5 | b5 c6")
    marks = [{"repeat_start": True}, {"ending": "1", "repeat_end": True}, {"ending": "2"}, {"barline": "final"}]
    measures = tuple(measure._replace(**mark) for measure, mark in zip(score.measures, marks, strict=True))
    grace = {"onset": QUARTER, "duration": 0, "pitch": 76, "fifths": 4, "flags": int(Flag.GRACE), "id": 50}
    names = score.notes.rows.dtype.names
    notes = [dict(zip(names, row, strict=True)) for row in score.notes.rows.tolist()]
    score = replace(score, measures=measures, notes=NoteTable.of([*notes, grace]))
    assert same_music(round_trip(score)) == same_music(score)


def test_figured_bass_and_pivot_come_back():
    score = parse_grid("meter: 4/4\nS: c5 d5 e5 f5\nB: c3 . g3 .")
    stacks = (("6", "b5"), ("#",), ("4+", "2"), ("3",))
    figures = tuple(FiguredBass(n * QUARTER, QUARTER, stack, 1) for n, stack in enumerate(stacks))
    pivot = (HarmonyLabel(0, "numeral", "vi", "G", 1), HarmonyLabel(0, "numeral", "ii", "D", 1, alternate=True))
    score = replace(score, figures=figures, harmonies=pivot)
    assert same_music(round_trip(score)) == same_music(score)


def test_figures_of_a_closed_score_stay_under_the_bass():
    score = parse_grid("meter: 4/4\nS: c5 . d5 .\nA: g4 g4 g4 .\nT: e4 . d4 b3\nB: c3 e3 g3 .\nH: I I6 V .")
    stacks = {0: ("5", "3"), 1: ("6",), 2: ("4",), 3: ("3",)}
    figures = tuple(FiguredBass(n * QUARTER, QUARTER, stack, 3) for n, stack in stacks.items())
    closed = read_musicxml(write_musicxml(replace(score, figures=figures), sheet=Sheet(arrangement="keyboard")))
    wanted = [figured._replace(part=0, staff=2) for figured in figures]
    assert list(closed.figures) == wanted
    assert [label.onset for label in closed.harmonies] == [0, QUARTER, 2 * QUARTER]


def test_an_octave_clef_and_a_written_tie_come_back():
    score = parse_grid("meter: 2/4\nT: c4 d4 | d4 e4")
    rows = score.notes.rows.copy()
    rows["flags"][1:3] = [Flag.TIED_TO_NEXT, Flag.TIED_FROM_PREVIOUS]
    part = score.parts[0]._replace(clefs=(Clef("G", 2, -1),))
    score = replace(score, notes=NoteTable(rows), parts=(part,))
    assert same_music(round_trip(score)) == same_music(score)


def test_a_closed_score_holds_the_four_voices_of_the_open_one():
    score = parse_grid("meter: 2/4\nS: c5 d5\nA: g4 g4\nT: e4 d4\nB: c3 b2\nH: I V6")
    closed = read_musicxml(write_musicxml(score, sheet=Sheet(arrangement="keyboard")))
    assert [len(part.clefs) for part in closed.parts] == [2]
    assert sorted(set(closed.notes["voice"].tolist())) == [1, 2, 3, 4]
    assert [label.text for label in closed.harmonies] == ["I", "V6"]
    assert {label.staff for label in closed.harmonies} == {2}


def test_a_student_sheet_tells_nothing_of_the_answer():
    score = parse_grid("meter: 2/4\nS: c5 d5\nA: g4 g4\nT: e4 d4\nB: c3 b2\nH: I V6")
    sheet = Sheet(arrangement="keyboard", hidden_parts=frozenset({1, 2, 3}), harmonies=False, figures=False)
    xml = write_musicxml(score, sheet=sheet)
    other = replace(score, harmonies=(), notes=score.notes.where(score.notes["part"] == 0))
    rows = other.notes.rows.copy()
    rows["id"] = range(len(rows))
    assert xml == write_musicxml(replace(other, notes=NoteTable(rows)), sheet=sheet)
    assert b"V6" not in xml
    assert faults(xml) == []


@pytest.mark.parametrize("key", ["g# minor", "d# minor", "a- minor", "C# major"])
def test_double_sharps_and_flats_carry_their_accidental(key):
    step = {"g# minor": "f##5", "d# minor": "c##5", "a- minor": "bbb4", "C# major": "f##5"}[key]
    score = parse_grid(f"key: {key}; meter: 2/4\nS: {step} {step}")
    xml = write_musicxml(score).decode()
    sign = "flat-flat" if "bb" in step else "double-sharp"
    assert xml.count(f"<accidental>{sign}</accidental>") == 1
