"""Tilts: nats off notes so that moves, and intervals between two voices, come as often as with Bach.

A network that goes on from its own frames drifts, and laws turn it aside: in its basses rising thirds came three times
as often as in Bach's. So its chances are tilted until what is drawn under held-out melodies has about
his shares of all moves and of all intervals after one another (iterative scaling: Darroch & Ratcliff 1972).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.foreign import Going
from musegen.generation.neural.frames import A_QUARTER, VOICES
from musegen.generation.neural.listening import EVERY, NOTES, numbers_of
from musegen.generation.neural.said import style_number

Array = npt.NDArray[Any]

DATA = Path(__file__).parent.parent / "data" / "tilts.npz"
WIDEST = 13
"""Semitones from which on a move is only wide."""
_PLAIN, _FLORID = 1.5, -1.5
"""Nats for a note between pulses."""
_STEP = 2
_WAYS = 5
_PAIRS = [(upper, lower) for upper in range(VOICES) for lower in range(upper + 1, VOICES)]


class Tilts(NamedTuple):
    """A number for each kind of move and of succession: nats, or how often it comes."""

    moves: Array  # (voice, on a pulse, how the note before was reached, semitones + WIDEST)
    pairs: Array  # (upper, lower, on a pulse, in similar motion, interval before mod 12, interval mod 12)


def nothing() -> Tilts:
    """Zeros."""
    return Tilts(np.zeros((VOICES, 2, _WAYS, 2 * WIDEST + 1)), np.zeros((VOICES, VOICES, 2, 2, 12, 12)))


@cache
def tilts() -> Tilts:
    """Those that ship."""
    with np.load(DATA) as found:
        return Tilts(*(found[name].astype(np.float64) for name in Tilts._fields))


def of_moves(tilt: Tilts, come: Going, pulse: Array, voices: Sequence[int]) -> dict[int, Array]:
    """By voice (rows, notes): what is taken off notes for the moves that they make."""
    on_pulse, ways = pulse.astype(np.intp)[:, None], _ways(come.reached)
    found = {}
    for voice in voices:
        before = come.before[:, voice, None]
        moves = tilt.moves[voice][on_pulse, ways[:, voice, None], _move(EVERY - before)]
        found[voice] = np.where((before > 0) & (EVERY > 0), moves, 0.0)
    return found


def of_style(style: Array, before: Array, pulse: Array) -> Array:
    """(rows, notes): what is taken off notes that move between pulses, for the style that is said of each row.

    `before` (rows,) is the voice's note before. Told its style alone, the network hardly hears it.
    """
    price = np.select([style == style_number("plain"), style == style_number("florid")], [_PLAIN, _FLORID], 0.0)
    moves = (before[:, None] != EVERY) & (before[:, None] > 0) & ~pulse[:, None]
    return np.asarray(price[:, None] * moves)


def of_pairs(tilt: Tilts, voice: int, before: Array, note: Array, pulse: Array) -> Array:
    """(rows, notes): what is taken off notes of a voice for what they make with each voice that is decided.

    `before` and `note` (rows, voices) are numbers of notes, before and now; NOT_GIVEN where a voice is not decided.
    """
    cost = np.zeros((len(note), NOTES))
    own = np.sign(EVERY - before[:, voice, None])
    for other in range(VOICES):
        known = (note[:, other] > 0) & (note[:, other] < NOTES) & (before[:, [voice, other]] > 0).all(axis=1)
        rows = np.flatnonzero(known)
        if other == voice or not len(rows):
            continue
        upper, lower = sorted((voice, other))
        here, way = note[rows, other, None], np.sign(note[rows, other] - before[rows, other])[:, None]
        similar = (own[rows] == way) & (way != 0)
        was = (before[rows, upper] - before[rows, lower]) % 12
        now = (here - EVERY if other < voice else EVERY - here) % 12
        table = tilt.pairs[upper, lower][
            pulse[rows].astype(np.intp)[:, None], similar.astype(np.intp), was[:, None], now
        ]
        cost[rows] += np.where((own[rows] != 0) | (way != 0), table, 0.0)
    return cost


def counted(pitch: Array, phase: Array) -> Tilts:
    """How often each comes in frames (frames, voices), whose `phase` is `Said`'s."""
    found, note = nothing(), numbers_of(pitch.astype(np.int64))
    before, now, pulse = note[:-1], note[1:], (phase[1:] % A_QUARTER == 0).astype(np.intp)
    ways, moves, both = _ways(_reached(note))[1:], now - before, (before > 0) & (now > 0)
    for voice in range(VOICES):
        at = both[:, voice]
        np.add.at(found.moves[voice], (pulse[at], ways[at, voice], _move(moves[at, voice])), 1)
    for upper, lower in _PAIRS:
        two = [upper, lower]
        at = both[:, two].all(axis=1) & (moves[:, two] != 0).any(axis=1)
        way = np.sign(moves[at])
        similar = ((way[:, upper] == way[:, lower]) & (way[:, upper] != 0)).astype(np.intp)
        was, here = ((column[at, upper] - column[at, lower]) % 12 for column in (before, now))
        np.add.at(found.pairs[upper, lower], (pulse[at], similar, was, here), 1)
    return found


def _reached(note: Array) -> Array:
    """(frames, voices): by how many semitones the note before each frame was reached; 0 where it is the first."""
    found = np.zeros_like(note)
    for time in range(2, len(note)):
        old, last = note[time - 2], note[time - 1]
        found[time] = np.where((last != old) & (last > 0) & (old > 0), last - old, found[time - 1])
    return found


def _ways(reached: Array) -> Array:
    """0 for a first note, then one reached by step down, by step up, by leap down, by leap up."""
    leaps = np.abs(reached) > _STEP
    return np.asarray(np.where(reached == 0, 0, 1 + (reached > 0) + 2 * leaps))


def _move(semitones: Array) -> Array:
    return np.asarray(np.clip(semitones, -WIDEST, WIDEST) + WIDEST)
