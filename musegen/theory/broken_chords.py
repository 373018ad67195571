"""Broken chords: notes of an arpeggio or an Alberti bass, heard as long as their chord.

A harmony in broken style is one chord for the ear, and its lowest note the bass (C. P. E. Bach, *Versuch*; Piston,
*Harmony*, ch. 8; Gauldin, *Harmonic Practice in Tonal Music*, ch. 4 on figuration). Read note by note, C-G-E-G would be
I, I6, I, I6.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt

from musegen.score.meter import TimeSignature
from musegen.score.model import Score
from musegen.score.table import NoteTable

Ints = npt.NDArray[np.int64]

_LEAST = 4
"""Notes of a figure, at least."""
_LEAP, _STEP = 3, 2
"""Semitones: so far at least from note to note, and so near a note that takes the place of another."""


def heard_ends(score: Score, notes: NoteTable) -> Ints:
    """Where each note stops being heard, in ticks: notes of a broken chord last as long as its figure.

    A figure is four notes (three in triplets and compound meters) of an unbroken row of equal short notes that leap or
    return; inside it a note ends where another a step away follows for good.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4; unit: 1/8\\nB: c3 g3 e3 g3 | d3 g3 f3 g3")
    >>> (heard_ends(piece, piece.notes) // 10080).tolist()
    [2, 2, 2, 2, 4, 4, 4, 4]
    """
    ends = notes.end.copy()
    onset, pitch = notes["onset"], notes["pitch"].astype(np.int64)
    for row in _rows_of_leaps(score, notes):
        for figure in _figures(score, notes, row):
            last = ends[figure[-1]]
            sounds = pitch[figure].tolist()
            if max(sounds) - min(sounds) > _STEP:  # else a trill
                for place, note in enumerate(figure):
                    taken = _taken_over(sounds, place)
                    ends[note] = onset[figure[taken]] if taken else last
    return ends


def _taken_over(sounds: Sequence[int], place: int) -> int:
    """Which note of a figure, a step away and new in it, takes the place of this one for good; 0 where none does."""
    for other in range(place + 1, len(sounds)):
        is_near = 0 < abs(sounds[other] - sounds[place]) <= _STEP
        if is_near and sounds[other] not in sounds[:place] and sounds[place] not in sounds[other:]:
            return other
    return 0


def _rows_of_leaps(score: Score, notes: NoteTable) -> Iterator[Ints]:
    """Unbroken rows of equal notes, an eighth at most, that leap (or return) in one written voice."""
    voices = np.stack([notes[column].astype(np.int64) for column in ("part", "staff", "voice")])
    if len(notes) < _LEAST:
        return
    order = np.lexsort((notes["onset"], *voices[::-1]))
    onset, length = notes["onset"][order], notes["duration"][order]
    same_voice = (np.diff(voices[:, order]) == 0).all(axis=0)
    moves = same_voice & (np.diff(onset) > 0)
    alone = np.concatenate([[True], moves | ~same_voice]) & np.concatenate([moves | ~same_voice, [True]])
    pitch = notes["pitch"][order].astype(np.int64)
    returns = np.concatenate([pitch[2:] == pitch[:-2], [False]])  # the next note but one is this one
    leaps = (np.abs(np.diff(pitch)) >= _LEAP) | returns[: len(pitch) - 1] | np.roll(returns, 1)[: len(pitch) - 1]
    short = length[:-1] <= score.ticks_per_quarter // 2
    joined = moves & leaps & short & (onset[:-1] + length[:-1] == onset[1:]) & (length[:-1] == length[1:])
    joined &= alone[:-1] & alone[1:]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], joined.astype(np.int8), [0]])))
    for first, last in edges.reshape(-1, 2).tolist():
        if last - first + 1 >= _LEAST:
            yield order[first : last + 1]


def _figures(score: Score, notes: NoteTable, row: Ints) -> Iterator[Ints]:
    """The figures of a row of leaps, counted from the barline."""
    length = int(notes["duration"][row[0]])

    def place(note: int) -> tuple[int, int]:
        onset = int(notes["onset"][note])
        index = score.measure_index_at(onset)
        meter = score.measures[index].time_signature
        span = length * _notes_of_a_figure(meter, length, score.ticks_per_quarter)
        return index, int(score.offset_in_measure(onset) * score.ticks_per_quarter) // span

    for _, figure in groupby(row.tolist(), key=place):
        yield np.array(list(figure), dtype=np.int64)


def _notes_of_a_figure(meter: TimeSignature, length: int, quarter: int) -> int:
    """How many notes of a length divide a measure into equal figures; 1 where none do."""
    if meter.is_compound or quarter // length % 3 == 0:
        return 3
    return next((count for count in (4, 6, 3) if meter.quarters * quarter % (count * length) == 0), 1)
