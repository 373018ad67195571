"""What was played together on paper: a part for the player and one for the machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from musegen.engraving.metrical_ties import tied_in_meter
from musegen.errors import UsageError
from musegen.generation.continuation.session import Note
from musegen.score.meter import TICKS_PER_QUARTER, TimeSignature
from musegen.score.model import BASS, TREBLE, Clef, KeySignature, Measure, Metadata, Part, Score
from musegen.score.table import NoteTable
from musegen.theory.tunes.symbols import GRID, MODES, Home

_TICKS = TICKS_PER_QUARTER // GRID
_MIDDLE_C = 60


def score_of_lines(
    lines: Sequence[Sequence[Note]], home: Home, meter: TimeSignature, *, title: str = "", names: Sequence[str] = ()
) -> Score:
    """Lines of notes, the upper one first, as the parts of a score, up to the end of the measure that ends last.

    Notes of a line that overlap end where the next begins.

    Raises:
        UsageError: nothing was played.

    >>> from musegen.theory.tunes.symbols import home_named
    >>> score = score_of_lines([[Note(0, 24, 62, 2), Note(24, 24, 64, 4)]], home_named("D dorian"), TimeSignature(2, 4))
    >>> len(score.measures), score.measures[0].key_signature.mode
    (1, 'dorian')
    """
    end = max((note.end for line in lines for note in line), default=0)
    if not end:
        raise UsageError("nothing was played", hint="there is nothing to write")
    bar = int(meter.quarters * GRID)
    signature = KeySignature(home.signature, MODES[home.mode])
    count = -(-end // bar)
    measures = tuple(
        Measure(str(number + 1), number * bar * _TICKS, bar * _TICKS, meter, signature, False, _barline(number, count))
        for number in range(count)
    )
    parts = tuple(
        Part(f"P{number + 1}", names[number] if names else "", clefs=(_clef(line),))
        for number, line in enumerate(lines)
    )
    empty = Score(NoteTable.of([]), measures, parts, metadata=Metadata(title=title))
    records = [record for number, line in enumerate(lines) for record in _records(line, number)]
    written = NoteTable.of(tied_in_meter(records, empty))
    return Score(written, measures, parts, metadata=empty.metadata)


def _barline(number: int, count: int) -> str:
    return "final" if number == count - 1 else ""


def _clef(line: Sequence[Note]) -> Clef:
    return BASS if line and np.median([note.pitch for note in line]) < _MIDDLE_C else TREBLE


def _records(line: Sequence[Note], part: int) -> Iterator[dict[str, int]]:
    ordered = sorted(line)
    for note, after in zip(ordered, [*ordered, None][1:], strict=True):
        length = min(note.length, after.onset - note.onset) if after else note.length
        if length > 0:
            yield {
                "onset": note.onset * _TICKS, "duration": length * _TICKS, "pitch": note.pitch, "fifths": note.fifths,
                "part": part,
            }  # fmt: skip
