"""MIDI files as scores: time, parts and what has to be guessed."""

import struct
import time

import numpy as np
import pytest

from musegen import read
from musegen.engraving.midi import midi
from musegen.errors import MalformedScore
from musegen.score.files import read_bytes
from musegen.score.midi_time import quantised
from musegen.score.table import Flag


def sounds(score):
    """(onset, duration, pitch) in quarters of all that is heard."""
    notes = score.notes.sounding()
    unit = score.ticks_per_quarter
    return sorted(
        zip((notes["onset"] / unit).round(4), (notes["duration"] / unit).round(4), notes["pitch"], strict=True)
    )


def measures(score):
    return [(bar.number, score.quarters(bar.length), str(bar.time_signature)) for bar in score.measures]


def number(value):
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


def track(*events):
    """A track of (tick, message), in order."""
    body, before = b"", 0
    for tick, message in sorted(events, key=lambda event: event[0]):
        body += number(tick - before) + message
        before = tick
    body += b"\0\xff\x2f\0"
    return b"MTrk" + struct.pack(">I", len(body)) + body


def keys(channel, *notes):
    """On and off messages of (onset, end, pitch)."""
    for onset, end, pitch in notes:
        yield onset, bytes([0x90 | channel, pitch, 80])
        yield end, bytes([0x80 | channel, pitch, 0])


def file(*tracks, division=480):
    return b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), division) + b"".join(tracks)


def meter(numerator, power):
    return b"\xff\x58\x04" + bytes([numerator, power, 24, 8])


SCALE = [(480 * step, 480 * step + 456, pitch) for step, pitch in enumerate((60, 62, 64, 65, 67, 65, 64, 60))]


@pytest.mark.parametrize("name", ["bach/bwv66.6", "bach/bwv846", "haydn/opus74no1/movement2"])
def test_what_a_score_program_writes_comes_back_exactly(name):
    score = read(name)
    back = read_bytes(midi(score), "tune.mid")
    assert sounds(back) == sounds(score)
    assert measures(back) == measures(score)
    assert any("spelling" in notice.message for notice in back.notices)


def test_the_pickup_of_a_chorale_is_found_and_told():
    back = read_bytes(midi(read("bach/bwv66.6")), "tune.mid")
    assert back.measures[0].is_pickup
    assert back.measures[0].length == 10080
    assert any("pickup" in notice.message for notice in back.notices)


def test_a_first_measure_of_its_own_meter_is_a_pickup():
    whole = file(track((0, meter(1, 2)), (480, meter(3, 2)), *keys(0, *SCALE)))
    piece = read_bytes(whole, "tune.mid")
    assert [(bar.number, bar.is_pickup) for bar in piece.measures] == [
        ("0", True),
        ("1", False),
        ("2", False),
        ("3", False),
    ]
    assert str(piece.place(480 * 21)) == "measure 1, beat 1"


def test_no_meter_is_read_as_four_four_and_said_so():
    piece = read_bytes(file(track(*keys(0, *SCALE))), "tune.mid")
    assert {str(bar.time_signature) for bar in piece.measures} == {"4/4"}
    assert any("4/4" in notice.message for notice in piece.notices)


def test_gaps_of_playing_are_no_rests_and_overlaps_no_chords():
    legato = [(onset, end + 40, pitch) for onset, end, pitch in SCALE]
    for notes in (SCALE, legato):
        piece = read_bytes(file(track((0, meter(4, 2)), *keys(0, *notes))), "tune.mid")
        assert [duration for _, duration, _ in sounds(piece)] == [1.0] * 8
        assert set(piece.notes["voice"].tolist()) == {1}


def test_channel_ten_is_drums_and_each_channel_of_a_track_a_part():
    tracks = track((0, meter(4, 2)), *keys(0, *SCALE), *keys(1, (0, 1920, 48)), *keys(9, (0, 240, 36), (480, 720, 38)))
    piece = read_bytes(file(tracks), "tune.mid")
    assert len(piece.parts) == 3
    drums = piece.notes.has(Flag.UNPITCHED)
    assert drums.sum() == 2
    assert len(piece.notes.sounding()) == 9


def test_a_key_below_the_lowest_written_note_is_refused_where_it_is():
    """Sample libraries are switched by such keys: nothing that is written or sung."""
    with pytest.raises(MalformedScore) as caught:
        read_bytes(file(track((0, meter(2, 2)), *keys(0, (0, 960, 60), (1440, 1920, 11)))), "switched.mid")
    assert str(caught.value).startswith("switched.mid, measure 2, beat 2: the note B-1 lies below C0")
    assert read_bytes(file(track(*keys(0, (0, 480, 12)))), "low.mid").notes["pitch"].tolist() == [12]


def test_a_note_over_the_barline_is_tied_and_a_held_one_has_its_own_voice():
    notes = [(0, 960, 72), (960, 2880, 74), (0, 3840, 48), *[(480 * step, 480 * step + 480, 60) for step in range(8)]]
    piece = read_bytes(file(track((0, meter(4, 2)), *keys(0, *notes))), "tune.mid")
    assert len(piece.notes) == len(notes) + 2
    assert len(piece.notes.sounding()) == len(notes)
    for voice in set(piece.notes["voice"].tolist()):
        rows = piece.notes.where(piece.notes["voice"] == voice)
        assert (rows["onset"][1:] >= rows.end[:-1]).all()


def test_a_meter_that_changes_begins_a_measure():
    piece = read_bytes(file(track((0, meter(4, 2)), (1920, meter(6, 3)), *keys(0, *SCALE))), "tune.mid")
    assert [(bar.number, str(bar.time_signature)) for bar in piece.measures] == [
        ("1", "4/4"),
        ("2", "6/8"),
        ("3", "6/8"),
    ]


def test_what_was_played_by_hand_is_moved_to_the_beats():
    rng = np.random.default_rng(7)
    onset = np.arange(0, 32, 0.5)
    played = np.abs(onset + rng.normal(0, 0.03, len(onset)))
    found = quantised(played, played + 0.42, np.zeros(len(onset), dtype=int))
    assert (found.onset == (onset * 10080).astype(int)).mean() > 0.95
    assert found.moved > 0.3


def test_a_file_of_thousands_of_held_notes_is_read_in_time():
    held = [(tick, 60_000, 30 + tick % 60) for tick in range(0, 16_000, 2)]
    start = time.process_time()
    piece = read_bytes(file(track(*keys(0, *held))), "tune.mid")
    assert len(piece.notes.sounding())
    assert time.process_time() - start < 15
