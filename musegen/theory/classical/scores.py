"""Scores: what the evidence of each frame says for each state, by weights laid over the states as matrices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musegen.theory.classical.evidence import (
    NO_GOAL,
    Evidence,
    Floats,
    Tables,
    Weights,
    at_cadence,
    bass_relation,
    edges,
    from_soprano,
    roles,
)
from musegen.theory.lattice import ABSENT, Lattice
from musegen.theory.vocabulary import figures

Singles = npt.NDArray[np.float32]

ENDS_AT_HOME = 6.0
"""The home key is the key of the end, or hardly ever not."""


@dataclass(frozen=True, eq=False)
class Scoring:
    """Weights and counts of a home mode, as every frame is scored by them."""

    states: Lattice
    weights: Weights
    tables: Tables
    role: Singles  # (upper or bass * column, set) what a note of the set is worth
    no_member: Singles  # (column, set) 1 where the note is outside
    goal_member: Singles  # (column, set) 1 where it belongs to the set
    missing: tuple[Singles, Singles]  # of frame and pulse: (column, set) what is saved where the note sounds
    all_missing: Singles  # (set,) where nothing sounds
    bass: Singles  # (attack * column, chord)
    pulse_bass: Singles  # (column, chord)
    by_strength: Singles  # (strength, state)
    soprano: tuple[Singles, Singles]
    cadence: tuple[Singles, Singles]
    under: tuple[Singles, Singles]

    @classmethod
    def of(cls, weights: Weights, tables: Tables, states: Lattice) -> Scoring:
        """Lay the weights over the states."""
        role = roles(states)[: ABSENT + 1]
        by_role = np.concatenate([np.zeros((2, 1)), weights["role"]], axis=1)
        relation = bass_relation(states)
        missing = [_missing(weights[f"missing_{where}"], states) for where in ("frame", "pulse")]
        return cls(
            states, weights, tables,
            _single(by_role[:, role].reshape(-1, role.shape[1])),
            _single(role == 0), _single(roles(states) > 0),
            (missing[0], missing[1]), _single(missing[0].sum(axis=0) + missing[1].sum(axis=0)),
            _single(np.concatenate([weights["bass"][relation, attack] for attack in range(3)])),
            _single(np.append(weights["bass_pulse"], 0.0)[relation]),
            _by_strength(weights, tables, states),
            _times(weights["soprano"], tables.soprano),
            _times(weights["cadence"], tables.cadence),
            _times(weights["under"], tables.cadence),
        )  # fmt: skip


def _single(values: npt.NDArray[np.generic]) -> Singles:
    return np.ascontiguousarray(values, dtype=np.float32)


def _times(weight: Floats, tables: tuple[Floats, Floats]) -> tuple[Singles, Singles]:
    return _single(weight[0] * tables[0]), _single(weight[0] * tables[1])


def _missing(worth: Floats, states: Lattice) -> Singles:
    """(column, set): the weight of the member that this note is; 0 where it is none."""
    found = np.zeros((ABSENT + 1, len(states.sets)))
    seventh = (states.sets[:, 3] != ABSENT).astype(int)
    for member in range(4):
        np.add.at(found, (states.sets[:, member], np.arange(len(states.sets))), worth[member, seventh])
    found[ABSENT] = 0
    return _single(found)


def _by_strength(weights: Weights, tables: Tables, states: Lattice) -> Singles:
    fixed = weights["unigram"][0] * tables.unigram + weights["applied"][0] * states.applied
    fixed += weights["figure"][states.figure + (states.key >= states.majors) * len(figures(False))]
    varying = weights["quality"][states.quality].T + weights["inversion"][states.inversion].T
    return _single(fixed + varying + weights["cadential"][:, None] * states.cadential)


def state_scores(evidence: Evidence, scoring: Scoring, *, ends: tuple[bool, bool] = (True, True)) -> Singles:
    """(frame, state): the notes and what the counts say of figures under this soprano, beat and phrase.

    `ends` says whether these frames begin the piece and whether they end it.
    """
    states, frames = scoring.states, evidence.frames
    score = np.take(_chord_scores(evidence, scoring), states.chord, axis=1)
    score += from_soprano(scoring.soprano, evidence, frames.strength)
    for strength, fixed in enumerate(scoring.by_strength):
        score[frames.strength == strength] += fixed
    for block, of_key in zip(
        states.blocks(score), np.split(_key_scores(evidence, scoring), [states.majors], axis=1), strict=True
    ):
        block += of_key[:, :, None]
    closing, under = np.flatnonzero(frames.ends_phrase), np.flatnonzero(frames.under_end)
    score[closing] += at_cadence(scoring.cadence, evidence, closing)
    score[under] += at_cadence(scoring.under, evidence, under)
    at_home, on_tonic = edges(states)
    edge = scoring.weights["edge"]
    score[0] += ends[0] * edge[0] * at_home
    score[-1] += ends[1] * (edge[1] * on_tonic + ENDS_AT_HOME * at_home)
    return score


def _chord_scores(evidence: Evidence, scoring: Scoring) -> Singles:
    """(frame, chord): what the notes say about each chord, whatever the key."""
    by_set = _note_scores(evidence, scoring) + scoring.all_missing
    for heard, saved in zip((evidence.heard, evidence.heard_in_pulse), scoring.missing, strict=True):
        by_set -= heard.astype(np.float32) @ saved
    chord = by_set[:, scoring.states.chord_set]
    chord += evidence.bass.reshape(len(chord), -1).astype(np.float32) @ scoring.bass
    chord += evidence.pulse_bass.astype(np.float32) @ scoring.pulse_bass
    return np.asarray(chord)


def _note_scores(evidence: Evidence, scoring: Scoring) -> Singles:
    """(frame, set): members by their role; notes outside by how they stand in their line and where they lead."""
    notes, count = evidence.frames.notes, len(evidence.frames)
    width = ABSENT + 1
    left, resolved = (scoring.weights["outside"][notes.kind] * notes.mass[:, None]).T
    members = _spread(notes.frame, notes.is_bass * width + evidence.column, (count, 2 * width), notes.mass)
    outside = _spread(notes.frame, evidence.column, (count, width), left)
    steps = np.flatnonzero(evidence.goal != NO_GOAL)
    pair, place = np.unique(evidence.column[steps] * width + evidence.goal[steps], return_inverse=True)
    gained = _spread(notes.frame[steps], place, (count, len(pair)), (resolved - left)[steps])
    leads = scoring.no_member[pair // width] * scoring.goal_member[pair % width]
    return np.asarray(members @ scoring.role + outside @ scoring.no_member + gained @ leads)


def _spread(
    row: npt.NDArray[np.int64], column: npt.NDArray[np.int64], shape: tuple[int, int], worth: Floats
) -> Singles:
    """Worths added up at (row, column)."""
    return np.bincount(row * shape[1] + column, worth, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float32)


def _key_scores(evidence: Evidence, scoring: Scoring) -> Singles:
    """(frame, key): what speaks for a key, whatever the chord."""
    weights, states, at_ends = scoring.weights, scoring.states, scoring.tables.cadence_key
    minor = np.array([int(key.minor) for key in states.keys])
    score = evidence.off_scale * weights["scale"][minor]
    score = score + weights["home"][0] * at_ends + weights["key"][int(states.home.minor)]
    score[evidence.frames.ends_phrase] += weights["end_key"][0] * at_ends
    return _single(score)
