"""The events of a MIDI file, read strictly: headers, lengths, status bytes and times must make sense."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from musegen.errors import MalformedScore

MAX_TRACKS = 512
MAX_EVENTS = 400_000
MAX_QUARTERS = 40_000
_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
_META, _SYSEX, _SYSEX_ESCAPE = 0xFF, 0xF0, 0xF7
TRACK_NAME, TIME_SIGNATURE, KEY_SIGNATURE = 0xFF03, 0xFF58, 0xFF59
_END_OF_TRACK, _TEMPO, _TIME_SIGNATURE, _KEY_SIGNATURE = 0x2F, 0x51, 0x58, 0x59


class MidiEvent(NamedTuple):
    """A channel message, or a meta event, whose kind is 0xFF00 and its number; a system message has no body."""

    tick: int  # since the start of the file
    kind: int
    body: bytes


class MidiFile(NamedTuple):
    """A whole file."""

    division: int  # ticks a quarter
    tracks: tuple[tuple[MidiEvent, ...], ...]


def parse_midi(data: bytes) -> MidiFile:
    """The events of a file, track by track.

    Raises:
        MalformedScore: says what is wrong, and in which track.
    """
    if len(data) < 14:
        raise MalformedScore("the MIDI header is cut off")
    length, form, tracks, division = struct.unpack(">IHHH", data[4:14])
    if length != 6 or form > 2 or not 1 <= tracks <= MAX_TRACKS or (form == 0 and tracks != 1):
        raise MalformedScore(f"the MIDI header makes no sense (length {length}, format {form}, {tracks} tracks)")
    if not 0 < division < 0x8000:
        raise MalformedScore(f"the MIDI time division is {division}", hint="export it with ticks per quarter")
    position, found = 14, list[tuple[MidiEvent, ...]]()
    while position < len(data) and len(found) < tracks:
        if len(data) - position < 8:
            raise MalformedScore("the MIDI file is cut off between tracks")
        name, size = data[position : position + 4], struct.unpack(">I", data[position + 4 : position + 8])[0]
        position += 8
        if size > len(data) - position:
            raise MalformedScore(f"track {len(found) + 1} says {size} bytes, and {len(data) - position} are there")
        if name == b"MTrk":
            found.append(tuple(_Track(data[position : position + size], len(found) + 1, division).events()))
        if sum(map(len, found)) > MAX_EVENTS:
            raise MalformedScore("the MIDI file holds more events than any piece")
        position += size
    if len(found) < tracks:
        raise MalformedScore(f"the MIDI header promises {tracks} tracks, and {len(found)} are there")
    return MidiFile(division, tuple(found))


class _Track:
    """One track, walked event by event."""

    def __init__(self, data: bytes, number: int, division: int) -> None:
        self.data, self.number, self.division = data, number, division
        self.position = self.ticks = 0
        self.status = 0

    def events(self) -> Iterator[MidiEvent]:
        """The events up to the end of the track, which must be there."""
        for number in range(len(self.data)):
            if number > MAX_EVENTS:
                return
            self.ticks += self._length()
            if self.ticks > MAX_QUARTERS * self.division:
                raise self._fault(f"is longer than {MAX_QUARTERS} quarters")
            event = self._event()
            yield event
            if event.kind == 0xFF00 | _END_OF_TRACK:
                return
        raise self._fault("has no end")

    def _event(self) -> MidiEvent:
        first = self._byte()
        if first == _META:
            return self._meta()
        if first in (_SYSEX, _SYSEX_ESCAPE):
            body = self._take(self._length())
            if first == _SYSEX and not body.endswith(b"\xf7"):
                raise self._fault("holds a system message without an end")
            return MidiEvent(self.ticks, first, b"")
        if first < 0x80:
            if not self.status:
                raise self._fault("holds data without a status byte")
            self.position -= 1
        elif first & 0xF0 not in _DATA_BYTES:
            raise self._fault(f"holds the unknown status {first:#x}")
        else:
            self.status = first
        body = self._take(_DATA_BYTES[self.status & 0xF0])
        if any(byte >= 0x80 for byte in body):
            raise self._fault("holds a status byte among the data")
        return MidiEvent(self.ticks, self.status, body)

    def _meta(self) -> MidiEvent:
        kind = self._byte()
        body = self._take(self._length())
        sizes = {_TEMPO: 3, _TIME_SIGNATURE: 4, _KEY_SIGNATURE: 2, _END_OF_TRACK: 0}
        if kind in sizes and len(body) != sizes[kind]:
            raise self._fault("holds a tempo, time or key signature of the wrong length")
        if kind == _TEMPO and not any(body):
            raise self._fault("has a tempo of zero")
        if kind == _TIME_SIGNATURE and (not 1 <= body[0] <= 99 or body[1] > 7):
            raise self._fault(f"has the time signature {body[0]}/{2 ** min(body[1], 99)}")
        if kind == _KEY_SIGNATURE and (abs(body[0] - 256 * (body[0] > 127)) > 7 or body[1] > 1):
            raise self._fault("has a key signature of more than seven sharps or flats")
        return MidiEvent(self.ticks, 0xFF00 | kind, body)

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, count: int) -> bytes:
        taken = self.data[self.position : self.position + count]
        if len(taken) < count:
            raise self._fault("is cut off")
        self.position += count
        return taken

    def _length(self) -> int:
        """A number of variable length: four bytes at most."""
        value = 0
        for _ in range(4):
            byte = self._byte()
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        raise self._fault("holds a number that is too long")

    def _fault(self, what: str) -> MalformedScore:
        return MalformedScore(f"MIDI track {self.number} {what}", hint="export the file again")
