"""Progression: which chord of the list sounds at every pulse of a piece, in columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from musegen.errors import UsageError
from musegen.score.meter import TimeSignature
from musegen.theory.keys import Key
from musegen.theory.progressions.chords import Bools, Ints, vocabulary

Style = Literal["song", "chorale"]
STYLES: tuple[Style, ...] = get_args(Style)
MOST_PULSES = 6
"""Of a measure."""
SONG_PHRASE = 8
"""Measures of a phrase of a song, where nobody says otherwise."""


@dataclass(frozen=True, eq=False)
class Grid:
    """The pulses of a piece, a row each: in which measure they stand, and where phrases end."""

    measure: Ints  # from 0; a pickup counts as a measure
    pulse: Ints  # from 0, in a full measure
    pulses: Ints  # of a full measure
    ends_phrase: Bools  # a phrase ends with this pulse

    def __len__(self) -> int:
        return len(self.measure)

    @property
    def begins_measure(self) -> Bools:
        """(pulse,): it is the first that its measure has."""
        return np.diff(self.measure, prepend=-1) > 0

    @property
    def strength(self) -> Ints:
        """(pulse,): 2 on the downbeat, 1 in the middle of a measure of an even number of pulses, 0 elsewhere.

        >>> grid_of(TimeSignature(4, 4), 1, phrase=1).strength.tolist()
        [2, 0, 1, 0]
        """
        middle = (self.pulses > 2) & (self.pulses % 2 == 0) & (self.pulse * 2 == self.pulses)
        return np.where(self.pulse == 0, 2, middle.astype(np.int64))


def pulses_of(meter: TimeSignature) -> int:
    """Felt beats of a measure.

    Raises:
        UsageError: they are no whole number from 1 to 6.

    >>> pulses_of(TimeSignature(6, 8)), pulses_of(TimeSignature(2, 2))
    (2, 2)
    """
    found = meter.quarters / meter.pulse_quarters
    if found.denominator > 1 or found > MOST_PULSES:
        raise UsageError(f"a chord cannot change by the beat in {meter}", hint="measures of up to six beats can be had")
    return int(found)


def grid_of(meter: TimeSignature, measures: int, *, phrase: int) -> Grid:
    """The pulses of so many full measures, in phrases of `phrase` measures; the last ends with the piece.

    >>> grid_of(TimeSignature(3, 4), 2, phrase=2).ends_phrase.tolist()
    [False, False, False, False, False, True]
    """
    pulses = pulses_of(meter)
    measure = np.repeat(np.arange(measures), pulses)
    pulse = np.tile(np.arange(pulses), measures)
    ends = (pulse == pulses - 1) & (((measure + 1) % phrase == 0) | (measure == measures - 1))
    return Grid(measure, pulse, np.full(len(measure), pulses), ends)


@dataclass(frozen=True, eq=False)
class Progression:
    """Chords on a grid: `chords` are places in `chords.vocabulary()` a pulse; equal neighbours are one."""

    key: Key
    meter: TimeSignature
    style: Style
    grid: Grid
    chords: Ints

    @property
    def begins(self) -> Bools:
        """(pulse,): a chord begins."""
        return np.asarray(np.diff(self.chords, prepend=-1) != 0)

    @property
    def struck(self) -> Bools:
        """(pulse,): a chord is struck: it begins, or a phrase begins with the one that ended the phrase before."""
        return np.asarray(self.begins | np.concatenate([[True], self.grid.ends_phrase[:-1]]))

    @property
    def figures(self) -> list[str]:
        """The numerals in the home key, a chord each; `?` where no figure of ours names a chord."""
        names = vocabulary().numerals[int(self.key.minor)]
        return [name.figure if (name := names[chord]) else "?" for chord in self.chords[self.begins].tolist()]

    @property
    def words(self) -> str:
        """A line to read: measures between bars, a dash for a pulse on which the chord goes on.

        >>> grid = grid_of(TimeSignature(2, 4), 2, phrase=2)
        >>> one, five = (vocabulary().sounds.index(sound) for sound in (((0, 4, 1), 0, False), ((1, 5, 2), 1, False)))
        >>> Progression(Key.parse("C"), TimeSignature(2, 4), "song", grid, np.array([one, five, one, one])).words
        'I V | I -'
        """
        names = iter(self.figures)
        told: list[str] = []
        for begins, first in zip(self.begins.tolist(), self.grid.begins_measure.tolist(), strict=True):
            told.append(("| " if first and told else "") + (next(names) if begins else "-"))
        return " ".join(told)
