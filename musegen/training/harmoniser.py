"""Trains the harmoniser on Bach's chorales: checkpoints after every pass, its curves, its files, and the card."""

from __future__ import annotations

import time

import numpy as np
import torch

from musegen.errors import MalformedScore
from musegen.score.whole_files import check_writable
from musegen.training.chorales import Lesson, lessons
from musegen.training.course import Course
from musegen.training.harmoniser_batches import batches, count
from musegen.training.harmoniser_losses import likelihood, losses_of
from musegen.training.harmoniser_network import HarmoniserNetwork
from musegen.training.recipes import Order

RATE, DECAY = 3e-3, 0.06
SHOWN = 20
"""Every so many passes the validation pieces are heard."""
PASSES_OF_A_SEED = 10_000


def learn(pieces: list[Lesson], held: list[Lesson], seed: int, order: Order) -> HarmoniserNetwork:
    """The mean network of one seed after all passes; goes on from its checkpoint where there is one."""
    torch.manual_seed(seed)  # the first weights
    course = Course(HarmoniserNetwork(), order.passes * count(pieces), rate=RATE, decay=DECAY)
    checkpoint = order.output.with_name(f"{order.output.stem}-{seed}.pt")
    course.restore(checkpoint)
    for number in range(course.passes, order.passes):
        start, lost = time.process_time(), []
        course.network.train()
        torch.manual_seed(PASSES_OF_A_SEED * seed + number)  # what is left out: the same after an interruption
        for batch in batches(pieces, np.random.default_rng([seed, number])):
            losses = losses_of(course.network, batch)
            course.step(losses.total)
            lost.append([float(value.detach()) for value in losses])
        course.passes = number + 1
        course.save(checkpoint)
        notes, chords, struck = np.mean(lost, axis=0)
        told = f"pass {course.passes} of {order.passes}, {time.process_time() - start:.1f} CPU s: notes {notes:.4f}"
        told = f"{told}  chords {chords:.4f}  struck {struck:.4f}"
        order.say(told if course.passes % SHOWN else f"{told}; validation {likelihood(course.mean, held)}")
    return course.mean


def train(order: Order) -> None:
    """Read the chorales, learn, write the network's files and its card.

    Raises:
        UnreadableFile, MalformedScore: a checkpoint.
        EngravingError: the place cannot be written.
    """
    torch.set_num_threads(1)
    check_writable(order.output)
    learnt, held = list(lessons("train")), list(lessons("valid"))
    if not learnt:
        raise MalformedScore("no piece in it can be learned from", file=str(order.corpus))
    order.say(f"{len(learnt)} chorales to learn from, {len(held)} for validation")
    for seed in order.seeds:
        learn(learnt, held, seed, order)
