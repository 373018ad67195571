"""Chord sequences ranked: the likeliest path through a chain of choices, alternatives to it, odds slot by slot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

REPEATED = 0.9
"""What it costs an alternative, in nats a slot, to say what a better one says there: so alternatives differ."""


class Chain(NamedTuple):
    """Log-probabilities of choices in a row: of each choice by itself, and of each after each."""

    alone: Floats  # (slot, choice)
    steps: tuple[Floats, ...]  # tables (choice before, choice)
    table: Ints  # (slot,): which table leads into a slot; that of the first is not read

    def into(self, slot: int) -> Floats:
        """(before, choice) into a slot."""
        return self.steps[int(self.table[slot])]


def best_path(chain: Chain) -> Ints:
    """(slot,): the likeliest choices.

    >>> chain = Chain(np.log([[.6, .4], [.5, .5]]), (np.log([[.9, .1], [.5, .5]]),), np.zeros(2, dtype=int))
    >>> best_path(chain).tolist()
    [0, 0]
    """
    count = len(chain.alone)
    score, back = chain.alone[0], np.zeros(chain.alone.shape, dtype=np.int64)
    for slot in range(1, count):
        reached = score[:, None] + chain.into(slot)
        back[slot] = reached.argmax(axis=0)
        score = reached.max(axis=0) + chain.alone[slot]
    path = [int(score.argmax())]
    for slot in range(count - 1, 0, -1):
        path.append(int(back[slot, path[-1]]))
    return np.array(path[::-1], dtype=np.int64)


def ranked_paths(chain: Chain, count: int) -> list[Ints]:
    """The likeliest path, then others that are likely and unlike those before, the likeliest first."""
    found = [best_path(chain)]
    rows, alone = np.arange(len(chain.alone)), chain.alone.copy()
    for _ in range(8 * count):
        if len(found) >= count:
            break
        alone[rows, found[-1]] -= REPEATED
        path = best_path(chain._replace(alone=alone))
        if any((path == other).all() for other in found):
            continue
        found.append(path)
    return [found[0], *sorted(found[1:], key=lambda path: -likelihood(chain, path))]


def moving(chain: Chain, roots: Sequence[int], price: float) -> Chain:
    """The chain with a price on staying over the same root, in whatever position; `roots` are those of the choices."""
    stays = np.equal.outer(np.array(roots), np.array(roots))
    return chain._replace(steps=tuple(table - price * stays for table in chain.steps))


def likelihood(chain: Chain, path: Ints) -> float:
    """The log-probability of a path."""
    steps = sum(chain.into(slot)[path[slot - 1], path[slot]] for slot in range(1, len(path)))
    return float(chain.alone[np.arange(len(path)), path].sum() + steps)


def odds(chain: Chain) -> Floats:
    """(slot, choice): the probability of each choice, all paths together."""
    count, size = chain.alone.shape
    ahead, behind = np.zeros((count, size)), np.zeros((count, size))
    ahead[0] = chain.alone[0]
    for slot in range(1, count):
        ahead[slot] = _sum(ahead[slot - 1][:, None] + chain.into(slot), 0) + chain.alone[slot]
    for slot in range(count - 2, -1, -1):
        behind[slot] = _sum(chain.into(slot + 1) + (chain.alone[slot + 1] + behind[slot + 1]), 1)
    whole = ahead + behind
    chances = np.exp(whole - whole.max(axis=1, keepdims=True))
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def _sum(values: Floats, axis: int) -> Floats:
    """log of the sum of exponentials."""
    top = values.max(axis=axis, keepdims=True)
    total: Floats = np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis)
    return total
