"""What a counter of faults sees of a piece: its chords, a new one wherever any voice changes its pitch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.errors import UnreadableFile
from musegen.score.model import Score
from musegen.score.voices import assign_voices, slices_of

VOICES = 4
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Chords(NamedTuple):
    """A row wherever the pitch of any voice changes; soprano, alto, tenor, bass. Struck again is no change."""

    pitch: Ints  # (chords, 4) MIDI; 0 where silent
    fifths: Ints  # (chords, 4)
    quarters: Floats  # (chords,): how long each lasts

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.pitch)

    @property
    def sounds(self) -> Bools:
        """(chords, 4): the voice sounds."""
        return np.asarray(self.pitch > 0)

    def alone(self, voice: int) -> Chords:
        """The same chords with the other voices silent: what is left of faults is that voice's own."""
        return self._replace(pitch=np.where(np.arange(VOICES) == voice, self.pitch, 0))


def chords_of(score: Score) -> Chords:
    """The chords of a score.

    Raises:
        UnreadableFile: it has not four voices.

    >>> from musegen.score.textgrid import parse_grid
    >>> found = chords_of(parse_grid("meter: 2/4\\nS: c5 c5\\nA: g4 g4\\nT: e4 e4\\nB: c4 c3"))
    >>> found.size, found.pitch.tolist()[1], found.quarters.tolist()
    (2, [72, 67, 64, 48], [1.0, 1.0])
    """
    voices = assign_voices(score)
    if len(voices.names) != VOICES:
        raise UnreadableFile(
            f"rules of four-part writing need four voices; here are {len(voices.names)}", file=score.path
        )
    slices = slices_of(voices)
    return chords_in(slices.column("pitch"), slices.column("fifths"), slices.duration / score.ticks_per_quarter)


def chords_in(pitch: npt.ArrayLike, fifths: npt.ArrayLike, quarters: npt.ArrayLike) -> Chords:
    """The chords of sonorities that follow each other: (times, 4) pitches, 0 where silent, and spellings; (times,)."""
    heights, places = (np.asarray(column, dtype=np.int64) for column in (pitch, fifths))
    lengths = np.asarray(quarters, dtype=np.float64)
    if not len(heights):
        return Chords(heights.reshape(0, VOICES), places.reshape(0, VOICES), lengths)
    first = np.flatnonzero(np.r_[True, (np.diff(heights, axis=0) != 0).any(axis=1)])
    return Chords(heights[first], places[first], np.add.reduceat(lengths, first))


def quarters_of(pieces: Iterable[Chords]) -> float:
    """Quarters of music, all pieces together."""
    return float(sum(item.quarters.sum() for item in pieces))
