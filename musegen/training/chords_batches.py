"""Batches of progressions: pieces of like length side by side, with some of what can be said left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.random import Generator

from musegen.theory.progressions.chords import Ints
from musegen.theory.progressions.encoding import GROUPS, LAGS, POSITION, SAID, columns_of
from musegen.training.chords_lessons import Lesson
from musegen.training.chords_network import Batch

SIZE = 16
_UNEVEN = 0.3
"""Lengths are taken to be up to so much more than they are, so that neighbours change from pass to pass."""
KEPT = {"style": 0.8, "mode": 0.8, "length": 0.5, "phrase": 0.5, "function": 0.3}
"""How often each group of what can be said is said."""
BARE = ("style", "mode")
"""What is said where pieces are measured: what the n-gram beside knows, too."""
CHANGED, EXCHANGED = 0.5, 0.3
"""Of pieces that a latent speaks for, so many have so many of their chords exchanged: any chords can be encoded."""


def batches(pieces: Sequence[Lesson], rng: Generator) -> Iterator[tuple[Batch, torch.Tensor]]:
    """All pieces once, in another order each time: batches, and (piece,) 1 where a latent is to speak for it."""
    order = sorted(range(len(pieces)), key=lambda place: len(pieces[place].piece.grid) * (1 + _UNEVEN * rng.random()))
    groups = [order[start : start + SIZE] for start in range(0, len(order), SIZE)]
    common = np.concatenate([lesson.piece.chords[lesson.piece.begins] for lesson in pieces])
    for number in rng.permutation(len(groups)):
        spoken = rng.random(len(groups[number])) < 0.5
        chosen = [
            _exchanged(pieces[place], common, rng) if speaks and rng.random() < CHANGED else pieces[place]
            for place, speaks in zip(groups[number], spoken, strict=True)
        ]
        said = [tuple(group for group in GROUPS if rng.random() < KEPT[group]) for _ in chosen]
        yield batch(chosen, said), torch.from_numpy(spoken.astype(np.float32))


def count(pieces: Sequence[Lesson]) -> int:
    """Batches of a pass."""
    return -(-len(pieces) // SIZE)


def _exchanged(lesson: Lesson, common: Ints, rng: Generator) -> Lesson:
    """The piece with some of its chords exchanged for any that come in the corpus."""
    piece = lesson.piece
    spans = np.cumsum(piece.begins) - 1
    others = rng.choice(common, spans[-1] + 1)
    swaps = rng.random(spans[-1] + 1) < EXCHANGED
    return lesson._replace(piece=replace(piece, chords=np.where(swaps[spans], others[spans], piece.chords)))


def batch(pieces: Sequence[Lesson], said: Sequence[tuple[str, ...]]) -> Batch:
    """Pieces side by side, with these groups of what can be said of each."""
    longest = max(len(lesson.piece.grid) for lesson in pieces)
    measures = max(int(lesson.piece.grid.measure[-1]) + 1 for lesson in pieces)
    shape = (len(pieces), longest)
    whole: dict[str, Any] = {
        "chord": np.zeros(shape, np.int64), "before": np.zeros(shape, np.int64), "held": np.zeros(shape, np.int64),
        "lag": np.zeros((*shape, len(LAGS)), np.int64), "agreed": np.zeros((*shape, len(LAGS)), np.float32),
        "position": np.zeros((*shape, POSITION), np.float32), "said": np.zeros((*shape, SAID), np.float32),
        "real": np.zeros(shape, np.float32), "means": np.zeros((len(pieces), measures, longest), np.float32),
        "measure": np.zeros(shape, np.int64),
    }  # fmt: skip
    for row, (lesson, groups) in enumerate(zip(pieces, said, strict=True)):
        columns, length = lesson.columns, len(lesson.piece.grid)
        told = columns.said.copy()
        for group in GROUPS:
            told[:, columns_of(group)] *= group in groups
        values = (lesson.piece.chords, *columns.past, columns.position, told, 1.0)
        for name, value in zip(Batch._fields[:8], values, strict=True):
            whole[name][row, :length] = value
        whole["means"][row, : len(columns.means), :length] = columns.means
        whole["measure"][row, :length] = lesson.piece.grid.measure
    return Batch(**{name: torch.from_numpy(column) for name, column in whole.items()})
