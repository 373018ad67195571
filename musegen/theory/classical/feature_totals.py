"""How much of each feature a reading of a piece holds: what learning compares between the human reading and ours.

A reading is given as weights: one state a frame is a human's, probabilities over states are the analyser's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.theory.classical.evidence import (
    Evidence,
    Floats,
    Tables,
    Weights,
    at_cadence,
    bass_relation,
    contexts,
    edges,
    from_soprano,
    nearness,
    shapes,
)
from musegen.theory.classical.frames import NOTE_CLASSES
from musegen.theory.classical.moves import BOUNDARY, Moves, relation_index
from musegen.theory.classical.probabilities import Sums, factors_of, landing_blocks
from musegen.theory.lattice import ABSENT
from musegen.theory.statistics import QUALITIES
from musegen.theory.vocabulary import figures

Ints = npt.NDArray[np.int64]


class MoveTotals(NamedTuple):
    """How often a reading makes each move."""

    stay: Floats  # (frame,)
    pairs: Floats  # (frame, pair of keys)
    within: Floats  # (kind,) sum of counted log-probabilities
    across: Floats  # (INSIDE or BOUNDARY,)


@dataclass(frozen=True, eq=False)
class Lesson:
    """A piece with its human reading."""

    name: str
    evidence: Evidence
    tables: Tables
    path: Ints  # (frame,) the human's states

    def human(self) -> Weights:
        """The totals of the human reading."""
        chosen = np.zeros((len(self.path), len(self.evidence.states.key)))
        chosen[np.arange(len(self.path)), self.path] = 1
        return state_totals(self.evidence, self.tables, chosen) | move_totals(self, _human_moves(self))


def state_totals(evidence: Evidence, tables: Tables, chosen: Floats) -> Weights:
    """Totals of the features of states; `chosen` is (frame, state)."""
    return _note_totals(evidence, chosen) | _figure_totals(evidence, tables, chosen)


def _grouped(values: Floats, group: Ints, count: int) -> Floats:
    """(..., count): sums of the last axis by group."""
    order = np.argsort(group, kind="stable")
    found, starts = np.unique(group[order], return_index=True)
    sums = np.zeros((*values.shape[:-1], count))
    sums[..., found] = np.add.reduceat(values[..., order], starts, axis=-1)
    return sums


def _note_totals(evidence: Evidence, chosen: Floats) -> Weights:
    states, notes = evidence.states, evidence.frames.notes
    chords = _grouped(chosen, states.chord, len(states.chord_set))
    sets = _grouped(chords, states.chord_set, len(states.sets))
    heard = sets[notes.frame] * notes.mass[:, None]
    roles = np.stack([(heard * (evidence.member == role)).sum(axis=1) for role in range(1, 5)])
    outside = heard * (evidence.member == 0)
    resolving = (outside * evidence.resolves).sum(axis=1)
    kinds = np.stack([outside.sum(axis=1) - resolving, resolving])
    relation = bass_relation(states)
    bass = np.stack([evidence.bass[:, attack].T @ chords for attack in range(3)])
    pulse = evidence.pulse_bass.T @ chords
    seventh = states.sets[:, 3] != ABSENT
    return {
        "role": _grouped(roles, notes.is_bass.astype(np.int64), 2).T,
        "outside": _grouped(kinds, notes.kind, len(NOTE_CLASSES)).T,
        "missing_frame": _missing(sets, evidence.absent_frame, seventh),
        "missing_pulse": _missing(sets, evidence.absent_pulse, seventh),
        "bass": np.stack([bass[:, relation == kind].sum(axis=1) for kind in range(3)]),
        "bass_pulse": np.array([pulse[relation == kind].sum() for kind in range(2)]),
    }


def _missing(sets: Floats, absent: Floats, seventh: npt.NDArray[np.bool_]) -> Floats:
    by_set = np.einsum("ts,tsr->rs", sets, absent)
    return np.stack([by_set[:, ~seventh].sum(axis=1), by_set[:, seventh].sum(axis=1)], axis=1)


def _figure_totals(evidence: Evidence, tables: Tables, chosen: Floats) -> Weights:
    states, frames = evidence.states, evidence.frames
    ends, under = np.flatnonzero(frames.ends_phrase), np.flatnonzero(frames.under_end)
    by_strength = _grouped(chosen.T, frames.strength, 4).T
    figure = states.figure + (states.key >= states.majors) * len(figures(False))
    keys = _grouped(chosen, states.key, len(states.keys))
    off_scale = (keys * evidence.off_scale).sum(axis=0)
    minor = np.array([key.minor for key in states.keys])
    home = np.zeros(shapes()["key"])
    home[int(states.home.minor)] = keys.sum(axis=0)
    first, last = edges(states)
    single = {
        "unigram": (chosen @ tables.unigram).sum(),
        "soprano": (chosen * from_soprano(tables.soprano, evidence, frames.strength)).sum(),
        "cadence": (chosen[ends] * at_cadence(tables.cadence, evidence, ends)).sum(),
        "under": (chosen[under] * at_cadence(tables.cadence, evidence, under)).sum(),
        "applied": chosen[:, states.applied].sum(),
        "home": (keys @ tables.cadence_key).sum(),
        "end_key": (keys[ends] @ tables.cadence_key).sum(),
    }
    return {name: np.array([value]) for name, value in single.items()} | {
        "quality": _grouped(by_strength, states.quality, len(QUALITIES)).T,
        "inversion": _grouped(by_strength, states.inversion, 4).T,
        "cadential": by_strength[:, states.cadential].sum(axis=1),
        "figure": _grouped(chosen.sum(axis=0), figure, shapes()["figure"][0]),
        "scale": np.array([off_scale[~minor].sum(), off_scale[minor].sum()]),
        "key": home,
        "edge": np.array([chosen[0] @ first, chosen[-1] @ last]),
    }


def move_totals(lesson: Lesson, moves: MoveTotals) -> Weights:
    """Totals of the features of moves."""
    frames, states = lesson.evidence.frames, lesson.evidence.states
    where, pairs = contexts(frames), moves.pairs.sum(axis=0)
    stay, relation = np.zeros(shapes()["stay"]), np.zeros(shapes()["relation"])
    np.add.at(stay, (where, frames.bass_moves.astype(int)), moves.stay)
    np.add.at(relation, relation_index(states), pairs.reshape(len(states.keys), -1))
    return {
        "stay": stay,
        "bigram": moves.within,
        "key_bigram": moves.across,
        "change_table": np.array([pairs @ lesson.tables.key_change.ravel()]),
        "change": np.bincount(where, weights=moves.pairs.sum(axis=1), minlength=5),
        "relation": relation,
        "late": np.bincount(nearness(frames), weights=moves.pairs.sum(axis=1), minlength=4),
    }


def _human_moves(lesson: Lesson) -> MoveTotals:
    states, tables, path = lesson.evidence.states, lesson.tables, lesson.path
    counted = (tables.inside, tables.boundary, tables.approach)
    kinds = Moves.kinds(lesson.evidence.frames)
    count, keys = len(path), len(states.keys)
    stay, pairs, within, across = np.zeros(count), np.zeros((count, keys * keys)), np.zeros(3), np.zeros(2)
    across[BOUNDARY] += tables.boundary[int(states.keys[states.key[path[0]]].minor)][-1, states.figure[path[0]]]
    for frame in range(1, count):
        before, now = int(path[frame - 1]), int(path[frame])
        old, new, kind = int(states.key[before]), int(states.key[now]), int(kinds[frame])
        minor, figure = int(states.keys[new].minor), states.figure[now]
        if before == now:
            stay[frame] = 1
        elif old == new:
            within[kind] += counted[kind][minor][states.figure[before], figure]
        else:
            pairs[frame, old * keys + new] = 1
            named = states.read_again(before, new)
            across[int(kind == BOUNDARY)] += counted[int(kind == BOUNDARY)][minor][named, figure]
    return MoveTotals(stay, pairs, within, across)


def expected_moves(lesson: Lesson, moves: Moves, sums: Sums) -> MoveTotals:
    """What the analyser expects to move, given all paths."""
    states, tables, piv = lesson.evidence.states, lesson.tables, moves.pivots
    factors, keys = factors_of(moves), len(states.keys)
    counted = (tables.inside, tables.boundary, tables.approach)
    within_logs = [[f * t[:-1] for f, t in zip(factors.within[kind], counted[kind], strict=True)] for kind in range(3)]
    across_logs = [[f * t for f, t in zip(factors.across[kind], counted[kind], strict=True)] for kind in range(2)]
    count = len(sums.forward)
    stay, pairs, within, across = np.zeros(count), np.zeros((count, keys * keys)), np.zeros(3), np.zeros(2)
    for block, table in zip(states.blocks(sums.states[0]), counted[BOUNDARY], strict=True):
        across[BOUNDARY] += (block.sum(axis=0) * table[-1]).sum()
    for frame in range(1, count):
        before, after = sums.forward[frame - 1], sums.backward[frame] * sums.fits[frame]
        kind, crossing = int(moves.kind[frame]), int(moves.kind[frame] == BOUNDARY)
        here, there = states.blocks(before), states.blocks(after)
        stays = float((before * factors.stay[frame] * after).sum())
        inside = _through(here, factors.within[kind], there)
        landing = np.concatenate([(b @ t.T).ravel() for b, t in zip(there, factors.across[crossing], strict=True)])
        changed = factors.pair * (piv.by_chord(before) @ landing[piv.place].T) * factors.change[frame]
        total = stays + inside + changed.sum()
        stay[frame], pairs[frame] = stays / total, changed.ravel() / total
        within[kind] += _through(here, within_logs[kind], there) / total
        across[crossing] += _through(landing_blocks(sums.landed[frame], moves), across_logs[crossing], there) / total
    return MoveTotals(stay, pairs, within, across)


def _through(before: tuple[Floats, ...], tables: object, after: tuple[Floats, ...]) -> float:
    return float(sum(((a @ t) * b).sum() for a, t, b in zip(before, tables, after, strict=True)))  # type: ignore[call-overload]
