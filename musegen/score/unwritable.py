"""Notes that no score can hold: below C0 or above the octave of C9."""

from __future__ import annotations

from musegen.errors import MalformedScore
from musegen.score.model import Score
from musegen.score.pitch import octave_of, pitch_name

WRITABLE = (0, 9)
"""The lowest and highest octave that MusicXML has; C4 is middle C."""


def refuse_unwritable(score: Score) -> None:
    """Nothing, if every note can be written.

    Raises:
        MalformedScore: one cannot; says measure and beat.
    """
    lowest, highest = WRITABLE
    octave = octave_of(score.notes["pitch"], score.notes["fifths"])
    for row in score.notes.rows[(octave < lowest) | (octave > highest) | (score.notes["pitch"] > 127)]:
        name = pitch_name(int(row["pitch"]), int(row["fifths"]))
        measure, beat = score.place(int(row["onset"]))
        where = "below C0" if row["pitch"] < 60 else "above G9"
        raise MalformedScore(
            f"the note {name} lies {where}, outside all instruments",
            measure=measure,
            beat=beat,
            hint="octaves go from 0 to 9; keys that only switch sounds, as some MIDI files hold them, are no notes",
        )
