"""Lattice: every figure in every key near home, counted from the home tonic, the same in every transposition."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.theory.keys import Key, scale_tones
from musegen.theory.numerals import Numeral
from musegen.theory.statistics import QUALITIES
from musegen.theory.vocabulary import figures, index_of, numerals, sounding_places

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SPAN = 20
"""Places on the line of fifths either way of the home tonic that count; what lies beyond is clipped."""
ABSENT = 2 * SPAN + 1
"""Stands where a chord has no such member."""
REACH = 3
"""Keys whose signatures lie within this many sharps or flats of home."""


def place(fifths: Any) -> Any:
    """The column of a note, counted from the home tonic."""
    return np.clip(fifths, -SPAN, SPAN) + SPAN


@dataclass(frozen=True)
class Lattice:
    """All states of a home mode: keys (major ones first), and for each the figures of its mode, laid end to end."""

    home: Key  # tonic 0
    keys: tuple[Key, ...]
    key: Ints  # (state,) index into keys
    figure: Ints  # (state,) place in the vocabulary
    chord: Ints  # (state,) index into the chords
    sets: Ints  # (set, 4) columns of root, third, fifth, seventh; ABSENT where there is none
    chord_set: Ints  # (chord,)
    chord_bass: Ints  # (chord,) column of the bass
    quality: Ints  # (state,)
    inversion: Ints  # (state,)
    applied: Bools  # (state,)
    cadential: Bools  # (state,)
    scale: Bools  # (key, column) belongs to the key; melodic minor counts

    @cached_property
    def majors(self) -> int:
        """How many of the keys are major."""
        return sum(not key.minor for key in self.keys)

    @cached_property
    def split(self) -> int:
        """The first state of a minor key."""
        return self.majors * len(figures(False))

    def blocks(self, states: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """(…, state) as (…, major key, figure) and (…, minor key, figure)."""
        lead = states.shape[:-1]
        return (
            states[..., : self.split].reshape(*lead, self.majors, len(figures(False))),
            states[..., self.split :].reshape(*lead, len(self.keys) - self.majors, len(figures(True))),
        )

    def read_again(self, state: int, key: int) -> int:
        """The place of a state's chord among the figures of another key; the place after the last where it has none."""
        own, other = self.keys[self.key[state]], self.keys[key]
        named = read_in(numerals(own.minor)[self.figure[state]], own, other)
        return len(figures(other.minor)) if named is None else named


@cache
def lattice(minor: bool) -> Lattice:
    """The states around a home key of this mode."""
    home = Key(0, minor)
    signatures = range(home.signature - REACH, home.signature + REACH + 1)
    keys = tuple([Key(s) for s in signatures] + [Key(s + 3, True) for s in signatures])
    by_key = [_columns(key.minor) for key in keys]
    figure = np.concatenate([np.arange(len(columns.quality)) for columns in by_key])
    key = np.repeat(np.arange(len(keys)), [len(columns.quality) for columns in by_key])
    every = _Columns(*(np.concatenate(column) for column in zip(*by_key, strict=True)))
    tonic = np.array([one.tonic for one in keys])[key]
    tones = np.where(every.members == _NO_MEMBER, ABSENT, place(every.members + tonic[:, None]))
    bass = tones[np.arange(len(tones)), every.inversion]
    named, first = _numbered(np.bitwise_or.reduce(1 << tones, axis=1))
    chord, first_chord = _numbered(named * 64 + bass)
    scale = np.array([_scale(one) for one in keys])
    return Lattice(
        home, keys, key, figure, chord, tones[first], named[first_chord], bass[first_chord],
        every.quality, every.inversion, every.applied, every.cadential, scale,
    )  # fmt: skip


class _Columns(NamedTuple):
    """The vocabulary of a mode, a row a figure."""

    members: Ints  # (figure, 4) counted from the tonic
    quality: Ints
    inversion: Ints
    applied: Bools
    cadential: Bools


_NO_MEMBER = 99


@cache
def _columns(minor: bool) -> _Columns:
    known = numerals(minor)
    return _Columns(
        np.array([(*numeral.members, _NO_MEMBER)[:4] for numeral in known]),
        np.array([QUALITIES.index(numeral.quality) for numeral in known]),
        np.array([numeral.inversion for numeral in known]),
        np.array([bool(numeral.applied_to) for numeral in known]),
        np.array([numeral.is_cadential for numeral in known]),
    )


def _numbered(codes: Ints) -> tuple[Ints, Ints]:
    """Each code's number in order of first appearance, and where each number appears first."""
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rank[inverse], first[order]


def _scale(key: Key) -> list[bool]:
    tones = scale_tones(minor=key.minor)
    return [column - SPAN - key.tonic in tones for column in range(ABSENT + 1)]


@dataclass(frozen=True)
class Pivots:
    """A chord read again in another key: where it lands.

    The landing places are the figures of every key and, after them, one for "no name in this key".
    """

    source: Ints  # (state,) place in a table of (key, chord), laid end to end
    place: Ints  # (key, chord) where the chord lands in that key
    landings: int
    split: int  # the first landing place of a minor key

    def by_chord(self, states: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """(state,) summed to (key, chord)."""
        return np.bincount(self.source, weights=states, minlength=self.place.size).reshape(self.place.shape)


@cache
def pivots(minor: bool) -> Pivots:
    """How the chords of each key are named in each other key near home: by the plainest figure, as in `read_in`."""
    states = lattice(minor)
    offsets = np.cumsum([0] + [len(figures(key.minor)) + 1 for key in states.keys])
    landed = np.repeat(np.asarray(offsets[1:] - 1)[:, None], len(states.chord_set), axis=1)
    plain = np.flatnonzero(~states.cadential)[::-1]
    key, chord = states.key[plain], states.chord[plain]
    landed[key, chord] = offsets[key] + states.figure[plain]
    source = states.key * len(states.chord_set) + states.chord
    return Pivots(source, landed, int(offsets[-1]), int(offsets[states.majors]))


def read_in(numeral: Numeral, key: Key, other: Key) -> int | None:
    """The place in the vocabulary of the same chord read in another key; None where it has no name there.

    >>> from musegen.theory.numerals import parse_numeral
    >>> vi = parse_numeral("vi", minor=False)
    >>> figures(False)[read_in(vi, Key.parse("C"), Key.parse("G"))]
    'ii'
    """
    if key == other:
        return index_of(numeral)
    members = frozenset(tone - other.tonic for tone in numeral.tones(key)[:4])
    return sounding_places(other.minor).get((members, numeral.inversion))


def plain_in(numeral: Numeral, key: Key, other: Key) -> Numeral | None:
    """The same chord as a plain numeral of another key; None where it has none there, or only as an applied one.

    >>> from musegen.theory.numerals import parse_numeral
    >>> applied, ii = (parse_numeral(figure, minor=False) for figure in ("V/V", "ii"))
    >>> plain_in(applied, Key.parse("C"), Key.parse("G")).figure, plain_in(ii, Key.parse("C"), Key.parse("E"))
    ('V', None)
    """
    place = read_in(numeral, key, other)
    named = None if place is None else numerals(other.minor)[place]
    return None if named is None or named.applied_to else named
