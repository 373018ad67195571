"""Phrases of music that marks none: the division of its leading line that rests, cadences and lengths speak for."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.table import NoteTable
from musegen.score.voices import Slices
from musegen.theory.analysis import ChordSpan, Phrase
from musegen.theory.form.boundaries import SIGNS, evidence, leading_line, measures_at
from musegen.theory.form.figuration import is_figuration, starts_after_closes
from musegen.theory.form.phrases import marks_its_phrases, phrases
from musegen.theory.form.short_phrases import with_joined_ideas

Floats = npt.NDArray[np.float64]

SHORTEST = 3.0
"""Measures: a shorter piece is one phrase."""
LONGEST = 40
"""Measures that a phrase lasts at most."""
HALF_MEASURES, PULSES = 25, 18
"""Lengths of a phrase are told apart by half measures, up to twelve, and by pulses, in steps of half an octave."""


class Habits(NamedTuple):
    """How much each sign, a boundary as such, and each length of a phrase speaks for a division."""

    signs: Floats  # as `boundaries.SIGNS`
    boundary: float
    half_measures: Floats
    pulses: Floats

    def of_lengths(self, measures: Floats, pulses: float) -> Floats:
        """What phrases of these lengths in measures gain, with so many pulses to a measure."""
        return np.asarray(self.half_measures[half_measures(measures)] + self.pulses[octaves(measures * pulses)])


class Layout(NamedTuple):
    """The places at which phrases may begin, and the end, in measures from the beginning of the piece."""

    places: Floats
    end: float
    pulses: float  # to a measure


@cache
def habits() -> Habits:
    """What `learn_phrases` found in chorales whose fermatas were hidden, and in variations.

    >>> len(habits().half_measures)
    25
    """
    text = (resources.files("musegen.theory") / "data" / "phrase_habits.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    signs, lengths = data["signs"], (np.array(data[name], dtype=float) for name in ("half_measures", "pulses"))
    return Habits(np.array([signs.get(name, 0.0) for name in SIGNS]), float(data["boundary"]), *lengths)


def phrases_of(score: Score, chords: tuple[ChordSpan, ...], slices: Slices) -> tuple[Phrase, ...]:
    """The phrases of a score: as its fermatas mark them, else as its music divides.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.analyse import analyse
    >>> piece = parse_grid("meter: 2/4\\nS: c5 d5^ | e5 c5")
    >>> [phrase.end for phrase in analyse(piece).phrases]
    [20160, 40320]
    """
    if marks_its_phrases(score) or not len(slices):
        return phrases(score)
    line = leading_line(score)
    layout = layout_of(score, line)
    if layout.end - layout.places[0] < SHORTEST:
        return phrases(score)
    last = int(score.notes.sounding().end.max())
    if is_figuration(score, line):
        return _spans(line, starts_after_closes(score, line, chords), last)
    found = evidence(score, line, layout.places, chords, slices)
    parts = _spans(line, divided(found, layout, habits()), last)
    return with_joined_ideas(score, chords, parts, slices)


def layout_of(score: Score, line: NoteTable) -> Layout:
    """Where the notes of a line lie, the pulses of the first meter counted.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4; pickup: 1\\nS: g4 | c5 d5 | e5 .")
    >>> layout = layout_of(piece, piece.notes)
    >>> layout.places.tolist(), layout.end, layout.pulses
    ([0.5, 1.0, 1.5, 2.0], 3.0, 2.0)
    """
    places = measures_at(score, line)
    meter = score.measures[0].time_signature
    end = max(float(places[-1]) + 0.01, float(len(score.measures)))
    return Layout(places, end, float(meter.quarters / meter.pulse_quarters))


def divided(found: Floats, layout: Layout, habits: Habits) -> list[int]:
    """The notes, the first left out, at which phrases begin: the division that signs and lengths speak for most.

    `found` is (note, sign).
    """
    gains = np.append(found @ habits.signs + habits.boundary, 0.0)
    where = np.append(layout.places, layout.end)
    count = len(layout.places)
    best, back = np.full(count + 1, -np.inf), np.zeros(count + 1, dtype=np.int64)
    best[0] = 0
    for at in range(1, count + 1):
        first = earliest(where, at)
        sums = best[first:at] + habits.of_lengths(where[at] - where[first:at], layout.pulses)
        back[at] = first + int(sums.argmax())
        best[at] = sums.max() + gains[at]
    starts, at = [], int(back[count])
    while at > 0:
        starts.append(at)
        at = int(back[at])
    return starts[::-1]


def earliest(where: Floats, at: int) -> int:
    """The earliest note at which a phrase that lasts to note `at` may begin."""
    return min(int(np.searchsorted(where, where[at] - LONGEST)), at - 1)


def half_measures(measures: Floats) -> npt.NDArray[np.int64]:
    """The row of `Habits.half_measures` for lengths in measures.

    >>> half_measures(np.array([0.4, 4.1, 30.0])).tolist()
    [1, 8, 24]
    """
    return np.asarray(np.clip(np.rint(2 * measures), 0, HALF_MEASURES - 1).astype(np.int64))


def octaves(pulses: Floats) -> npt.NDArray[np.int64]:
    """The row of `Habits.pulses` for lengths in pulses: two a doubling.

    >>> octaves(np.array([1.0, 8.0, 11.0])).tolist()
    [4, 10, 11]
    """
    return np.asarray(np.clip(np.rint(2 * np.log2(np.maximum(pulses, 0.25)) + 4), 0, PULSES - 1).astype(np.int64))


def _spans(line: NoteTable, starts: list[int], last: int) -> tuple[Phrase, ...]:
    """A phrase lasts to the end of its last note; the rest after it belongs to the next."""
    onset = int(line["onset"][0])
    found = []
    for start in starts:
        end = min(int(line.end[:start].max()), int(line["onset"][start]))
        found.append(Phrase(onset, end))
        onset = end
    return (*found, Phrase(onset, max(last, onset + 1)))
