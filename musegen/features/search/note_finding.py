"""Melodic and rhythmic patterns in the lines of a piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from musegen.features.search.chord_finding import CONTEXT, Found
from musegen.features.search.intervals import Move
from musegen.features.search.matching import Bools, Row, Span, matches
from musegen.features.search.note_words import Degree, Melody, MelodyWord, Ratios, Rhythm, Tone, Value
from musegen.features.search.piece_rows import Chords, Lines
from musegen.score.pitch import pitch_name, step_of
from musegen.score.table import NoteTable
from musegen.theory.keys import MAJOR_DEGREES, MINOR_DEGREES

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Line:
    """The notes of one line in order, and whether each follows the one before without a rest."""

    name: str
    notes: NoteTable
    chords: Chords | None

    @cached_property
    def joined(self) -> Bools:
        """(notes,): no rest stands before it; the first note's is False."""
        return np.concatenate([[False], self.notes.end[:-1] == self.notes["onset"][1:]])[: len(self.notes)]

    @cached_property
    def phrase(self) -> Ints:
        """(notes,): the phrase of each, without an analysis the stretch between rests."""
        if self.chords is None:
            return np.asarray(np.cumsum(~self.joined))
        return self.chords.phrase_at(self.notes["onset"])

    def row(self, *, in_phrase: bool) -> Row:
        """How its notes follow each other."""
        follows = self.joined.copy()
        if in_phrase:
            follows[1:] &= self.phrase[1:] == self.phrase[:-1]
        return Row(follows, np.zeros(len(follows), dtype=bool), self.phrase)


def find_notes(
    melody: Melody | None, rhythm: Rhythm | Ratios | None, line: Line, quarter: int, *, in_phrase: bool = False
) -> Iterator[Found]:
    """Every place in a line where the melody, the rhythm, or both from one note on, are found; no rest within."""
    if not len(line.notes):
        return
    row = line.row(in_phrase=in_phrase)
    sung = _melodies(melody, line, row) if melody else None
    beaten = _rhythms(rhythm, line, row, quarter) if rhythm else None
    for span in _both(sung, beaten):
        yield _found(line, span)


def _both(sung: list[Span] | None, beaten: list[Span] | None) -> list[Span]:
    if sung is None or beaten is None:
        return sung or beaten or []
    lengths = {span.first: span.last for span in beaten}
    return [Span(first, max(last, lengths[first])) for first, last in sung if first in lengths]


def _melodies(melody: Melody, line: Line, row: Row) -> list[Span]:
    if melody.kind == "notes":
        return matches(melody.pattern, row, lambda word: _is_note(word, line))
    moves = row.follows[1:]
    follows = np.concatenate([[False], moves[1:] & moves[:-1]])[: len(moves)]
    spans = matches(
        melody.pattern, Row(follows, follows & False, row.group[1:]), lambda word: _is_move(word, line, moves)
    )
    return [Span(first, last + 1) for first, last in spans if moves[first] and moves[last]]


def _is_move(word: MelodyWord, line: Line, moves: Bools) -> Bools:
    assert isinstance(word, Move)
    notes = line.notes
    columns = (notes.diatonic, notes["pitch"].astype(np.int64), notes["fifths"].astype(np.int64))
    steps, semitones, fifths = (column[1:] - column[:-1] for column in columns)
    return word.fits(steps, semitones, fifths) & moves


def _is_note(word: MelodyWord, line: Line) -> Bools:
    fifths = line.notes["fifths"].astype(np.int64)
    if isinstance(word, Tone):
        return word.fits(fifths, line.notes["pitch"].astype(np.int64))
    assert isinstance(word, Degree)
    if line.chords is None or not len(line.chords):
        return np.zeros(len(fifths), dtype=bool)
    chord = line.chords.at(line.notes["onset"])
    tonic = np.array([key.tonic for key in line.chords.key], dtype=np.int64)[chord]
    minor = np.array([key.minor for key in line.chords.key], dtype=bool)[chord]
    degree = (step_of(fifths) - step_of(tonic)) % 7
    scale = np.where(minor, np.array(MINOR_DEGREES)[degree], np.array(MAJOR_DEGREES)[degree])
    return word.fits(degree + 1, (fifths - tonic - scale) // 7, minor)


def _rhythms(rhythm: Rhythm | Ratios, line: Line, row: Row, quarter: int) -> list[Span]:
    duration = line.notes["duration"].astype(np.int64)
    if isinstance(rhythm, Ratios):
        return _in_proportion(rhythm.parts, duration, row)

    def is_value(word: Value) -> Bools:
        return np.asarray(duration * word.quarters.denominator == word.quarters.numerator * quarter)

    return matches(rhythm, row, is_value)


def _in_proportion(parts: tuple[int, ...], duration: Ints, row: Row) -> list[Span]:
    """Where neighbouring notes last as long, beside each other, as the parts say."""
    count = len(duration) - len(parts) + 1
    good = np.ones(max(count, 0), dtype=bool)
    for number, part in enumerate(parts[1:] if count > 0 else (), start=1):
        good &= duration[number : number + count] * parts[0] == duration[:count] * part
        good &= row.follows[number : number + count]
    return [Span(first, first + len(parts) - 1) for first in np.flatnonzero(good).tolist()]


def _found(line: Line, span: Span) -> Found:
    notes = line.notes
    return Found(
        int(notes["onset"][span.first]), int(notes["onset"][span.last]), int(notes.end[span.last]),
        _named(notes, max(span.first - CONTEXT, 0), span.first),
        _named(notes, span.first, span.last + 1),
        _named(notes, span.last + 1, min(span.last + 1 + CONTEXT, len(notes))),
        tuple(notes["id"][span.first : span.last + 1].tolist()),
        line.name,
    )  # fmt: skip


def _named(notes: NoteTable, start: int, end: int) -> str:
    spelled = zip(notes["pitch"][start:end].tolist(), notes["fifths"][start:end].tolist(), strict=True)
    return " ".join(pitch_name(*one) for one in spelled)


def line_at(lines: Lines, number: int, chords: Chords | None) -> Line:
    """One line of a piece, by its number from the top."""
    rows = np.flatnonzero(lines.line == number)
    rows = rows[np.argsort(lines.notes["onset"][rows], kind="stable")]
    return Line(lines.names[number], NoteTable(lines.notes.rows[rows]), chords)
