"""Intervals and motion: the kernels that rules, features and the decoder share, over `Sonority` arrays of any shape.

Intervals between voices are told by spelling: their distance on the line of fifths, from the lower sounding note up to
the higher one (a perfect fifth is 1, an octave or unison 0, a diminished fifth -6). Directions are those of the sound.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from musegen.theory.sonority import Bools, Harmony, Ints, Sonority

OCTAVE, FIFTH, DIMINISHED_FIFTH, FOURTH = 0, 1, -6, -1
"""Intervals on the line of fifths, octaves apart counted alike; a unison is an octave here."""


_Array = TypeVar("_Array", bound=npt.NDArray[Any])


class Motion(IntEnum):
    """How two voices move together."""

    STATIC = 0
    OBLIQUE = 1
    CONTRARY = 2
    SIMILAR = 3
    PARALLEL = 4  # similar, and the same generic interval again


def _remembered(kernel: Callable[[Sonority, Sonority], _Array]) -> Callable[[Sonority, Sonority], _Array]:
    """Many rules ask the same of one succession: the last answer is kept with its second sonority, read-only."""

    @wraps(kernel)
    def answered(first: Sonority, second: Sonority) -> _Array:
        known: dict[str, tuple[Sonority, _Array]] = vars(second)  # as a cached property would
        if kernel.__name__ not in known or known[kernel.__name__][0] is not first:
            answer = kernel(first, second)
            answer.setflags(write=False)
            known[kernel.__name__] = first, answer
        return known[kernel.__name__][1]

    return answered


def both_sound(sonority: Sonority) -> Bools:
    """(..., pairs): both voices of the pair sound.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.voices import assign_voices, slices_of
    >>> sound = Sonority.of(slices_of(assign_voices(parse_grid("meter: 2/4\\nS: e5 r\\nB: c3 d3"))))
    >>> both_sound(sound).tolist()
    [[True], [False]]
    """
    return sonority.together


def interval_fifths(sonority: Sonority) -> Ints:
    """(..., pairs): the interval between two voices as its distance on the line of fifths, from the lower note up.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.voices import assign_voices, slices_of
    >>> sound = Sonority.of(slices_of(assign_voices(parse_grid("meter: 2/4\\nS: g5 c5\\nB: c3 f#3"))))
    >>> interval_fifths(sound).tolist()
    [[1], [-6]]
    """
    return sonority.apart


def interval_steps(sonority: Sonority) -> Ints:
    """(..., pairs): staff steps from the lower voice up to the upper one; negative where the spelling crosses.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.voices import assign_voices, slices_of
    >>> sound = Sonority.of(slices_of(assign_voices(parse_grid("meter: 2/4\\nS: g5 c5\\nB: c4 c4"))))
    >>> interval_steps(sound).tolist()
    [[11], [7]]
    """
    upper, lower = sonority.pairs
    return np.asarray(sonority.diatonic[..., upper] - sonority.diatonic[..., lower])


def is_interval(sonority: Sonority, fifths: int) -> Bools:
    """(..., pairs): the two voices sound at this interval (mod octave), by spelling.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.voices import assign_voices, slices_of
    >>> sound = Sonority.of(slices_of(assign_voices(parse_grid("meter: 2/4\\nS: g5 c5\\nB: c3 f#3"))))
    >>> is_interval(sound, FIFTH).tolist()
    [[True], [False]]
    """
    return np.asarray((interval_fifths(sonority) == fifths) & both_sound(sonority))


@_remembered
def direction(first: Sonority, second: Sonority) -> npt.NDArray[np.int8]:
    """(..., voices): 1 where a voice moves up to a new pitch, -1 down, 0 where it repeats, holds or rests.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.voices import assign_voices, slices_of
    >>> sound = Sonority.of(slices_of(assign_voices(parse_grid("meter: 2/4\\nS: e5 f5\\nB: c3 b2"))))
    >>> direction(sound[0], sound[1]).tolist()
    [1, -1]
    """
    moved = np.sign(second.pitch - first.pitch).astype(np.int8)
    return np.where(first.sounds & second.sounds & second.attack, moved, np.int8(0))


@_remembered
def melodic_steps(first: Sonority, second: Sonority) -> Ints:
    """(..., voices): staff steps that a voice moves, up positive; 0 where it repeats, holds or rests.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.voices import assign_voices, slices_of
    >>> sound = Sonority.of(slices_of(assign_voices(parse_grid("meter: 2/4\\nS: e5 g5\\nB: c3 b2"))))
    >>> melodic_steps(sound[0], sound[1]).tolist()
    [2, -1]
    """
    moves = first.sounds & second.sounds & second.attack
    return np.where(moves, second.diatonic - first.diatonic, np.int16(0))


@_remembered
def melodic_fifths(first: Sonority, second: Sonority) -> Ints:
    """(..., voices): how far a voice moves on the line of fifths; 0 where it holds or rests.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.voices import assign_voices, slices_of
    >>> sound = Sonority.of(slices_of(assign_voices(parse_grid("meter: 2/4\\nS: f5 g#5\\nB: d3 e3"))))
    >>> melodic_fifths(sound[0], sound[1]).tolist()
    [9, 2]
    """
    moves = first.sounds & second.sounds & second.attack
    return np.where(moves, second.fifths - first.fifths, np.int16(0))


@_remembered
def similar_motion(first: Sonority, second: Sonority) -> Bools:
    """(..., pairs): both voices move to new pitches in the same direction.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.voices import assign_voices, slices_of
    >>> sound = Sonority.of(slices_of(assign_voices(parse_grid("meter: 2/4\\nS: e5 f5\\nB: c3 d3"))))
    >>> similar_motion(sound[0], sound[1]).tolist()
    [True]
    """
    upper, lower = second.pairs
    way = direction(first, second)
    return np.asarray((way[..., upper] == way[..., lower]) & (way[..., upper] != 0))


def contrary_motion(first: Sonority, second: Sonority) -> Bools:
    """(..., pairs): both voices move, one up and one down.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.voices import assign_voices, slices_of
    >>> sound = Sonority.of(slices_of(assign_voices(parse_grid("meter: 2/4\\nS: e5 f5\\nB: c3 b2"))))
    >>> contrary_motion(sound[0], sound[1]).tolist()
    [True]
    """
    upper, lower = second.pairs
    way = direction(first, second)
    return np.asarray(way[..., upper] * way[..., lower] == -1)


def motion(first: Sonority, second: Sonority) -> npt.NDArray[np.int8]:
    """(..., pairs): the `Motion` of every pair of voices; STATIC where a voice rests before or after.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.voices import assign_voices, slices_of
    >>> sound = Sonority.of(slices_of(assign_voices(parse_grid("meter: 2/4\\nS: g4 a4\\nB: c3 d3"))))
    >>> Motion(int(motion(sound[0], sound[1])[0])).name
    'PARALLEL'
    """
    upper, lower = second.pairs
    way = direction(first, second)
    sound = both_sound(first) & both_sound(second)
    similar = similar_motion(first, second)
    parallel = similar & (interval_steps(first) % 7 == interval_steps(second) % 7)
    cases: list[Any] = [
        parallel,
        similar,
        contrary_motion(first, second),
        (way[..., upper] != 0) != (way[..., lower] != 0),
    ]
    kinds = [Motion.PARALLEL, Motion.SIMILAR, Motion.CONTRARY, Motion.OBLIQUE]
    cases = [np.broadcast_to(case & sound, sound.shape) for case in cases]
    return np.select(cases, [np.int8(kind) for kind in kinds], np.int8(Motion.STATIC))


def pitch_class_set(sonority: Sonority) -> npt.NDArray[np.int32]:
    """(...): what sounds, as a bit for each of the 12 pitch classes.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.score.voices import assign_voices, slices_of
    >>> sound = Sonority.of(slices_of(assign_voices(parse_grid("meter: 2/4\\nS: e5 f5\\nB: c3 d3"))))
    >>> bin(pitch_class_set(sound)[0])
    '0b10001'
    """
    bits = np.where(sonority.sounds, np.int32(1) << (sonority.pitch % 12).astype(np.int32), np.int32(0))
    return np.asarray(np.bitwise_or.reduce(bits, axis=-1))


@_remembered
def same_harmony(first: Sonority, second: Sonority) -> Bools:
    """(...): the chord goes on: the same chord by its label, or all notes of one sonority are in the other.

    Where labels differ, at least three notes: two that stay are no chord.
    """
    before, after = pitch_class_set(first), pitch_class_set(second)
    common = before & after
    same = (common == before) | (common == after)
    if first.harmony is None or second.harmony is None:
        return np.asarray(same)
    whole = np.bitwise_count(common) > 2
    return np.asarray((same & whole) | same_chord(first.harmony, second.harmony))


def same_chord(first: Harmony, second: Harmony) -> Bools:
    """(...): the same key and chord members; the inversion does not matter."""
    return np.asarray((first.tonic == second.tonic) & (first.members == second.members).all(axis=-1))
