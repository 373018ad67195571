"""What a counter of faults sees of a piece: its chords, a new one wherever any voice changes its pitch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import UnreadableFile
from musegen.generation.neural.frames import A_QUARTER, VOICES, Frames
from musegen.score.model import Score
from musegen.score.voices import assign_voices, slices_of

Piece = Score | Frames
"""What can be measured: a score in four voices, or the frames of one."""
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Chords(NamedTuple):
    """A row wherever the pitch of any voice changes; soprano, alto, tenor, bass. Struck again is no change."""

    pitch: Ints  # (chords, 4) MIDI; 0 where silent
    fifths: Ints  # (chords, 4)
    sounds: Bools  # (chords, 4)
    quarters: npt.NDArray[np.float64]  # (chords,): how long each lasts

    def __len__(self) -> int:
        return len(self.pitch)

    @property
    def new(self) -> Bools:
        """(chords, 4): the voice takes another pitch, or begins to sound."""
        before = np.vstack([np.zeros((1, VOICES), dtype=np.int64), self.pitch[:-1]])
        return np.asarray(self.sounds & (self.pitch != before))

    @property
    def moves(self) -> Ints:
        """(chords - 1, 4): semitones that each voice moves; 0 where it rests before or after."""
        return np.where(self.sounds[1:] & self.sounds[:-1], np.diff(self.pitch, axis=0), 0)


def chords_of(piece: Piece) -> Chords:
    """The chords of a piece.

    Raises:
        UnreadableFile: the score has not four voices.

    >>> from musegen.score.textgrid import parse_grid
    >>> found = chords_of(parse_grid("meter: 2/4\\nS: c5 c5\\nA: g4 g4\\nT: e4 e4\\nB: c4 c3"))
    >>> len(found), found.new.tolist()[1], found.quarters.tolist()
    (2, [False, False, False, True], [1.0, 1.0])
    """
    return _of_frames(piece) if isinstance(piece, Frames) else _of_score(piece)


def beats_of(chords: Sequence[Chords]) -> float:
    """Quarters of music, all pieces together."""
    return float(sum(item.quarters.sum() for item in chords))


def _of_frames(frames: Frames) -> Chords:
    lengths = np.full(len(frames.pitch), 1 / A_QUARTER)
    return _changes(frames.pitch.astype(np.int64), frames.fifths.astype(np.int64), frames.pitch > 0, lengths)


def _of_score(score: Score) -> Chords:
    voices = assign_voices(score)
    if len(voices.names) != VOICES:
        file = score.source.path if score.source else ""
        raise UnreadableFile(f"rules of four-part writing need four voices; here are {len(voices.names)}", file=file)
    slices = slices_of(voices)
    pitch, fifths = (slices.column(name).astype(np.int64) for name in ("pitch", "fifths"))
    return _changes(pitch, fifths, slices.sounds, slices.duration / score.ticks_per_quarter)


def _changes(pitch: Ints, fifths: Ints, sounds: Bools, lengths: npt.NDArray[np.float64]) -> Chords:
    if not len(pitch):
        return Chords(pitch, fifths, sounds, lengths)
    first = np.flatnonzero(np.r_[True, (np.diff(pitch, axis=0) != 0).any(axis=1)])
    return Chords(pitch[first], fifths[first], sounds[first], np.add.reduceat(lengths, first))
