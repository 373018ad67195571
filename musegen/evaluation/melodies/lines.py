"""A melody as it sounds, for judges: any single line, in MIDI numbers and quarters, in whatever meters it has.

Judges must not read what a generator reads: `theory.tunes.tune` is the tune as the network's symbols, counted from its
tonic, in one meter of those it knows; a line here is taken from the written score alone, and tells both alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from musegen.errors import UnreadableFile
from musegen.features.grid import Grid
from musegen.score.model import Score
from musegen.score.pitch import pitch_class_of
from musegen.score.table import NoteTable

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FEWEST_NOTES = 8
"""A melody with fewer says too little of its style."""
MODES = {
    "lydian": -1, "major": 0, "ionian": 0, "mixolydian": 1, "dorian": 2, "minor": 3, "aeolian": 3, "phrygian": 4,
    "locrian": 5,
}  # fmt: skip
"""How far the tonic of a mode lies above its key signature on the line of fifths."""
_MOST_CHORDS = 0.2
"""Of the onsets; a fiddler stops two strings now and then."""
POINTS = 48
"""Into so many parts a measure is divided where two measures are compared."""


@dataclass(frozen=True, eq=False)
class MelodyLine:
    """One melody; arrays of one entry a note, times in quarters. Of notes that begin together the highest counts."""

    name: str
    score: Score
    group: str  # tunes of one group are one witness
    notes: NoteTable
    grid: Grid

    @cached_property
    def pitch(self) -> Ints:
        """MIDI numbers."""
        return self.notes["pitch"].astype(np.int64)

    @cached_property
    def onset(self) -> Floats:
        """Quarters from the start."""
        return np.asarray(self.notes["onset"] / self.score.ticks_per_quarter)

    @cached_property
    def length(self) -> Floats:
        """Quarters that each note sounds."""
        return np.asarray(self.notes["duration"] / self.score.ticks_per_quarter)

    @cached_property
    def step(self) -> Floats:
        """Quarters to the next onset; of the last note its length."""
        return np.append(np.diff(self.onset), self.length[-1:])

    @cached_property
    def measure(self) -> Ints:
        """Index of the measure of each note."""
        return self.grid.measure

    @cached_property
    def intervals(self) -> Ints:
        """Semitones from each note to the next."""
        return np.diff(self.pitch)

    @cached_property
    def tonic(self) -> int:
        """The pitch class of the tonic, of the mode that the key signature states; without one the last note's.

        >>> from musegen.score.textgrid import parse_grid
        >>> line_of(parse_grid("key: G major; meter: 4/4\\nS: g4 a4 b4 g4 | d5 c5 b4 g4")).tonic
        7
        """
        signature = self.score.measures[0].key_signature
        if signature.mode not in MODES:
            return int(self.pitch[-1]) % 12
        return int(pitch_class_of(signature.fifths + MODES[signature.mode]))

    @cached_property
    def degrees(self) -> Ints:
        """Semitones of each note over the tonic, 0 to 11."""
        return (self.pitch - self.tonic) % 12

    @cached_property
    def first_measure(self) -> int:
        """The index of the first measure that is no pickup."""
        return int(bool(self.score.measures) and self.score.measures[0].is_pickup)

    @cached_property
    def in_section(self) -> Ints:
        """(measures,): how many measures of its section stand before each; sections end at repeats and double barlines.

        A pickup is -1.
        """
        found, count, begins = [], 0, True
        for measure in self.score.measures:
            if begins or (measure.repeat_start and count > 0):
                count = -1 if measure.is_pickup else 0
            found.append(count)
            begins = measure.repeat_end or measure.barline not in ("", "regular", "dashed", "dotted")
            count += 1
        return np.array(found, dtype=np.int64)

    @cached_property
    def sampled(self) -> Ints:
        """(measures, POINTS): the pitch that sounds at each part of each measure after a pickup, 0 in silence."""
        ticks = self.grid.onset[self.first_measure :, None] + (
            self.grid.length[self.first_measure :, None] * (np.arange(POINTS) + 0.5) / POINTS
        )
        place = np.searchsorted(self.notes["onset"], ticks, side="right") - 1
        sounds = (place >= 0) & (ticks < self.notes.end[np.maximum(place, 0)])
        return np.where(sounds, self.pitch[np.maximum(place, 0)], 0)

    @cached_property
    def likeness(self) -> Floats:
        """(measures, measures): the part of two measures in which the same pitch sounds; silence is like silence."""
        rows = self.sampled
        if not len(rows):
            return np.zeros((0, 0))
        return np.asarray(np.array([(rows == row).mean(axis=1) for row in rows]))


def line_of(score: Score, name: str = "", group: str = "") -> MelodyLine:
    """The melody of a score.

    Raises:
        UnreadableFile: it has several lines, fewer than eight notes, or no measures.

    >>> from musegen.score.textgrid import parse_grid
    >>> line_of(parse_grid("meter: 4/4\\nS: c5 d5 e5 f5 | g5 f5 e5 d5")).intervals.tolist()
    [2, 2, 1, 2, -2, -1, -2]
    """
    file = name or score.path
    notes = score.notes.sounding()
    order = np.lexsort((-notes["pitch"], notes["onset"]))
    first = np.diff(notes["onset"][order], prepend=-1) > 0
    rows = notes.rows[order][first]
    if len(rows) < FEWEST_NOTES or not score.measures:
        raise UnreadableFile(
            f"{len(rows)} notes are too few for a melody", file=file, hint=f"{FEWEST_NOTES} are judged"
        )
    later = rows["onset"][1:]
    overlapping = (rows["onset"] + rows["duration"])[:-1] > later
    if (~first).sum() + overlapping.sum() > _MOST_CHORDS * len(rows):
        raise UnreadableFile("a melody has one line; here several sound at once", file=file)
    rows["duration"][:-1] = np.minimum(rows["duration"][:-1], later - rows["onset"][:-1])
    line = NoteTable(rows)
    return MelodyLine(name, score, group or name, line, _grid(score, line))


def _grid(score: Score, line: NoteTable) -> Grid:
    return Grid.of(replace(score, notes=line))
