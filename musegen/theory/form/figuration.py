"""Pieces that are one figure from beginning to end: their phrases end where the harmony closes, for nothing else stops.

Preludes like the first of the Well-Tempered Clavier have no melody that rests or lingers: what a line does in every
measure is the figure, and only a dominant that reaches its tonic ends a group: that prelude is usually divided after
its measures 4, 11 and 19.
"""

from __future__ import annotations

import numpy as np

from musegen.score.model import Score
from musegen.score.table import NoteTable
from musegen.theory.analysis import ChordSpan
from musegen.theory.form.cadences import closes_at
from musegen.theory.form.phrases import LastNote

_USUAL = 0.75
"""A note of a figure comes at its place, and lasts as long, in so many of the measures."""
_FIGURED = 0.8
"""So many notes of a piece of figuration are such."""
_PIECE, _PHRASE = 12, 4
"""Measures of a piece and of a phrase, at least."""


def is_figuration(score: Score, line: NoteTable) -> bool:
    """The leading line has the same quick rhythm in nearly every measure of a longer piece.

    >>> from musegen.score.textgrid import parse_grid
    >>> figure = parse_grid("meter: 2/4; unit: 1/8\\nS: " + " | ".join(["r e5 g5 c6"] * 12))
    >>> melody = parse_grid("meter: 2/4\\nS: " + " | ".join(["g5 c6"] * 12))
    >>> is_figuration(figure, figure.notes), is_figuration(melody, melody.notes)
    (True, False)
    """
    count, meter = len(score.measures), score.measures[0].time_signature
    if count < _PIECE or 2 * len(line) < 3 * count * meter.quarters / meter.pulse_quarters:
        return False
    offsets = [int(score.offset_in_measure(onset) * score.ticks_per_quarter) for onset in line["onset"].tolist()]
    until_next = np.append(np.diff(line["onset"]), line["duration"][-1:])
    _, which, counts = np.unique(np.array([offsets, until_next]), axis=1, return_inverse=True, return_counts=True)
    return bool(np.mean(counts[which.ravel()] >= _USUAL * count) >= _FIGURED)


def starts_after_closes(score: Score, line: NoteTable, chords: tuple[ChordSpan, ...]) -> list[int]:
    """The notes at which phrases begin, the first left out: after each measure in which a tonic closes.

    The tonic stands in root position; no phrase is shorter than four measures.
    """
    found, before = [], 0
    for number, measure in enumerate(score.measures[: -_PHRASE + 1]):
        end = score.measures[number + 1].onset
        heard = tuple(chord for chord in chords if score.measures[before].onset <= chord.onset < end)
        close = closes_at(heard, LastNote(measure.onset, end, None)) if number + 1 - before >= _PHRASE else None
        if close and close.kind == "IAC" and close.onset >= measure.onset and _stands(chords, close.onset):
            found.append(int(np.searchsorted(line["onset"], end)))
            before = number + 1
    return [start for start in found if 0 < start < len(line)]


def _stands(chords: tuple[ChordSpan, ...], onset: int) -> bool:
    return next(chord.numeral.inversion == 0 for chord in chords if chord.onset == onset)
