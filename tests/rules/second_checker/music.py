"""A piece as the second checker reads it: plain lists of notes, one for each voice, and the chords under them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from musegen.score.model import Score
from musegen.score.pitch import SpelledPitch
from musegen.score.table import Flag
from musegen.score.voices import assign_voices
from musegen.theory.analysis import Analysis, ChordSpan

STEPS = "CDEFGAB"


class Place(NamedTuple):
    """Where a finding stands: as a musician names it; voices top first."""

    measure: str
    beat: Fraction
    voices: tuple[str, ...] = ()


class Note(NamedTuple):
    """One sung note, ties merged. Times in ticks."""

    onset: int
    end: int
    midi: int
    name: str  # "Bb3"
    step: int  # staff step from C0
    alter: int  # semitones of its accidental
    fifths: int  # place on the line of fifths, C = 0
    fermata: bool
    voice: int  # 0 on top
    number: int  # the note's id in the score


@dataclass(frozen=True)
class Music:
    """The notes of each voice in order of time, with questions that rules ask of them."""

    score: Score
    analysis: Analysis | None = None
    cantus_firmus: str = ""
    voices: list[list[Note]] = field(init=False)
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        assigned = assign_voices(self.score)
        voices: list[list[Note]] = [[] for _ in assigned.names]
        for row, line in zip(assigned.notes.rows, assigned.line.tolist(), strict=True):
            if line >= 0:
                voices[line].append(_note(row, line))
        for shared in assigned.shared:
            raise NotImplementedError(f"the second checker reads no shared noteheads: {shared}")
        object.__setattr__(self, "names", assigned.names)
        object.__setattr__(self, "voices", [sorted(notes) for notes in voices])

    @cached_property
    def onsets(self) -> list[int]:
        """Every time at which some note begins."""
        return sorted({note.onset for notes in self.voices for note in notes})

    @cached_property
    def changes(self) -> list[int]:
        """Every time at which some note begins or ends, without the end of the piece."""
        times = {time for notes in self.voices for note in notes for time in (note.onset, note.end)}
        return sorted(times)[:-1]

    @cached_property
    def phrase_ends(self) -> list[int]:
        """The ends of the notes under fermatas, those of doubling parts too, which are no voices."""
        notes = assign_voices(self.score).notes.rows
        return sorted({int(row["onset"] + row["duration"]) for row in notes if int(row["flags"]) & Flag.FERMATA})

    @cached_property
    def pulses(self) -> list[int]:
        """The felt beats: quarters of 4/4, halves of 2/2, dotted quarters of 6/8."""
        found: list[int] = []
        for measure in self.score.measures:
            pulse = self.score.ticks(measure.time_signature.pulse_quarters)
            whole = self.score.ticks(measure.time_signature.quarters)
            begins = measure.onset - (whole - measure.length if measure.is_pickup else 0)
            beats = range(begins, measure.onset + measure.length, pulse)
            found += [time for time in beats if time >= measure.onset]
        return found

    @cached_property
    def chords(self) -> tuple[ChordSpan, ...]:
        """The chords that are given or heard; none without an analysis."""
        return self.analysis.chords if self.analysis else ()

    def at(self, voice: int, time: int) -> Note | None:
        """What a voice sings at a moment."""
        return next((note for note in self.voices[voice] if note.onset <= time < note.end), None)

    def sounding(self, time: int) -> list[Note | None]:
        """What each voice sings at a moment, top first."""
        return [self.at(voice, time) for voice in range(len(self.voices))]

    def before(self, note: Note) -> Note | None:
        """The note of the same voice before this one."""
        return next((one for one, two in pairwise(self.voices[note.voice]) if two == note), None)

    def after(self, note: Note) -> Note | None:
        """The note of the same voice after this one."""
        return next((two for one, two in pairwise(self.voices[note.voice]) if one == note), None)

    def steps(self) -> Iterator[tuple[Note, Note]]:
        """Every two successive notes of every voice."""
        for notes in self.voices:
            yield from pairwise(notes)

    def unit(self, time: int) -> int:
        """The unit of the meter's denominator at a moment, in ticks: the rest that ends a succession."""
        measure = self.score.measures[self.score.measure_index_at(time)]
        return self.score.ticks(measure.time_signature.beat_quarters)

    def pulse(self, time: int) -> int:
        """A felt beat at a moment, in ticks."""
        measure = self.score.measures[self.score.measure_index_at(time)]
        return self.score.ticks(measure.time_signature.pulse_quarters)

    def phrase_ends_between(self, first: int, second: int) -> bool:
        """A phrase ends after a note begun at the first time and no later than the second."""
        return any(first < end <= second for end in self.phrase_ends)

    def is_broken(self, one: Note, other: Note) -> bool:
        """A fermata or a rest of a denominator unit stands between two successive notes of a voice."""
        rest = other.onset - one.end
        return rest >= self.unit(other.onset) or self.phrase_is_over(one, other.onset)

    def phrase_is_over(self, note: Note, time: int) -> bool:
        """A phrase ends between the last sonority with a note before a moment and that moment.

        A note that is held beyond the end of a phrase belongs to the next one too.
        """
        last = max(change for change in self.changes if change < min(note.end, time))
        return self.phrase_ends_between(last, time)

    def same_chord(self, first: int, second: int) -> bool:
        """One chord by its numerals, or all notes of one sonority in the other: three or more where numerals differ.

        At the first moment a voice that rests counts with its last note.
        """
        one, other = self.chord_at(first), self.chord_at(second)
        labelled = one is not None and other is not None
        if one and other and members_of(one) == members_of(other):
            return True
        last = [[note for note in notes if note.onset <= first][-1:] for notes in self.voices]
        before = {note.midi % 12 for notes in last for note in notes}
        after = {note.midi % 12 for note in self.sounding(second) if note}
        common = before & after
        return common in (before, after) and (not labelled or len(common) > 2)

    def chord_at(self, time: int) -> ChordSpan | None:
        """The chord at a moment."""
        return next((chord for chord in reversed(self.chords) if chord.onset <= time), None)

    def place(self, time: int, *voices: int) -> Place:
        """A moment with the voices that are at fault."""
        measure, beat = self.score.place(time)
        return Place(measure, beat, tuple(self.names[voice] for voice in sorted(voices)))


