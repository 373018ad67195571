"""How much of a melody is still there: which of its notes a restyled line keeps, and whether it is still recognised."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from musegen.generation.restyle.lines import ADDED, Line
from musegen.generation.tunes.plans import strong_of

_BITS = (2.7, 1.9, 1.8, 2.5, 2.6, 3.6, 4.9, 3.9, 4.1, 4.1, 4.6, 4.2, 4.8)
"""Of surprise that an interval of so many semitones has in tunes, on the average: measured on O'Neill's, Ryan's and
Aird's (`tests/benchmarks/restyle.py FOLDER --bits`)."""


class Kept(NamedTuple):
    """What a restyled line keeps of the melody that was given."""

    notes: int  # of the melody
    kept: int  # of them, those that are sung, in their order
    structural: int  # notes on strong beats
    structural_kept: int
    added: int  # notes that the melody did not have

    @property
    def words(self) -> str:
        """What people are told.

        >>> Kept(40, 30, 10, 10, 2).words
        '30 of 40 notes kept in their order, 10 of 10 structural ones; 2 added'
        """
        told = f"{self.kept} of {self.notes} notes kept in their order"
        added = f"; {self.added} added" if self.added else ""
        return f"{told}, {self.structural_kept} of {self.structural} structural ones{added}"


def structural(line: Line) -> frozenset[int]:
    """The numbers of the notes on strong beats: half measures of two or four felt beats, else downbeats; and the last.

    >>> from musegen.generation.restyle.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> sorted(structural(line_of(parse_grid("meter: 4/4\\nS: c5 d5 e5 f5 | g5 . c5 ."))))
    [0, 2, 4, 5]
    """
    strong = strong_of(line.meter)
    return frozenset(note.source for note in line.notes if note.onset % strong == 0) | {line.notes[-1].source}


def kept_of(given: Line, made: Line) -> Kept:
    """What of the given line the made one has; the same note twice counts once."""
    sources = [note.source for note in made.notes if note.source != ADDED]
    there, strong = set(sources), structural(given)
    return Kept(
        len(given.notes), len(there), len(strong), len(strong & there), sum(n.source == ADDED for n in made.notes)
    )


def quoted(given: Line, made: Line) -> float:
    """The bits of surprise of the strongest passage that a line has note for note, in any transposition.

    >>> from musegen.generation.restyle.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> line = line_of(parse_grid("meter: 4/4\\nS: c5 e5 g5 e5 | f5 d5 b4 c5"))
    >>> round(quoted(line, line), 1), quoted(line, line._replace(notes=line.notes[::2]))
    (16.4, 0.0)
    """
    before, after = given.pitches, made.pitches
    places = {note.source: number for number, note in enumerate(given.notes)}
    best = run = 0.0
    for number, (one, two) in enumerate(pairwise(made.notes)):
        here = places.get(two.source, 0)
        follows = two.source == one.source + 1 and one.source != ADDED and here > 0
        rise = after[number + 1] - after[number]
        run = run + _BITS[min(abs(rise), 12)] if follows and rise == before[here] - before[here - 1] else 0.0
        best = max(best, run)
    return best
