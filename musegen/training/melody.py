"""Trains the melody network that ships: checkpoints after every pass, its curve, its files, and the card."""

from __future__ import annotations

import math
import time
from collections import Counter

import numpy as np
import torch

from musegen.corpora import corpus, corpus_names
from musegen.errors import MalformedScore
from musegen.score.toml_text import toml_string
from musegen.score.whole_files import check_writable, write_atomically
from musegen.training.cards import write_lines
from musegen.training.course import Course, seed_pass
from musegen.training.curves import append_row, curves_svg, read_rows
from musegen.training.melody_batches import BARE, Bits, batches, bits_a_note, count, learned
from musegen.training.melody_files import export_parts
from musegen.training.melody_network import MelodyNetwork
from musegen.training.melody_tuning import make_own
from musegen.training.recipes import RECIPES, Order
from musegen.training.tunes import Lesson, lessons

RATE, DECAY = 3e-3, 0.05
SHOWN = 5
"""Every so many passes the validation tunes are heard."""


def train(order: Order) -> None:
    """Read the tunes, learn, write the network's parts into the folder of the order, and beside it card and curve.

    Where the tunes are not those of the shipped weights, or what to begin with is named, this is a network of the
    user's own: `melody_tuning` makes it.

    Raises:
        UsageError: there is no such corpus, or more than one seed is asked for.
        UnreadableFile, MalformedScore: a checkpoint; corpora without tunes for training and validation.
        EngravingError: the place cannot be written.
    """
    seed = order.seed
    torch.set_num_threads(1)
    check_writable(order.output.with_suffix(".toml"))
    if order.start or RECIPES["melody"].default not in order.corpora:
        make_own(order)
        return
    learnt, held, tested = (list(lessons(order.corpora, split)) for split in ("train", "valid", "test"))
    if not learnt or not held:
        told = f"{len(learnt)} tunes to learn from and {len(held)} for validation are too few"
        raise MalformedScore(told, file=order.corpora[0], hint="a tune has one meter, one key signature, four notes")
    order.say(f"{len(learnt)} tunes to learn from, {len(held)} for validation")
    network = learn(learnt, held, seed, order)
    order.output.mkdir(parents=True, exist_ok=True)
    export_parts(network, order.output)
    size = sum(path.stat().st_size for path in order.output.glob("*.onnx"))
    splits = {"train": learnt, "valid": held, "test": tested}
    write_lines(order, size, " --corpus ".join(order.corpora), _told(network, order, splits))


def learn(pieces: list[Lesson], held: list[Lesson], seed: int, order: Order) -> MelodyNetwork:
    """The mean network of one seed after all passes; goes on from its checkpoint where there is one."""
    torch.manual_seed(seed)  # the first weights
    course = Course(MelodyNetwork(), count(pieces, seed, order.passes), rate=RATE, decay=DECAY)
    checkpoint, curve = (order.beside(end) for end in (f"{seed}.pt", "curve.csv"))
    course.restore(checkpoint)
    for number in range(course.passes, order.passes):
        start = time.process_time()
        course.network.train()
        seed_pass(seed, number)
        lost = [learned(course, whole) for whole in batches(pieces, seed, number)]
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


def _told(network: MelodyNetwork, order: Order, splits: dict[str, list[Lesson]]) -> list[str]:
    """The lines of the card about data and figures."""
    lines: list[str] = []
    for name in order.corpora:
        lines += ["", f"[data.{toml_string(name)}]"]
        lines += [f"{split} = {found[name]}" for split, found in _counts(splits).items()]
        if name in corpus_names():
            lines.append(f"licences = [{toml_string(corpus(name).licence)}]")
    for split, pieces in splits.items():
        if split == "train" or not pieces:
            continue
        lines += ["", f"[{split}]  # bits a note: pitch and length together; rests and ends are paid by the notes"]
        for what, left_out in (("meter_and_mode_said", BARE), ("everything_said", [])):
            found = bits_a_note(network, pieces, left_out)
            lines.append(f"{what} = {found.total:.4f}  # pitch {found.symbol:.4f}, length {found.length:.4f}")
    return lines


def _counts(splits: dict[str, list[Lesson]]) -> dict[str, Counter[str]]:
    return {split: Counter(lesson.source for lesson in pieces) for split, pieces in splits.items()}
