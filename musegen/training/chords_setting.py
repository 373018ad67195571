"""How the network that sets chords over melodies learns: tunes of lead sheets, with the chords before told or not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn

from musegen.generation.progressions.tunes import HEARD, LAGS, Tune, before_of, lagged
from musegen.theory.songs.song_statistics import STATES
from musegen.training.chords_batches import SIZE
from musegen.training.chords_lessons import Lesson
from musegen.training.chords_ranker import Ranker
from musegen.training.course import Course, seed_pass
from musegen.training.recipes import Order

RATE, DECAY, SMOOTHED = 3e-3, 0.1, 0.02
SHARE = 0.4
"""So many of the order's passes are gone through."""
TOLD, FORGOTTEN, UNHEARD = 0.65, 0.1, 0.05
"""How often the chords before are told; of these, and of what is heard of a tune, so many are left out."""
SHORT = 0.35
"""What a slot shorter than a measure weighs."""
SHOWN = 5


class Tunes(NamedTuple):
    """Tunes side by side."""

    heard: Tensor  # (tune, slot, HEARD)
    alike: Tensor  # (tune, slot, lag)
    before: Tensor  # (tune, slot)
    lag: Tensor  # (tune, slot, lag)
    own: Tensor  # (tune, slot); -1 where nothing is to be learned
    weight: Tensor  # (tune,)


class Hits(NamedTuple):
    """Shares of slots."""

    first: float
    in_three: float


def learn_setting(pieces: Sequence[Lesson], held: Sequence[Lesson], order: Order) -> Ranker | None:
    """The network after all passes; None where no piece has a tune with chord symbols."""
    tunes = [tune for lesson in pieces for tune in lesson.tunes]
    measures = [tune for lesson in held for tune in lesson.tunes if tune.every == "measure"]
    if not tunes or not measures:
        order.say("no lead sheets: chords for a melody are not learned")
        return None
    seed = order.seed
    torch.manual_seed(seed)
    passes = max(round(SHARE * order.passes), 1)
    course = Course(Ranker(), passes * -(-len(tunes) // SIZE), rate=RATE, decay=DECAY)
    checkpoint = order.beside(f"setting-{seed}.pt")
    course.restore(checkpoint)
    for number in range(course.passes, passes):
        course.network.train()
        seed_pass(seed, number)
        for one in _batches(tunes, np.random.default_rng([seed, number])):
            course.step(_loss(course.network, one))
        course.passes = number + 1
        course.save(checkpoint)
        if course.passes % SHOWN == 0 or course.passes == passes:
            told, alone = (hits(course.mean, measures, told=told) for told in (True, False))
            order.say(
                f"tunes, pass {course.passes} of {passes}: the sheet's chord in the first three {told.in_three:.3f}, "
                f"without the chords before {alone.in_three:.3f}"
            )
    return course.mean


def hits(network: Ranker, tunes: Sequence[Tune], *, told: bool) -> Hits:
    """How often the sheet's own chord is ranked first, and in the first three."""
    network.eval()
    first = three = slots = 0
    with torch.no_grad():
        for start in range(0, len(tunes), SIZE):
            one = together(tunes[start : start + SIZE])
            known = torch.full((*one.own.shape, 1), float(told))
            ranked = network(one.heard, one.alike, one.before, one.lag, known).argsort(-1, descending=True)[..., :3]
            right = (ranked == one.own.unsqueeze(-1)) & (one.own >= 0).unsqueeze(-1)
            first, three = first + int(right[..., 0].sum()), three + int(right.sum())
            slots += int((one.own >= 0).sum())
    return Hits(first / max(slots, 1), three / max(slots, 1))


def _loss(network: Ranker, one: Tunes) -> Tensor:
    shape = one.own.shape
    known = (torch.rand(shape[0], 1, 1) < TOLD).float().expand(-1, shape[1], 1)
    before = torch.where(torch.rand(shape) < FORGOTTEN, torch.full_like(one.before, STATES), one.before)
    heard = one.heard * (torch.rand(*shape, 1) >= UNHEARD)
    scores = network(heard, one.alike, before, one.lag, known)
    real = one.own >= 0
    weight = one.weight.unsqueeze(-1).expand(shape)[real]
    lost = nn.functional.cross_entropy(scores[real], one.own[real], reduction="none", label_smoothing=SMOOTHED)
    return torch.as_tensor((lost * weight).sum() / weight.sum())


def _batches(tunes: Sequence[Tune], rng: Generator) -> Iterator[Tunes]:
    order = sorted(range(len(tunes)), key=lambda place: len(tunes[place]) * (1 + 0.3 * rng.random()))
    groups = [order[start : start + SIZE] for start in range(0, len(order), SIZE)]
    for number in rng.permutation(len(groups)):
        yield together([tunes[place] for place in groups[number]])


def together(tunes: Sequence[Tune]) -> Tunes:
    """Tunes side by side, each with its own chords."""
    shape = (len(tunes), max(map(len, tunes)))
    found = Tunes(
        np.zeros((*shape, HEARD), np.float32), np.zeros((*shape, len(LAGS)), np.float32), np.full(shape, STATES),
        np.full((*shape, len(LAGS)), STATES), np.full(shape, -1),
        np.array([1.0 if tune.every == "measure" else SHORT for tune in tunes], np.float32),
    )  # fmt: skip
    for row, tune in enumerate(tunes):
        values = (tune.heard, tune.alike, before_of(tune.own), lagged(tune.own), tune.own)
        for column, value in zip(found[:5], values, strict=True):
            column[row, : len(tune)] = value
    return Tunes(*(torch.from_numpy(column) for column in found))
