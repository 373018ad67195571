"""The global key: how well the notes, the last bass note, the first one and the signature agree on it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.score.table import NoteTable, distinct
from musegen.theory.keys import Key
from musegen.theory.statistics import DEGREES, ChoraleStatistics, degree_index

PROFILE, LAST_BASS, SIGNATURE, FIRST_BASS = 30.0, 4.0, 1.0, 0.5
"""Weights, set on the training chorales: the mean log-probability of a note, and three yes-or-no signs."""


class HomeKey(NamedTuple):
    """A candidate with its probability among all."""

    key: Key
    probability: float


def home_keys(score: Score, statistics: ChoraleStatistics) -> tuple[HomeKey, ...]:
    """Candidates for the global key, best first; the key signature alone speaks where nothing sounds.

    A piece that ends on the dominant counts half as much for it as one that ends on the tonic; a Picardy third is
    no sign of major, as the whole piece is heard.

    >>> from musegen.score.textgrid import parse_grid
    >>> from musegen.theory.statistics import statistics
    >>> piece = parse_grid("key: A minor\\nS: c5 b4 a4 g#4 | a4 . . .\\nB: a3 d3 e3 e3 | a2 . . .")
    >>> str(home_keys(piece, statistics())[0].key)
    'a'
    """
    notes = score.notes.sounding()
    signature = score.measures[0].key_signature.fifths if score.measures else 0
    if not len(notes):
        return (HomeKey(Key(signature), 0.0),)
    tonics = distinct(notes["fifths"].astype(int))
    candidates = [Key(int(tonic), minor) for tonic in tonics for minor in (False, True)]
    profile = statistics.profile()
    weighed = notes["duration"] / notes["duration"].sum()
    scores = np.array([_score(key, notes, weighed, profile, signature) for key in candidates])
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    order = np.argsort(-scores, kind="stable")
    return tuple(HomeKey(candidates[number], float(chances[number])) for number in order)


def _score(
    key: Key, notes: NoteTable, weighed: npt.NDArray[Any], profile: npt.NDArray[np.float64], signature: int
) -> float:
    degrees = np.clip(notes["fifths"].astype(int) - key.tonic, -10, 10) + degree_index(0)
    value = PROFILE * float((weighed * profile[int(key.minor)][degrees]).sum())
    last, first = _bass(notes, notes.end == notes.end.max()), _bass(notes, notes["onset"] == notes["onset"].min())
    value += LAST_BASS * (last == key.tonic) + FIRST_BASS * (first == key.tonic) + FIRST_BASS * (last == key.tonic + 1)
    is_dorian = key.minor and key.signature == signature - 1
    return value + SIGNATURE * (key.signature == signature or is_dorian)


def _bass(notes: NoteTable, chosen: npt.NDArray[np.bool_]) -> int:
    rows = notes.rows[chosen]
    return int(rows["fifths"][rows["pitch"].argmin()])


assert 2 * degree_index(0) + 1 == DEGREES
