"""Evidence: what the notes of each frame say for and against each chord and key, as a weighted sum of features."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
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

ENDS_AT_HOME = 6.0
"""The home key is the key of the end, or hardly ever not."""
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
    member: Ints  # (note, set) 0 outside, else 1 + role
    resolves: npt.NDArray[np.bool_]  # (note, set) moves by step into a member
    absent_frame: Floats  # (frame, set, role) 1 where the member does not sound
    absent_pulse: Floats
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
        goal = np.where(notes.goal == NOWHERE, ABSENT + 1, place(notes.goal - home.tonic))
        role = _roles(states)
        member = role[column]
        resolves = (member == 0) & (role[goal] > 0)
        sounding = np.zeros((count, ABSENT + 1))
        np.add.at(sounding, (notes.frame, column), notes.mass)
        pulses = np.zeros((int(frames.pulse.max(initial=0)) + 1, ABSENT + 1))
        np.add.at(pulses, frames.pulse, sounding)
        bass = np.zeros((count, 3, ABSENT + 1))
        low = notes.is_bass
        np.add.at(bass, (notes.frame[low], notes.attack[low], column[low]), notes.mass[low])
        first = np.searchsorted(frames.pulse, frames.pulse)
        top = np.where(frames.soprano == NOWHERE, 0, frames.soprano - home.tonic)
        degrees = np.clip(top[:, None] - np.array([key.tonic for key in states.keys]), -10, 10) + 10
        return cls(
            frames, states, member, resolves, _absent(sounding, states), _absent(pulses[frames.pulse], states),
            bass, bass.sum(axis=1)[first], sounding @ ~states.scale.T,
            np.where((frames.soprano == NOWHERE)[:, None], -1, degrees),
        )  # fmt: skip


def _roles(states: Lattice) -> Ints:
    """(column, set): 0 where the note is outside, else 1 + its role; the last rows stand for no note."""
    role = np.zeros((ABSENT + 2, len(states.sets)), dtype=np.int64)
    for number in range(3, -1, -1):
        role[states.sets[:, number], np.arange(len(states.sets))] = number + 1
    role[ABSENT:] = 0
    return role


def _absent(sounding: Floats, states: Lattice) -> Floats:
    heard = sounding > 0
    heard[:, ABSENT] = True
    return (~heard[:, states.sets]).astype(float)


def chord_scores(evidence: Evidence, weights: Weights) -> Floats:
    """(frame, chord): what the notes say about each chord, whatever the key."""
    notes, states = evidence.frames.notes, evidence.states
    outside = weights["outside"][notes.kind]
    by_role = np.concatenate([np.zeros((2, 1)), weights["role"]], axis=1)[notes.is_bass.astype(int)]
    value = np.take_along_axis(by_role, evidence.member, axis=1)
    value += (evidence.member == 0) * np.where(evidence.resolves, outside[:, 1:], outside[:, :1])
    by_set = np.zeros((len(evidence.frames), len(states.sets)))
    np.add.at(by_set, notes.frame, value * notes.mass[:, None])
    seventh = (states.sets[:, 3] != ABSENT).astype(int)
    by_set += np.einsum("tsr,rs->ts", evidence.absent_frame, weights["missing_frame"][:, seventh])
    by_set += np.einsum("tsr,rs->ts", evidence.absent_pulse, weights["missing_pulse"][:, seventh])
    chord = by_set[:, states.chord_set]
    relation = bass_relation(states)
    for attack in range(3):
        chord += evidence.bass[:, attack] @ weights["bass"][relation, attack]
    return np.asarray(chord + evidence.pulse_bass @ np.append(weights["bass_pulse"], 0.0)[relation])


@cache
def _relation(minor: bool) -> Ints:
    states = lattice(minor)
    role = _roles(states)[: ABSENT + 1][:, states.chord_set]
    relation = np.where(role > 0, 1, 2)
    relation[states.chord_bass, np.arange(len(states.chord_bass))] = 0
    return relation


def bass_relation(states: Lattice) -> Ints:
    """(column, chord): 0 where the note is the chord's bass, 1 another member, 2 none."""
    return _relation(states.home.minor)


def state_scores(
    evidence: Evidence, weights: Weights, tables: Tables, *, ends: tuple[bool, bool] = (True, True)
) -> Floats:
    """(frame, state): the notes and what the counts say of figures under this soprano, beat and phrase.

    `ends` says whether these frames begin the piece and whether they end it.
    """
    states, frames = evidence.states, evidence.frames
    score = chord_scores(evidence, weights)[:, states.chord]
    fixed = weights["unigram"][0] * tables.unigram + weights["applied"][0] * states.applied
    fixed += weights["figure"][states.figure + (states.key >= states.majors) * len(figures(False))]
    by_strength = weights["quality"][states.quality].T + weights["inversion"][states.inversion].T
    by_strength += weights["cadential"][:, None] * states.cadential
    score += (fixed + by_strength)[frames.strength]
    score += from_soprano(_times(weights["soprano"][0], tables.soprano), evidence, frames.strength)
    closing, under = np.flatnonzero(frames.ends_phrase), np.flatnonzero(frames.under_end)
    score[closing] += at_cadence(_times(weights["cadence"][0], tables.cadence), evidence, closing)
    score[under] += at_cadence(_times(weights["under"][0], tables.cadence), evidence, under)
    score += key_scores(evidence, weights, tables)[:, states.key]
    at_home, on_tonic = edges(states)
    score[0] += ends[0] * weights["edge"][0] * at_home
    score[-1] += ends[1] * (weights["edge"][1] * on_tonic + ENDS_AT_HOME * at_home)
    return np.asarray(score)


def _times(weight: Any, tables: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    return weight * tables[0], weight * tables[1]


def edges(states: Lattice) -> npt.NDArray[np.bool_]:
    """(2, state): in the home key; a tonic triad of it in root position."""
    home = np.array([key == states.home for key in states.keys])[states.key]
    tonic = np.array([figure in ("I", "i") for minor in (False, True) for figure in figures(minor)])[
        states.figure + (states.key >= states.majors) * len(figures(False))
    ]
    return np.stack([home, home & tonic])


def from_soprano(tables: tuple[Floats, Floats], evidence: Evidence, strength: Ints) -> Floats:
    """(frame, state): log P(figure | soprano degree, strength); 0 in silence."""
    return _by_row(tables, evidence.soprano * 4 + strength[:, None], evidence.states)


def at_cadence(tables: tuple[Floats, Floats], evidence: Evidence, at: Ints) -> Floats:
    """(frame, state): log P(figure | soprano degree) at phrase ends."""
    return _by_row(tables, evidence.soprano[at], evidence.states)


def _by_row(tables: tuple[Floats, Floats], row: Ints, states: Lattice) -> Floats:
    """(frame, state): in each key the row of its mode's table that `row` (frame, key) names; 0 where it is negative."""
    found = np.empty((len(row), len(states.key)))
    for block, table, rows in zip(states.blocks(found), tables, np.split(row, [states.majors], axis=1), strict=True):
        block[:] = table[rows]
    found[row[:, 0] < 0] = 0.0
    return found


def key_scores(evidence: Evidence, weights: Weights, tables: Tables) -> Floats:
    """(frame, key): what speaks for a key, whatever the chord."""
    states = evidence.states
    minor = np.array([int(key.minor) for key in states.keys])
    score = evidence.off_scale * weights["scale"][minor]
    score = score + weights["home"][0] * tables.cadence_key + weights["key"][int(states.home.minor)]
    score[evidence.frames.ends_phrase] += weights["end_key"][0] * tables.cadence_key
    return np.asarray(score)


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
