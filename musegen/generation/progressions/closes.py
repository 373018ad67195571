"""Which pairs of chords close a phrase, by the kind of cadence, at home or in a nearly related key."""

from __future__ import annotations

from functools import cache
from typing import get_args

import numpy as np

from musegen.generation.progressions.successions import known_chords, moved_places, successions
from musegen.theory.analysis import CadenceKind
from musegen.theory.keys import Key
from musegen.theory.progressions.chords import KINDS, Bools, vocabulary
from musegen.theory.progressions.local_keys import NEAR
from musegen.theory.progressions.progression import Style

KNOWN_KINDS: tuple[CadenceKind, ...] = ("PAC", "IAC", "HC", "DC", "PC")
"""Kinds that chords alone can tell: whether the tonic is evaded, only voices say."""
LAST: tuple[CadenceKind, ...] = ("PAC", "IAC")
INNER: tuple[CadenceKind, ...] = ("PAC", "IAC", "HC", "DC")
_TRIADS = {False: ("M",), True: ("m", "M")}
_RESTS = {False: ("M", "6", "M7"), True: ("m", "m6", "m7")}
"""Kinds of chord that a tonic may have at the end, in chorales and in songs, by mode."""
_SUBDOMINANT = {False: -1, True: -4}
"""IV of major and VI of minor: keys whose dominant triad is a chord at home, so that it takes a seventh to close."""


@cache
def closing_pairs(
    kind: CadenceKind | None, style: Style, minor: bool, level: int = 0, goal: Key | None = None
) -> Bools:
    """(before, chord): the pairs that make a cadence of this kind; None is any that may end a phrase within a piece.

    `goal` is the key of the cadence as seen from a home tonic of C; None is home. A pair is always one that may follow
    each other (`successions`).

    >>> from musegen.theory.progressions.chords import Sound
    >>> sounds = vocabulary().sounds
    >>> five, one = (sounds.index(Sound((root, root + 4, root + 1), root)) for root in (1, 0))
    >>> bool(closing_pairs("PAC", "chorale", False)[five, one]), bool(closing_pairs("HC", "chorale", False)[five, one])
    (True, False)
    """
    legal = successions(style, minor, level)
    if kind is None:
        found = np.zeros_like(legal)
        for inner in INNER:
            found |= closing_pairs(inner, style, minor, level)
        for tonic, mode in NEAR[minor]:
            found |= closing_pairs("PAC", style, minor, level, Key(tonic, mode))
        return found
    if goal is None or goal == Key(0, minor):
        return legal & _pairs(kind, style, minor)
    moved = moved_places(goal.tonic)
    there = moved >= 0
    local = _pairs(kind, style, goal.minor)[moved][:, moved]
    if goal.tonic == _SUBDOMINANT[minor]:
        local = local & (vocabulary().kind != vocabulary().shapes.index((0, *KINDS["M"])))[:, None]
    return legal & local & there[:, None] & there[None, :]


def last_pairs(style: Style, minor: bool, level: int = 0) -> Bools:
    """(before, chord): the pairs that may end a piece of which nobody says how it closes: tonics in root position."""
    kinds = (*LAST, "PC") if style == "song" and not level else LAST
    found = np.zeros((len(vocabulary()), len(vocabulary())), dtype=np.bool_)
    for kind in kinds:
        found |= closing_pairs(get_args(CadenceKind)[get_args(CadenceKind).index(kind)], style, minor, level)
    return np.asarray(found & (vocabulary().inversion == 0)[None, :])


def openings(style: Style, minor: bool, level: int = 0) -> Bools:
    """(chord,): with what a piece may begin: its tonic; in songs also ii, IV, V or vi with their sevenths."""
    known = vocabulary()
    tonic = _of_kinds(0, _rests(style, minor, level)) & (known.inversion == 0)
    if style == "song" and not level:
        others = (
            (1, ("M", "7")),
            (2, ("m", "m7", "h")),
            (-1, ("M", "m", "M7")),
            (3 if not minor else -4, ("m", "m7", "M")),
        )
        for root, kinds in others:
            tonic |= _of_kinds(root, kinds) & (known.inversion == 0)
    return np.asarray(tonic & known_chords(style, minor, level))


@cache
def after_a_close(style: Style, minor: bool, level: int = 0) -> Bools:
    """(before, chord): what may follow across the end of a phrase: also a triad or V7 of the key."""
    known, mode = vocabulary(), int(minor)
    plain = np.array(
        [
            name is not None
            and name.figure in ("I", "i", "ii", "IV", "iv", "V", "V7", "vi", "VI", "III", "I6", "i6", "ii7")
            for name in known.numerals[mode]
        ]
    )
    allowed = known_chords(style, minor, level)
    return np.asarray((successions(style, minor, level) | plain[None, :]) & allowed[:, None] & allowed[None, :])


def _rests(style: Style, minor: bool, level: int = 0) -> tuple[str, ...]:
    return _RESTS[minor] if style == "song" and not level else _TRIADS[minor]


@cache
def _pairs(kind: CadenceKind, style: Style, minor: bool) -> Bools:
    """The same without what may follow what, in the key itself."""
    known, mode = vocabulary(), int(minor)
    upright = known.inversion == 0
    tonic = _of_kinds(0, _rests(style, minor))
    dominant = np.array(
        [name is not None and name.is_dominant and not name.applied_to for name in known.numerals[mode]]
    )
    fifth = _of_kinds(1, ("M", "7", "+") if style == "song" else ("M", "7")) & upright
    if kind == "PAC":
        return np.asarray(fifth[:, None] & (tonic & upright)[None, :])
    if kind == "IAC":
        return dominant[:, None] & (tonic & (known.inversion < 2))[None, :] & ~_pairs("PAC", style, minor)
    if kind == "HC":
        goal = _of_kinds(1, ("M", "7") if style == "song" else ("M",)) & upright
        return np.asarray(~(dominant | _of_kinds(1, tuple(KINDS)))[:, None] & goal[None, :])
    if kind == "DC":
        goal = _of_kinds(-4, ("M", "M7")) if minor else _of_kinds(3, ("m", "m7") if style == "song" else ("m",))
        return np.asarray(fifth[:, None] & (goal & upright)[None, :])
    four = _of_kinds(-1, ("M", "m", "6", "m6") if style == "song" else ("M", "m")) & upright
    return np.asarray(four[:, None] & (tonic & upright)[None, :])


def _of_kinds(root: int, kinds: tuple[str, ...]) -> Bools:
    """(chord,): those on a root, of these kinds; no cadential six-four."""
    known = vocabulary()
    shapes = [known.shapes.index((0, *KINDS[kind])) for kind in kinds]
    cadential = np.array([sound.is_cadential for sound in known.sounds])
    return np.asarray((known.root == root) & np.isin(known.kind, shapes) & ~cadential)
