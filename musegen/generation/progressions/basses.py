"""Which member of each chord over a tune is in the bass: the root, or another where the bass moves better for it.

Of the chords of lead sheets .02 stand over their third and .02 over their fifth, mostly where the bass goes by step
into them and out of them; opening and closing chords stand over their roots.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from musegen.generation.progressions.fitting import Floats64
from musegen.generation.progressions.successions import known_chords, successions
from musegen.theory.progressions.chords import Ints, Sound, vocabulary

_MOVES = (0.4, 0.0, 0.0, 0.35, 0.35, 0.45, 1.0)
"""Nats for a bass that moves by so many semitones, up or down."""
_TURNED, _ON_DOWNBEAT = (0.0, 0.89, 0.9), (0.0, 0.1, 0.5)
"""Nats for root, third and fifth in the bass, and so many more where a measure begins."""
_DOUBLED, _PARALLEL, _NEVER = 0.6, 0.8, 1e6
"""A third in the bass that is sung there, too; octaves or fifths with the tune; what is not done."""
_FIFTH, _LEADS = 7, 1
"""Semitones: of a fifth; up from the third of a dominant."""
_STEPS = (0, 1, 2)


class Placed(NamedTuple):
    """A chord of a setting, in root position."""

    sound: Sound
    enters: int  # what is sung first over it, in semitones above the tonic; -1: nothing
    leaves: int  # what is sung last
    is_fixed: bool = False  # it opens or closes a phrase, or lasts long
    is_strong: bool = False  # it begins with a measure


def with_basses(chords: Sequence[Placed], minor: bool) -> list[Sound]:
    """The chords, each over the member with which the bass goes best.

    >>> one, five = (Sound((root, root + 4, root + 1), root) for root in (0, 1))
    >>> line = [Placed(one, 4, 4, True), Placed(five, 2, 2), Placed(one, 0, 0, True)]
    >>> [sound.bass for sound in with_basses(line, minor=False)]
    [0, 5, 0]
    """
    ways = [_ways(chord, minor) for chord in chords]
    total = np.array([_alone(way, chords[0]) for way in ways[0]])
    back: list[Ints] = []
    for number in range(1, len(chords)):
        step = _step(ways[number - 1], ways[number], chords[number - 1], chords[number], minor)
        reached = total[:, None] + step
        back.append(reached.argmin(axis=0))
        total = reached.min(axis=0) + np.array([_alone(way, chords[number]) for way in ways[number]])
    place = int(total.argmin())
    found = [ways[-1][place]]
    for number in range(len(chords) - 2, -1, -1):
        place = int(back[number][place])
        found.append(ways[number][place])
    return found[::-1]


def _ways(chord: Placed, minor: bool) -> list[Sound]:
    """The positions that a chord may have; the root is the first."""
    known = known_chords("song", minor)
    turned = [chord.sound._replace(bass=member) for member in chord.sound.members[1:3]]
    triads = {(4, 1), (-3, 1), (4, 1, -2)}
    if chord.is_fixed or tuple(tone - chord.sound.root for tone in chord.sound.members[1:]) not in triads:
        return [chord.sound]
    return [chord.sound, *(way for way in turned if (place := _places().get(way, -1)) >= 0 and known[place])]


def _alone(way: Sound, chord: Placed) -> float:
    turn = way.members.index(way.bass)
    return (
        _TURNED[turn]
        + _ON_DOWNBEAT[turn] * chord.is_strong
        + _DOUBLED * (turn == 1 and _pitch(way) in (chord.enters, chord.leaves))
    )


def _step(before: list[Sound], after: list[Sound], left: Placed, met: Placed, minor: bool) -> Floats64:
    """(before, after): what the way of the bass costs."""
    lawful = successions("song", minor)
    found = np.zeros((len(before), len(after)))
    for row, one in enumerate(before):
        for column, other in enumerate(after):
            move = (_pitch(other) - _pitch(one)) % 12
            found[row, column] = _MOVES[min(move, 12 - move)] + _PARALLEL * _is_parallel(one, other, left, met)
            known = _places()[one], _places()[other]
            turned = one.bass != one.root or other.bass != other.root
            unlawful = turned and known[0] != known[1] and not lawful[known]
            if unlawful or _leans(one, move) or _leans(other, move) or _owes(one, move):
                found[row, column] = _NEVER
    return found


def _leans(chord: Sound, move: int) -> bool:
    """A six-four to or from which the bass leaps."""
    return chord.members.index(chord.bass) == 2 and min(move, 12 - move) not in _STEPS


def _owes(chord: Sound, move: int) -> bool:
    """A dominant seventh over its third, which is a leading tone and does not go up."""
    return len(chord.members) > 3 and chord.members.index(chord.bass) == 1 and move != _LEADS


def _is_parallel(one: Sound, other: Sound, left: Placed, met: Placed) -> bool:
    if min(left.leaves, met.enters) < 0 or left.leaves == met.enters:
        return False
    gaps = {(left.leaves - _pitch(one)) % 12, (met.enters - _pitch(other)) % 12}
    return gaps in ({0}, {_FIFTH})


def _pitch(sound: Sound) -> int:
    """Semitones of the bass above the tonic."""
    return 7 * sound.bass % 12


@cache
def _places() -> dict[Sound, int]:
    return {sound: place for place, sound in enumerate(vocabulary().sounds)}
