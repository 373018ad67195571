"""The melody that is restyled: its notes in symbols of its key, its phrases; and the same on paper again."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from musegen.engraving.metrical_ties import tied_in_meter
from musegen.score.meter import TICKS_PER_QUARTER, TimeSignature
from musegen.score.model import BASS, TREBLE, Clef, HarmonyLabel, KeySignature, Measure, Metadata, Part, Score
from musegen.score.pitch import SpelledPitch
from musegen.score.table import Flag, NoteTable
from musegen.theory.home_key import home_keys
from musegen.theory.keys import Key
from musegen.theory.statistics import statistics
from musegen.theory.tunes.symbols import GRID, LENGTHS, MODES, REST, Home, home_of, place_of
from musegen.theory.tunes.tune import Tune, tune_of, tune_times

TICKS = TICKS_PER_QUARTER // GRID
_STAVES = {TREBLE: (62, 79), BASS: (41, 59)}
"""The lowest and the highest note that need no ledger line."""
_PHRASE = 4
"""Measures of a phrase that nothing in the score marks."""
_LONGEST_PHRASE = 8
"""Measures to a fermata, on the average, where these say how phrases end."""
ADDED = -1
"""The source of a note that the melody did not have."""


class Note(NamedTuple):
    """A note of a line. Times in parts of the grid, from the first full measure."""

    onset: int
    length: int
    symbol: int
    source: int  # the number of the note in the melody that was given; ADDED where it is ours

    @property
    def end(self) -> int:
        """Where it stops."""
        return self.onset + self.length

    @property
    def place(self) -> int:
        """Its staff place, counted from the tonic."""
        return int(place_of(self.symbol))


class Line(NamedTuple):
    """A melody with its form."""

    notes: tuple[Note, ...]
    home: Home
    meter: TimeSignature
    phrases: tuple[int, ...]  # where each ends; the last is the end of the line
    sections: tuple[int, ...]  # where each ends, likewise
    has_fermatas: bool = False

    @property
    def bar(self) -> int:
        """The length of a full measure."""
        return int(self.meter.quarters * GRID)

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.phrases[-1]

    def pitch(self, note: Note) -> SpelledPitch:
        """What a note is in the key of the line."""
        return self.home.pitch(note.symbol)

    @property
    def pitches(self) -> list[int]:
        """The MIDI number of every note."""
        return [self.pitch(note).pitch for note in self.notes]

    @property
    def density(self) -> float:
        """Notes a quarter."""
        return len(self.notes) * GRID / max(sum(note.length for note in self.notes), 1)


def line_of(score: Score, key: Key | None = None) -> Line:
    """The top line of the first part of a score.

    Phrases end under fermatas; where there are none, or hardly any, every four measures of a section. Repeats are sung
    once.

    Raises:
        MalformedScore: it is no one melody in one meter and key signature, or has too few notes.

    >>> from musegen.score.textgrid import parse_grid
    >>> line = line_of(parse_grid("key: G; meter: 3/4; pickup: 1\\nS: d4 | g4 b4 d5 | g4 . r"))
    >>> [note.place for note in line.notes], line.phrases, line.end
    ([-3, 0, 2, 4, 0], (120,), 120)
    """
    tune = tune_of(score)
    home = _home(score, tune, key)
    notes = _without_return(tuple(_notes(tune, home)), tune)
    end = max(note.end for note in notes)
    held = _fermatas(score)
    if len(held) * _LONGEST_PHRASE * tune.bar < end:  # a tune that rests once or twice is not divided by that
        held = set()
    begun = max(0, notes[0].onset)
    whole = [section for section in tune.sections[:-1] if section.end - section.onset >= tune.bar]
    # what is shorter is an upbeat before a repeat sign
    sections = (*sorted({section.end for section in whole if begun < section.end < end}), end)
    ends = {note.end for note in notes if note.onset in held} if held else _by_measures(tune, end)
    phrases = (*sorted({place for place in {*ends, *sections} if begun < place < end}), end)
    return Line(notes, home, tune.meter, phrases, sections, bool(held))


def _without_return(notes: tuple[Note, ...], tune: Tune) -> tuple[Note, ...]:
    """The notes without an upbeat at the end that leads back to the beginning: repeats are sung once."""
    upbeat = -notes[0].onset
    if upbeat <= 0 or not tune.sections[-1].is_repeated or notes[-1].end % tune.bar:
        return notes
    end = notes[-1].end - upbeat
    kept = tuple(note for note in notes if note.onset < end)
    return kept if kept[-1].end == end else notes


def _notes(tune: Tune, home: Home) -> list[Note]:
    rows = zip(tune.symbol.tolist(), tune.length.tolist(), tune.onset.tolist(), strict=True)
    sung = [(onset, LENGTHS[length], tune.home.pitch(symbol)) for symbol, length, onset in rows if symbol != REST]
    return [
        Note(onset, length, home.symbol(pitch.pitch, pitch.fifths), number)
        for number, (onset, length, pitch) in enumerate(sung)
    ]


def _home(score: Score, tune: Tune, key: Key | None) -> Home:
    """The key that is asked for; of several voices the one that all their notes tell, of a tune its own."""
    if key is None and (len(score.parts) > 1 or bool(np.any(score.notes["voice"] > 1))):
        key = home_keys(score, statistics())[0].key
    if key is None or (key.tonic == tune.home.fifths and key.minor == is_minor(tune.home)):
        return tune.home
    octave = tune.home.staff // 7
    return home_of(key.tonic, key.mode, octave)


def is_minor(home: Home) -> bool:
    """Whether the third over the tonic is minor."""
    return MODES[home.mode] in ("dorian", "minor", "phrygian")


def _fermatas(score: Score) -> set[int]:
    """Onsets, in the time of the tune, of notes under a fermata."""
    rows = score.notes.sounding()
    held = rows.rows[rows.has(Flag.FERMATA)]
    return set(tune_times(score, held["onset"].tolist())) if len(held) else set()


def _by_measures(tune: Tune, end: int) -> set[int]:
    phrase = _PHRASE * tune.bar
    return {
        place for section in tune.sections for place in range(section.onset + phrase, min(section.end, end), phrase)
    }


def score_of(line: Line, title: str, chords: tuple[HarmonyLabel, ...] = (), *, fermatas: bool = False) -> Score:
    """The line as one part; every measure is full but a pickup and the last one. Times of `chords` are ticks.

    >>> from musegen.score.textgrid import parse_grid
    >>> grid = "key: G; meter: 3/4; pickup: 1\\nS: d4 | g4 b4 d5 | g4 ."
    >>> score_of(line_of(parse_grid(grid)), "").notes == parse_grid(grid).notes
    True
    """
    start = min(0, line.notes[0].onset)
    measures = tuple(_measures(line, start))
    records = [_record(line, note, start) for note in line.notes]
    part = Part("P1", clefs=(_clef(line.pitches),))
    empty = Score(NoteTable.of([]), measures, (part,), chords, metadata=Metadata(title=title))
    written = NoteTable.of(tied_in_meter(records, empty))
    score = replace(empty, notes=written)
    return with_fermatas(score, [(place - start) * TICKS for place in line.phrases]) if fermatas else score


def _clef(pitches: list[int]) -> Clef:
    """The clef under which least lies beyond the staff."""
    return min(_STAVES, key=lambda clef: sum(max(_STAVES[clef][0] - p, p - _STAVES[clef][1], 0) for p in pitches))


def with_fermatas(score: Score, ends: list[int]) -> Score:
    """The score with a fermata on every note that stops at one of these ticks."""
    rows = score.notes.rows.copy()
    rows["flags"][np.isin(rows["onset"] + rows["duration"], ends)] |= np.uint16(Flag.FERMATA)
    return replace(score, notes=NoteTable(rows))


def _record(line: Line, note: Note, start: int) -> dict[str, int]:
    pitch = line.pitch(note)
    return {
        "onset": (note.onset - start) * TICKS, "duration": note.length * TICKS, "pitch": pitch.pitch,
        "fifths": pitch.fifths,
    }  # fmt: skip


def _measures(line: Line, start: int) -> list[Measure]:
    signature = KeySignature(line.home.signature, MODES[line.home.mode])
    first = -(-start // line.bar) * line.bar  # the first barline; a long pickup has full measures
    lines = [*([start] if start < first else []), *range(first, line.end, line.bar), line.end]
    found = []
    number = 0 if start < first else 1
    for onset, end in pairwise(lines):
        last = end == line.end
        double = end in line.sections and not last and not line.has_fermatas
        barline = "final" if last else "double" if double else ""
        pickup = onset == start < first
        found.append(
            Measure(str(number), (onset - start) * TICKS, (end - onset) * TICKS, line.meter, signature, pickup, barline)
        )
        number += 1
    return found
