"""Batches of tunes in stretches that the state of the network goes through, with what is left unsaid drawn anew."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from musegen.theory.tunes.hearing import without_named
from musegen.theory.tunes.symbols import Ints
from musegen.theory.tunes.telling import HEAD, SIZES, TOGETHER, UNSAID
from musegen.training.course import Course
from musegen.training.melody_network import MelodyNetwork, Moment
from musegen.training.tunes import Lesson

TUNES, STRETCH = 32, 96
"""How many tunes are learned from side by side, and how many events before the gradient is cut."""
UNSAID_SHARE, NOTHING_SHARE = 0.35, 0.15
"""How often one group of columns is left unsaid, and how often all of them."""
_NONE = -100
_COLUMNS = [[list(SIZES).index(name) for name in names] for names in TOGETHER]
_KINSHIP = list(SIZES).index("kinship")


BARE = [column for column, name in enumerate(SIZES) if name not in HEAD]
"""Columns that are left unsaid where a tune is judged by its notes: all but what the head of a sheet says."""
Floats = npt.NDArray[np.float64]


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


def batches(lessons: Sequence[Lesson], seed: int, number: int, tunes: int = TUNES) -> Iterator[Batch]:
    """Every tune once, in batches of so many of about equal length, in the order that pass `number` of a seed has."""
    rng = _chance(seed, number)
    groups = _groups(lessons, rng, tunes)
    for number in rng.permutation(len(groups)):
        some = [lessons[place] for place in groups[number]]
        yield batch(some, [unsaid(rng) for _ in some])


def count(lessons: Sequence[Lesson], seed: int, passes: int, tunes: int = TUNES) -> int:
    """How many stretches are learned from in so many passes of a seed."""
    events = np.array([len(lesson.length) for lesson in lessons])
    groups = [group for number in range(passes) for group in _groups(lessons, _chance(seed, number), tunes)]
    return sum(-(-int(events[group].max()) // STRETCH) for group in groups)


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


def bits_a_note(network: MelodyNetwork, lessons: Sequence[Lesson], left_out: list[int]) -> Bits:
    """The mean over all notes, with these columns left unsaid."""
    notes = sum(lesson.notes for lesson in lessons)
    return Bits(*(bits_a_tune(network, lessons, left_out).sum(axis=0) / notes).tolist())


def learned(course: Course[MelodyNetwork], whole: Batch) -> float:
    """Learn from tunes side by side, stretch by stretch; the bits a note that they cost."""
    state = course.network.start(len(whole.symbol))
    spent, notes = 0.0, 0
    for part in stretches(whole):
        symbol, length, state = losses(course.network, part, state.detach())
        here = int((part.length >= 0).sum())
        if here:
            total = symbol.sum() + length.sum()
            course.step(total / here)
            spent, notes = spent + float(total.detach()), notes + here
    return spent / notes / math.log(2)


def bits_a_tune(network: MelodyNetwork, lessons: Sequence[Lesson], left_out: list[int]) -> Floats:
    """(tunes, 2): what all symbols and all lengths of each tune cost in bits, with these columns left unsaid."""
    network.eval()
    spent = np.zeros((len(lessons), 2))
    order = np.argsort([len(lesson.symbol) for lesson in lessons], kind="stable")
    for first in range(0, len(order), 2 * TUNES):
        here = order[first : first + 2 * TUNES]
        some = [lessons[place] for place in here]
        with torch.no_grad():
            symbol, length, _ = losses(network, batch(some, [left_out] * len(some)), network.start(len(some)))
        spent[here] = np.stack([symbol.sum(dim=1).numpy(), length.sum(dim=1).numpy()], axis=1)
    return spent / math.log(2)


def _chance(seed: int, number: int) -> np.random.Generator:
    return np.random.default_rng([seed, number])


def _groups(lessons: Sequence[Lesson], rng: np.random.Generator, tunes: int) -> list[Ints]:
    """The places of tunes of about equal length, so many together."""
    noise = rng.uniform(0.8, 1.25, len(lessons))
    order = np.argsort([len(lesson.symbol) * factor for lesson, factor in zip(lessons, noise, strict=True)])
    return [order[first : first + tunes] for first in range(0, len(order), tunes)]


def _given(lesson: Lesson, left_out: list[int]) -> tuple[Ints, ...]:
    told = lesson.told.copy()
    told[:, left_out] = UNSAID
    return (*(without_named(lesson.heard) if _KINSHIP in left_out else lesson.heard), told)


def _filled(parts: Sequence[Ints], longest: int, filling: int) -> Ints:
    found = np.full((len(parts), longest, *parts[0].shape[1:]), filling, dtype=np.int64)
    for row, part in zip(found, parts, strict=True):
        row[: len(part)] = part
    return found
