"""Trains the neural analyser: networks from several seeds, checkpoints after every pass, one file and its card."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from musegen.errors import MalformedScore
from musegen.score.whole_files import check_writable
from musegen.training.analyser_batches import Losses, batches, count, losses_of, whole
from musegen.training.analyser_network import AnalyserNetwork, Averaged
from musegen.training.cards import Shares, write_card
from musegen.training.course import Course, seed_pass
from musegen.training.examples import Example, examples
from musegen.training.export import export
from musegen.training.recipes import Order

EVERY = 10
"""Of the extra pieces, one in so many is kept for validation."""
SHOWN = 4
"""Every so many passes the validation pieces are read."""
_SIZES = {
    "notes": ("pieces", "frames", "places"),
    "context": ("pieces", "frames"),
    "scores": ("pieces", "frames", "states"),
    "sounds": ("pieces", "frames", "sounds"),
    "changes": ("pieces", "frames"),
}


def train(order: Order) -> None:
    """Read the examples, learn from every seed, write the mean of the networks and its card.

    Raises:
        UnreadableFile, MalformedScore: the manifest of the corpus, or a checkpoint.
        EngravingError: the place cannot be written.
    """
    torch.set_num_threads(1)
    check_writable(order.output)
    learnt, held, extra = split(examples(Path(order.corpus)))
    if not learnt:
        raise MalformedScore("no piece in it can be learned from", file=order.corpus)
    order.say(f"{len(learnt)} pieces to learn from, {len(held)} and {len(extra)} chorales for validation")
    networks = [learn(learnt, held, seed, order) for seed in order.seeds]
    together, found = Averaged(networks), {}
    for name, group in (("validation", held), ("extra", extra)):
        if not group:
            continue
        found[name] = [shares(network, group) for network in (*networks, together)]
        order.say(f"{name}: {found[name][-1]}")
    example = whole(learnt[0])
    export(together, order.output, {"notes": example.notes, "context": example.context}, _SIZES)
    write_card(order, [*learnt, *held, *extra], found)


def split(found: Iterable[Example]) -> tuple[list[Example], list[Example], list[Example]]:
    """The pieces to learn from, the validation pieces, and every tenth of the extra ones."""
    pieces = list(found)
    extra = [item for item in pieces if item.split == "extra"][::EVERY]
    names = {item.name for item in extra}
    held = [item for item in pieces if item.split == "validation"]
    return [item for item in pieces if item.split != "validation" and item.name not in names], held, extra


def learn(pieces: list[Example], held: list[Example], seed: int, order: Order) -> AnalyserNetwork:
    """The mean network of one seed after all passes; goes on from its checkpoint where there is one."""
    torch.manual_seed(seed)  # the first weights
    course = Course(AnalyserNetwork(), order.passes * count(pieces))
    checkpoint = order.output.with_name(f"{order.output.stem}-{seed}.pt")
    course.restore(checkpoint)
    for number in range(course.passes, order.passes):
        start = time.monotonic()
        course.network.train()
        seed_pass(seed, number)
        for batch in batches(pieces, np.random.default_rng([seed, number])):
            with torch.autocast("cpu", dtype=torch.bfloat16):  # a third faster; sums and logs stay in 32 bits
                lost = losses_of(course.network, batch).total
            course.step(lost)
        course.passes = number + 1
        course.save(checkpoint)
        told = f"seed {seed}, pass {course.passes} of {order.passes}, {time.monotonic() - start:.0f} s"
        order.say(told if course.passes % SHOWN else f"{told}: {shares(course.mean, held)}")
    return course.mean


def shares(network: nn.Module, pieces: list[Example]) -> Shares:
    """The shares of frames that a network reads as people do, each by itself, without the decoder; nan of no piece."""
    network.eval()
    found, weights = [], []
    with torch.no_grad():
        for item in pieces:
            losses = losses_of(network, whole(item))
            if torch.isfinite(losses.joint):
                found.append(_kept(losses))
                weights.append(len(item.piece))
    if not found:
        return Shares(*[float("nan")] * len(Shares._fields))
    return Shares(*np.average(found, axis=0, weights=weights).round(4).tolist())


def _kept(losses: Losses) -> Shares:
    named = (losses.joint, losses.right, losses.right_key, losses.right_chord)
    return Shares(*(float(value) for value in named))
