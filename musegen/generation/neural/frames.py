"""Four voices on a grid of sixteenths: what the harmoniser's network hears and writes, a frame a sixteenth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import UnreadableFile
from musegen.score.model import Score
from musegen.score.voices import assign_voices, slices_of

A_QUARTER = 4
"""Frames in a quarter."""
VOICES = 4
Ints = npt.NDArray[np.int16]
Bools = npt.NDArray[np.bool_]


class Frames(NamedTuple):
    """Soprano, alto, tenor and bass, a row a frame; the first row begins with the piece."""

    pitch: Ints  # (frames, 4) MIDI; 0 where silent
    fifths: Ints  # (frames, 4) on the line of fifths; 0 where silent
    attack: Bools  # (frames, 4): the note begins here; elsewhere it is held

    def cut(self, first: int, last: int) -> Frames:
        """The frames from `first` up to `last`."""
        return Frames(self.pitch[first:last], self.fifths[first:last], self.attack[first:last])

    def copy(self) -> Frames:
        """The same in arrays of its own."""
        return Frames(self.pitch.copy(), self.fifths.copy(), self.attack.copy())


def padded(columns: Sequence[npt.NDArray[Any]], fill: int) -> npt.NDArray[Any]:
    """(columns, rows, ...): columns of one kind filled up to the longest of them.

    >>> padded([np.array([1, 2]), np.array([3])], -1).tolist()
    [[1, 2], [3, -1]]
    """
    length = max(map(len, columns))
    room = [((0, length - len(column)), *[(0, 0)] * (column.ndim - 1)) for column in columns]
    return np.stack([np.pad(column, each, constant_values=fill) for column, each in zip(columns, room, strict=True)])


def frame_onsets(score: Score) -> npt.NDArray[np.int64]:
    """(frames,): when each frame begins, in ticks."""
    count = -(-score.end * A_QUARTER // score.ticks_per_quarter)
    return np.arange(count, dtype=np.int64) * score.ticks_per_quarter // A_QUARTER


def frames_of(score: Score) -> Frames:
    """The four voices of a score on the grid; of notes shorter than a frame, those that sound as one begins.

    Raises:
        UnreadableFile: the score has not four voices.

    >>> from musegen.score.textgrid import parse_grid
    >>> frames = frames_of(parse_grid("meter: 2/4\\nS: c5 d5\\nA: g4 g4\\nT: e4 d4\\nB: c3 b2"))
    >>> frames.pitch[[0, 4], 3].tolist(), frames.attack[:5, 0].tolist()
    ([48, 47], [True, False, False, False, True])
    """
    count = len(assign_voices(score).names)
    if count != VOICES:
        told = f"the harmoniser reads four voices, and here are {count}"
        raise UnreadableFile(told, file=score.path, hint="give soprano, alto, tenor and bass")
    return frames_of_lines(score, range(VOICES))


def frames_of_lines(score: Score, lines: Sequence[int]) -> Frames:
    """The lines of a score that S, A, T and B sing, on the grid; a voice whose line is -1 is silent."""
    slices, onset = slices_of(assign_voices(score)), frame_onsets(score)
    here = slices.at(onset)
    inside = (onset >= slices.onset[0]) & (onset < slices.onset[-1] + slices.duration[-1])
    row = np.where(inside[:, None], slices.row[here][:, np.array(lines)], -1)
    row[:, np.array(lines) < 0] = -1
    before = np.vstack([np.full((1, VOICES), -1), row[:-1]])
    sounds = row >= 0
    return Frames(
        _column(slices.notes["pitch"], row),
        _column(slices.notes["fifths"], row),
        np.asarray(sounds & (row != before)),
    )


def _column(column: npt.NDArray[Any], row: npt.NDArray[Any]) -> Ints:
    return np.where(row >= 0, column[row], 0).astype(np.int16)
