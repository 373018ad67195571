"""What two passages share, note by note: chains of equal notes whose times agree too, in bits of shared surprise."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musegen.features.similarity.alignment import Sides

Floats = npt.NDArray[np.float32]
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
    size, shape = sides.tune_pitch.shape[1], sides.pitch.shape
    score = np.full((size, *shape), _NEVER, dtype=np.float32)
    way = np.full((size, *shape), -1, dtype=np.int8)
    time = sides.onset * (2.0 ** tempo[:, None]).astype(np.float32)
    passed = {behind: time[:, behind:] - time[:, :-behind] for _, behind, _ in STEPS}
    for here in range(size):
        best, taken = np.zeros(shape, dtype=np.float32), way[here]
        bits, in_time = sides.pitch_bits[:, here, None] - OUT_OF_TIME, sides.rhythm_bits[:, here, None] + OUT_OF_TIME
        for number, (back, behind, cost) in enumerate(STEPS):
            if back > here:
                continue
            span = sides.tune_onset[:, here, None] - sides.tune_onset[:, here - back, None]
            value = score[here - back][:, :-behind] + (np.abs(passed[behind] - span) < 0.06 * span) * in_time
            value += bits - np.float32(cost)
            np.copyto(taken[:, behind:], number, where=value > best[:, behind:])
            np.maximum(best[:, behind:], value, out=best[:, behind:])
        np.copyto(score[here], best, where=sides.pitch == sides.tune_pitch[:, here, None])
    return Chains(score, way)


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
