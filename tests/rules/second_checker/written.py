"""A piece as it stands on paper, for the second checker: parts, staves and written voices, and the chord symbols."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from musegen.errors import UsageError
from musegen.rules.instruments import Player, player_of
from musegen.score.chord_symbols import ChordSymbol, parse_chord_symbol
from musegen.score.pitch import SpelledPitch, diatonic_of
from musegen.score.table import Flag, NoteTable
from musegen.score.voices import assign_voices
from musegen.theory.chord_symbols import SymbolChord, members_of_symbol
from second_checker.music import Music, Place


class Head(NamedTuple):
    """A note of a part. Times in ticks."""

    onset: int
    end: int
    midi: int
    name: str
    step: int  # staff step from C0
    fifths: int  # place on the line of fifths, C = 0
    part: int
    staff: int
    written_voice: int
    flags: Flag
    number: int  # the note's id in the score


class Symbol(NamedTuple):
    """A chord symbol over the time in which it holds."""

    onset: int
    end: int
    text: str
    parsed: ChordSymbol
    chord: SymbolChord


def heard(music: Music) -> list[Head]:
    """Every note that sounds, ties merged."""
    return _heads(music.score.notes.sounding())


def written(music: Music) -> list[Head]:
    """Every note as it is written: the parts of a tie each for itself, grace notes too."""
    return _heads(music.score.notes)


def staves(music: Music) -> dict[tuple[int, int], list[Head]]:
    """What sounds on every staff, by part and number of the staff."""
    found: dict[tuple[int, int], list[Head]] = {}
    for head in heard(music):
        found.setdefault((head.part, head.staff), []).append(head)
    return found


def attacks(heads: Iterable[Head]) -> list[list[Head]]:
    """The notes that begin together, in order of time, low to high."""
    found: dict[int, list[Head]] = {}
    for head in heads:
        found.setdefault(head.onset, []).append(head)
    return [sorted(found[time], key=lambda head: head.midi) for time in sorted(found)]


def at(heads: Iterable[Head], time: int) -> list[Head]:
    """The notes that sound at a moment, low to high."""
    return sorted((head for head in heads if head.onset <= time < head.end), key=lambda head: head.midi)


def starts(music: Music, wrong: Callable[[int], object]) -> Iterator[int]:
    """The times at which something wrong begins: once for as long as it lasts."""
    before = False
    heads = heard(music)
    for time in sorted({time for head in heads for time in (head.onset, head.end)}):
        now = bool(wrong(time))
        if now and not before:
            yield time
        before = now


def next_of_staff(music: Music, head: Head) -> list[Head]:
    """What the staff strikes next once the note has ended."""
    later = [other for other in staves(music)[head.part, head.staff] if other.onset >= head.end]
    return attacks(later)[0] if later else []


def melody(music: Music) -> list[Head]:
    """The notes of the first part that has any; where there is no second one, those of the highest voice."""
    heads = heard(music)
    parts = {head.part for head in heads}
    return [head for head in heads if head.part == min(parts) and (len(parts) > 1 or in_voice(music, head, 0))]


def accompaniment(music: Music) -> list[Head]:
    """All other notes."""
    tune = melody(music)
    return [head for head in heard(music) if head not in tune]


def in_voice(music: Music, head: Head, voice: int) -> bool:
    """The note is sung by this voice."""
    return any(note.number == head.number for note in music.voices[voice])


def symbols(music: Music) -> list[Symbol]:
    """The chord symbols that name a chord, each until the next that differs, eight measures at most."""
    found: list[Symbol] = []
    labels = [label for label in music.score.harmonies if label.kind == "chord_symbol"]
    ends = [*(label.onset for label in labels), music.score.end][1:]
    before = ""
    for label, end in zip(labels, ends, strict=False):
        end = min(end, eight_measures_on(music, label.onset))
        if label.text == before and found and found[-1].text == before:
            found[-1] = found[-1]._replace(end=end)
        elif symbol := read_symbol(label.text, label.onset, end):
            found.append(symbol)
        before = label.text
    return found


def has_symbols(music: Music) -> bool:
    """There are chord symbols; a piece without them is not judged by them."""
    return any(label.kind == "chord_symbol" for label in music.score.harmonies)


def read_symbol(text: str, onset: int, end: int) -> Symbol | None:
    """A chord symbol taken apart; none where it names no chord."""
    try:
        return Symbol(onset, end, text, parse_chord_symbol(text), members_of_symbol(text))
    except UsageError:
        return None


def named(symbol: Symbol) -> set[int]:
    """All notes that a symbol names, on the line of fifths: 11 and 13 stand for what is piled up under them too."""
    root = symbol.chord.members[0]
    piled = {"11th": {root + 2, root + 4}, "13th": {root + 2, root - 1}}
    return set(symbol.chord.tones) | piled.get(symbol.parsed.kind[-4:], set())


def eight_measures_on(music: Music, time: int) -> int:
    """The end of the eighth measure from that of a moment on."""
    measures = music.score.measures[music.score.measure_index_at(time) :][:8]
    return measures[-1].onset + measures[-1].length


def symbol_at(music: Music, time: int) -> Symbol | None:
    """The chord symbol in force at a moment."""
    return next((symbol for symbol in symbols(music) if symbol.onset <= time < symbol.end), None)


def player(music: Music, part: int) -> Player | None:
    """Who plays a part."""
    return player_of(music.score.parts[part])


def line_of(music: Music, head: Head) -> tuple[str, ...]:
    """The name of the voice that a note, or the part of it behind a tie, belongs to; none where it is in no voice."""
    assigned = assign_voices(music.score)
    best: tuple[bool, ...] = ()
    line_there = -1
    for row, line in zip(assigned.notes.rows, assigned.line.tolist(), strict=True):
        alike = (int(row["part"]), int(row["pitch"]), int(row["fifths"])) == (head.part, head.midi, head.fifths)
        sounds = int(row["onset"]) <= head.onset < int(row["onset"] + row["duration"])
        fit = (int(row["id"]) == head.number, int(row["staff"]) == head.staff)
        if alike and sounds and fit > best:
            best, line_there = fit, line
    return (assigned.names[line_there],) if line_there >= 0 else ()


def place(music: Music, time: int, *heads: Head) -> Place:
    """A moment with the voices of the notes that are at fault, top first."""
    measure, beat = music.score.place(time)
    named = {name for head in heads for name in line_of(music, head)}
    return Place(measure, beat, tuple(name for name in music.names if name in named))


def _heads(table: NoteTable) -> list[Head]:
    return [_head(row) for row in table.rows]


def _head(row: Any) -> Head:
    onset, duration, midi, fifths = (int(row[name]) for name in ("onset", "duration", "pitch", "fifths"))
    part, staff, voice, number = (int(row[name]) for name in ("part", "staff", "voice", "id"))
    name, step = SpelledPitch(midi, fifths).name, int(diatonic_of(midi, fifths))
    return Head(onset, onset + duration, midi, name, step, fifths, part, staff, voice, Flag(int(row["flags"])), number)
