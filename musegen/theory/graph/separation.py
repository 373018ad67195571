"""Voices found from the notes, where a score does not say them: keyboard music, MIDI."""

from __future__ import annotations

import numpy as np

from musegen.score.dealing import deal, typical_count
from musegen.score.model import Score
from musegen.score.voices import Voices


def separated(score: Score) -> Voices:
    """The lines of a score, top first, whatever its parts say; staves and voice numbers weigh as much as a tone.

    As many lines as usually sound together, six at most; the notes are dealt to them so that the lines move little and
    do not cross. What is more than that is in no line.
    """
    notes = score.notes.sounding()
    rows = np.arange(len(notes))
    count = typical_count(notes, rows) if len(notes) else 0
    line = deal(notes, rows, count).astype(np.int16) if count else np.zeros(0, dtype=np.int16)
    names = tuple(str(number + 1) for number in range(count))
    return Voices(notes, line, names, f"{count} voices found from the notes")
