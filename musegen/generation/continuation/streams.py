"""What is played, as keys that go down and up in time; from MIDI messages, or a MIDI file in its own tempo."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from musegen.errors import MalformedScore
from musegen.score.meter import TimeSignature
from musegen.score.midi_events import TIME_SIGNATURE, MidiEvent, MidiFile, parse_midi

_ON, _OFF, _DRUMS = 0x90, 0x80, 9
_TEMPO = 0xFF51
_MICROSECONDS = 500_000
"""Of a quarter, where a file says nothing."""


class Key(NamedTuple):
    """A key goes down, or up. `seconds` from wherever the source counts."""

    seconds: float
    pitch: int  # MIDI
    is_down: bool


class Stream(NamedTuple):
    """The keys of a MIDI file in time, its first tempo and its meter."""

    keys: tuple[Key, ...]
    quarters_per_minute: float
    meter: TimeSignature | None  # None where the file states none
    players: int = 1  # tracks and channels that have notes, drums left out


def key_of(message: bytes, seconds: float) -> Key | None:
    """The key that a MIDI message is about; None for what is no note, and for drums.

    >>> key_of(bytes([0x90, 60, 80]), 1.5), key_of(bytes([0x90, 60, 0]), 2.0), key_of(bytes([0xB0, 64, 127]), 2.0)
    (Key(seconds=1.5, pitch=60, is_down=True), Key(seconds=2.0, pitch=60, is_down=False), None)
    """
    if len(message) != 3 or message[0] & 0xF0 not in (_ON, _OFF) or message[0] & 0x0F == _DRUMS:
        return None
    return Key(seconds, message[1] & 0x7F, message[0] & 0xF0 == _ON and message[2] > 0)


def stream_of(data: bytes, name: str = "") -> Stream:
    """The keys of a MIDI file, all its tracks together but for drums.

    Raises:
        MalformedScore: it is no MIDI file, contradicts itself, or holds no notes.
    """
    if data[:4] != b"MThd":
        raise MalformedScore("this is no MIDI file", file=name, hint="give one that ends in .mid")
    try:
        file = parse_midi(data)
    except MalformedScore as error:
        raise error.at(name) from None
    events = sorted((event for track in file.tracks for event in track), key=lambda event: event.tick)
    tempi = [(0, _MICROSECONDS)] + [
        (event.tick, int.from_bytes(event.body, "big")) for event in events if event.kind == _TEMPO
    ]
    keys = tuple(_keys(file, tempi))
    if not any(key.is_down for key in keys):
        raise MalformedScore("the file holds no notes", file=name)
    meters = [TimeSignature(event.body[0], 2 ** event.body[1]) for event in events if event.kind == TIME_SIGNATURE]
    first = next(tempo for tick, tempo in reversed(tempi) if tick == 0)
    return Stream(keys, 60e6 / first, meters[0] if meters else None, _players(file))


def _players(file: MidiFile) -> int:
    struck = (
        (number, event.kind)
        for number, track in enumerate(file.tracks)
        for event in track
        if (key := _key_of(event, 0.0)) and key.is_down
    )
    return len(set(struck))


def _key_of(event: MidiEvent, seconds: float) -> Key | None:
    return key_of(bytes([event.kind & 0xFF, *event.body]), seconds) if event.kind < 0xF0 else None


def _keys(file: MidiFile, tempi: list[tuple[int, int]]) -> Iterator[Key]:
    """In time; of one moment those that go up first."""
    starts = [0.0]
    for (tick, tempo), (after, _) in pairwise(tempi):
        starts.append(starts[-1] + (after - tick) * tempo / (1e6 * file.division))
    found = []
    for track in file.tracks:
        at = 0
        for event in track:
            while at + 1 < len(tempi) and tempi[at + 1][0] <= event.tick:
                at += 1
            seconds = starts[at] + (event.tick - tempi[at][0]) * tempi[at][1] / (1e6 * file.division)
            key = _key_of(event, seconds)
            found += [key] if key else []
    yield from sorted(found, key=lambda key: (key.seconds, key.is_down))
