"""A score as a standard MIDI file (format 1): a track of tempo, meter and keys, then one track a part."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

from musegen.score.model import Score
from musegen.score.percussion import DRUM_CHANNEL, as_heard
from musegen.score.table import Flag

_VELOCITY = 80
_VELOCITIES = {
    "pppp": 10, "ppp": 16, "pp": 33, "p": 49, "mp": 64, "mf": 80, "f": 96, "ff": 112, "fff": 122, "ffff": 127,
}  # fmt: skip
_SLOWEST = (1 << 24) - 1
"""Microseconds of a quarter: what three bytes hold."""
_MAX_DIVISION = 32_767
_ORDER = {"off": 0, "meta": 1, "on": 2}
_MOST_MEASURES = 20_000

Event = tuple[int, int, bytes]  # tick, order at one tick, message


def midi(score: Score, *, quarters_per_minute: float = 84, repeats: bool = False) -> bytes:
    """The sounding notes, ties joined, at their exact times; with `repeats`, repeated measures sound again.

    Tempos and dynamics are the score's own; `quarters_per_minute` is the tempo where it states none.

    >>> from musegen.score.textgrid import parse_grid
    >>> midi(parse_grid("meter: 2/4\\nS: c5 d5"))[:4]
    b'MThd'
    """
    order = playing_order(score) if repeats else list(range(len(score.measures)))
    division = score.ticks_per_quarter
    scale = 1 if division <= _MAX_DIVISION else -(-division // _MAX_DIVISION)
    head = _track(_conductor(score, order, scale, quarters_per_minute))
    tracks = [_track(_part_events(score, part, order, scale)) for part in range(len(score.parts))]
    header = struct.pack(">4sIHHH", b"MThd", 6, 1, 1 + len(tracks), division // scale)
    return header + head + b"".join(tracks)


def playing_order(score: Score) -> list[int]:
    """Measure indices as they sound: repeats taken, first and second endings chosen."""
    order: list[int] = []
    start, turn, index = 0, 1, 0
    measures = score.measures
    while index < len(measures) and len(order) < _MOST_MEASURES:
        measure = measures[index]
        if measure.repeat_start and index != start:
            start, turn = index, 1
        endings = {int(number) for number in re.findall(r"\d+", measure.ending)}
        if endings and turn not in endings:
            index += 1
            continue
        order.append(index)
        last_turn = max(endings, default=0) >= 2 or turn >= 2
        if measure.repeat_end and not last_turn:
            index, turn = start, turn + 1
            continue
        leaves = measure.repeat_end or (endings and not (index + 1 < len(measures) and measures[index + 1].ending))
        if leaves and turn > 1:
            start, turn = index + 1, 1
        index += 1
    return order


def _conductor(score: Score, order: list[int], scale: int, quarters_per_minute: float) -> Iterable[Event]:
    if score.metadata.title:
        yield 0, 0, _meta(0x03, score.metadata.title.encode("utf-8")[:200])
    tempos = _tempos(score, quarters_per_minute)
    time, before, beaten = 0, None, 0.0
    for index in order:
        measure = score.measures[index]
        if before is None or measure.time_signature != before.time_signature:
            numerator, denominator = measure.time_signature
            yield time, _ORDER["meta"], _meta(0x58, bytes([numerator, denominator.bit_length() - 1, 24, 8]))
        if before is None or measure.key_signature != before.key_signature:
            fifths = max(-7, min(7, measure.key_signature.fifths))
            yield time, _ORDER["meta"], _meta(0x59, struct.pack("bB", fifths, measure.key_signature.mode == "minor"))
        here = [(onset, tempo) for onset, tempo in tempos if onset < measure.onset + measure.length]
        for onset, tempo in here[max(sum(onset <= measure.onset for onset, _ in here) - 1, 0) :]:
            if tempo != beaten:
                micro = min(round(60_000_000 / tempo), _SLOWEST)
                yield (
                    time + max(onset - measure.onset, 0) // scale,
                    _ORDER["meta"],
                    _meta(0x51, micro.to_bytes(3, "big")),
                )
            beaten = tempo
        time += measure.length // scale
        before = measure


def _tempos(score: Score, usual: float) -> list[tuple[int, float]]:
    """(onset, quarters a minute) from the beginning on."""
    stated = [(one.onset, one.tempo) for one in score.directions if one.kind == "tempo"]
    return stated if stated and stated[0][0] <= 0 else [(0, usual), *stated]


def _loudness(score: Score, part: int) -> list[tuple[int, int]]:
    """(onset, velocity) of the dynamics of a part; those that stand for one note only say nothing of what follows."""
    signs = [one for one in score.directions if one.kind == "dynamic" and one.part == part]
    return [(one.onset, _VELOCITIES[one.text]) for one in signs if one.text in _VELOCITIES]


def _part_events(score: Score, part: int, order: list[int], scale: int) -> Iterable[Event]:
    known = score.parts[part]
    channel = DRUM_CHANNEL if known.kit else part % 15 + (part % 15 >= DRUM_CHANNEL)
    yield 0, 0, _meta(0x03, known.name.encode("utf-8")[:200])
    yield 0, 0, bytes([0xC0 | channel, max(known.midi_program - 1, 0)])
    starts: dict[int, list[tuple[int, int, int]]] = {}
    for note in _heard(score, part):
        starts.setdefault(score.measure_index_at(note[0]), []).append(note)
    time, loud = 0, _loudness(score, part)
    for index in order:
        measure = score.measures[index]
        for onset, duration, pitch in starts.get(index, []):
            begin = time + (onset - measure.onset) // scale
            velocity = next((heard for since, heard in reversed(loud) if since <= onset), _VELOCITY)
            yield begin, _ORDER["on"], bytes([0x90 | channel, pitch, velocity])
            yield begin + max(duration // scale, 1), _ORDER["off"], bytes([0x80 | channel, pitch, 0])
        time += measure.length // scale


def _heard(score: Score, part: int) -> list[tuple[int, int, int]]:
    """(onset, duration, key) of what sounds in a part, drums of its kit too."""
    notes = score.notes.where(score.notes["part"] == part)
    rows = [row for row in notes.sounding().rows if not row["flags"] & Flag.CUE and 0 <= row["pitch"] <= 127]
    keyed = [(int(row["onset"]), int(row["duration"]), int(row["pitch"])) for row in rows]
    return keyed + as_heard(notes.rows, score.parts[part])


def _track(events: Iterable[Event]) -> bytes:
    body, before = bytearray(), 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        body += _variable(tick - before) + message
        before = tick
    body += b"\x00" + _meta(0x2F, b"")
    return b"MTrk" + struct.pack(">I", len(body)) + bytes(body)


def _meta(kind: int, content: bytes) -> bytes:
    return bytes([0xFF, kind]) + _variable(len(content)) + content


def _variable(number: int) -> bytes:
    """MIDI's numbers of variable length: seven bits a byte.

    >>> _variable(200)
    b'\\x81H'
    """
    groups = [number & 0x7F]
    while number := number >> 7:
        groups.append(number & 0x7F | 0x80)
    return bytes(reversed(groups))
