"""Edits of a score: notes given another pitch, by their ids, every part of a tied note with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from musegen.errors import UsageError
from musegen.rules.findings import Edit
from musegen.score.line_choice import FOUR_PARTS
from musegen.score.model import Score
from musegen.score.pitch import SpelledPitch, parse_pitch
from musegen.score.table import Flag, NoteTable
from musegen.score.voices import Voices
from musegen.theory.sonority import Bools

_LONGEST_NAME = 12
_TIES = Flag.TIED_TO_NEXT | Flag.TIED_FROM_PREVIOUS
_WRITTEN = ("part", "staff", "voice")


def apply_edits(score: Score, edits: Iterable[Edit]) -> Score:
    """The score with these notes at their new pitches; ids, ties and all else stay.

    Raises:
        UsageError: the score has no such note, or the new pitch is none.

    >>> from musegen.score.textgrid import parse_grid
    >>> changed = apply_edits(parse_grid("S: c5 d5"), [Edit("n1", "D5", "Eb5")])
    >>> changed.notes["pitch"].tolist()
    [72, 75]
    """
    return repitched(score, pitches_of(score, edits))


def repitched(score: Score, pitches: Mapping[int, SpelledPitch]) -> Score:
    """The score with these notes, by their ids in the table, at these pitches, every part of a tied note with it."""
    rows = score.notes.rows.copy()
    for note, (pitch, fifths) in pitches.items():
        place = tied_rows(score.notes, note)
        rows["pitch"][place], rows["fifths"][place] = pitch, fifths
    return replace(score, notes=NoteTable(rows).ordered())


def among(ids: npt.NDArray[np.int32], wanted: Iterable[int]) -> Bools:
    """Which of these note ids are wanted: quicker than `np.isin` where they are few."""
    return np.asarray((ids[:, None] == np.array(list(wanted), dtype=np.int32)).any(axis=1))


def written_apart(voices: Voices) -> bool:
    """Every line is written as a voice of its own, in the order of the lines."""
    rows, lines = voices.notes.rows[list(_WRITTEN)], range(len(voices.names))
    written = [set(rows[voices.line == line].tolist()) for line in lines]
    alone = all(len(origin) == 1 for origin in written) and len(set().union(*written)) == len(written)
    return len(written) <= len(FOUR_PARTS) and alone and written == sorted(written, key=min)


def same_voices(voices: Voices, edited: Score, pitches: Mapping[int, SpelledPitch]) -> NoteTable | None:
    """The sounding notes with these pitches, where that leaves every note in its voice; None where it may not.

    Notes of lines that are written apart stay where each line is lower than the one above it and no tie is touched.
    """
    rows = edited.notes.rows
    if (rows["flags"][among(rows["id"], pitches)] & _TIES).any():
        return None
    notes = voices.notes.rows.copy()
    for note, (pitch, fifths) in pitches.items():
        place = notes["id"] == note
        notes["pitch"][place], notes["fifths"][place] = pitch, fifths
    line, count = voices.line + 1, len(voices.names) + 1
    heights = np.bincount(line, notes["pitch"], count)[1:] / np.bincount(line, minlength=count)[1:]
    return NoteTable(notes) if (np.diff(heights) < 0).all() else None


def pitches_of(score: Score, edits: Iterable[Edit]) -> dict[int, SpelledPitch]:
    """The new pitch of each note by its id in the table.

    Raises:
        UsageError: the score has no such note, or the new pitch is none.
    """
    return {_note_named(score, edit.note): parse_pitch(edit.after) for edit in edits}


def _note_named(score: Score, name: str) -> int:
    named = [note for note, own in score.note_names if own == name]
    number = int(name[1:]) if name[:1] == "n" and name[1:].isdecimal() and len(name) < _LONGEST_NAME else -1
    note = named[0] if named else number if score.note_name(number) == name else -1
    if not (score.notes["id"] == note).any():
        raise UsageError(f"the score has no note `{name[:40]}`")
    return note


def tied_rows(notes: NoteTable, note: int) -> list[int]:
    """The rows of a note that may be tied over: from its first to its last written part."""
    start = int(np.flatnonzero(notes["id"] == note)[0])
    return [*_tied(notes, start, Flag.TIED_FROM_PREVIOUS)[::-1], start, *_tied(notes, start, Flag.TIED_TO_NEXT)]


def _tied(notes: NoteTable, row: int, way: Flag) -> list[int]:
    """The rows tied to a row, one after another in one direction."""
    onward = way == Flag.TIED_TO_NEXT
    answer = Flag.TIED_FROM_PREVIOUS if onward else Flag.TIED_TO_NEXT
    edge = notes["onset"] if onward else notes.end
    found: list[int] = []
    while notes["flags"][row] & way:
        meets = notes.end[row] if onward else notes["onset"][row]
        here = (edge == meets) & notes.has(answer)
        for column in ("part", "pitch", "fifths"):
            here &= notes[column] == notes[column][row]
        tied = np.flatnonzero(here)
        if not len(tied) or int(tied[0]) in found:
            break
        row = int(tied[0])
        found.append(row)
    return found
