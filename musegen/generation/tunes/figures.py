"""Moves of a tune as the critic measures them: intervals, turns, leaps and what follows them, figures again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musegen.features.counting import entropy, mean, shares
from musegen.generation.tunes.line import Line
from musegen.theory.tunes.symbols import Ints

Floats = npt.NDArray[np.float64]
_WIDEST, _REACH, _NEAR = 12, 9, 3
_OCTAVE, _FIFTH, _FOURTH = 12, 7, 5  # semitones
_SIZES = 3, 5, 7
"""Moves of a figure."""


def interval_shares(line: Line) -> list[float]:
    """Shares of intervals in semitones and in staff places, the widest ones, how many rise, stand, leap."""
    size = abs(line.intervals)
    by_semitone = shares(np.clip(line.intervals, -_WIDEST, _WIDEST) + _WIDEST, 2 * _WIDEST + 1)
    by_place = shares(np.clip(line.moves, -_REACH, _REACH) + _REACH, 2 * _REACH + 1)
    commonest = np.sort(by_semitone)[::-1]
    widest = np.append(np.sort(size)[::-1], np.zeros(4))
    return [
        *by_semitone, *by_place, *widest[:4], mean(size), float(size.std()), mean(line.moves > 0),
        mean(line.moves == 0), entropy(by_semitone), entropy(by_place), mean(size > _FIFTH), mean(size == _OCTAVE),
        mean(size >= _FOURTH), commonest[0], commonest[1],
    ]  # fmt: skip


def move_pairs(line: Line) -> Floats:
    """(49,): shares of successions of two moves, from a leap down to a leap up."""
    move = np.clip(line.moves, -_NEAR, _NEAR) + _NEAR
    return shares(move[:-1] * 7 + move[1:], 49)


def directions(line: Line) -> Floats:
    """(27,): shares of successions of three moves down, none or up."""
    way = np.sign(line.moves) + 1
    return shares(way[:-2] * 9 + way[1:-1] * 3 + way[2:], 27)


def shapes(line: Line) -> list[float]:
    """How many moves go on one way and how far; what follows steps, thirds and leaps."""
    moves = line.moves
    first, second = moves[:-1], moves[1:]
    size, after, way = abs(first), abs(second), first * second
    count, reach = _arcs(moves[moves != 0])
    follows = [
        (size >= 2, way < 0), (size >= 3, way < 0), (size >= 2, (way < 0) & (after == 1)),
        (size >= 3, (way < 0) & (after == 1)), (size >= 2, after >= 2), (size == 1, (after == 1) & (way > 0)),
        (size == 1, (after == 1) & (way < 0)), (size == 2, (after == 2) & (way > 0)),
    ]  # fmt: skip
    back = (line.place[2:] == line.place[:-2]) & (after > 0)
    return [
        mean(count), float(count.std()), mean(reach), float(reach.std()), float(reach.max()), float(count.max()),
        *(mean(told[where]) for where, told in follows), mean(back), mean((size == 0) & (after == 0)),
    ]  # fmt: skip


def runs(line: Line) -> list[float]:
    """Figures of three, five and seven moves, and of four notes: how many came before, and how often the commonest."""
    found: list[float] = []
    moves = np.clip(line.moves, -7, 7) + 7
    for codes in [*(_windows(moves, size, 15) for size in _SIZES), _windows(line.place - line.place.min(), 4, 40)]:
        counts = np.unique(codes, return_counts=True)[1]
        found += [1 - len(counts) / len(codes), counts.max() / len(codes)] if len(codes) else [np.nan, np.nan]
    return found


def _arcs(moves: Ints) -> tuple[Ints, Ints]:
    """Of every part that goes one way: how many moves, and how many staff places; one empty part where none moves."""
    turns = np.flatnonzero(np.diff(np.sign(moves)) != 0) + 1
    bounds = np.concatenate([[0], turns, [len(moves)]])
    reached = np.append(0, np.cumsum(moves))
    return np.diff(bounds), abs(np.diff(reached[bounds]))


def _windows(values: Ints, size: int, base: int) -> Ints:
    """(places,): a number for the values from each place on."""
    count = max(0, len(values) - size + 1)
    return np.asarray(sum(values[at : at + count] * base**at for at in range(size)))
