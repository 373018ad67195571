"""The melody of a chorale made of another melody: a note a beat, phrases that come to rest under fermatas."""

from __future__ import annotations

from collections.abc import Iterable

from musegen.generation.restyle.lines import Line, Note
from musegen.theory.tunes.symbols import GRID

_HALF = 2 * GRID


def with_rests_sung(line: Line) -> Line:
    """The line without silences: each note lasts to the next."""
    ends = [note.onset for note in line.notes[1:]] + [line.end]
    return line._replace(
        notes=tuple(note._replace(length=end - note.onset) for note, end in zip(line.notes, ends, strict=True))
    )


def at_rest(line: Line) -> Line:
    """The line with phrases that end with a note of two beats or more, on a strong beat; what follows it leaves.

    >>> from musegen.generation.restyle.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> line = line_of(parse_grid("meter: 4/4\\nS: c5 d5 e5 f5 | g5^ f5 e5 d5 | c5 d5 e5 f5 | g5 e5 c5 ."))
    >>> [note.length // 24 for note in at_rest(line._replace(phrases=(192, 384))).notes]
    [1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2]
    """
    notes: list[Note] = []
    begin = line.notes[0].onset
    for end in line.phrases:
        notes += _resting(line, [note for note in line.notes if begin <= note.onset < end], end)
        begin = end
    return line._replace(notes=tuple(notes))


def _resting(line: Line, phrase: list[Note], end: int) -> list[Note]:
    """The notes of a phrase, the last one long."""
    place = _place_of_rest(line, phrase, end)
    if place is None:
        return phrase
    before = [note for note in phrase if note.onset < place]
    there = next(note for note in reversed(phrase) if note.onset <= place)
    after = [note for note in phrase if note.onset >= place]
    last = min(after, key=lambda note: (abs(note.onset - place), note.onset)) if after else there
    if before and before[-1].end > place:
        before[-1] = before[-1]._replace(length=place - before[-1].onset)
    return [*before, last._replace(onset=place, length=end - place)]


def _place_of_rest(line: Line, phrase: list[Note], end: int) -> int | None:
    """Where the last note of a phrase begins, so that it is long and stressed; None where it is so already."""
    if not phrase or phrase[-1].length >= _HALF:
        return None
    lines = _strong(line, end)
    return next((place for place in lines if phrase[0].onset < place <= phrase[-1].onset), None)


def _strong(line: Line, end: int) -> Iterable[int]:
    """Strong beats before the end of a phrase from which a note of two beats fits, the last one first; then of one."""
    step = _HALF if line.meter.numerator == 4 else line.bar
    first = (end - 1) // step * step
    places = [first, first - step]
    return [place for place in places if end - place >= _HALF] or places
