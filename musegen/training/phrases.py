"""Trains the generator of phrases against its critic: checkpoints after every pass, curves, files, and the card."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

import numpy as np
import torch

from musegen.corpora import Split
from musegen.errors import MalformedScore
from musegen.generation.phrases.encoding import Phrases
from musegen.score.whole_files import check_writable, write_atomically
from musegen.training.cards import write_lines
from musegen.training.course import seed_pass
from musegen.training.curves import append_row, curves_svg, read_rows
from musegen.training.phrases_course import Course, judge_of
from musegen.training.phrases_data import as_batch, drawn, phrases_of
from musegen.training.phrases_files import export_parts
from musegen.training.phrases_measures import Ground, described
from musegen.training.recipes import Order

SIZE = 64
"""Phrases of a batch."""
COPYING = 12
"""Passes in which the generator only learns to copy, and the critic does not learn."""
COPIES, ANSWERS, JUDGEMENTS = 150, 40, 2
"""Batches of a pass while it copies; batches of a pass while it is judged, and how often the critic learns for each."""
FIRST = 100
"""Batches from which the critic learns before the generator answers it."""
JUDGING = 240
"""Batches from which the critic learns in the end to be a judge of others, too."""
SEED = 7


def train(order: Order) -> None:
    """Read the phrases, learn, write the network's parts into the folder of the order, and beside it card and curves.

    Raises:
        UsageError: there is no such corpus, or more than one seed is asked for.
        UnreadableFile, MalformedScore: a checkpoint; a corpus without phrases of four voices.
        EngravingError: the place cannot be written.
    """
    seed = order.seed
    torch.set_num_threads(1)
    check_writable(order.output.with_suffix(".toml"))
    names: tuple[Split, ...] = ("train", "valid", "test")
    splits = {split: phrases_of(order.corpus, split) for split in names}
    if not splits["train"] or not splits["valid"]:
        hint = "train and valid are read: four voices in 4/4 that end phrases under fermatas"
        raise MalformedScore("too few phrases of four voices in it", file=order.corpus, hint=hint)
    learnt, held = Phrases.joined(splits["train"]), Phrases.joined(splits["valid"])
    order.say(f"{len(learnt.note)} phrases to learn from, {len(held.note)} for validation")
    course = learn(learnt, held, seed, order)
    seed_pass(seed, order.passes)
    judge = judge_of(course, learnt, np.random.default_rng([seed, order.passes]), JUDGING, SIZE)
    export_parts(course.mean, judge, as_batch(held), order.output)
    size = sum(path.stat().st_size for path in order.output.glob("*.onnx"))
    write_lines(order, size, order.corpus, _told(course, splits))


def learn(learnt: Phrases, held: Phrases, seed: int, order: Order) -> Course:
    """The networks of one seed after all passes; goes on from their checkpoint where there is one."""
    torch.manual_seed(seed)  # the first weights
    ground = Ground(as_batch(learnt), as_batch(held))
    course = Course(torch.tensor(described(as_batch(learnt)), dtype=torch.float32))
    checkpoint, curve = (order.beside(end) for end in (f"{seed}.pt", "curve.csv"))
    course.restore(checkpoint)
    for number in range(course.passes, order.passes):
        start = time.process_time()
        seed_pass(seed, number)
        rng = np.random.default_rng([seed, number])
        if number < COPYING:
            row = _copied(course, learnt, rng)
        else:
            course.slow_down(min(1.0, 2 * (order.passes - number) / max(order.passes - COPYING, 1)))
            row = _judged(course, learnt, rng)
        seed_pass(SEED, 0)  # what is measured is drawn alike after every pass
        found = ground.measured(course.mean, course.critic)
        course.passes = number + 1
        course.save(checkpoint)
        held_out = {f"held {name}": float(value) for name, value in found._asdict().items()}
        append_row(curve, {"pass": course.passes, **row, **held_out})
        told = "  ".join(f"{name} {value:.3f}" for name, value in row.items())
        spent = time.process_time() - start
        order.say(f"pass {course.passes} of {order.passes}, {spent:.1f} CPU s: {told}; {found}")
    write_atomically(curve.with_suffix(".svg"), curves_svg(read_rows(curve), order.name, y_label="").encode())
    return course


def _copied(course: Course, learnt: Phrases, rng: np.random.Generator) -> dict[str, float]:
    """A pass in which phrases are copied: nats a note."""
    lost = [float(course.copy(drawn(learnt, SIZE, rng)).notes) for _ in range(COPIES)]
    return {"copied": float(np.mean(lost)), "apart": float("nan"), "slope": float("nan")}


def _judged(course: Course, learnt: Phrases, rng: np.random.Generator) -> dict[str, float]:
    """A pass in which both learn from each other: the Wasserstein estimate, the critic's slope."""
    if not course.steps:
        course.begin()
        for _ in range(FIRST):
            course.judge(drawn(learnt, SIZE, rng))
    told = []
    for _ in range(ANSWERS):
        told += [course.judge(drawn(learnt, SIZE, rng)) for _ in range(JUDGEMENTS)]
        course.answer(drawn(learnt, SIZE, rng))
    apart, slope = (float(np.nanmean(column)) for column in zip(*told, strict=True))
    return {"copied": float("nan"), "apart": apart, "slope": slope}


def _told(course: Course, splits: Mapping[Split, list[Phrases]]) -> list[str]:
    """The lines of the card about data and figures."""
    lines = ["", '[data."bach-chorales"]']
    lines += [f"{split} = {len(pieces)}  # chorales; {_count(pieces)} phrases" for split, pieces in splits.items()]
    learnt = as_batch(Phrases.joined(splits["train"]))
    held_out: tuple[Split, ...] = ("valid", "test")
    for split in held_out:
        if splits[split]:
            seed_pass(SEED, 0)
            held = as_batch(Phrases.joined(splits[split]))
            found = Ground(learnt, held).measured(course.mean, course.critic)
            lines += ["", f"[{split}]  # as the generator draws them, without laws, beside as many of Bach's"]
            lines += [f"{name} = {value:.4g}" for name, value in found._asdict().items()]
    return lines


def _count(pieces: Sequence[Phrases]) -> int:
    return sum(len(one.note) for one in pieces)
