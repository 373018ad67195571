"""Settings written to MusicXML and read again: what a reader will have, judged in place of what was meant."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.engraving.musicxml import write_musicxml
from musegen.score.model import Score
from musegen.score.musicxml import read_musicxml

_MUSIC = ("onset", "duration", "pitch", "fifths", "part")


def reread(score: Score) -> Score:
    """The score as it is read from the MusicXML that is written of it; notes keep their names.

    >>> from musegen.score.textgrid import parse_grid
    >>> piece = parse_grid("meter: 2/4\\nS: c5 d5\\nB: c3 b2")
    >>> same_music(reread(piece), piece)
    True
    """
    return read_musicxml(write_musicxml(score))


def same_music(one: Score, other: Score) -> bool:
    """Whether the same notes sound at the same times in the same parts of two scores, and they have the same labels."""
    return np.array_equal(_music(one), _music(other)) and one.harmonies == other.harmonies


def _music(score: Score) -> npt.NDArray[Any]:
    notes = score.notes.sounding()
    columns = np.stack([notes[name].astype(np.int64) for name in _MUSIC])
    columns[:2] *= 10_080
    columns[:2] //= score.ticks_per_quarter
    return columns[:, np.lexsort(columns)]
