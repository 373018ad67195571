"""Which line every note belongs to: the one place where voices are assigned, whatever the layout of the score."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.dealing import deal, has_chords, typical_count
from musegen.score.keeping import kept
from musegen.score.line_choice import FOUR_PARTS, Rows, named_only, named_voice, part_name, without_doubles
from musegen.score.model import Score
from musegen.score.pitch import diatonic_of
from musegen.score.shared_notes import Shared, shared_notes
from musegen.score.sheet_voices import is_sheet, sheet_lines
from musegen.score.table import Flag, NoteTable, distinct

SILENT = -1
_SILENT_HEIGHT = -999
_LOWER_LINE_ON_TOP = 4.0  # semitones of mean pitch by which a line may lie over the one written above it


class Unassigned(NamedTuple):
    """A note that belongs to no line, and why."""

    note: int
    reason: str


@dataclass(frozen=True)
class Voices:
    """The lines of a score, top first.

    `line` gives the line of every row of `notes` (the sounding table: ties merged), or -1.
    """

    notes: NoteTable
    line: npt.NDArray[np.int16]
    names: tuple[str, ...]
    layout: str  # a sentence for the report: "4 parts, a voice each"
    unassigned: tuple[Unassigned, ...] = ()
    shared: tuple[Shared, ...] = ()  # notes that are also a second line's


@dataclass(frozen=True)
class Slices:
    """What sounds between neighbouring onsets: arrays of shape (time, voice), voice 0 on top.

    `row` holds row numbers of `notes`, -1 where a voice rests. `attack` is true where a note begins. Times in ticks.
    """

    notes: NoteTable
    names: tuple[str, ...]
    onset: npt.NDArray[np.int64]  # (time,)
    duration: npt.NDArray[np.int64]  # (time,)
    row: npt.NDArray[np.int32]  # (time, voice)
    attack: npt.NDArray[np.bool_]  # (time, voice)

    def __len__(self) -> int:
        return len(self.onset)

    def at(self, time: npt.ArrayLike) -> npt.NDArray[np.intp]:
        """The number of the slice at a time in ticks, or at each of many; the first slice before anything sounds.

        >>> from musegen.score.textgrid import parse_grid
        >>> int(slices_of(assign_voices(parse_grid("meter: 2/4\\nS: c5 d5\\nB: c3 ."))).at(12000))
        1
        """
        return np.asarray(np.maximum(np.searchsorted(self.onset, time, side="right") - 1, 0))

    @property
    def sounds(self) -> npt.NDArray[np.bool_]:
        """(time, voice): where a voice sounds.

        >>> from musegen.score.textgrid import parse_grid
        >>> slices_of(assign_voices(parse_grid("meter: 2/4\\nS: c5 r\\nB: c3 ."))).sounds.tolist()
        [[True, True], [False, True]]
        """
        return np.asarray(self.row >= 0)

    def column(self, name: str) -> npt.NDArray[Any]:
        """A column of the note table laid over the slices; 0 where a voice rests.

        >>> from musegen.score.textgrid import parse_grid
        >>> slices_of(assign_voices(parse_grid("meter: 2/4\\nS: c5 d5\\nB: c3 ."))).column("pitch").tolist()
        [[72, 48], [74, 48]]
        """
        if not len(self.notes):
            return np.zeros(self.row.shape, dtype=np.int64)
        return np.where(self.sounds, self.notes[name][self.row], 0)

    @cached_property
    def diatonic(self) -> npt.NDArray[np.int64]:
        """(time, voice): staff steps from C0."""
        return np.asarray(diatonic_of(self.column("pitch").astype(np.int64), self.column("fifths")))

    @cached_property
    def lowest(self) -> npt.NDArray[np.int64]:
        """(time,): the row of the lowest note, in the higher of two voices that sound it; -1 in silence.

        >>> from musegen.score.textgrid import parse_grid
        >>> slices_of(assign_voices(parse_grid("meter: 3/4\\nS: c5 r d5\\nB: c3 r r"))).lowest.tolist()
        [1, -1, 2]
        """
        return self._outermost(-self.column("pitch").astype(np.int64))

    @cached_property
    def highest(self) -> npt.NDArray[np.int64]:
        """(time,): the same of the highest note."""
        return self._outermost(self.column("pitch").astype(np.int64))

    def _outermost(self, height: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        voice = np.where(self.sounds, height, _SILENT_HEIGHT).argmax(axis=1)
        return np.asarray(self.row[np.arange(len(self)), voice].astype(np.int64))

    @property
    def fermata(self) -> npt.NDArray[np.bool_]:
        """(time, voice): a fermata stands on the sounding note."""
        return np.asarray(self.sounds & ((self.column("flags").astype(np.uint16) & Flag.FERMATA) != 0))


def assign_voices(score: Score) -> Voices:
    """The lines of a score, top first.

    A written voice without chords is a line. Chords are dealt to as many lines as usually sound together on their staff
    (or in the whole part, where a keyboard's hands share the voices), from the top down. A note that two voices of a
    staff share is a note of both. On an exercise sheet of ours staff and voice number tell the voice, a gap is a gap,
    and nothing is shared. Where more than four lines are left, those that only double another are left out, and
    so are all others where soprano, alto, tenor and bass are named. Everything that is left out is listed.

    >>> from musegen.score.textgrid import parse_grid
    >>> assign_voices(parse_grid("meter: 2/4\\nS: c5 d5\\nB: c3 .")).line.tolist()
    [0, 1, 0]
    """
    return kept(score, "voices", _assigned)


def _assigned(score: Score) -> Voices:
    notes = score.notes.sounding()
    sheet = is_sheet(score)
    known = sheet_lines(score, notes) if sheet else None
    if known is not None:
        return Voices(notes, known, FOUR_PARTS, _layout(score, FOUR_PARTS, [], "", []))
    lines, left_over, dealt = _written_lines(notes)
    lines, doubles = without_doubles(score, notes, lines)
    lines, strangers = named_only(score, notes, lines)
    doubles += strangers
    named = [named_voice(score, notes, rows) for rows in lines]
    order = _order(notes, lines, named)
    line = np.full(len(notes), SILENT, dtype=np.int16)
    for place, number in enumerate(order):
        line[lines[number]] = place
    names = FOUR_PARTS if len(lines) == 4 else tuple(str(number + 1) for number in range(len(lines)))
    out = [(left_over, "more notes than voices")] * bool(len(left_over)) + doubles
    unassigned = tuple(Unassigned(int(note), reason) for rows, reason in out for note in notes["id"][rows])
    told = _layout(score, names, [part_name(score, notes, lines[number]) for number in order], dealt, out)
    return Voices(notes, line, names, told, unassigned, () if sheet else shared_notes(score, notes, line))


def slices_of(voices: Voices) -> Slices:
    """What sounds between neighbouring onsets of any voice: arrays that all readers share, so none may be written to.

    >>> from musegen.score.textgrid import parse_grid
    >>> slices_of(assign_voices(parse_grid("meter: 2/4\\nS: c5 d5\\nB: c3 ."))).onset.tolist()
    [0, 10080]
    """
    return kept(voices, "slices", _sliced)


def _sliced(voices: Voices) -> Slices:
    notes, line = voices.notes, voices.line
    heard = line != SILENT
    times = distinct(np.concatenate([notes["onset"][heard], notes.end[heard]]))
    onset, duration = times[:-1], np.diff(times)
    row = np.full((len(onset), len(voices.names)), SILENT, dtype=np.int32)
    first = np.searchsorted(times, notes["onset"]).tolist()
    last = np.searchsorted(times, notes.end).tolist()
    lines = line.tolist()
    for number in np.argsort(notes["onset"], kind="stable").tolist():
        if lines[number] >= 0:
            row[first[number] : last[number], lines[number]] = number
    for shared in voices.shared:
        row[first[shared.row] : last[shared.row], shared.line] = shared.row
    sounds = row >= 0
    attack = sounds & (notes["onset"][row] == onset[:, None]) if len(notes) else sounds
    for array in (onset, duration, row, attack):
        array.setflags(write=False)
    return Slices(notes, voices.names, onset, duration, row, attack)


def _written_lines(notes: NoteTable) -> tuple[list[Rows], Rows, str]:
    """(rows of each line, rows left over, what was dealt), lines in written order."""
    lines: list[Rows] = []
    left_over: list[Rows] = []
    staves = _groups(notes, "part", "staff")
    chordal = [any(has_chords(notes, rows) for rows in _groups(notes, "voice", within=staff)) for staff in staves]
    for staff, is_chordal in zip(staves, chordal, strict=True):
        if is_chordal:
            dealt, rest = _dealt(notes, staff)
            lines += dealt
            left_over.append(rest)
        else:
            lines += _groups(notes, "voice", within=staff)
    left = np.concatenate([*left_over, np.zeros(0, dtype=np.intp)])
    if len(left) and len(staves) == 2:
        together, rest = _dealt(notes, np.concatenate(staves))
        if len(rest) < len(left):
            return together, rest, "chords dealt from the top over both staves"
    return lines, left, "chords dealt from the top" if any(chordal) else ""


def _dealt(notes: NoteTable, rows: Rows) -> tuple[list[Rows], Rows]:
    count = typical_count(notes, rows)
    line = deal(notes, rows, count)
    return [rows[line == number] for number in range(count) if (line == number).any()], rows[line < 0]


def _groups(notes: NoteTable, *columns: str, within: Rows | None = None) -> list[Rows]:
    """Rows that agree in these columns, groups in order of their values."""
    rows = np.arange(len(notes)) if within is None else within
    if not len(rows):
        return []
    values = [notes[column][rows].astype(np.int64) for column in columns]
    order = np.lexsort(values[::-1])
    changes = np.any([np.diff(value[order]) != 0 for value in values], axis=0)
    return np.split(rows[order], np.flatnonzero(changes) + 1)


def _order(notes: NoteTable, lines: list[Rows], named: list[str]) -> list[int]:
    """Top first: by name where S, A, T and B are all there, else as written, or that upside down, else by pitch."""
    if sorted(named) == sorted(FOUR_PARTS):
        return sorted(range(len(lines)), key=lambda number: FOUR_PARTS.index(named[number]))
    height = np.array([float(notes["pitch"][rows].mean()) for rows in lines])
    if _falls(height):
        return list(range(len(lines)))
    if _falls(height[::-1]):
        return list(range(len(lines)))[::-1]
    return [int(number) for number in np.argsort(-height, kind="stable")]


def _falls(height: npt.NDArray[np.float64]) -> bool:
    """From top to bottom, but that one line may lie a little over the one above it: voices cross."""
    rises = np.diff(height)
    return bool((rises <= _LOWER_LINE_ON_TOP).all() and (rises > 0).sum() <= 1)


def _layout(score: Score, names: tuple[str, ...], origins: list[str], dealt: str, out: list[tuple[Rows, str]]) -> str:
    parts, count = len(score.parts), len(names)
    told = [f"{parts} part{'s' * (parts != 1)}, {count} voice{'s' * (count != 1)}"]
    if len(set(origins)) == count > 1 and not dealt and all(part.name for part in score.parts):
        told[0] += ": " + ", ".join(f"{name} {origin}" for name, origin in zip(names, origins, strict=True))
    told += [dealt] if dealt else []
    told += [f"{len(rows)} notes left out ({reason})" for rows, reason in out]
    return "; ".join(told)
