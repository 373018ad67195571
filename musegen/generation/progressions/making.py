"""Progressions made: drawn under what is asked for, varied round one, blended between two."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.errors import NoSolution, UsageError
from musegen.generation.progressions.asking import MOST_MEASURES, ChordsAsked, functions_asked, task_of
from musegen.generation.progressions.choosing import most_telling
from musegen.generation.progressions.closes import closing_pairs
from musegen.generation.progressions.drawing import draw
from musegen.generation.progressions.nearest import nearest
from musegen.generation.progressions.tasks import Task, last_measures
from musegen.generation.wishes import check_temperature
from musegen.score.meter import TimeSignature
from musegen.theory.keys import EXERCISE_KEYS, Key
from musegen.theory.progressions.chords import Bools, Ints
from musegen.theory.progressions.encoding import said
from musegen.theory.progressions.network import Parts, shipped
from musegen.theory.progressions.progression import Grid, Progression, Style

Rows = TypeVar("Rows", bound=npt.NDArray[np.generic])

CANDIDATES = 24
"""A progression is the best of so many that are drawn."""
_FINER = 6
"""Blends that are tried for each step."""
MOST = 100
"""Steps from one progression to another."""
_MINOR = {"song": 0.1, "chorale": 0.45}
_METERS = {"song": {"4/4": 0.78, "3/4": 0.16, "2/4": 0.03, "6/8": 0.03}, "chorale": {"4/4": 0.9, "3/4": 0.1}}
"""Shares of minor keys, and of meters, among the pieces that were learned from."""
_SIGNATURES = 4
"""Keys that are drawn have so many accidentals at most."""


def drawn_key(style: Style, rng: Generator) -> Key:
    """A home key, minor as often as in music of this style.

    >>> abs(drawn_key("song", np.random.default_rng(1)).signature) <= 4
    True
    """
    minor = rng.random() < _MINOR[style]
    keys = [key for name in EXERCISE_KEYS if (key := Key.parse(name)).minor == minor]
    near = [key for key in keys if abs(key.signature) <= _SIGNATURES]
    return near[int(rng.integers(len(near)))]


def drawn_meter(style: Style, rng: Generator) -> TimeSignature:
    """A meter, each as often as in music of this style."""
    names, shares = zip(*_METERS[style].items(), strict=True)
    return TimeSignature.parse(names[int(rng.choice(len(names), p=shares))])


def progression(
    asked: ChordsAsked, rng: Generator, *, temperature: float = 1.0, network: Parts | None = None
) -> Progression:
    """A progression that keeps all that is asked for.

    Raises:
        UsageError: what is asked for cannot be meant.
        NoSolution: no progression keeps all of it; names the smallest set of wishes that conflict.

    >>> asked = ChordsAsked(Key.parse("B-"), measures=4, style="chorale")
    >>> piece = progression(asked, np.random.default_rng(1))
    >>> piece.figures[0], int(piece.grid.measure[-1])
    ('I', 3)
    """
    check_temperature(temperature)
    task = task_of(asked)
    wanted = functions_asked(asked, task.grid)
    told = said(task.grid, asked.style, minor=asked.key.minor, functions=wanted)
    found = draw(task, told, rng, count=CANDIDATES, temperature=temperature, network=network)
    return most_telling([_piece(asked, task, chords) for chords in found.chords], found.log_probability)


def around(
    piece: Progression,
    asked: ChordsAsked,
    rng: Generator,
    *,
    distance: float = 1.0,
    temperature: float = 0.7,
    network: Parts | None = None,
) -> Progression:
    """A variation of a progression, which keeps what is asked for; meter and measures are the piece's.

    The latent of every measure is moved by `distance` times a standard Gaussian; 0 is the piece itself where it keeps
    the laws, else the lawful one that differs at fewest pulses (`nearest`).

    Raises:
        UsageError, NoSolution: as `progression`; the piece is too long.
    """
    check_temperature(temperature)
    network = network or shipped()
    piece = without_pickup(piece)
    if not distance:
        return kept(piece, asked)
    asked, task = _like(piece, asked)
    latent = network.latents(piece).mean
    told = said(task.grid, asked.style, minor=asked.key.minor)
    moved = latent + distance * rng.standard_normal(latent.shape).astype(np.float32)
    found = draw(task, told, rng, latent=moved[None], temperature=temperature, network=network)
    return _piece(asked, task, found.chords[0])


def kept(piece: Progression, asked: ChordsAsked) -> Progression:
    """A progression as it is, in the key of `asked`; where it breaks laws or wishes, the nearest that keeps them."""
    piece = without_pickup(piece)
    asked, task = _like(piece, asked)
    return _piece(asked, task, nearest(task, piece.chords))


def between(
    first: Progression, second: Progression, steps: int, asked: ChordsAsked, *, network: Parts | None = None
) -> list[Progression]:
    """So many progressions on the way from one to another, each lawful; in the key of `asked`.

    The first and the last are the two themselves where they keep the laws, else the nearest that do. Between them the
    latents of their measures are blended; the steps share what changes on the way as equally as they can. Of two
    lengths there are those between, too. Laws and mode are those of the nearer end.

    Raises:
        UsageError: their meters differ, or so many steps cannot be made.
        NoSolution: as `progression`.
    """
    if not 2 <= steps <= MOST:
        raise UsageError(f"{steps} steps cannot be made", hint=f"2 to {MOST} can, the two ends among them")
    if first.meter != second.meter:
        told = f"one is in {first.meter}, the other in {second.meter}"
        raise UsageError(told, hint="progressions of one meter can be blended")
    network = network or shipped()
    ends = [without_pickup(piece) for piece in (first, second)]
    wishes = [replace(asked, key=Key(asked.key.tonic, end.key.minor), style=end.style) for end in ends]
    path = [kept(*pair) for pair in zip(ends, wishes, strict=True)]
    path[1:1] = _blended(ends, wishes, np.linspace(0.0, 1.0, _FINER * (steps - 1) + 1)[1:-1], network)
    return [path[place] for place in _evenly(path, steps)]


def _blended(
    ends: list[Progression], wishes: list[ChordsAsked], shares: np.ndarray[tuple[int], np.dtype[np.float64]],
    network: Parts,
) -> list[Progression]:  # fmt: skip
    """The likeliest lawful progression for each share of the second end."""
    lengths = [int(end.grid.measure[-1]) + 1 for end in ends]
    latents = [network.latents(end).mean for end in ends]
    measures = np.rint((1 - shares) * lengths[0] + shares * lengths[1]).astype(int)
    nearer = (shares > 0.5).astype(int)
    path: list[Progression] = []
    for end, length in dict.fromkeys(zip(nearer.tolist(), measures.tolist(), strict=True)):
        here = shares[(nearer == end) & (measures == length)]
        one, other = (_stretched(latent, length) for latent in latents)
        latent = np.stack([(1 - share) * one + share * other for share in here]).astype(np.float32)
        if length == lengths[end]:
            wish, task = _like(ends[end], wishes[end])
        else:
            wish = replace(wishes[end], meter=ends[end].meter, measures=length)
            task = task_of(wish)
        told = said(task.grid, wish.style, minor=wish.key.minor)
        made = draw(task, told, None, count=len(latent), latent=latent, network=network)
        path += [_piece(wish, task, chords) for chords in made.chords]
    return path


def _evenly(path: Sequence[Progression], steps: int) -> list[int]:
    """Places on a path from its first piece to its last one, by as equal shares of what changes as there are."""
    first, last = ([_apart(piece, end) for piece in path] for end in (path[0], path[-1]))
    gone = np.maximum.accumulate([away / max(away + left, 1e-9) for away, left in zip(first, last, strict=True)])
    wanted = np.linspace(0.0, 1.0, steps)
    inner = [int(np.abs(gone - share).argmin()) for share in wanted[1:-1]]
    return [0, *inner, len(path) - 1]


def _apart(one: Progression, other: Progression) -> float:
    """The share of pulses at which two progressions differ, the shorter one stretched."""
    longest = max(len(one.chords), len(other.chords))
    chords = [_stretched(piece.chords, longest) for piece in (one, other)]
    return float((chords[0] != chords[1]).mean())


def without_pickup(piece: Progression) -> Progression:
    """The progression from its first full measure.

    Raises:
        UsageError: nothing is left, or it is too long.
    """
    grid = piece.grid
    kept = grid.measure >= int(grid.pulse[0] > 0)
    measures = len(np.unique(grid.measure[kept]))
    if not 1 <= measures <= MOST_MEASURES:
        raise UsageError(f"{measures} measures cannot be had", hint=f"1 to {MOST_MEASURES} can")
    rest = Grid(grid.measure[kept] - grid.measure[kept][0], grid.pulse[kept], grid.pulses[kept], grid.ends_phrase[kept])
    return replace(piece, grid=rest, chords=piece.chords[kept])


def _like(piece: Progression, asked: ChordsAsked) -> tuple[ChordsAsked, Task]:
    """The wishes on the measures of a piece; where nobody says how its phrases end, they end where its own do."""
    here = replace(asked, meter=piece.meter, measures=int(piece.grid.measure[-1]) + 1)
    plain = task_of(here).grid
    is_regular = np.array_equal(piece.grid.measure, plain.measure) and np.array_equal(piece.grid.pulse, plain.pulse)
    last = plain.measure[plain.ends_phrase]
    ends = (np.append(np.diff(piece.grid.measure), 1) > 0) & np.isin(piece.grid.measure, last)
    grid = plain if is_regular else replace(piece.grid, ends_phrase=ends)
    if asked.phrases or asked.cadences or asked.functions:
        return here, task_of(here, grid)
    own = piece.grid if piece.grid.ends_phrase[:-1].any() else grid
    ends = np.append(own.ends_phrase[:-1], True)
    closed = _closed(replace(grid, ends_phrase=ends), piece.chords, here)
    with suppress(NoSolution):
        return here, task_of(here, replace(grid, ends_phrase=closed))
    return here, task_of(here, replace(grid, ends_phrase=np.arange(len(grid)) == len(grid) - 1))


def _closed(grid: Grid, chords: Ints, asked: ChordsAsked) -> Bools:
    """(pulse,): the ends of phrases that chords close as laws ask, and the end of the piece."""
    pairs = closing_pairs(None, asked.laws, asked.key.minor, asked.level)
    begins, may_close, found = np.flatnonzero(np.diff(chords, prepend=-1)), last_measures(grid), grid.ends_phrase.copy()
    for end in np.flatnonzero(found)[:-1].tolist():
        last = int(begins[begins <= end][-1])
        found[end] = last > 0 and may_close[last] and pairs[chords[last - 1], chords[last]]
    return found


def _piece(asked: ChordsAsked, task: Task, chords: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Progression:
    return Progression(asked.key, asked.meter, asked.style, task.grid, chords)


def _stretched(rows: Rows, length: int) -> Rows:
    return rows[np.arange(length) * len(rows) // length]  # type: ignore[return-value]
