"""The melody of a chorale made of another melody: a note a beat, phrases that come to rest under fermatas."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from musegen.generation.restyle.lines import Line, Note
from musegen.theory.tunes.symbols import GRID

_HALF = 2 * GRID


def with_rests_sung(line: Line) -> Line:
    """The line without silences: each note lasts to the next."""
    ends = [note.onset for note in line.notes[1:]] + [line.end]
    return line._replace(
        notes=tuple(note._replace(length=end - note.onset) for note, end in zip(line.notes, ends, strict=True))
    )


def with_whole_upbeat(line: Line) -> Line:
    """The line with an upbeat of whole beats, and phrases that end and begin with a beat; one with fermatas as it is.

    >>> from musegen.generation.restyle.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> grid = "meter: 2/4; unit: 1/8; pickup: 1/2\\nS: g4 | c5 d5 e5 f5 | g5 . ."
    >>> tune = with_whole_upbeat(line_of(parse_grid(grid)))
    >>> [(note.onset, note.length) for note in (tune.notes[0], tune.notes[-1])], tune.end
    ([(-24, 24), (48, 24)], 72)
    """
    first, last = line.notes[0], line.notes[-1]
    late = first.onset % GRID
    end = line.end // GRID * GRID if late else line.end
    if line.has_fermatas or first.onset >= 0 or last.onset >= end:
        return line
    notes = [first._replace(onset=first.onset - late, length=first.length + late), *line.notes[1:]]
    notes[-1] = last._replace(length=min(last.end, end) - last.onset)
    phrases, sections = (
        (*sorted({place // GRID * GRID for place in places[:-1]} - {end}), end)
        for places in (line.phrases, line.sections)
    )
    return line._replace(notes=tuple(notes), phrases=phrases, sections=sections)


def at_rest(line: Line) -> Line:
    """The line with phrases that end with a note of two beats or more, on a strong beat; what follows it leaves.

    The last one ends with its last note. A note at rest sounds up to the next phrase, unless that begins later than a
    beat after it.

    >>> from musegen.generation.restyle.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> line = line_of(parse_grid("meter: 4/4\\nS: c5 d5 e5 f5 | g5^ f5 e5 d5 | c5 d5 e5 f5 | g5 e5 c5 ."))
    >>> [note.length // 24 for note in at_rest(line._replace(phrases=(192, 384))).notes]
    [1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2]
    """
    phrases: list[list[Note]] = []
    begin = line.notes[0].onset
    for end in line.phrases:
        phrases.append(_resting(line, [note for note in line.notes if begin <= note.onset < end], end))
        begin = end
    phrases = [phrase for phrase in phrases if phrase]
    for phrase, following in pairwise(phrases):
        if phrase[-1].end < following[0].onset <= phrase[-1].end + GRID:
            phrase[-1] = phrase[-1]._replace(length=following[0].onset - phrase[-1].onset)
    ends = tuple(phrase[-1].end for phrase in phrases)
    return line._replace(notes=tuple(note for phrase in phrases for note in phrase), phrases=ends)


def _resting(line: Line, phrase: list[Note], end: int) -> list[Note]:
    """The notes of a phrase, the last one long."""
    place = _place_of_rest(line, phrase, end)
    if place is None:
        return phrase
    before = [note for note in phrase if note.onset < place]
    after = [note for note in phrase if note.onset >= place]
    last = after[-1] if end == line.end else min(after, key=lambda note: note.onset)
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