def members_of(chord: ChordSpan) -> tuple[int, ...]:
    """Root, third, fifth and seventh of a chord on the line of fifths."""
    return tuple(chord.key.tonic + member for member in chord.numeral.members)


def interval(one: Note, other: Note) -> tuple[int, str]:
    """Number and quality of the interval between two notes as they are spelled: (10, "m") is a minor tenth.

    The note that is written lower counts as the lower one. Qualities are d, m, P, M, A, doubled where need be ("AA").

    >>> from musegen.score.textgrid import parse_grid
    >>> upper, lower = (notes[0] for notes in Music(parse_grid("S: f#5\\nB: c4")).voices)
    >>> interval(upper, lower)
    (11, 'A')
    """
    low, high = sorted((one, other), key=lambda note: (note.step, note.midi))
    number, semitones = high.step - low.step + 1, high.midi - low.midi
    octaves, simple = divmod(number - 1, 7)
    perfect = simple in (0, 3, 4)
    extra = semitones - 12 * octaves - (0, 2, 4, 5, 7, 9, 11)[simple]
    if perfect:
        return number, "P" if extra == 0 else ("A" if extra > 0 else "d") * abs(extra)
    if extra in (0, -1):
        return number, "M" if extra == 0 else "m"
    return number, "A" * extra if extra > 0 else "d" * (-extra - 1)


def _note(row: Any, line: int) -> Note:
    onset, duration, midi, fifths = (int(row[name]) for name in ("onset", "duration", "pitch", "fifths"))
    name = SpelledPitch(midi, fifths).name
    alter = (fifths + 1) // 7
    octave = (midi - alter) // 12 - 1
    step = 7 * octave + STEPS.index(name[0].upper())
    fermata = bool(int(row["flags"]) & Flag.FERMATA)
    return Note(onset, onset + duration, midi, name, step, alter, fifths, fermata, line, int(row["id"]))
