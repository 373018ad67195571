"""Evidence: what the notes of each frame have in them that speaks for or against chords and keys, unweighted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.theory.classical.frames import NOTE_CLASSES, NOWHERE, Frames
from musegen.theory.keys import Key
from musegen.theory.lattice import ABSENT, Lattice, lattice, place
from musegen.theory.statistics import DEGREES, QUALITIES, ChoraleStatistics, key_index
from musegen.theory.vocabulary import figures

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Weights = dict[str, Floats]

NO_GOAL = ABSENT + 1
CONTEXTS = 5
"""Where a frame stands: the four beat strengths, and the start of a phrase."""


def shapes() -> dict[str, tuple[int, ...]]:
    """The weights that the analyser has: their names and shapes."""
    size = len(figures(False)) + len(figures(True))
    keys = len(lattice(False).keys)
    return {
        "role": (2, 4),  # by bass or not: root, third, fifth, seventh
        "outside": (len(NOTE_CLASSES), 2),  # a note outside the chord; whether it moves by step into a member
        "missing_frame": (4, 2),  # member; whether the chord has a seventh
        "missing_pulse": (4, 2),
        "bass": (3, 3),  # the chord's bass, another member, no member; by attack
        "bass_pulse": (2,),
        "unigram": (1,), "soprano": (1,), "cadence": (1,), "under": (1,),
        "quality": (len(QUALITIES), 4), "inversion": (4, 4), "applied": (1,), "cadential": (4,), "figure": (size,),
        "scale": (2,),  # notes outside the scale of a major, minor key
        "home": (1,), "end_key": (1,), "key": (2, keys),
        "stay": (CONTEXTS, 2), "bigram": (3,), "key_bigram": (2,), "change_table": (1,), "change": (CONTEXTS,),
        "relation": (7, 2, 2),
        "late": (4,),  # a key change this near a phrase end: under 1, 2, 3 pulses, further
        "edge": (2,),  # the piece begins in its key; it ends on the tonic of its key
    }  # fmt: skip


@dataclass(frozen=True, eq=False)
class Tables:
    """Log-probabilities from the counts, by state and by mode (major, minor)."""

    states: Lattice
    unigram: Floats  # (state,)
    soprano: tuple[Floats, Floats]  # (degree * 4 + strength, figure) of major, minor: degree from the chord's own key
    cadence: tuple[Floats, Floats]  # (degree, figure)
    inside: tuple[Floats, Floats]  # (before, figure) of major, minor
    boundary: tuple[Floats, Floats]
    approach: tuple[Floats, Floats]
    cadence_key: Floats  # (key,)
    key_change: Floats  # (key, key)

    @classmethod
    def of(cls, counted: ChoraleStatistics, states: Lattice) -> Tables:
        """Lay the counts over a lattice."""
        index = [key_index(key, states.home) for key in states.keys]
        home = int(states.home.minor)

        both = (False, True)
        minors = len(states.keys) - states.majors
        return cls(
            states,
            np.concatenate([np.tile(counted.unigram(False), states.majors), np.tile(counted.unigram(True), minors)]),
            _pair(counted.given_soprano(m).reshape(4 * DEGREES, -1) for m in both),
            _pair(counted.cadence(m) for m in both),
            _pair(counted.bigram(m) for m in both),
            _pair(counted.boundary(m) for m in both),
            _pair(counted.approach(m) for m in both),
            counted.cadence_key()[home][index],
            counted.key_change()[home][np.ix_(index, index)],
        )


def _pair(values: Iterable[Floats]) -> tuple[Floats, Floats]:
    first, second = values
    return first, second


@dataclass(frozen=True)
class Evidence:
    """The parts of a piece's evidence that do not depend on the weights; times in frames, notes from the home tonic."""

    frames: Frames
    states: Lattice
    column: Ints  # (note,)
    goal: Ints  # (note,) the column that it moves to by step, or one in which no chord has a member
    heard: npt.NDArray[np.bool_]  # (frame, column) sounds in the frame
    heard_in_pulse: npt.NDArray[np.bool_]
    bass: Floats  # (frame, attack, column) share of the frame
    pulse_bass: Floats  # (frame, column)
    off_scale: Floats  # (frame, key)
    soprano: Ints  # (frame, key) degree; -1 in silence

    @classmethod
    def of(cls, frames: Frames, home: Key) -> Evidence:
        """Lay a piece's frames over the states around a home key."""
        states = lattice(home.minor)
        notes, count = frames.notes, len(frames)
        column = place(notes.fifths - home.tonic)
        goal = np.where(notes.goal == NOWHERE, NO_GOAL, place(notes.goal - home.tonic))
        sounding = _summed((notes.frame, column), (count, ABSENT + 1), notes.mass)
        pulses = np.zeros((int(frames.pulse.max(initial=0)) + 1, ABSENT + 1))
        np.add.at(pulses, frames.pulse, sounding)
        low = notes.is_bass
        bass = _summed((notes.frame[low], notes.attack[low], column[low]), (count, 3, ABSENT + 1), notes.mass[low])
        first = np.searchsorted(frames.pulse, frames.pulse)
        top = np.where(frames.soprano == NOWHERE, 0, frames.soprano - home.tonic)
        degrees = np.clip(top[:, None] - np.array([key.tonic for key in states.keys]), -10, 10) + 10
        return cls(
            frames, states, column, goal, sounding > 0, pulses[frames.pulse] > 0,
            bass, bass.sum(axis=1)[first], sounding @ ~states.scale.T,
            np.where((frames.soprano == NOWHERE)[:, None], -1, degrees),
        )  # fmt: skip

    @cached_property
    def member(self) -> Ints:
        """(note, set): 0 outside, else 1 + role."""
        return np.asarray(roles(self.states)[self.column])

    @cached_property
    def resolves(self) -> npt.NDArray[np.bool_]:
        """(note, set): moves by step into a member."""
        return np.asarray((self.member == 0) & (roles(self.states)[self.goal] > 0))

    @cached_property
    def absent_frame(self) -> Floats:
        """(frame, set, role): 1 where the member does not sound."""
        return _absent(self.heard, self.states)

    @cached_property
    def absent_pulse(self) -> Floats:
        """The same of the pulse that holds the frame."""
        return _absent(self.heard_in_pulse, self.states)


