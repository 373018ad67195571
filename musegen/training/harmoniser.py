"""Trains the harmoniser on Bach's chorales: checkpoints after every pass, its curves, its files, and the card."""

from __future__ import annotations

import math
import time

import numpy as np
import torch

from musegen.errors import MalformedScore
from musegen.score.whole_files import check_writable, write_atomically
from musegen.training.cards import write_lines
from musegen.training.chorales import Lesson, lessons
from musegen.training.course import Course, seed_pass
from musegen.training.curves import append_row, curves_svg, read_rows
from musegen.training.harmoniser_batches import batches, count
from musegen.training.harmoniser_files import export_parts
from musegen.training.harmoniser_losses import Likelihood, likelihood, losses_of
from musegen.training.harmoniser_network import HarmoniserNetwork
from musegen.training.recipes import Order

RATE, DECAY = 3e-3, 0.1
SHOWN = 20
"""Every so many passes the validation pieces are heard."""


def train(order: Order) -> None:
    """Read the chorales, learn, write the network's parts into the folder of the order, and beside it card and curves.

    Raises:
        UsageError: there is no such corpus, or more than one seed is asked for.
        UnreadableFile, MalformedScore: a checkpoint; a corpus without pieces of four voices.
        EngravingError: the place cannot be written.
    """
    seed = order.seed
    torch.set_num_threads(1)
    check_writable(order.output.with_suffix(".toml"))
    learnt, held, tested = (list(lessons(order.corpus, split)) for split in ("train", "valid", "test"))
    if not learnt or not held:
        raise MalformedScore("too few pieces of four voices in it", file=order.corpus, hint="train and valid are read")
    order.say(f"{len(learnt)} pieces to learn from, {len(held)} for validation")
    network = learn(learnt, held, seed, order)
    order.output.mkdir(parents=True, exist_ok=True)
    export_parts(network, order.output)
    size = sum(path.stat().st_size for path in order.output.glob("*.onnx"))
    found = {split: likelihood(network, pieces) for split, pieces in (("valid", held), ("test", tested)) if pieces}
    write_lines(order, size, order.corpus, _told(order, len(learnt), found))


def learn(pieces: list[Lesson], held: list[Lesson], seed: int, order: Order) -> HarmoniserNetwork:
    """The mean network of one seed after all passes; goes on from its checkpoint where there is one."""
    torch.manual_seed(seed)  # the first weights
    course = Course(HarmoniserNetwork(), order.passes * count(pieces), rate=RATE, decay=DECAY)
    checkpoint, curve = (order.beside(end) for end in (f"{seed}.pt", "curve.csv"))
    course.restore(checkpoint)
    for number in range(course.passes, order.passes):
        start, lost = time.process_time(), []
        course.network.train()
        seed_pass(seed, number)
        for batch in batches(pieces, np.random.default_rng([seed, number])):
            losses = losses_of(course.network, batch)
            course.step(losses.total)
            lost.append([float(value.detach()) for value in losses])
        course.passes = number + 1
        course.save(checkpoint)
        spent, mean = time.process_time() - start, np.mean(lost, axis=0)
        heard = Likelihood(math.nan, math.nan) if course.passes % SHOWN else likelihood(course.mean, held)
        row = dict(zip(("training", "chords", "struck"), mean.tolist(), strict=True))
        append_row(curve, {"pass": course.passes, **row, "bare": heard.bare, "over soprano": heard.over_soprano})
        told = "  ".join(f"{name} {value:.4f}" for name, value in row.items())
        told = f"pass {course.passes} of {order.passes}, {spent:.1f} CPU s: {told}"
        order.say(told if math.isnan(heard.bare) else f"{told}; validation {heard}")
    write_atomically(curve.with_suffix(".svg"), curves_svg(read_rows(curve), f"{order.name}: nats").encode())
    return course.mean


def _told(order: Order, learnt: int, found: dict[str, Likelihood]) -> list[str]:
    """The lines of the card about data and figures."""
    lines = ["", f'[data."{order.corpus}"]', f"train = {learnt}"]
    for split, nats in found.items():
        lines += ["", f"[{split}]  # nats a note, each piece counting alike, with every condition dropped"]
        lines += [f"{name} = {value:.4f}" for name, value in nats._asdict().items()]
    return lines
