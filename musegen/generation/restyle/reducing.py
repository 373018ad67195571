"""The skeleton of a melody: one note a beat, and between them what passes by step."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from musegen.generation.restyle.choosing import cheapest_row
from musegen.generation.restyle.lines import Line, Note
from musegen.theory.tunes.symbols import GRID

_LEAPS = (0.6, 0.0, 1.0, 2.0, 2.5, 4.0, 9.0, 5.0)
"""What an interval costs, by staff steps; wider ones as much as a seventh."""
_UNSINGABLE = 9.0
_LATER = 0.2
"""What it costs that not the first note of a beat stands for it; on a stressed beat it is twice as much."""
_PAIR, _SHORT_LEAPS, _RUNS = -0.1, 3.0, 4.0
"""What a second note in a beat costs; what it costs that it leaps on; what notes are worth that follow each other as
they did, where they are wanted."""
_LEAP_AFTER_LEAP = 2.0
_PERFECT, _TRITONE = (0, 5, 7, 12), 6


def skeleton(
    line: Line, unit: int = GRID, *, ornaments: bool = True, kept: frozenset[int] = frozenset(), dense: range = range(0)
) -> Line:
    """The line with one note for every `unit` of time in which any begins, the most singable row of them.

    With `ornaments`, a second note of that time may stay where it goes on by step, as half of it. In the time that is
    `dense` notes are wanted that follow each other as they did. Notes whose numbers are in `kept` stand for their
    beats. Longer notes stay as they are.

    >>> from musegen.generation.restyle.lines import line_of
    >>> from musegen.score.textgrid import parse_grid
    >>> reel = line_of(parse_grid("meter: 4/4; unit: 1/8\\nS: c5 g4 e5 g4 f5 e5 d5 b4 | c5 . . . . . . ."))
    >>> [line.pitch(note).name for line in [skeleton(reel)] for note in line.notes]
    ['C5', 'E5', 'F5', 'E5', 'D5', 'C5']
    """
    cells: dict[int, list[Note]] = {}
    for note in line.notes:
        cells.setdefault(note.onset // unit, []).append(note)
    numbers = list(cells)
    follows = [two == one + 1 for one, two in pairwise(numbers)] + [False]
    options = [
        list(_options(line, cell, 0 if not ornaments or not follows[place] else 2 if cell[0].onset in dense else 1))
        for place, cell in enumerate(cells.values())
    ]

    def alone(place: int, option: Option) -> float:
        cell = cells[numbers[place]]
        wanted = _RUNS * _following(option) if cell[0].onset in dense else 0.0
        return _place_cost(line, option[0], cell, unit, kept) + _PAIR * (len(option) > 1) - wanted

    def between(_: int, one: Option, two: Option) -> float:
        wanted = _RUNS * (one[-1].source + 1 == two[0].source) if one[0].onset in dense else 0.0
        return _joining(line, one, two) - wanted

    chosen = cheapest_row(options, alone, between)
    return line._replace(notes=tuple(_placed(line, numbers, chosen, unit)))


Option = tuple[Note, ...]
"""What stands for a cell: a note or two."""


def _options(line: Line, cell: list[Note], widest: int) -> Iterator[Option]:
    """Each note of a cell, and two that are so many steps apart at most."""
    yield from ((note,) for note in cell)
    for one, two in combinations(cell, 2):
        if 0 < abs(one.place - two.place) <= widest and leap(line, one, two) < _UNSINGABLE:
            yield one, two


def _following(option: Option) -> int:
    return sum(one.source + 1 == two.source for one, two in pairwise(option))


def _joining(line: Line, one: Option, two: Option) -> float:
    """What it costs to sing one cell after the other: short notes do not leap."""
    cost = leap(line, one[-1], two[0])
    return cost + _SHORT_LEAPS * (len(one) > 1 and not _is_step(line, one[-1], two[0]))


def _placed(line: Line, cells: list[int], chosen: list[Option], unit: int) -> Iterator[Note]:
    """The chosen notes in their new times."""
    firsts = [option[0] for option in chosen]
    starts = _starts(line, cells, firsts, unit)
    for option, onset, end in zip(chosen, starts, [*starts[1:], line.end], strict=True):
        length = _length(line, option[0], onset, end)
        if len(option) == 1:
            yield option[0]._replace(onset=onset, length=length)
        else:
            half = (end - onset) // 2
            yield option[0]._replace(onset=onset, length=half)
            yield option[1]._replace(onset=onset + half, length=end - onset - half)


def _starts(line: Line, cells: list[int], chosen: list[Note], unit: int) -> list[int]:
    """Where the chosen notes begin: on their beat, but for an upbeat of half of one."""
    return [
        note.onset
        if number == 0 and note.onset < 0 and len(cells) > 1 and note.onset % unit == unit // 2
        else cell * unit
        for number, (cell, note) in enumerate(zip(cells, chosen, strict=True))
    ]


def _length(line: Line, note: Note, onset: int, following: int) -> int:
    """To the next note, or to where it has ended if it ended on a beat before."""
    stop = -(-note.end // GRID) * GRID
    return (min(following, stop) if onset < stop else following) - onset


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


def roughness(line: Line) -> float:
    """What the line costs to sing, a note; leaps after leaps cost more."""
    leaps = [abs(two.place - one.place) > 1 for one, two in pairwise(line.notes)]
    after = sum(one and two for one, two in pairwise(leaps))
    cost = sum(leap(line, one, two) for one, two in pairwise(line.notes))
    return (cost + _LEAP_AFTER_LEAP * after) / max(len(leaps), 1)


def _is_step(line: Line, one: Note, two: Note) -> bool:
    steps = abs(one.place - two.place)
    return steps == 1 and abs(line.pitch(one).pitch - line.pitch(two).pitch) <= 2