def _summed(at: tuple[Ints, ...], shape: tuple[int, ...], weights: Floats) -> Floats:
    """Weights added up at their places."""
    where = np.ravel_multi_index(at, shape)
    return np.asarray(np.bincount(where, weights, minlength=int(np.prod(shape))).reshape(shape), dtype=np.float64)


def roles(states: Lattice) -> Ints:
    """(column, set): 0 where the note is outside, else 1 + its role; the last rows stand for no note."""
    return _roles(states.home.minor)


@cache
def _roles(minor: bool) -> Ints:
    states = lattice(minor)
    role = np.zeros((ABSENT + 2, len(states.sets)), dtype=np.int64)
    for number in range(3, -1, -1):
        role[states.sets[:, number], np.arange(len(states.sets))] = number + 1
    role[ABSENT:] = 0
    return role


def _absent(heard: npt.NDArray[np.bool_], states: Lattice) -> Floats:
    heard = heard.copy()
    heard[:, ABSENT] = True
    return (~heard[:, states.sets]).astype(float)


@cache
def _relation(minor: bool) -> Ints:
    states = lattice(minor)
    role = _roles(minor)[: ABSENT + 1][:, states.chord_set]
    relation = np.where(role > 0, 1, 2)
    relation[states.chord_bass, np.arange(len(states.chord_bass))] = 0
    return relation


def bass_relation(states: Lattice) -> Ints:
    """(column, chord): 0 where the note is the chord's bass, 1 another member, 2 none."""
    return _relation(states.home.minor)


def edges(states: Lattice) -> npt.NDArray[np.bool_]:
    """(2, state): in the home key; a tonic triad of it in root position."""
    home = np.array([key == states.home for key in states.keys])[states.key]
    tonic = np.array([figure in ("I", "i") for minor in (False, True) for figure in figures(minor)])[
        states.figure + (states.key >= states.majors) * len(figures(False))
    ]
    return np.stack([home, home & tonic])


def from_soprano(tables: tuple[Any, Any], evidence: Evidence, strength: Ints) -> Any:
    """(frame, state): log P(figure | soprano degree, strength); 0 in silence."""
    return _by_row(tables, evidence.soprano * 4 + strength[:, None], evidence.states)


def at_cadence(tables: tuple[Any, Any], evidence: Evidence, at: Ints) -> Any:
    """(frame, state): log P(figure | soprano degree) at phrase ends."""
    return _by_row(tables, evidence.soprano[at], evidence.states)


def _by_row(tables: tuple[Any, Any], row: Ints, states: Lattice) -> Any:
    """(frame, state): in each key the row of its mode's table that `row` (frame, key) names; 0 where it is negative."""
    found = np.empty((len(row), len(states.key)), dtype=tables[0].dtype)
    for block, table, rows in zip(states.blocks(found), tables, np.split(row, [states.majors], axis=1), strict=True):
        block[:] = table[rows]
    found[row[:, 0] < 0] = 0.0
    return found


def nearness(frames: Frames) -> Ints:
    """(frame,): how many pulses the phrase still has, 0 to 3."""
    ends = np.flatnonzero(frames.ends_phrase)
    if not len(ends):
        return np.full(len(frames), 3, dtype=np.int64)
    coming = ends[np.minimum(np.searchsorted(ends, np.arange(len(frames))), len(ends) - 1)]
    return np.asarray(np.clip(frames.pulse[coming] - frames.pulse, 0, 3))


def contexts(frames: Frames) -> Ints:
    """(frame,): the beat strength, or 4 where a phrase starts."""
    return np.where(frames.starts_phrase, 4, frames.strength)


assert DEGREES == 21
