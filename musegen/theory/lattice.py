"""Lattice: every figure in every key near home, counted from the home tonic, the same in every transposition."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.theory.keys import MAJOR_DEGREES, MINOR_DEGREES, Key
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

    @property
    def majors(self) -> int:
        """How many of the keys are major."""
        return sum(not key.minor for key in self.keys)

    @property
    def split(self) -> int:
        """The first state of a minor key."""
        return self.majors * len(figures(False))

    def blocks(self, states: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """(…, state) as (…, major key, figure) and (…, minor key, figure)."""
        lead = states.shape[:-1]
        return (
            states[..., : self.split].reshape(*lead, self.majors, -1),
            states[..., self.split :].reshape(*lead, len(self.keys) - self.majors, -1),
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
    states = [(number, numeral) for number, key in enumerate(keys) for numeral in numerals(key.minor)]
    sets: dict[frozenset[int], int] = {}
    members: list[list[int]] = []
    chords: dict[tuple[int, int], int] = {}
    chord = np.zeros(len(states), dtype=np.int64)
    for number, (key, numeral) in enumerate(states):
        tones = [int(place(tone)) for tone in numeral.tones(keys[key])[:4]]
        named = sets.setdefault(frozenset(tones), len(sets))
        if named == len(members):
            members.append(([*tones, ABSENT])[:4])
        chord[number] = chords.setdefault((named, tones[numeral.inversion % len(tones)]), len(chords))
    return Lattice(
        home, keys,
        key=np.array([key for key, _ in states]),
        figure=np.concatenate([np.arange(len(figures(key.minor))) for key in keys]),
        chord=chord,
        sets=np.array(members),
        chord_set=np.array([named for named, _ in chords]),
        chord_bass=np.array([bass for _, bass in chords]),
        quality=np.array([QUALITIES.index(numeral.quality) for _, numeral in states]),
        inversion=np.array([numeral.inversion for _, numeral in states]),
        applied=np.array([bool(numeral.applied_to) for _, numeral in states]),
        cadential=np.array([numeral.is_cadential for _, numeral in states]),
        scale=np.array([_scale(key) for key in keys]),
    )  # fmt: skip


def _scale(key: Key) -> list[bool]:
    degrees = set(MINOR_DEGREES) | {3, 5} if key.minor else set(MAJOR_DEGREES)
    return [column - SPAN - key.tonic in degrees for column in range(ABSENT + 1)]


@dataclass(frozen=True)
class Pivots:
    """A chord read again in another key: every (state, other key), in order of where it lands.

    The landing places are the figures of every key and, after them, one for "no name in this key".
    """

    source: Ints  # (entry,) state
    pair: Ints  # (entry,) old key * number of keys + new key
    starts: Ints  # (landing that is reached,) first entry
    runs: Ints  # (landing that is reached,) how many entries
    landing: Ints  # (landing that is reached,) its number
    landings: int
    split: int  # the first landing place of a minor key


@cache
def pivots(minor: bool) -> Pivots:
    """How the chords of each key are named in each other key near home."""
    states = lattice(minor)
    offsets = np.cumsum([0] + [len(figures(key.minor)) + 1 for key in states.keys])
    rows: list[tuple[int, int, int]] = []
    for state, (old, figure) in enumerate(zip(states.key.tolist(), states.figure.tolist(), strict=True)):
        key = states.keys[old]
        numeral = numerals(key.minor)[figure]
        for new, other in enumerate(states.keys):
            if new != old:
                named = read_in(numeral, key, other)
                rows.append((int(offsets[new]) + (len(figures(other.minor)) if named is None else named), state, new))
    rows.sort()
    table = np.array(rows, dtype=np.int64)
    landing, starts = np.unique(table[:, 0], return_index=True)
    pair = states.key[table[:, 1]] * len(states.keys) + table[:, 2]
    runs = np.diff(np.append(starts, len(table)))
    return Pivots(table[:, 1], pair, starts, runs, landing, int(offsets[-1]), int(offsets[states.majors]))


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
