"""The probability of every state at every frame: forward and backward sums over all paths."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from musegen.theory.classical.evidence import Floats
from musegen.theory.classical.moves import BOUNDARY, Blocks, Moves


class Sums(NamedTuple):
    """What the whole piece says of each frame; every row of sums is scaled on its own."""

    states: Floats  # (frame, state) probabilities
    log_total: float  # log of the sum over all paths
    forward: list[Floats]  # (state,) over what came before
    backward: list[Floats]  # (state,) over what comes after
    fits: Floats  # (frame, state) how well each state fits its frame
    landed: list[Floats]  # (landing,) what comes through a change of key


class Factors(NamedTuple):
    """Moves as factors instead of logarithms."""

    stay: Floats
    within: tuple[Blocks, ...]
    across: tuple[Blocks, ...]
    change: Floats  # (frame,)
    pair: Floats  # (old key, new key); 0 where they are one


def factors_of(moves: Moves) -> Factors:
    """The factors of these moves."""
    known = moves.successions
    return Factors(
        np.exp(moves.stay),
        tuple((np.exp(major), np.exp(minor)) for major, minor in known.tables),
        tuple((np.exp(major), np.exp(minor)) for major, minor in known.key_tables),
        np.exp(moves.change),
        known.turn,
    )


def sums(emission: Floats, moves: Moves) -> Sums:
    """Forward and backward sums over all paths through a piece."""
    count, factors = len(emission), factors_of(moves)
    top = emission.max(axis=1, keepdims=True)
    fits = np.exp(emission - top)
    came = fits[0] * np.exp(moves.successions.first)
    forward, landed, log_total = [came / came.sum()], [np.zeros(0)], float(top.sum() + np.log(came.sum()))
    for frame in range(1, count):
        came, arrivals = _step(forward[-1], moves, factors, frame)
        came = came * fits[frame]
        log_total += float(np.log(came.sum()))
        forward.append(came / came.sum())
        landed.append(arrivals)
    backward = [np.ones(emission.shape[1])]
    for frame in range(count - 1, 0, -1):
        going = _step_back(backward[-1] * fits[frame], moves, factors, frame)
        backward.append(going / going.mean())
    backward.reverse()
    states = np.array(forward) * np.array(backward)
    return Sums(states / states.sum(axis=1, keepdims=True), log_total, forward, backward, fits, landed)


def _step(alpha: Floats, moves: Moves, factors: Factors, frame: int) -> tuple[Floats, Floats]:
    states, piv, kind = moves.states, moves.pivots, int(moves.kind[frame])
    arriving = factors.pair.T @ piv.by_chord(alpha)
    landed = np.bincount(piv.place.ravel(), arriving.ravel(), piv.landings) * factors.change[frame]
    within = [_product(block, table) for block, table in zip(states.blocks(alpha), factors.within[kind], strict=True)]
    tables = factors.across[int(kind == BOUNDARY)]
    across = [_product(block, table) for block, table in zip(landing_blocks(landed, moves), tables, strict=True)]
    moved = np.concatenate([(a + b).ravel() for a, b in zip(within, across, strict=True)])
    return np.asarray(moved + alpha * factors.stay[frame]), landed


def _product(block: Floats, table: Floats) -> Floats:
    """`block @ table`, a row a key. BLAS works on eight rows at once: seven would take it nearly twice as long."""
    rows = np.zeros((-(-len(block) // 8) * 8, block.shape[1]))
    rows[: len(block)] = block
    return np.asarray((rows @ table)[: len(block)])


def landing_blocks(landed: Floats, moves: Moves) -> Blocks:
    """Landing places as (major key, figure or none) and (minor key, figure or none)."""
    split, states = moves.pivots.split, moves.states
    return landed[:split].reshape(states.majors, -1), landed[split:].reshape(len(states.keys) - states.majors, -1)


def _step_back(beta: Floats, moves: Moves, factors: Factors, frame: int) -> Floats:
    """`beta` already holds the fit of its frame."""
    states, piv, kind = moves.states, moves.pivots, int(moves.kind[frame])
    blocks = states.blocks(beta)
    within = [_product(block, table.T) for block, table in zip(blocks, factors.within[kind], strict=True)]
    tables = factors.across[int(kind == BOUNDARY)]
    landing = np.concatenate([_product(block, table.T).ravel() for block, table in zip(blocks, tables, strict=True)])
    across = (factors.pair * factors.change[frame] @ landing[piv.place]).ravel()[piv.source]
    return np.asarray(np.concatenate([block.ravel() for block in within]) + across + beta * factors.stay[frame])
