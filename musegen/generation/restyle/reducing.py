"""The skeleton of a melody: one note a beat, and between them what passes by step."""

from __future__ import annotations

from itertools import pairwise

from musegen.generation.restyle.choosing import cheapest_row
from musegen.generation.restyle.lines import Line, Note
from musegen.theory.tunes.symbols import GRID

_LEAPS = (0.6, 0.0, 1.0, 2.0, 2.5, 4.0, 9.0, 5.0)
"""What an interval costs, by staff steps; wider ones as much as a seventh."""
_UNSINGABLE = 9.0
_LATER = 0.2
"""What it costs that not the first note of a beat stands for it; on a stressed beat it is twice as much."""
_PERFECT, _TRITONE = (0, 5, 7, 12), 6


def skeleton(line: Line, unit: int = GRID, *, ornaments: bool = True, kept: frozenset[int] = frozenset()) -> Line:
    """The line with one note for every `unit` of time in which any begins, the most singable row of them.

    With `ornaments`, the notes that link two of these by step stay, as half of the first one's time. Notes whose
    numbers are in `kept` stand for their beats. Longer notes stay as they are.

    >>> from musegen.generation.restyle.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> reel = line_of(parse_grid("meter: 4/4; unit: 1/8\\nS: c5 g4 e5 g4 f5 e5 d5 b4 | c5 . . . . . . ."))
    >>> [line.pitch(note).name for line in [skeleton(reel)] for note in line.notes]
    ['C5', 'E5', 'F5', 'E5', 'D5', 'C5']
    """
    cells: dict[int, list[Note]] = {}
    for note in line.notes:
        cells.setdefault(note.onset // unit, []).append(note)
    chosen = _singable(line, list(cells.values()), unit, kept)
    starts = _starts(line, list(cells), chosen, unit)
    ends = [*starts[1:], line.end]
    spans = zip(chosen, starts, ends, strict=True)
    bare = [note._replace(onset=onset, length=_length(line, note, onset, end)) for note, onset, end in spans]
    if not ornaments:
        return line._replace(notes=tuple(bare))
    linked = [part for one, two in pairwise(bare) for part in _linked(line, one, two, cells[one.onset // unit], unit)]
    return line._replace(notes=(*linked, bare[-1]))


def _starts(line: Line, cells: list[int], chosen: list[Note], unit: int) -> list[int]:
    """Where the chosen notes begin: on their beat, but for what begins the line, or syncopates, off the beat."""
    return [
        note.onset if number == 0 and note.onset < 0 and len(cells) > 1 and note.onset % unit else cell * unit
        for number, (cell, note) in enumerate(zip(cells, chosen, strict=True))
    ]


def _length(line: Line, note: Note, onset: int, following: int) -> int:
    """To the next note, or to where it has ended if it ended on a beat before."""
    stop = -(-note.end // GRID) * GRID
    return (min(following, stop) if onset < stop else following) - onset


def _singable(line: Line, cells: list[list[Note]], unit: int, kept: frozenset[int]) -> list[Note]:
    """The cheapest row of notes, one of each cell."""
    return cheapest_row(
        cells,
        lambda place, note: _place_cost(line, note, cells[place], unit, kept),
        lambda _, one, two: leap(line, one, two),
    )


def _place_cost(line: Line, note: Note, cell: list[Note], unit: int, kept: frozenset[int]) -> float:
    """What it costs that a note stands for its cell: the first of it nothing, the last of the line neither."""
    stressed = (note.onset // unit) % 2 == 0
    if any(other.source in kept for other in cell) and note.source not in kept:
        return 4 * _UNSINGABLE
    if note is cell[0]:
        return 0.0
    if cell[-1] is line.notes[-1]:
        return -2 * _UNSINGABLE if note is cell[-1] else 0.0
    return _LATER * (2 if stressed else 1)


def leap(line: Line, one: Note, two: Note) -> float:
    """What it costs to sing from one note to the other."""
    steps = abs(two.place - one.place)
    semitones = abs(line.pitch(two).pitch - line.pitch(one).pitch)
    cost = _LEAPS[steps] if steps < len(_LEAPS) else _LEAPS[6]
    bare = steps in (3, 4, 7) and semitones not in _PERFECT
    if bare or semitones == _TRITONE or (steps == 1 and semitones > 2) or (steps == 0 and semitones):
        cost += _UNSINGABLE
    return cost


def _linked(line: Line, one: Note, two: Note, cell: list[Note], unit: int) -> list[Note]:
    """A note, and after it what of its cell leads on to the next by step."""
    after = [note for note in cell if note.source > one.source]
    links = [note for note in after if _is_step(line, one, note) and _is_step(line, note, two)]
    if not links or one.length != unit or two.onset != one.onset + unit:
        return [one]
    half = unit // 2
    return [one._replace(length=half), links[-1]._replace(onset=one.onset + half, length=half)]


def _is_step(line: Line, one: Note, two: Note) -> bool:
    steps = abs(one.place - two.place)
    return steps == 1 and abs(line.pitch(one).pitch - line.pitch(two).pitch) <= 2
