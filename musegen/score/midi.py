"""MIDI files as scores: what was keyed becomes notes on a grid, in measures, tied over barlines, with names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import MalformedScore
from musegen.score.measure_grid import COMMON_TIME, full_length
from musegen.score.meter import TICKS_PER_QUARTER, TimeSignature
from musegen.score.midi_events import KEY_SIGNATURE, TIME_SIGNATURE, TRACK_NAME, MidiEvent, MidiFile, parse_midi
from musegen.score.midi_time import Bar, bars, pickup_of, quantised
from musegen.score.model import BASS, TREBLE, KeySignature, Measure, Metadata, Notice, Part, Score, Source
from musegen.score.percussion import PERCUSSION, kit_of
from musegen.score.spelling import respelled
from musegen.score.table import NOTE_DTYPE, Flag, NoteTable, Rows
from musegen.score.unwritable import refuse_unwritable

Ints = npt.NDArray[np.int64]

_DRUMS = 9
_MOVED = 0.1
_MOST_VOICES = 8  # of a part
_MIDDLE = 57  # a part whose mean lies below this A has a bass clef
_NATURAL = (0, 7, 2, -3, 4, -1, 6, 1, 8, 3, -2, 5)


class _Keyed(NamedTuple):
    """A note as it was keyed; times in the file's ticks."""

    part: int
    pitch: int
    onset: int
    end: int


class _Notes(NamedTuple):
    """Whole notes in columns; times in ticks."""

    part: Ints
    pitch: Ints
    voice: Ints
    onset: Ints
    end: Ints


@dataclass
class _Heard:
    """What the tracks hold."""

    keyed: list[_Keyed] = field(default_factory=list)
    parts: dict[tuple[int, int], int] = field(default_factory=dict)  # track and channel: part
    names: dict[int, str] = field(default_factory=dict)  # of tracks
    programs: dict[tuple[int, int], int] = field(default_factory=dict)  # 0 to 127, by track and channel
    meters: dict[int, TimeSignature] = field(default_factory=dict)
    keys: dict[int, KeySignature] = field(default_factory=dict)


def read_midi(data: bytes, name: str, digest: str) -> Score:
    """The score of a MIDI file.

    A part is what one channel of one track plays; channel 10 is drums, whose notes are unpitched. Tempo, velocity and
    pedals are not read. Notices say what had to be guessed: names of notes, meter, a pickup, values of what was played.

    Raises:
        MalformedScore: the file contradicts itself, holds no notes, or one too low to be written.
    """
    file = parse_midi(data)
    heard = _hear(file)
    if not heard.keyed:
        raise MalformedScore("the file holds no notes")
    keyed = np.array(sorted(heard.keyed, key=lambda note: (note.onset, note.part, note.pitch)), dtype=np.int64)
    part, pitch = keyed[:, 0], keyed[:, 1]
    times = quantised(keyed[:, 2] / file.division, keyed[:, 3] / file.division, part)
    grid, guessed = _measures(heard, file.division, times.onset, times.end)
    notices = [*guessed, *([_played(times.moved)] if times.moved > _MOVED else [])]
    voice, end = _voices(part, pitch, times.onset, times.end)
    kept = _once(part, pitch, times.onset, end)
    rows = _rows(_Notes(part[kept], pitch[kept], voice[kept], times.onset[kept], end[kept]), grid)
    drums = [number for (_, channel), number in heard.parts.items() if channel == _DRUMS]
    rows["flags"][np.isin(rows["part"], drums)] |= np.uint16(Flag.UNPITCHED)
    rows["fifths"] = np.array(_NATURAL)[rows["pitch"] % 12]
    score = Score(
        NoteTable(rows).ordered(),
        grid,
        _parts(heard, part, pitch),
        metadata=Metadata(_title(file, heard)),
        source=Source(name, "midi", digest),
        notices=tuple(notices),
    )
    score = _signed(respelled(score), stated=bool(heard.keys))
    refuse_unwritable(score)
    return score


def _played(share: float) -> Notice:
    return Notice(f"{share:.0%} of the notes stand on no grid: their values are estimated")


