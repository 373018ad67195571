"""Tempo marks and dynamics: read as people write them, heard in MIDI, and refused where they lie outside any music."""

from dataclasses import replace
from itertools import pairwise

import pytest

from musegen.engraving.arrangement import arrange
from musegen.engraving.marks import Sheet
from musegen.engraving.midi import midi
from musegen.engraving.musicxml import write_musicxml
from musegen.engraving.sheet_svg import svg
from musegen.errors import MalformedScore
from musegen.score.midi_events import parse_midi
from musegen.score.model import Direction
from musegen.score.musicxml import read_musicxml
from musegen.score.musicxml_directions import tempo_at
from musegen.score.serial import packed, unpacked
from musegen.score.textgrid import parse_grid
from musegen.score.unfolding import unfolded

QUARTER = 10_080
MARKS = (Direction(0, "tempo", "Grave", 40.0), Direction(0, "dynamic", "p"), Direction(2 * QUARTER, "tempo", "", 80.0))


def with_marks(grid="meter: 2/4\nS: c5 d5 | e5 f5\nB: c3 d3 | e3 f3", directions=MARKS):
    return replace(parse_grid(grid), directions=directions)


def read_with(direction):
    document = write_musicxml(parse_grid("meter: 6/8; unit: 1/8\nS: c5 . . d5 . ."))
    return read_musicxml(document.replace(b"<note ", direction.encode() + b"<note ", 1))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('<sound tempo="90"/>', ("", 90.0, False)),
        ('<direction><direction-type><words> Allegro\n vivo </words></direction-type>'
         '<sound tempo="132.5"/></direction>',
         ("Allegro vivo", 132.5, False)),
        ("<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/>"
         "<per-minute>60</per-minute></metronome></direction-type></direction>", ("", 90.0, True)),
        ('<direction><direction-type><metronome print-object="no"><beat-unit>half</beat-unit>'
         '<per-minute>60</per-minute></metronome></direction-type><sound tempo="120"/></direction>',
         ("", 120.0, False)),
    ],
)  # fmt: skip
def test_a_tempo_is_read_as_quarters_a_minute(written, meant):
    assert read_with(written).directions == (Direction(0, "tempo", *meant),)


@pytest.mark.parametrize(
    "written",
    [
        "<direction><direction-type><words>Andante</words></direction-type></direction>",
        "<direction><direction-type><metronome><beat-unit>quarter</beat-unit><per-minute>c. 60</per-minute></metronome>"
        "</direction-type></direction>",
        "<direction><direction-type><dynamics><n/></dynamics></direction-type></direction>",
    ],
)
def test_what_names_no_tempo_and_no_loudness_says_nothing(written):
    assert read_with(written).directions == ()


@pytest.mark.parametrize("tempo", ["0", "-4", "1e9", "2001", "fast"])
def test_a_tempo_outside_any_music_is_refused_with_its_measure(tempo):
    with pytest.raises(MalformedScore) as caught:
        read_with(f'<sound tempo="{tempo}"/>')
    assert caught.value.measure == "1"


def test_an_odd_offset_needs_no_finer_grid():
    score = read_with("<direction><direction-type><dynamics><f/></dynamics></direction-type><offset>0.333</offset>"
                      "</direction>")  # fmt: skip
    assert score.ticks_per_quarter == QUARTER
    assert read_musicxml(write_musicxml(score)).directions == score.directions


def test_midi_goes_at_the_tempos_of_the_score_and_as_loud():
    file = parse_midi(midi(with_marks()))
    events = [event for track in file.tracks for event in track]
    tempos = [(event.tick, int.from_bytes(event.body, "big")) for event in events if event.kind == 0xFF51]
    assert tempos == [(0, 1_500_000), (2 * QUARTER, 750_000)]
    keys = [event for event in file.tracks[1] if event.kind & 0xF0 == 0x90]
    assert {event.body[1] for event in keys} == {49}
    assert {event.body[1] for event in file.tracks[2] if event.kind & 0xF0 == 0x90} == {80}


def test_a_repeat_goes_back_to_its_tempo_in_midi():
    piece = with_marks()
    bars = (piece.measures[0], piece.measures[1]._replace(repeat_end=True))
    file = parse_midi(midi(replace(piece, measures=bars), repeats=True))
    tempos = [event.tick // QUARTER for event in file.tracks[0] if event.kind == 0xFF51]
    assert tempos == [0, 2, 4, 6]


def test_marks_are_drawn_kept_in_caches_and_in_other_layouts():
    piece = with_marks("meter: 2/4\nS: c5 d5 | e5 f5\nA: g4 g4 | g4 g4\nT: e4 d4 | c4 c4\nB: c3 d3 | e3 f3")
    assert unpacked(*packed(piece)) == piece
    assert "Grave" in svg(piece)
    assert arrange(piece, Sheet(arrangement="keyboard")).directions == MARKS
    hidden = arrange(piece, Sheet(arrangement="keyboard", hidden_parts=frozenset({0})))
    assert [one.kind for one in hidden.directions] == ["tempo", "tempo"]
    assert [tempo_at(MARKS, at * QUARTER, 84.0) for at in (0, 1, 2, 3)] == [40.0, 40.0, 80.0, 80.0]
    assert all(before.onset <= after.onset for before, after in pairwise(unfolded(piece).directions))
