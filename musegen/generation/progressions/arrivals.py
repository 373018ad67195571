"""Where the phrases of a tune arrive: the slots in which their last chords may begin, and in which these go on.

A tune that repeats its last note may close on the first of the repetitions (V over G E A, I over D, D), and where no
sign ends a phrase for eight measures, every fourth measure may: on its longest note.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from musegen.generation.progressions.fitting import Fit
from musegen.score.model import Score
from musegen.score.table import Rows
from musegen.theory.form.phrases import phrase_end_notes, top_line
from musegen.theory.progressions.chords import Bools, Ints
from musegen.theory.songs.slots import Slot

_LONGEST = 2
"""Measures through which a last note is repeated at most."""


class Arrival(NamedTuple):
    """A last chord of a phrase, as slots."""

    begins: int
    ends: int  # the slot after the last in which it goes on

    def of(self, count: int) -> Bools:
        """(slot,): those of so many in which the chord goes on."""
        return np.asarray((np.arange(count) > self.begins) & (np.arange(count) < self.ends))


class PhraseEnd(NamedTuple):
    """The end of a phrase."""

    ways: tuple[Arrival, ...]  # where its last chord may come, the last note's own slot first
    is_sure: bool  # by a fermata, a long note or a rest; else it is where a phrase probably ends


def phrase_ends(score: Score, slots: list[Slot], fit: Fit) -> list[PhraseEnd]:
    """The ends of all phrases, in time.

    >>> from musegen.generation.progressions.fitting import fit_of
    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.keys import Key
    >>> from musegen.theory.songs.slots import slots_of
    >>> tune = parse_grid("meter: 2/4\\nS: e5 d5 | c5 c5")
    >>> slots = slots_of(tune, "beat")
    >>> [end.ways for end in phrase_ends(tune, slots, fit_of(tune, slots, Key.parse("C"), [(0, 4, 1)]))]
    [(Arrival(begins=3, ends=4), Arrival(begins=2, ends=4))]
    """
    line, onsets = top_line(score).rows, np.array([slot.onset for slot in slots])
    found = {}
    for onset, end in phrase_end_notes(score):
        row = int(np.searchsorted(line["onset"], onset, side="right")) - 1
        found[row] = PhraseEnd(_ways(score, line, onsets, row, end), is_sure=True)
    for slot in np.flatnonzero(fit.closes == 0.5).tolist():
        row = _longest(score, line, slots[slot].onset)
        end = int(line["onset"][row] + line["duration"][row])
        found.setdefault(row, PhraseEnd(_ways(score, line, onsets, row, end), is_sure=False))
    return [found[row] for row in sorted(found)]


def _ways(score: Score, line: Rows, onsets: Ints, row: int, end: int) -> tuple[Arrival, ...]:
    """The slot of a note and those in which it was sung before without another, for two measures at most."""
    after = int(np.searchsorted(onsets, end, side="left"))
    own = _slot(onsets, int(line["onset"][row]))
    found = [Arrival(own, max(after, own + 1))]
    longest = score.measures[score.measure_index_at(int(line["onset"][row]))].time_signature.quarters
    earliest = int(line["onset"][row]) - _LONGEST * score.ticks(longest)
    while row and line["pitch"][row - 1] == line["pitch"][row] and line["onset"][row - 1] >= earliest:
        row -= 1
        begins = int(line["onset"][row])
        if (slot := _slot(onsets, begins)) < found[-1].begins and onsets[slot] == begins and slot:
            found.append(Arrival(slot, found[0].ends))
    return tuple(found)


def _slot(onsets: Ints, time: int) -> int:
    return max(int(np.searchsorted(onsets, time, side="right")) - 1, 0)


def _longest(score: Score, line: Rows, onset: int) -> int:
    """The row of the longest note of a measure, the first of its repetitions; the last of those as long."""
    measure = score.measures[score.measure_index_at(onset)]
    inside = np.flatnonzero((line["onset"] >= measure.onset) & (line["onset"] < measure.onset + measure.length))
    if not len(inside):
        return _slot(line["onset"], onset)
    lengths = line["duration"][inside]
    return int(inside[np.flatnonzero(lengths == lengths.max())[-1]])