def _hear(file: MidiFile) -> _Heard:
    heard = _Heard()
    for number, track in enumerate(file.tracks):
        sounding: dict[tuple[int, int], list[int]] = {}
        for event in track:
            if event.kind >= 0xFF00:
                _note_meta(heard, number, event)
            elif event.kind & 0xF0 == 0xC0:
                heard.programs.setdefault((number, event.kind & 0x0F), event.body[0])
            elif event.kind & 0xF0 in (0x80, 0x90) and event.kind < 0xF0:
                _key(heard, number, event, sounding)
        last = track[-1].tick if track else 0
        for (channel, pitch), onsets in sounding.items():
            heard.keyed += [_Keyed(_part(heard, number, channel), pitch, onset, last) for onset in onsets]
    return heard


def _key(heard: _Heard, track: int, event: MidiEvent, sounding: dict[tuple[int, int], list[int]]) -> None:
    """A key goes down or up."""
    channel, pitch, velocity = event.kind & 0x0F, event.body[0], event.body[1]
    if event.kind & 0xF0 == 0x90 and velocity:
        sounding.setdefault((channel, pitch), []).append(event.tick)
    elif sounding.get((channel, pitch)):
        onset = sounding[channel, pitch].pop(0)
        heard.keyed.append(_Keyed(_part(heard, track, channel), pitch, onset, max(event.tick, onset + 1)))


def _part(heard: _Heard, track: int, channel: int) -> int:
    return heard.parts.setdefault((track, channel), len(heard.parts))


def _note_meta(heard: _Heard, track: int, event: MidiEvent) -> None:
    if event.kind == TRACK_NAME:
        words = " ".join(event.body.decode("utf-8", "replace").replace("\0", " ").split())
        heard.names.setdefault(track, words[:200])
    elif event.kind == TIME_SIGNATURE:
        heard.meters[event.tick] = TimeSignature(event.body[0], 2 ** event.body[1])
    elif event.kind == KEY_SIGNATURE:
        fifths = event.body[0] - 256 * (event.body[0] > 127)
        heard.keys[event.tick] = KeySignature(fifths, "minor" if event.body[1] else "major")


def _measures(heard: _Heard, division: int, onset: Ints, end: Ints) -> tuple[tuple[Measure, ...], list[Notice]]:
    """The measures of the piece, and what of them is a guess."""
    notices = []
    meters = [(_ticks(tick, division), meter) for tick, meter in sorted(heard.meters.items())]
    if not meters:
        notices.append(Notice("the file states no meter: read as 4/4"))
    if not meters or meters[0][0] > 0:
        meters.insert(0, (0, COMMON_TIME))
    pickup = pickup_of(onset, end, meters[0][1]) if len(meters) == 1 else 0
    grid = bars(meters, int(end.max()), pickup)
    if pickup:
        notices.append(Notice("the file marks no pickup: the measures fit the notes best with one", "0"))
    keys = sorted((_ticks(tick, division), key) for tick, key in heard.keys.items())
    first = 0 if _is_pickup(*grid[:2]) else 1
    return tuple(_measure(bar, number, number + first, keys, grid) for number, bar in enumerate(grid)), notices


def _is_pickup(bar: Bar, after: Bar | None = None) -> bool:
    """Shorter than the measure after it, and than a full one there."""
    return after is not None and bar.length < min(after.length, full_length(after.meter, TICKS_PER_QUARTER))


def _measure(bar: Bar, index: int, number: int, keys: list[tuple[int, KeySignature]], grid: tuple[Bar, ...]) -> Measure:
    key = next((key for tick, key in reversed(keys) if tick <= bar.onset), KeySignature(0))
    is_pickup = number == 0
    meter = grid[1].meter if is_pickup else bar.meter
    last = index == len(grid) - 1
    return Measure(str(number), bar.onset, bar.length, meter, key, is_pickup, "final" if last else "")


