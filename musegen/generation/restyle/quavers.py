"""Pairs of eighths in a florid voice: where a third is filled, and where a suspension resolves by way of its goal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from numpy.random import Generator

from musegen.generation.restyle.lines import ADDED, Note
from musegen.theory.tunes.symbols import GRID, alter_symbol, symbol_of

_HALF, _EIGHTH, _WHOLE = 2 * GRID, GRID // 2, 4 * GRID
_APART = 2
"""Measures from one pair of eighths to the next at least."""
_CHANCE = 0.7
"""That a place that could have a pair has one."""


def with_eighths(notes: Sequence[Note], rng: Generator) -> tuple[Note, ...]:
    """A voice over whole notes with pairs of eighths on second and fourth quarters, come to and left by step.

    >>> import numpy as np
    >>> sung = [Note(96 * at // 4, 96 * long // 4, symbol_of(place), -1) for at, long, place in
    ...         [(2, 4, 7), (6, 2, 6), (8, 1, 5), (9, 1, 4), (10, 2, 2), (12, 4, 3)]]
    >>> [note.place for note in with_eighths(sung, np.random.default_rng(1)) if note.length == 12]
    [6, 5]
    """
    found: list[Note] = []
    free = 0
    for number, note in enumerate(notes):
        before = notes[number - 1] if number else None
        after = notes[number + 1] if number + 1 < len(notes) else None
        pair = tuple(_divided(before, note, after))
        if pair and pair[-1].onset >= free and float(rng.random()) < _CHANCE:
            found += pair
            free = (pair[-1].onset // _WHOLE + _APART) * _WHOLE
        else:
            found.append(note)
    return tuple(found)


def _divided(before: Note | None, note: Note, after: Note | None) -> Iterator[Note]:
    """What stands for a note whose last quarter, or whose only one, is two eighths; nothing where it has none."""
    if after is None or note.symbol == after.symbol or alter_symbol(after.symbol):
        return
    last, steps = note.end - GRID, after.place - note.place
    weak = last // GRID % 2 == 1 and note.end == after.onset
    come = before is not None and abs(before.place - note.place) == 1
    if weak and note.length == GRID and come and abs(steps) == 2:
        yield note._replace(length=_EIGHTH)
        yield Note(last + _EIGHTH, _EIGHTH, symbol_of(note.place + steps // 2), ADDED)
    elif weak and _is_tied(note) and steps == -1 and after.length == _HALF:
        yield note._replace(length=note.length - GRID)
        yield Note(last, _EIGHTH, after.symbol, ADDED)
        yield Note(last + _EIGHTH, _EIGHTH, symbol_of(after.place - 1), ADDED)


def _is_tied(note: Note) -> bool:
    """Whether a note sounds over a barline for half a measure."""
    return note.onset // _WHOLE < (note.end - 1) // _WHOLE and note.end % _WHOLE == _HALF
