"""Trains the networks of chord progressions, and of chords over a melody, on scores with chords."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from musegen.corpora import corpus, corpus_names
from musegen.corpora.pieces import Split
from musegen.errors import MalformedScore
from musegen.score.toml_text import toml_string
from musegen.score.whole_files import check_writable, write_atomically
from musegen.training.cards import write_lines
from musegen.training.chords_batches import batches, count
from musegen.training.chords_files import export_network, export_ranker
from musegen.training.chords_lessons import Lesson, chords_in, lessons
from musegen.training.chords_losses import bits, losses_of
from musegen.training.chords_network import ChordNetwork
from musegen.training.chords_setting import learn_setting
from musegen.training.course import Course, seed_pass
from musegen.training.curves import append_row, curves_svg, read_rows
from musegen.training.recipes import Order

RATE, DECAY = 3e-3, 0.05
NEARNESS, WARM = 0.05, 0.3
"""What the distance of latents from a standard Gaussian weighs, and the share of all steps before it does."""
SHOWN = 10
FEW = 100
"""Pieces to learn from below which the user is warned."""


def train(order: Order) -> None:
    """Read the pieces, learn, write the parts into the folder of the order, and beside it card and curves.

    Raises:
        UsageError: there is no such corpus, or more than one seed is asked for.
        UnreadableFile, MalformedScore: a checkpoint; a corpus without pieces that have chords.
        EngravingError: the place cannot be written.
    """
    seed = order.seed
    torch.set_num_threads(1)
    check_writable(order.output.with_suffix(".toml"))
    pieces = lessons(order.corpora)
    learnt, held, tested = (_of(pieces, split) for split in ("train", "valid", "test"))
    if not learnt or not held:
        raise MalformedScore(
            "too few pieces with chords in it", file=" ".join(order.corpora), hint="give it more scores"
        )
    order.say(f"{len(learnt)} pieces with {chords_in(learnt)} chords to learn from, {len(held)} for validation")
    if len(learnt) < FEW:
        order.say(f"{len(learnt)} pieces are few: the network will repeat them; {FEW} and more are better")
    network = learn(learnt, held, seed, order)
    order.output.mkdir(parents=True, exist_ok=True)
    export_network(network, order.output)
    ranker = learn_setting(learnt, held, order)
    if ranker is not None:
        export_ranker(ranker, order.output)
    size = sum(path.stat().st_size for path in order.output.glob("*.onnx"))
    write_lines(order, size, " --corpus ".join(map(_name, order.corpora)), _told(pieces, network, held, tested))


def learn(pieces: Sequence[Lesson], held: Sequence[Lesson], seed: int, order: Order) -> ChordNetwork:
    """The mean network of one seed after all passes; goes on from its checkpoint where there is one."""
    torch.manual_seed(seed)  # the first weights
    steps = order.passes * count(pieces)
    course = Course(ChordNetwork(), steps, rate=RATE, decay=DECAY)
    checkpoint, curve = (order.beside(end) for end in (f"{seed}.pt", "curve.csv"))
    course.restore(checkpoint)
    for number in range(course.passes, order.passes):
        start, lost = time.process_time(), []
        course.network.train()
        seed_pass(seed, number)
        weight = NEARNESS * min(1.0, number / (WARM * order.passes))
        for one, spoken in batches(pieces, np.random.default_rng([seed, number])):
            losses = losses_of(course.network, one, spoken, forgets=True)
            course.step((losses.told + weight * losses.latent).sum() / one.real.sum())
            lost.append([float(value.detach().sum() / one.real.sum()) for value in losses])
        course.passes = number + 1
        course.save(checkpoint)
        shown = course.passes % SHOWN == 0 or course.passes == order.passes
        row = dict(zip(("training", "latents"), np.mean(lost, axis=0).tolist(), strict=True))
        heard = (
            bits(course.mean, held)._asdict() if shown else dict.fromkeys(("bare", "latent", "told", "mixture"), np.nan)
        )
        append_row(curve, {"pass": course.passes, **row, **heard})
        spent = time.process_time() - start
        told = f"pass {course.passes} of {order.passes}, {spent:.1f} CPU s: training {row['training']:.4f}"
        order.say(f"{told}; bits a chord: " + "  ".join(f"{n} {v:.3f}" for n, v in heard.items()) if shown else told)
    write_atomically(
        curve.with_suffix(".svg"), curves_svg(read_rows(curve), f"{order.name}: nats a pulse, bits").encode()
    )
    return course.mean


def _of(pieces: Sequence[Lesson], split: Split) -> list[Lesson]:
    return [lesson for lesson in pieces if lesson.split == split]


def _name(asked: str) -> str:
    return asked if asked in corpus_names() else Path(asked).name


def _told(
    pieces: Sequence[Lesson], network: ChordNetwork, held: Sequence[Lesson], tested: Sequence[Lesson]
) -> list[str]:
    """The lines of the card about data and figures."""
    lines: list[str] = []
    for name in dict.fromkeys(lesson.corpus for lesson in pieces):
        inside = [lesson for lesson in pieces if lesson.corpus == name]
        licence = corpus(name).licence if name in corpus_names() else "as its owner says"
        lines += ["", f"[data.{toml_string(_name(name))}]"]
        lines += [f"{split} = {many}" for split, many in sorted(Counter(lesson.split for lesson in inside).items())]
        lines.append(f"licences = [{toml_string(licence)}]")
    for split, chosen in (("valid", held), ("test", tested)):
        for style in ("song", "chorale"):
            those = [lesson for lesson in chosen if lesson.piece.style == style]
            if those:
                lines += ["", f"[{split}.{style}]  # bits a chord, told only style and mode"]
                lines += [f"{name} = {value:.3f}" for name, value in bits(network, those)._asdict().items()]
    return lines
