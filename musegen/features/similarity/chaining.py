"""What two passages share, note by note: chains of equal notes whose times agree too, in bits of shared surprise."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.similarity.alignment import Sides

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]
STEPS = (
    (1, 1, 0.0), (2, 1, 2.5), (1, 2, 2.5), (3, 1, 3.0), (1, 3, 3.0), (2, 2, 3.5), (3, 3, 7.0), (4, 1, 5.0), (1, 4, 5.0),
    (3, 2, 5.5), (2, 3, 5.5),
)  # fmt: skip
"""(notes on in the tune, notes on in the place, bits that it costs): a next note, an ornament, a wrong note."""
OUT_OF_TIME = 2.0
"""Bits that a chain loses where the two times between its notes do not agree."""
TEMPI = (0.0, 1.0, -1.0)
"""Powers of two by which one side may be slower."""
_NEVER = np.float32(-1e6)
_BACK, _BEHIND = (np.array([step[side] for step in STEPS])[:, None] for side in (0, 1))
_COST = np.array([cost for _, _, cost in STEPS], dtype=np.float32)[:, None]
_REACH = 4  # notes that the longest step goes back


class Chains(NamedTuple):
    """Scores and ways of (note of the tune, candidate, note of the place)."""

    score: Floats
    way: npt.NDArray[np.int8]


def likely_tempo(sides: Sides) -> Floats:
    """By which power of two each place is slower than its tune: told by the notes of equal pitch and rhythm."""
    same = (sides.pitch[:, None, :] == sides.tune_pitch[:, :, None]) & (
        sides.ratio[:, None, :] == sides.tune_ratio[:, :, None]
    )
    onset, there = (np.log2(np.maximum(_steps(side), 1e-3)) for side in (sides.tune_onset, sides.onset))
    slower = onset[:, :, None] - there[:, None, :]
    votes = [(same & (np.abs(slower - tempo) < 0.1)).sum(axis=(1, 2)) for tempo in TEMPI]
    return np.asarray(np.array(TEMPI, dtype=np.float32)[np.argmax(votes, axis=0)])


def chained(sides: Sides, tempo: Floats) -> Chains:
    """The best chain that ends with each pair of equal notes; a quarter of the place lasts 2 ** tempo in the tune.

    The first note of a chain proves nothing, as tunes may be transposed; each later one its surprise.
    """
    size, (count, width) = sides.tune_pitch.shape[1], sides.pitch.shape
    note, candidate, place = np.nonzero(sides.tune_pitch.T[:, :, None] == sides.pitch)
    gain = _gains(sides, tempo, note, candidate, place)
    score = np.full((size + _REACH, count, width + _REACH), _NEVER, dtype=np.float32)
    flat, line = score.reshape(-1), count * (width + _REACH)
    here = (note + _REACH) * line + candidate * (width + _REACH) + place + _REACH
    before = here - (_BACK * line + _BEHIND)
    taken = np.full(len(note), -1, dtype=np.int8)
    ends = np.searchsorted(note, np.arange(size + 1)).tolist()
    for first, last in pairwise(ends):
        value = flat[before[:, first:last]] + gain[:, first:last]
        best = value.max(axis=0)
        flat[here[first:last]] = np.maximum(best, 0)
        np.copyto(taken[first:last], value.argmax(axis=0), where=best > 0, casting="unsafe")
    way = np.full((size, count, width), -1, dtype=np.int8)
    way[note, candidate, place] = taken
    return Chains(score[_REACH:, :, _REACH:], way)


def _gains(sides: Sides, tempo: Floats, note: Places, candidate: Places, place: Places) -> Floats:
    """(step, pair of equal notes): the bits that each step to a pair wins, its cost taken off."""
    time = sides.onset * (2.0 ** tempo[:, None]).astype(np.float32)
    passed = time[candidate, place] - time[candidate, np.maximum(place - _BEHIND, 0)]
    onset = sides.tune_onset
    span = onset[candidate, note] - onset[candidate, np.maximum(note - _BACK, 0)]
    in_time = np.abs(passed - span) < np.float32(0.06) * span
    gain: Floats = in_time * (sides.rhythm_bits[candidate, note] + np.float32(OUT_OF_TIME)) - _COST
    return gain + (sides.pitch_bits[candidate, note] - np.float32(OUT_OF_TIME))


def _steps(onset: Floats) -> Floats:
    return np.diff(onset, axis=1, append=onset[:, -1:])


def followed(chains: Chains, candidate: int) -> tuple[float, list[tuple[int, int]]]:
    """(bits, pairs of notes) of the best chain of one candidate, in order."""
    table = chains.score[:, candidate]
    here, there = (int(number) for number in np.unravel_index(int(table.argmax()), table.shape))
    bits, pairs = float(table[here, there]), [(here, there)]
    while chains.way[here, candidate, there] >= 0:
        back, behind, _ = STEPS[chains.way[here, candidate, there]]
        here, there = here - back, there - behind
        pairs.append((here, there))
    return bits, pairs[::-1]
