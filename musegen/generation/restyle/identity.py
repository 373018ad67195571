"""How much of a melody is still there: which of its notes a restyled line keeps, and whether in their order."""

from __future__ import annotations

from typing import NamedTuple

from musegen.generation.restyle.lines import ADDED, Line
from musegen.generation.tunes.plans import strong_of


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
