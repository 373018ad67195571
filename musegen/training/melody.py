"""Trains the melody network on tunes: checkpoints after every pass, its curve, its files, and the card."""

from __future__ import annotations

import math
import time

import numpy as np
import torch

from musegen.errors import MalformedScore, UsageError
from musegen.score.whole_files import check_writable, write_atomically
from musegen.theory.tunes.telling import SIZES
from musegen.training.course import Course
from musegen.training.curves import append_row, curves_svg, read_rows
from musegen.training.melody_batches import Batch, Bits, batches, bits_a_note, count, losses, stretches
from musegen.training.melody_network import MelodyNetwork
from musegen.training.recipes import Order
from musegen.training.tunes import Lesson, lessons

RATE, DECAY = 3e-3, 0.05
SHOWN = 5
"""Every so many passes the validation tunes are heard."""
PASSES_OF_A_SEED = 10_000
EVERYTHING = list(range(len(SIZES)))
"""Columns: all are left unsaid."""
BARE = [column for column, name in enumerate(SIZES) if name not in ("meter", "mode")]
"""All but what the head of a sheet says: meter, and mode."""


def learn(pieces: list[Lesson], held: list[Lesson], seed: int, order: Order) -> MelodyNetwork:
    """The mean network of one seed after all passes; goes on from its checkpoint where there is one."""
    torch.manual_seed(seed)  # the first weights
    course = Course(MelodyNetwork(), order.passes * count(pieces), rate=RATE, decay=DECAY)
    checkpoint, curve = (order.output.with_name(f"{order.output.name}-{end}") for end in (f"{seed}.pt", "curve.csv"))
    course.restore(checkpoint)
    for number in range(course.passes, order.passes):
        start = time.process_time()
        course.network.train()
        torch.manual_seed(PASSES_OF_A_SEED * seed + number)  # what is left out: the same after an interruption
        lost = [_learned(course, whole) for whole in batches(pieces, np.random.default_rng([seed, number]))]
        course.passes = number + 1
        course.save(checkpoint)
        spent, mean = time.process_time() - start, float(np.mean(lost))
        shown = course.passes % SHOWN == 0 or course.passes == order.passes
        bare, full = (
            bits_a_note(course.mean, held, left_out) if shown else Bits(math.nan, math.nan) for left_out in (BARE, [])
        )
        append_row(curve, {"pass": course.passes, "training": mean, "bare": bare.total, "everything said": full.total})
        told = f"; validation {bare}, everything said {full}" if shown else ""
        order.say(f"pass {course.passes} of {order.passes}, {spent:.1f} CPU s: training {mean:.3f}{told}")
    write_atomically(curve.with_suffix(".svg"), curves_svg(read_rows(curve), order.name, y_label="bits").encode())
    return course.mean


def _learned(course: Course[MelodyNetwork], whole: Batch) -> float:
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
