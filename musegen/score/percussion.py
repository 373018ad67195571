"""Drums and cymbals: their General MIDI numbers, names, places on the staff and noteheads.

Places and heads follow N. Weinberg, Guide to Standardized Drumset Notation (1998), as far as it names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

import numpy as np

from musegen.errors import UsageError, nearest
from musegen.score.model import Clef, Drum, Part, Score
from musegen.score.pitch import parse_pitch
from musegen.score.table import Flag, NoteTable

PERCUSSION = Clef("percussion", 3)
DRUM_CHANNEL = 9
_NATURAL = (0, 7, 2, -3, 4, -1, 6, 1, 8, 3, -2, 5)
_TABLE = (
    (35, "low kick", "E4", ""), (36, "kick", "F4", ""), (37, "side stick", "C5", "x"), (38, "snare", "C5", ""),
    (39, "hand clap", "E5", "x"), (40, "electric snare", "C5", ""), (41, "low floor tom", "G4", ""),
    (42, "closed hi-hat", "G5", "x"), (43, "floor tom", "A4", ""), (44, "pedal hi-hat", "D4", "x"),
    (45, "low tom", "B4", ""), (46, "open hi-hat", "G5", "circle-x"), (47, "mid tom", "D5", ""),
    (48, "high tom", "E5", ""), (49, "crash", "A5", "x"), (50, "highest tom", "F5", ""), (51, "ride", "F5", "x"),
    (52, "china", "B5", "x"), (53, "ride bell", "F5", "diamond"), (54, "tambourine", "E5", "triangle"),
    (55, "splash", "B5", "diamond"), (56, "cowbell", "E5", "x"), (57, "second crash", "A5", "circle-x"),
    (59, "second ride", "F5", "circle-x"), (60, "high bongo", "E5", ""), (61, "low bongo", "C5", ""),
    (62, "muted conga", "D5", "x"), (63, "high conga", "D5", ""), (64, "low conga", "B4", ""),
    (69, "cabasa", "G5", "x"), (70, "maracas", "G5", "x"), (75, "claves", "E5", "x"), (76, "high wood block", "E5", ""),
    (77, "low wood block", "C5", ""), (80, "muted triangle", "A5", "x"), (81, "triangle", "A5", ""),
)  # fmt: skip


@cache
def drums_by_name() -> Mapping[str, Drum]:
    """Every drum that has a name here.

    >>> drums_by_name()["kick"].number
    36
    """
    return {name: Drum(number, name, parse_pitch(place).pitch, head) for number, name, place, head in _TABLE}


def drum_named(name: str) -> Drum:
    """The drum of that name.

    Raises:
        UsageError: there is none.
    """
    found = drums_by_name().get(name)
    if found is None:
        raise UsageError(f"there is no drum `{name[:60]}`", hint=nearest(name, drums_by_name()))
    return found


def drum_of(number: int) -> Drum:
    """The drum of a General MIDI number; one without a name here stands on the middle line.

    >>> drum_of(42).name, drum_of(90).name
    ('closed hi-hat', 'percussion 90')
    """
    known = {drum.number: drum for drum in drums_by_name().values()}
    return known.get(number) or Drum(number, f"percussion {number}", parse_pitch("B4").pitch)


def kit_of(numbers: Iterable[int]) -> tuple[Drum, ...]:
    """The drums of these numbers, each once, in order."""
    return tuple(drum_of(number) for number in sorted(set(numbers)))


def fifths_of_key(number: int) -> int:
    """A name, on the line of fifths, for a key number: a drum's has no meaning, but a row must have one."""
    return _NATURAL[number % 12]


def as_displayed(score: Score) -> Score:
    """The score with every drum's pitch at its place in the staff, and without kits: for programs that know no kits."""
    if not any(part.kit for part in score.parts):
        return score
    rows = score.notes.rows.copy()
    for number, part in enumerate(score.parts):
        here = (rows["part"] == number) & ((rows["flags"] & Flag.UNPITCHED) > 0)
        pitches = rows["pitch"].copy()
        for drum in part.kit:
            rows["pitch"][here & (pitches == drum.number)] = drum.place
            rows["fifths"][here & (pitches == drum.number)] = fifths_of_key(drum.place)
    parts = tuple(part._replace(kit=()) for part in score.parts)
    return replace(score, notes=NoteTable(rows), parts=parts)


def as_heard(rows: np.ndarray[tuple[int], np.dtype[np.void]], part: Part) -> list[tuple[int, int, int]]:
    """(onset, duration, General MIDI number) of the drums that the rows of a part strike."""
    numbers = {drum.number for drum in part.kit}
    struck = rows[(rows["flags"] & Flag.UNPITCHED > 0) & (rows["flags"] & Flag.TIED_FROM_PREVIOUS == 0)]
    return [
        (int(row["onset"]), int(row["duration"]), int(row["pitch"])) for row in struck if int(row["pitch"]) in numbers
    ]
