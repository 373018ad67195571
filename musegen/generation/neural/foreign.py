"""Notes foreign to their chord: prices by how they come and go, so that each kind is about as frequent as with Bach.

Where every frame before is Bach's and the chord is his, the network strikes a foreign note on 5.5 of 100 pulses, as he
does (4.8); where it has drawn the chord itself, on 12, for its notes follow the chord that it had expected; and what it
draws from its own frames is left by leap or stays, where Bach's passes on. The prices make its notes keep to the chord
that is drawn, and its chords take up the notes that are on their way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.generation.neural.chord_tables import NOT_A_MEMBER, bass_table, role_table
from musegen.generation.neural.frames import VOICES
from musegen.generation.neural.listening import CLASSES, EVERY, LOWEST, NO_INTERVAL, WIDEST

Array = npt.NDArray[Any]

_STRUCK, _STRUCK_WITH_CHORD, _STRUCK_BETWEEN = 4.0, 3.0, 1.0
"""Nats for a foreign note that is struck on a pulse, between pulses as its chord begins, between pulses at all."""
_ON_ITS_WAY = 2.0
"""Nats off where, between pulses, it goes by step towards a note of the chord: it may pass."""
_SUSPENDED, _STAYING = -2.6, 1.0
"""Nats for one that stays on from a pulse before: over its resolution, down by step, and otherwise."""
_LEAPING, _LEFT_BY_LEAP, _ANTICIPATING, _RETURNING = 4.0, 4.0, 5.0, 2.0
"""Nats for one that is reached by leap; left by leap; that becomes a chord note where it stays; that goes back."""
_UNRESOLVED = 4.0
"""Nats by which a chord is the less likely for each voice on its way that finds no note of it a step further on."""
_STEP = 2


class Going(NamedTuple):
    """How voices come to a frame, (rows, voices) each."""

    before: Array  # the number of the note before
    reached: Array  # by how many semitones it was reached, as `listening.Heard` has it
    foreign: Array  # whether it was foreign to its chord

    def rows(self, which: Array) -> Going:
        """Some rows."""
        return Going(*(column[which] for column in self))


def belonging(key: Array, figure: Array) -> Array:
    """(rows, notes): whether notes belong to each row's chord, by class of key and number of figure.

    All do where no chord is said, and so does silence.
    """
    members = role_table() != NOT_A_MEMBER
    tonic = (key - 1) // 2
    found = members[figure[:, None], (CLASSES - tonic[:, None]) % 12]
    return np.asarray(found | ((figure == 0) | (key == 0))[:, None] | (EVERY == 0))


def going(before: Array, reached: Array, belong: Array) -> Going:
    """How voices come: from notes (rows, voices), in a chord to which those notes `belong` (rows, notes)."""
    foreign = ~np.take_along_axis(belong, before, axis=1)
    steps = np.where(reached == NO_INTERVAL, 0, reached - WIDEST)
    return Going(before, steps, foreign)


def prices(
    come: Going, belonged: Array, belong: Array, pulse: Array, begins: Array, voices: Sequence[int] = range(VOICES)
) -> dict[int, Array]:
    """By voice (rows, notes): nats that notes cost.

    Args:
        come: how the voices come.
        belonged: (rows, notes), of the chord before.
        belong: (rows, notes), of the chord.
        pulse: (rows,) whether the frame is a pulse.
        begins: (rows,) whether its chord begins.
        voices: which are asked for.
    """
    below, above = _beside(belong, -1), _beside(belong, 1)
    struck = np.where(pulse, _STRUCK, _STRUCK_BETWEEN + _STRUCK_WITH_CHORD * begins)[:, None] * ~belong
    resolves = ~belong & below & belonged
    beside, at = (below, above), pulse[:, None]
    return {voice: _of_voice(voice, come, belong, beside, struck, resolves, at) for voice in voices}


def _of_voice(
    voice: int, come: Going, belong: Array, beside: tuple[Array, Array], struck: Array, resolves: Array, pulse: Array
) -> Array:
    before, was = come.before[:, voice, None], come.foreign[:, voice, None]
    apart = np.where((before > 0) & (EVERY > 0), EVERY - before, 0)
    stays = (before == EVERY) & (before > 0)
    leaps, steps = np.abs(apart) > _STEP, (apart != 0) & (np.abs(apart) <= _STEP)
    passes = ~belong & ~pulse & steps & np.where(apart < 0, beside[0], beside[1])
    over_resolution = _SUSPENDED if voice < VOICES - 1 else 0.0
    held = np.where(resolves, over_resolution, np.where(belong, 0.0, _STAYING))
    cost = np.where(stays, pulse * held, struck) - _ON_ITS_WAY * passes + _LEAPING * (leaps & ~belong)
    returns = steps & (apart == -come.reached[:, voice, None])
    left = _LEFT_BY_LEAP * leaps + _ANTICIPATING * (stays & belong & pulse) + _RETURNING * returns
    return np.asarray(cost + was * left)


def _beside(belong: Array, way: int) -> Array:
    """(rows, notes): whether a note of the chord lies a step away, down or up."""
    found = np.zeros_like(belong)
    for step in range(1, _STEP + 1):
        if way < 0:
            found[:, 1 + step :] |= belong[:, 1:-step]
        else:
            found[:, 1:-step] |= belong[:, 1 + step :]
    return found


def unresolved(come: Going, free: Array, key: Array) -> Array:
    """(rows, figures): nats that chords cost in a key (rows,): where a voice on its way finds no note a step further.

    `free` (rows, voices) are the voices that are drawn; the bass wants to find its own note.
    """
    members, tonic = role_table() != NOT_A_MEMBER, (key - 1) // 2
    on_its_way = come.foreign & free & (come.reached != 0) & (np.abs(come.reached) <= _STEP)
    cost = np.zeros((len(key), len(members)))
    for voice in range(VOICES):
        rows = np.flatnonzero(on_its_way[:, voice])
        way = np.sign(come.reached[rows, voice])
        first = (come.before[rows, voice] + LOWEST - tonic[rows]) % 12
        goals = [(first + step * way) % 12 for step in range(1, _STEP + 1)]
        if voice == VOICES - 1:
            finds = np.any([bass_table() == goal[:, None] for goal in goals], axis=0)
        else:
            finds = np.any([members[:, goal].T for goal in goals], axis=0)
        cost[rows] += _UNRESOLVED * ~finds
    return cost
