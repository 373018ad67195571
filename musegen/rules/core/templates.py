"""Chords judged by sound alone: triads and sevenths read off the pitch classes, and what their tendency tones do."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from musegen.rules.core.chords import Bools, Chords, Ints

UNREAD = -1
_SHAPES = {
    "major": (0, 4, 7),
    "minor": (0, 3, 7),
    "diminished": (0, 3, 6),
    "dominant seventh": (0, 4, 7, 10),
    "dominant seventh without fifth": (0, 4, 10),
    "half-diminished seventh": (0, 3, 6, 10),
    "diminished seventh": (0, 3, 6, 9),
    "major without fifth": (0, 4),
    "minor without fifth": (0, 3),
}
KINDS = tuple(_SHAPES)
_MAJOR, _BARE_MAJOR = KINDS.index("major"), KINDS.index("major without fifth")
_DIMINISHED = KINDS.index("diminished")
_HALF, _FULLY = KINDS.index("half-diminished seventh"), KINDS.index("diminished seventh")
_DOMINANT, _BARE_DOMINANT = KINDS.index("dominant seventh"), KINDS.index("dominant seventh without fifth")
_SEVENTHS = np.array([max(shape) if max(shape) > 8 else UNREAD for shape in _SHAPES.values()])


class Readings(NamedTuple):
    """The chord that each sonority is, by its pitch classes; UNREAD where it is none of KINDS."""

    kind: Ints  # (chords,): place in KINDS
    root: Ints  # (chords,): pitch class
    leading: Ints  # (chords,): the leading tone that it holds as a dominant, at home or applied; UNREAD without
    seventh: Ints  # (chords,): pitch class; UNREAD without

    def part(self, which: slice) -> Readings:
        """Some of them."""
        return Readings(*(column[which] for column in self))


def readings_of(chords: Chords) -> Readings:
    """Each sonority read by itself; home is the note that the bass ends on.

    A dominant is a major triad on the fifth of home, a half-diminished seventh on its leading tone,
    and, wherever they stand, a dominant seventh, with or without its fifth, and a diminished triad or seventh. The
    root of a diminished seventh is told by its spelling.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.rules.core.chords import chords_of
    >>> found = readings_of(chords_of(parse_grid("meter: 2/4\\nS: f5 e5\\nA: d5 c5\\nT: b4 c5\\nB: g3 c3")))
    >>> found.root.tolist(), found.leading.tolist(), found.seventh.tolist()
    ([7, 0], [11, -1], [5, -1])
    """
    return read_sonorities(chords.pitch, chords.fifths, np.full(chords.size, _home(chords)))


def read_sonorities(pitch: Ints, fifths: Ints, home: Ints) -> Readings:
    """The same for (n, 4) pitches, 0 where silent, and spellings; `home` (n,) are pitch classes."""
    sounds = pitch > 0
    bits = np.where(sounds, 1 << (pitch % 12), 0)
    kind, root = _lookup()[np.bitwise_or.reduce(bits, axis=1)].T if len(pitch) else np.zeros((2, 0), dtype=np.int64)
    root = np.where(kind == _FULLY, _sharpest(pitch, fifths), root)
    sevenths = _SEVENTHS[kind]
    seventh = np.where((kind != UNREAD) & (sevenths != UNREAD), (root + sevenths) % 12, UNREAD)
    return Readings(kind, root, _leading(kind, root, home), seventh)


def doubled_leading_tones(pitch: Ints, read: Readings) -> Bools:
    """(n,): two voices or more have the leading tone; again in every chord that goes on with it."""
    has = (pitch % 12 == read.leading[:, None]) & (pitch > 0) & (read.leading != UNREAD)[:, None]
    return np.asarray(has.sum(axis=1) > 1)


def unresolved_leading_tones(pitch: Ints, moves: Ints, before: Readings, after: Readings) -> Bools:
    """(n, 4): the tonic of a dominant follows, and the leading tone neither rises a semitone nor stays.

    `pitch` is that of the dominant, `moves` the semitones to the next chord, 0 where a voice rests. An inner voice may
    fall a third to the fifth of the tonic.
    """
    leading = before.leading
    resolves = (leading != UNREAD) & (after.root == (leading + 1) % 12)
    leaves = (pitch % 12 == leading[:, None]) & (moves != 0) & resolves[:, None]
    fine = moves == 1
    fine[:, 1:3] |= (moves[:, 1:3] == -3) | (moves[:, 1:3] == -4)
    return np.asarray(leaves & ~fine)


def unresolved_sevenths(pitch: Ints, moves: Ints, before: Readings, after: Readings) -> Bools:
    """(n, 4): a chord of another root follows, and the seventh goes elsewhere than a step down."""
    changes = (before.seventh != UNREAD) & (after.root != UNREAD) & (after.root != before.root)
    leaves = (pitch % 12 == before.seventh[:, None]) & (moves != 0) & changes[:, None]
    return np.asarray(leaves & (moves != -1) & (moves != -2))


def _leading(kind: Ints, root: Ints, home: Ints) -> Ints:
    third, goal = (root + 4) % 12, (home - 1) % 12
    is_major = (kind == _MAJOR) | (kind == _BARE_MAJOR)
    by_third = (kind == _DOMINANT) | (kind == _BARE_DOMINANT) | (is_major & (third == goal))
    by_root = (kind == _DIMINISHED) | (kind == _FULLY) | ((kind == _HALF) & (root == goal))
    return np.where(by_third, third, np.where(by_root, root, UNREAD))


def _home(chords: Chords) -> int:
    return int(chords.pitch[-1, -1] % 12) if chords.size else 0


def _sharpest(pitch: Ints, fifths: Ints) -> Ints:
    """(n,): the pitch class of the note that lies highest on the line of fifths."""
    place = np.where(pitch > 0, fifths, -99).argmax(axis=1)
    return np.asarray(pitch[np.arange(len(pitch)), place] % 12)


@cache
def _lookup() -> Ints:
    """(4096, 2): kind and root of each set of pitch classes."""
    table = np.full((1 << 12, 2), UNREAD)
    for number, shape in enumerate(_SHAPES.values()):
        for root in range(12):
            table[sum(1 << (root + tone) % 12 for tone in shape)] = number, root
    return table
