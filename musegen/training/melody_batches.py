"""Batches of tunes in stretches that the state of the network goes through, with what is left unsaid drawn anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from musegen.theory.tunes.symbols import Ints
from musegen.theory.tunes.telling import SIZES, TOGETHER
from musegen.training.melody_network import MelodyNetwork, Moment
from musegen.training.tunes import Lesson

TUNES, STRETCH = 32, 96
"""How many tunes are learned from side by side, and how many events before the gradient is cut."""
UNSAID_SHARE, NOTHING_SHARE = 0.35, 0.15
"""How often one group of columns is left unsaid, and how often all of them."""
_NONE = -100
_COLUMNS = [[list(SIZES).index(name) for name in names] for names in TOGETHER]
_KINSHIP = list(SIZES).index("kinship")


class Batch(NamedTuple):
    """Tunes side by side, the shorter ones filled up."""

    moment: Moment
    symbol: Tensor  # (tune, event), -100 where nothing is
    length: Tensor  # (tune, event), -100 at rests of the batch and at ends


class Bits(NamedTuple):
    """What each tune costs, in bits a note; the end and rests are paid for by the notes."""

    symbol: float
    length: float

    @property
    def total(self) -> float:
        """Symbol and length together."""
        return self.symbol + self.length

    def __str__(self) -> str:
        return f"{self.total:.3f} ({self.symbol:.3f} + {self.length:.3f})"


def batches(lessons: Sequence[Lesson], rng: np.random.Generator) -> Iterator[Batch]:
    """Every tune once, in batches of about equal length, in an order that is drawn."""
    noise = rng.uniform(0.8, 1.25, len(lessons))
    order = np.argsort([len(lesson.symbol) * factor for lesson, factor in zip(lessons, noise, strict=True)])
    groups = [order[first : first + TUNES] for first in range(0, len(order), TUNES)]
    for number in rng.permutation(len(groups)):
        some = [lessons[place] for place in groups[number]]
        yield batch(some, [unsaid(rng) for _ in some])


def count(lessons: Sequence[Lesson]) -> int:
    """How many stretches a pass has, about: what is drawn moves it a little."""
    lengths = sorted(len(lesson.symbol) for lesson in lessons)
    return sum(-(-length // STRETCH) for length in (*lengths[TUNES - 1 :: TUNES], lengths[-1]))


def unsaid(rng: np.random.Generator) -> list[int]:
    """The columns that are left unsaid of one tune."""
    if rng.random() < NOTHING_SHARE:
        return list(range(len(SIZES)))
    return [column for columns in _COLUMNS if rng.random() < UNSAID_SHARE for column in columns]


def batch(lessons: Sequence[Lesson], left_out: Sequence[list[int]]) -> Batch:
    """Tunes side by side, these columns of each left unsaid."""
    longest = max(len(lesson.symbol) for lesson in lessons)
    given = [_given(lesson, columns) for lesson, columns in zip(lessons, left_out, strict=True)]
    moment = Moment(*(torch.as_tensor(_filled(parts, longest, 0)) for parts in zip(*given, strict=True)))
    symbol = torch.as_tensor(_filled([lesson.symbol for lesson in lessons], longest, _NONE))
    length = torch.as_tensor(_filled([lesson.length for lesson in lessons], longest, _NONE))
    return Batch(moment, symbol, length)


def stretches(whole: Batch) -> Iterator[Batch]:
    """The same, so many events at a time."""
    for first in range(0, whole.symbol.shape[1], STRETCH):
        here = slice(first, first + STRETCH)
        moment = Moment(*(part[:, here] for part in whole.moment))
        yield Batch(moment, whole.symbol[:, here], whole.length[:, here])


def losses(network: MelodyNetwork, part: Batch, state: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Nats of every symbol and of every length (tune, event), and the state to go on from."""
    thought, logits, state = network(part.moment, state)
    symbol = cross_entropy(logits.transpose(1, 2), part.symbol, ignore_index=_NONE, reduction="none")
    lengths = network.length_of(thought, part.moment, part.symbol.clamp(min=0))
    length = cross_entropy(lengths.transpose(1, 2), part.length, ignore_index=_NONE, reduction="none")
    return symbol, length, state


@torch.no_grad()
def bits_a_note(network: MelodyNetwork, lessons: Sequence[Lesson], left_out: list[int]) -> Bits:
    """The mean over all notes, with these columns left unsaid."""
    network.eval()
    spent, notes = np.zeros(2), sum(lesson.notes for lesson in lessons)
    ordered = sorted(lessons, key=lambda lesson: len(lesson.symbol))
    for first in range(0, len(ordered), 2 * TUNES):
        some = ordered[first : first + 2 * TUNES]
        symbol, length, _ = losses(network, batch(some, [left_out] * len(some)), network.start(len(some)))
        spent += [float(symbol.sum()), float(length.sum())]
    return Bits(*(spent / notes / np.log(2)).tolist())


def _given(lesson: Lesson, left_out: list[int]) -> tuple[Ints, ...]:
    heard, told = lesson.heard, lesson.told.copy()
    told[:, left_out] = 0
    echoes = [heard.symbol, heard.length, heard.run]
    if _KINSHIP in left_out:
        echoes = [echo.copy() for echo in echoes]
        for echo in echoes:
            echo[:, -1] = 0
    return (heard.before, heard.offset, *echoes, told)


def _filled(parts: Sequence[Ints], longest: int, filling: int) -> Ints:
    found = np.full((len(parts), longest, *parts[0].shape[1:]), filling, dtype=np.int64)
    for row, part in zip(found, parts, strict=True):
        row[: len(part)] = part
    return found
