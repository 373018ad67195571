"""`musegen play` as somebody types it: files in time, ports that are there or not, and what cannot be played."""

import io
import sys
import types

import pytest

from musegen.cli import run
from musegen.engraving.midi import midi
from musegen.score.files import read
from musegen.score.textgrid import parse_grid

CALL = "key: D dorian; meter: 4/4; unit: 1/8\nS: d4 e4 f4 g4 a4 . b4 . | g4 f4 e4 g4 f4 . d4 ."


@pytest.fixture
def call(tmp_path):
    path = tmp_path / "call.mid"
    path.write_bytes(midi(parse_grid(CALL)))
    return str(path)


def _pitches(score, part):
    rows = score.notes.sounding().rows
    return rows["pitch"][rows["part"] == part].tolist()


def test_two_measures_of_a_file_are_answered_with_two(call, tmp_path, capsys):
    out = tmp_path / "both.musicxml"
    assert run(["play", "--stream", call, "--measures", "2", "-o", str(out)]) == 0
    score = read(out)
    assert len(score.measures) == 4
    assert _pitches(score, 0) == [62, 64, 65, 67, 69, 71, 67, 65, 64, 67, 65, 62]
    answered = score.notes.sounding().rows
    assert answered["onset"][answered["part"] == 1].min() >= score.measures[2].onset
    told = capsys.readouterr().err
    assert "12 notes played" in told
    assert "players" not in told


def test_several_players_in_a_file_are_told(tmp_path, capsys):
    path = tmp_path / "two.mid"
    path.write_bytes(midi(parse_grid(CALL + "\nB: d3 . . . a3 . . . | g3 . . . d3 . . .")))
    assert run(["play", "--stream", str(path), "--measures", "1", "-o", str(tmp_path / "both.musicxml")]) == 0
    assert "2 players at once are heard as one line" in capsys.readouterr().err


def test_the_machine_goes_on_where_the_player_has_stopped(call, tmp_path):
    out = tmp_path / "both.musicxml"
    words = ["play", "-q", "--stream", call, "--way", "follow", "--measures", "2", "--key", "D dorian", "-o", str(out)]
    assert run(words) == 0
    assert len(read(out).measures) > 3


@pytest.mark.parametrize("way", ["above", "below"])
def test_a_second_voice_has_a_note_for_every_note(call, way, tmp_path):
    out = tmp_path / "duet.musicxml"
    assert run(["play", "-q", "--stream", call, "--way", way, "--key", "D dorian", "-o", str(out)]) == 0
    score = read(out)
    lower, upper = sorted((_pitches(score, 0), _pitches(score, 1)))
    assert len(lower) == len(upper) == 12
    assert all(below <= above for below, above in zip(lower, upper, strict=True))


def test_the_same_seed_plays_the_same_notes(call, tmp_path):
    written = []
    for name in ("one.musicxml", "two.musicxml"):
        assert run(["play", "-q", "--stream", call, "--measures", "1", "--seed", "4", "-o", str(tmp_path / name)]) == 0
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "one player"),
        (["--keys", "--port", "Piano"], "one player"),
        (["--keys"], "no terminal"),
        (["--stream", ""], "it is empty"),
        (["--stream", "CALL", "--tempo", "0"], "nobody plays 0 beats"),
        (["--stream", "CALL", "--tempo", "nan"], "nobody plays nan beats"),
        (["--stream", "CALL", "--meter", "5/4"], "no melody in 5/4"),
        (["--stream", "CALL", "--measures", "0"], "1<=x<=16"),
        (["--stream", "CALL", "--way", "above"], "has to know the key"),
        (["--stream", "CALL", "--way", "sideways"], "sideways"),
        (["--stream", "CALL", "--key", "H dur"], "is not a key"),
        (["--stream", "CALL", "--temperature", "9"], "0.1<=x<=2.0"),
    ],
)
def test_what_cannot_be_played_is_wrong_usage_and_nothing_is_written(words, said, call, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    out = tmp_path / "out.musicxml"
    assert run(["play", *(call if word == "CALL" else word for word in words), "-o", str(out)]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert said in told
    assert "Traceback" not in told
    assert not out.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no MIDI file"),
        (b"not music", "no MIDI file"),
        (b"MThd\0\0\0\6\0\0\0\1\1\xe0", "promises 1 tracks"),
        (b"MThd\0\0\0\6\0\0\0\1\0\0MTrk\0\0\0\4\0\xff\x2f\0", "time division"),
        (b"MThd\0\0\0\6\0\0\0\1\1\xe0MTrk\0\0\0\4\0\xff\x2f\0", "no notes"),
        (b"MThd\0\0\0\6\0\0\0\1\1\xe0MTrk\0\0\0\x0b\0\xff\x51\3\0\0\0\0\xff\x2f\0", "tempo of zero"),
        (None, "no such file"),
    ],
)
def test_a_broken_midi_file_is_unreadable(data, said, tmp_path, capsys):
    path, out = tmp_path / "broken.mid", tmp_path / "out.musicxml"
    if data is not None:
        path.write_bytes(data)
    assert run(["play", "--stream", str(path), "-o", str(out)]) == 3
    told = " ".join(capsys.readouterr().err.split())
    assert said in told
    assert "broken.mid" in told
    assert not out.exists()


def test_without_rtmidi_a_port_is_a_missing_extra(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "rtmidi", None)
    assert run(["play", "--port", "Piano", "-o", str(tmp_path / "x.mid")]) == 5
    assert "musegen[live]" in " ".join(capsys.readouterr().err.split())


class _Port:
    """A port that plays one measure of C major and is then left alone."""

    names = ("Old Organ", "Grand Piano")
    sent = ()

    def __init__(self):
        self.messages = [[0x90, 60, 80], [0x80, 60, 0], [0xF8], [0x90, 64, 80], [0x90, 64, 0]]

    def get_ports(self):
        return list(self.names)

    def open_port(self, number):
        self.opened = number

    def get_message(self):
        if not self.messages:
            raise KeyboardInterrupt
        return self.messages.pop(0), 0.0

    def send_message(self, message):
        self.sent.append(message)


def test_a_port_is_heard_until_the_player_stops_and_a_second_voice_sounds_on_another(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rtmidi", types.SimpleNamespace(MidiIn=_Port, MidiOut=_Port))
    monkeypatch.setattr(_Port, "sent", [])
    out = tmp_path / "duet.musicxml"
    words = ["--port", "piano", "--out-port", "organ", "--way", "above", "--key", "C", "--tempo", "300", "-o", str(out)]
    assert run(["play", "-q", *words]) == 0
    assert [message[0] for message in _Port.sent[:2]] == [0x90, 0x80]
    assert _pitches(read(out), 1)


def test_a_port_that_is_not_there_is_wrong_usage_with_the_names_of_those_that_are(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "rtmidi", types.SimpleNamespace(MidiIn=_Port, MidiOut=_Port))
    assert run(["play", "--port", "Flute", "-o", str(tmp_path / "x.mid")]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "no MIDI input port `Flute`" in told
    assert "Grand Piano" in told


def test_a_player_who_stops_before_the_first_note_leaves_nothing_to_write(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "rtmidi", types.SimpleNamespace(MidiIn=_Port, MidiOut=_Port))
    monkeypatch.setattr(_Port, "get_message", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
    out = tmp_path / "x.mid"
    assert run(["play", "--port", "piano", "-o", str(out)]) == 2
    assert "nothing was played" in capsys.readouterr().err
    assert not out.exists()
