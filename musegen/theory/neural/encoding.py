"""A piece as the neural analyser reads it: eighths of spelled notes on the line of fifths, and where each stands.

The same frames train the network and are read by it. A transposed piece gives the same numbers in other columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.table import Flag
from musegen.theory.form.phrases import phrase_end_notes

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

COLUMNS, CENTRE = 41, 20
"""Places on the line of fifths, and the column of C. What lies beyond is clipped."""
CHANNELS = ("first", "second", "bass first", "bass second", "attack first", "attack second", "top", "held")
"""What is told of each spelled note: in the two halves of the frame, and whether it lasts from before."""
CONTEXT = (
    "downbeat", "middle", "pulse", "weak", "barline", "triple", "length", "silent", "notes",
    "phrase end", "last of phrase", "first of phrase", "nearness of phrase end", "first", "last", "spare",
)  # fmt: skip
"""What is told of each frame."""
_LEAST, _HEARD = 0.02, 0.3
"""Shares of half a frame: less is nothing, more than the second can be bass or top."""
_NEAR = 8
_WEAKER = (-1.0, -0.5, -0.25)
"""Beat strengths, negative, of a downbeat, a middle and a pulse: what is weaker comes after."""


@dataclass(frozen=True)
class Encoded:
    """The frames of a piece. Times in ticks."""

    onset: Ints  # (frame,)
    end: Ints
    notes: Floats  # (frame, column, channel)
    context: Floats  # (frame, context)

    def __len__(self) -> int:
        return len(self.onset)


def encode(score: Score) -> Encoded:
    """The frames of a score, a measure cut into as many eighths as fit; none where there are no measures.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = encode(parse_grid("meter: 2/4\\nS: g4 e4\\nB: c3 ."))
    >>> len(piece), float(piece.notes[0, CENTRE + 1, 0]), float(piece.notes[0, CENTRE, 2])
    (4, 0.5, 1.0)
    """
    onset, measure = _grid(score)
    end = np.append(onset[1:], score.end)[: len(onset)]
    notes, weight = _notes(score, onset, end)
    return Encoded(onset, end, notes, _context(score, onset, end, measure, weight))


def _grid(score: Score) -> tuple[Ints, Ints]:
    """When each frame begins, and in which measure."""
    eighth = score.ticks_per_quarter // 2
    counts = [max(1, round(measure.length / eighth)) for measure in score.measures]
    onset = [
        m.onset + number * eighth for m, count in zip(score.measures, counts, strict=True) for number in range(count)
    ]
    return np.array(onset, dtype=np.int64), np.repeat(np.arange(len(counts)), counts)


def _notes(score: Score, onset: Ints, end: Ints) -> tuple[Floats, Floats]:
    """(frame, column, channel), and how many notes sound in each frame on average."""
    found = np.zeros((len(onset), COLUMNS, len(CHANNELS)), dtype=np.float32)
    sounding = score.notes.sounding()
    rows = sounding.where((sounding["duration"] > 0) & ~sounding.has(Flag.UNPITCHED)).rows
    if not len(onset) or not len(rows):
        return found, np.zeros(len(onset), dtype=np.float32)
    begin, stop = rows["onset"], rows["onset"] + rows["duration"]
    column = np.clip(rows["fifths"].astype(np.int64) + CENTRE, 0, COLUMNS - 1)
    halves = np.minimum(np.stack([onset, onset + score.ticks_per_quarter // 4], axis=1), end[:, None]).ravel()
    halves_end = np.append(halves[1:], score.end)
    first = np.searchsorted(halves, begin, side="right") - 1
    note, half = _spread(np.maximum(first, 0), np.searchsorted(halves, stop, side="left"))
    length = np.maximum(halves_end - halves, 1)[half]
    share = (np.minimum(stop[note], halves_end[half]) - np.maximum(begin[note], halves[half])) / length
    kept = share > _LEAST
    note, half, share = note[kept], half[kept], share[kept]
    np.add.at(found, (half // 2, column[note], half % 2), share)
    heard = share > _HEARD
    for channel, amount, order in ((2, 1.0, 1), (6, 0.5, -1)):
        at, which = _outermost(half[heard], rows["pitch"][note[heard]].astype(np.int64) * order)
        place = np.full_like(at, 6) if channel == 6 else channel + at % 2
        np.add.at(found, (at // 2, column[note[heard][which]], place), amount)
    begun = first >= 0
    np.add.at(found, (first[begun] // 2, column[begun], 4 + first[begun] % 2), 1)
    note, frame = _spread(np.searchsorted(onset, begin, side="right"), np.searchsorted(onset, stop, side="left"))
    np.add.at(found, (frame, column[note], np.full_like(frame, 7)), 1)
    weight = found[:, :, :2].sum(axis=(1, 2)) / 2
    found[:, :, :2] /= np.maximum(found[:, :, :2].sum(axis=1, keepdims=True), 1)
    found[:, :, (4, 5, 7)] = np.minimum(found[:, :, (4, 5, 7)], 2) / 2
    return found, weight


def _spread(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Every number from `first` up to `last`, and which pair it belongs to."""
    counts = np.maximum(last - first, 0)
    which = np.repeat(np.arange(len(first)), counts)
    return which, np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts) + first[which]


def _outermost(half: Ints, height: Ints) -> tuple[Ints, Ints]:
    """For each half frame in which something sounds, the first of the notes that are lowest by `height`."""
    order = np.lexsort((np.arange(len(half)), height, half))
    at, first = np.unique(half[order], return_index=True)
    return at, order[first]


def _context(score: Score, onset: Ints, end: Ints, measure: Ints, weight: Floats) -> Floats:
    found = np.zeros((len(onset), len(CONTEXT)), dtype=np.float32)
    if not len(onset):
        return found
    strength = [score.strength(int(time)) for time in onset]
    found[np.arange(len(onset)), np.searchsorted(_WEAKER, [-float(value) for value in strength], side="left")] = 1
    found[:, 4] = np.diff(measure, prepend=-1) > 0
    found[:, 5] = np.array([one.time_signature.numerator % 3 == 0 for one in score.measures])[measure]
    found[:, 6] = np.minimum(np.bincount(measure)[measure], 16) / 8
    found[:, 7] = weight == 0
    found[:, 8] = np.minimum(weight, 8) / 4
    for begin, stop in phrase_end_notes(score):
        inside = np.flatnonzero((onset < stop) & (end > begin))
        if len(inside):
            _mark_phrase_end(found, int(inside[0]), int(inside[-1]))
    found[0, 13], found[-1, 14] = 1, 1
    return found


def _mark_phrase_end(found: Floats, first: int, last: int) -> None:
    """The frames of a phrase's last note, the one after it, and those before it."""
    found[first : last + 1, 9] = 1
    found[last, 10] = 1
    if last + 1 < len(found):
        found[last + 1, 11] = 1
    for distance in range(1, min(_NEAR, first) + 1):
        found[first - distance, 12] = max(found[first - distance, 12], 1 - distance / (_NEAR + 1))
