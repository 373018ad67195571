"""Which line every note belongs to: the one place where voices are assigned, whatever the layout of the score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.pitch import diatonic_of
from musegen.score.table import Flag, NoteTable

SILENT = -1
_LOWER_LINE_ON_TOP = 4.0  # semitones of mean pitch by which a line may lie over the one written above it
FOUR_PARTS = ("S", "A", "T", "B")


class Unassigned(NamedTuple):
    """A stretch of notes that belongs to no line, and why."""

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

    @property
    def sounds(self) -> npt.NDArray[np.bool_]:
        """(time, voice): where a voice sounds."""
        return np.asarray(self.row >= 0)

    def column(self, name: str) -> npt.NDArray[Any]:
        """A column of the note table laid over the slices; 0 where a voice rests."""
        if not len(self.notes):
            return np.zeros(self.row.shape, dtype=np.int64)
        return np.where(self.sounds, self.notes[name][self.row], 0)

    @property
    def diatonic(self) -> npt.NDArray[np.int64]:
        """(time, voice): staff steps from C0."""
        return np.asarray(diatonic_of(self.column("pitch").astype(np.int64), self.column("fifths")))

    @property
    def fermata(self) -> npt.NDArray[np.bool_]:
        """(time, voice): a fermata stands on the sounding note."""
        return self.sounds & ((self.column("flags").astype(np.uint16) & Flag.FERMATA) != 0)


def assign_voices(score: Score) -> Voices:
    """The lines of a score: a line for every (part, staff, voice) that is written, top first by mean pitch.

    Where a written voice holds chords, its notes are dealt to as many lines as its thickest chord has notes, from
    the top down.
    """
    notes = score.notes.sounding()
    written = np.stack([notes["part"], notes["staff"], notes["voice"]], axis=1)
    line = np.full(len(notes), SILENT, dtype=np.int16)
    heights: list[float] = []
    for stave_voice in np.unique(written, axis=0):
        members = np.flatnonzero((written == stave_voice).all(axis=1))
        ranks = _rank_in_chord(notes, members)
        for rank in range(int(ranks.max()) + 1):
            chosen = members[ranks == rank]
            line[chosen] = len(heights)
            heights.append(float(notes["pitch"][chosen].mean()))
    order = _top_first(heights)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    count = len(heights)
    names = FOUR_PARTS if count == 4 else tuple(str(number + 1) for number in range(count))
    layout = f"{len(score.parts)} part{'s' * (len(score.parts) != 1)}, {count} voice{'s' * (count != 1)}"
    return Voices(notes, place[line].astype(np.int16) if count else line, names, layout)


def _top_first(heights: list[float]) -> npt.NDArray[np.intp]:
    """The written order, unless it puts a line clearly below a lower one: then by mean pitch."""
    height = np.array(heights)
    if (np.diff(height) <= _LOWER_LINE_ON_TOP).all():
        return np.arange(len(heights))
    return np.argsort(-height, kind="stable")


def slices_of(voices: Voices) -> Slices:
    """What sounds between neighbouring onsets of any voice."""
    notes, line = voices.notes, voices.line
    times = np.unique(np.concatenate([notes["onset"], notes.end]))
    onset, duration = times[:-1], np.diff(times)
    row = np.full((len(onset), len(voices.names)), SILENT, dtype=np.int32)
    first = np.searchsorted(times, notes["onset"])
    last = np.searchsorted(times, notes.end)
    for number in np.argsort(notes["onset"], kind="stable"):
        if line[number] >= 0:
            row[first[number] : last[number], line[number]] = number
    sounds = row >= 0
    attack = sounds & (notes["onset"][row] == onset[:, None]) if len(notes) else sounds
    return Slices(notes, voices.names, onset, duration, row, attack)


def _rank_in_chord(notes: NoteTable, members: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """0 for the top note of each chord of one written voice, 1 for the next, ..."""
    onset, pitch = notes["onset"][members], notes["pitch"][members].astype(np.int64)
    order = np.lexsort((-pitch, onset))
    starts = np.searchsorted(onset[order], onset[order], side="left")
    ranks = np.empty(len(members), dtype=np.intp)
    ranks[order] = np.arange(len(members)) - starts
    return ranks