def _ticks(tick: int, division: int) -> int:
    """A tick of the file on the grid of sixteenths of our quarter."""
    return round(tick * 16 / division) * (TICKS_PER_QUARTER // 16)


def _once(part: Ints, pitch: Ints, onset: Ints, end: Ints) -> Ints:
    """The notes that sound at all, of equal ones that begin together the longest."""
    order = np.lexsort((-end, pitch, part, onset))
    same = [column[order][1:] == column[order][:-1] for column in (onset, part, pitch)]
    again = np.concatenate([[False], same[0] & same[1] & same[2]])
    return np.asarray(order[~again & (end > onset)[order]])


def _rows(notes: _Notes, grid: tuple[Measure, ...]) -> Rows:
    """A row for each piece of a note between barlines, tied to the next."""
    starts = np.array([measure.onset for measure in grid])
    stops = starts + np.array([measure.length for measure in grid])
    first = np.searchsorted(starts, notes.onset, side="right") - 1
    last = np.maximum(np.searchsorted(starts, notes.end, side="left") - 1, first)
    note = np.repeat(np.arange(len(first)), last - first + 1)
    measure = np.concatenate([np.arange(one, other + 1) for one, other in zip(first, last, strict=True)])
    rows = np.zeros(len(note), dtype=NOTE_DTYPE)
    rows["onset"] = np.maximum(notes.onset[note], starts[measure])
    rows["duration"] = np.minimum(notes.end[note], stops[measure]) - rows["onset"]
    rows["pitch"], rows["part"], rows["voice"] = notes.pitch[note], notes.part[note], notes.voice[note]
    rows["measure_index"], rows["staff"], rows["id"] = measure, 1, np.arange(len(note))
    rows["flags"][measure > first[note]] |= np.uint16(Flag.TIED_FROM_PREVIOUS)
    rows["flags"][measure < last[note]] |= np.uint16(Flag.TIED_TO_NEXT)
    return rows


def _voices(part: Ints, pitch: Ints, onset: Ints, end: Ints) -> tuple[Ints, Ints]:
    """The first voice of its part that is free, and the end, of each note.

    Notes that begin and end together are one chord. Where more voices sound than can be written, the chord that has
    been held longest ends.
    """
    found, ends = np.ones(len(part), dtype=np.int64), end.copy()
    taken: dict[int, list[list[int]]] = {}  # part: the last chord of each voice
    for number in np.lexsort((-pitch, -end, onset)).tolist():
        begin = int(onset[number])
        voices = taken.setdefault(int(part[number]), [])
        place = next((place for place, chord in enumerate(voices) if _is_free(number, chord, onset, ends)), len(voices))
        if place == _MOST_VOICES:
            place = min(range(_MOST_VOICES), key=lambda voice: int(onset[voices[voice][0]]))
            ends[voices[place]] = begin
        found[number] = place + 1
        together = place < len(voices) and int(onset[voices[place][0]]) == begin
        voices[place : place + 1] = [[*voices[place], number] if together else [number]]
    return found, ends


def _is_free(note: int, chord: list[int], onset: Ints, ends: Ints) -> bool:
    """Whether a voice that last had this chord can take a note."""
    before = chord[0]
    return bool(ends[before] <= onset[note] or (onset[before] == onset[note] and ends[before] == ends[note]))


def _parts(heard: _Heard, part: Ints, pitch: Ints) -> tuple[Part, ...]:
    found = []
    for (track, channel), number in heard.parts.items():
        mean = float(pitch[part == number].mean())
        program = heard.programs.get((track, channel))
        name = "Drums" if channel == _DRUMS and not heard.names.get(track) else heard.names.get(track, "")
        kit = kit_of(pitch[part == number].tolist()) if channel == _DRUMS else ()
        clef = PERCUSSION if kit else BASS if mean < _MIDDLE else TREBLE
        found.append(Part(f"P{number + 1}", name, "", (clef,), (0, 0), 0 if program is None else program + 1, kit))
    return tuple(found)


def _title(file: MidiFile, heard: _Heard) -> str:
    """The name of a first track without notes."""
    sounds = {track for track, _ in heard.parts}
    return heard.names.get(0, "") if len(file.tracks) > 1 and 0 not in sounds else ""


def _signed(score: Score, *, stated: bool) -> Score:
    """A key signature that fits the estimated names, where the file states none."""
    rows = score.notes.rows[~score.notes.has(Flag.UNPITCHED)]
    if stated or not len(rows):
        return score
    fits = {sharps: _inside(rows, sharps) for sharps in sorted(range(-7, 8), key=abs)}
    key = KeySignature(max(fits, key=lambda sharps: fits[sharps]))
    notice = Notice("the file states no key signature: the one that fits most notes is taken")
    measures = tuple(measure._replace(key_signature=key) for measure in score.measures)
    return replace(score, measures=measures, notices=(*score.notices, notice))


def _inside(rows: Rows, sharps: int) -> int:
    """How much of the piece needs no accidental in this signature."""
    fifths: Iterable[bool] = (rows["fifths"] >= sharps - 1) & (rows["fifths"] <= sharps + 5)
    return int(rows["duration"][np.asarray(fifths)].sum())
