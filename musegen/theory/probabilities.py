"""The probability of every state at every frame: forward and backward sums over all paths."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from musegen.theory.evidence import Floats
from musegen.theory.moves import Blocks, Moves, first_scores


class Marginals(NamedTuple):
    """What the whole piece says of each frame."""

    states: Floats  # (frame, state) sums to 1 over states
    log_total: float  # log of the sum over all paths


class _Factors(NamedTuple):
    """Moves as factors instead of logarithms."""

    stay: Floats
    within: tuple[Blocks, ...]
    across: tuple[Blocks, ...]
    change: Floats


def _factors(moves: Moves) -> _Factors:
    return _Factors(
        np.exp(moves.stay),
        tuple((np.exp(a), np.exp(b)) for a, b in moves.tables),
        tuple((np.exp(a), np.exp(b)) for a, b in moves.key_tables),
        np.exp(moves.change),
    )


def marginals(emission: Floats, moves: Moves) -> tuple[Marginals, list[Floats], list[Floats], list[Floats]]:
    """Forward and backward sums, each frame scaled to sum to 1."""
    count = len(emission)
    factors = _factors(moves)
    top = emission.max(axis=1, keepdims=True)
    fits = np.exp(emission - top)
    forward, landings, log_total = [_unit(fits[0] * np.exp(first_scores(moves)))], [np.zeros(0)], float(top.sum())
    log_total += float(np.log((fits[0] * np.exp(first_scores(moves))).sum()))
    for frame in range(1, count):
        came, landed = _step(forward[-1], moves, factors, frame)
        came *= fits[frame]
        total = came.sum()
        log_total += float(np.log(total))
        forward.append(came / total)
        landings.append(landed)
    backward = [np.ones(emission.shape[1])]
    for frame in range(count - 1, 0, -1):
        going = _step_back(backward[-1] * fits[frame], moves, factors, frame)
        backward.append(going / going.mean())
    backward.reverse()
    states = np.array(forward) * np.array(backward)
    states /= states.sum(axis=1, keepdims=True)
    return Marginals(states, log_total), forward, backward, landings


def _unit(values: Floats) -> Floats:
    return np.asarray(values / values.sum())


def _step(alpha: Floats, moves: Moves, factors: _Factors, frame: int) -> tuple[Floats, Floats]:
    states, piv, kind = moves.states, moves.pivots, int(moves.kind[frame])
    landed = np.zeros(piv.landings)
    landed[piv.landing] = np.add.reduceat(alpha[piv.source] * factors.change[frame][piv.pair], piv.starts)
    within = [block @ table for block, table in zip(states.blocks(alpha), factors.within[kind], strict=True)]
    across = [
        part.reshape(keys, -1) @ table
        for part, keys, table in zip(*_landing_blocks(landed, moves), factors.across[int(kind == 1)], strict=True)
    ]
    moved = np.concatenate([(a + b).ravel() for a, b in zip(within, across, strict=True)])
    return np.asarray(moved + alpha * factors.stay[frame]), landed


def _landing_blocks(landed: Floats, moves: Moves) -> tuple[tuple[Floats, Floats], tuple[int, int]]:
    split, states = moves.pivots.split, moves.states
    return (landed[:split], landed[split:]), (states.majors, len(states.keys) - states.majors)


def _step_back(beta: Floats, moves: Moves, factors: _Factors, frame: int) -> Floats:
    """`beta` already holds the fit of its frame."""
    states, piv, kind = moves.states, moves.pivots, int(moves.kind[frame])
    blocks = states.blocks(beta)
    within = [block @ table.T for block, table in zip(blocks, factors.within[kind], strict=True)]
    landing = np.concatenate(
        [(block @ table.T).ravel() for block, table in zip(blocks, factors.across[int(kind == 1)], strict=True)]
    )
    entry = np.repeat(landing[piv.landing], np.diff(np.append(piv.starts, len(piv.source))))
    across = np.bincount(piv.source, weights=entry * factors.change[frame][piv.pair], minlength=len(beta))
    return np.asarray(np.concatenate([block.ravel() for block in within]) + across + beta * factors.stay[frame])
