"""A melody network of a user's own: the shipped weights, or none, taught by their tunes until others gain no more."""

from __future__ import annotations

import copy
import hashlib
import math
import shlex
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from musegen.errors import UsageError
from musegen.evaluation.melodies.baseline import ngram_bits
from musegen.models.networks import shipped_weights, weights_in
from musegen.score.whole_files import write_atomically
from musegen.theory.tunes.telling import SIZES, STYLES, UNSAID
from musegen.training.cards import write_lines
from musegen.training.course import Course, seed_pass
from musegen.training.curves import append_row, curves_svg, read_rows
from musegen.training.melody_batches import BARE, batches, bits_a_note, bits_a_tune, count, learned
from musegen.training.melody_files import check_place, grafted, rebuilt, write_folder
from musegen.training.melody_network import MelodyNetwork
from musegen.training.own_card import Gain, card_lines, gain_of, warnings_of
from musegen.training.own_tunes import STYLE, Divided, own_tunes
from musegen.training.recipes import Order
from musegen.training.tunes import Lesson

NAME = "melody"
SHIPPED, NOTHING = "shipped", "nothing"
RATE, RATE_FROM_NOTHING, DECAY = 1e-3, 3e-3, 0.05
PATIENCE = 5
"""Passes without a gain on the validation tunes, after which learning stops."""
FEW = 50
"""Tunes in all below which those to judge by seldom show a gain: measured in docs/own-style.md."""
TUNES = 8
"""How many tunes are learned from side by side: few, so that a small folder makes steps enough."""
_PURPOSES = "learn from", "choose by", "judge by"


class Taught(NamedTuple):
    """The network of the best pass, and how it came to be."""

    network: MelodyNetwork
    best: int  # the pass; 0 where no pass was better than what it began with
    passes: int  # how many were run


def make_own(order: Order) -> None:
    """Teach a network a user's tunes; write its parts into the folder of the order, and beside it card and curve.

    Raises:
        UsageError: there is no such corpus, or the folder of the order holds something else.
        UnreadableFile: a corpus, a checkpoint, or what to begin with, cannot be read.
        MalformedScore: there are too few tunes.
        EngravingError: the place cannot be written.
    """
    frame = shipped_weights(NAME)
    check_place(order.output, frame)
    network = begin(order.start or SHIPPED)
    tunes = own_tunes(order.corpora)
    order.say(_found(tunes))
    taught = teach(network, tunes.lessons["train"], tunes.lessons["valid"], order)
    written = grafted(frame, taught.network)
    write_folder(order.output, written)
    _tell(order, tunes, begin(SHIPPED) if order.start == NOTHING else network, taught, sum(map(len, written.values())))
    _checkpoint(order).unlink(missing_ok=True)


def _tell(order: Order, tunes: Divided, before: MelodyNetwork, taught: Taught, size: int) -> None:
    """Say what was gained, and write the card."""
    gains = measured(before, taught.network, tunes.lessons["test"])
    learnt, judging = ([tune.line for tune in tunes.lessons[split]] for split in ("train", "test"))
    ngram = ngram_bits(learnt, judging)
    warnings = warnings_of(tunes, gains, FEW)
    for what, gain in gains.items():
        order.say(f"{what.replace('_', ' ')}: {gain}")
    order.say(f"n-gram of order 5, learned from the same tunes: {ngram:.3f}")
    for warning in warnings:
        order.say(f"warning: {warning}")
    facts: dict[str, str | int | float] = {
        "from": order.start or SHIPPED, "passes_run": taught.passes, "best_pass": taught.best, "patience": PATIENCE,
        "rate": _rate(order), "seed_of_split": tunes.seed,
    }  # fmt: skip
    write_lines(order, size, _asked(order), card_lines(tunes, facts, gains, ngram, warnings))


def begin(start: str) -> MelodyNetwork:
    """The network to begin with: "shipped", "nothing", or that of a folder of weights.

    What the style `own` adds is at first what no style adds: of the shipped tunes none is told to be of that style.

    Raises:
        UnreadableFile: the folder holds no such weights.
    """
    if start == NOTHING:
        return MelodyNetwork()
    network = rebuilt(shipped_weights(NAME) if start == SHIPPED else weights_in(start, NAME))
    if start == SHIPPED:
        table = network.said[[*SIZES].index("style")].weight.data
        table[STYLES.index(STYLE) + 1] = table[UNSAID]
    return network


def teach(begun: MelodyNetwork, learnt: Sequence[Lesson], held: Sequence[Lesson], order: Order) -> Taught:
    """The network of the pass that tells the `held` tunes best; goes on from a checkpoint where there is one.

    Raises:
        UnreadableFile, UsageError: the checkpoint is none, or is of other tunes.
    """
    torch.manual_seed(order.seed)
    steps = count(learnt, order.seed, order.passes, TUNES)
    course = _Patient(begun, steps, _rate(order), _digest(begun, learnt, held))
    checkpoint, curve = _checkpoint(order), order.beside("curve.csv")
    course.restore(checkpoint)
    course.check(checkpoint)
    if not course.passes:
        course.best.take(course.mean, _heard(course.mean, held), 0)
        append_row(curve, {"pass": 0.0, "training": math.nan, "validation": course.best.bits})
    for number in range(course.passes, order.passes):
        if number - course.best.number >= PATIENCE:
            break
        lost, spent = _pass(course, learnt, order.seed, number)
        bits = _heard(course.mean, held)
        course.best.take(course.mean, bits, course.passes)
        append_row(curve, {"pass": course.passes, "training": lost, "validation": bits})
        course.save(checkpoint)
        told = f"training {lost:.3f}, validation {bits:.3f}, best {course.best.bits:.3f} in pass {course.best.number}"
        order.say(f"pass {course.passes} of {order.passes} at most, {spent:.1f} CPU s: {told}")
    write_atomically(curve.with_suffix(".svg"), curves_svg(read_rows(curve), order.name, y_label="bits").encode())
    network = copy.deepcopy(begun)
    network.load_state_dict(course.best.weights)
    return Taught(network.eval(), course.best.number, course.passes)


def measured(before: MelodyNetwork, after: MelodyNetwork, tunes: Sequence[Lesson]) -> dict[str, Gain]:
    """Bits a note of tunes that nothing was learned from, with meter and mode said, and with everything said."""
    found = {}
    notes = np.array([tune.notes for tune in tunes])
    for what, left_out in (("meter_and_mode_said", BARE), ("everything_said", [])):
        spent, less = (bits_a_tune(network, tunes, left_out).sum(axis=1) for network in (before, after))
        found[what] = gain_of(spent, less, notes)
    return found


class _Best:
    """What was best so far, and of which tunes; goes into the checkpoint."""

    def __init__(self, of: str) -> None:
        self.of, self.bits, self.number = of, math.inf, 0
        self.weights: dict[str, Any] = {}

    def take(self, network: MelodyNetwork, bits: float, number: int) -> None:
        """Keep these weights if they are better."""
        if bits < self.bits:
            self.bits, self.number = bits, number
            self.weights = {name: value.clone() for name, value in network.state_dict().items()}

    def state_dict(self) -> dict[str, Any]:
        """All of it, as torch keeps parts of a checkpoint."""
        return dict(vars(self))

    def load_state_dict(self, kept: dict[str, Any]) -> None:
        """Take it over."""
        self.of, self.bits, self.number = str(kept["of"]), float(kept["bits"]), int(kept["number"])
        self.weights = kept["weights"]


class _Patient(Course[MelodyNetwork]):
    """A course whose best mean is kept."""

    def __init__(self, begun: MelodyNetwork, steps: int, rate: float, of: str) -> None:
        super().__init__(copy.deepcopy(begun), steps, rate=rate, decay=DECAY)
        self._of, self.best = of, _Best(of)

    def check(self, path: Path) -> None:
        """Nothing, where what was restored is of the same tunes and the same beginning."""
        if self.best.of != self._of:
            raise UsageError(
                f"{path} is of a run with other tunes or another beginning", hint="remove it, or name another place"
            )

    def _parts(self) -> dict[str, Any]:
        return super()._parts() | {"best": self.best}


def _pass(course: _Patient, learnt: Sequence[Lesson], seed: int, number: int) -> tuple[float, float]:
    """Learn from every tune once: the bits a note that they cost, and the CPU seconds that it took."""
    start = time.process_time()
    course.network.train()
    seed_pass(seed, number)
    lost = float(np.mean([learned(course, whole) for whole in batches(learnt, seed, number, TUNES)]))
    course.passes = number + 1
    return lost, time.process_time() - start


def _heard(network: MelodyNetwork, held: Sequence[Lesson]) -> float:
    """Bits a note, half with meter and mode said, half with everything said: melodies are drawn either way."""
    return sum(bits_a_note(network, held, left_out).total for left_out in (BARE, [])) / 2


def _digest(begun: MelodyNetwork, *groups: Sequence[Lesson]) -> str:
    """Of what is begun with, and of the tunes that are learned from and chosen by."""
    found = hashlib.sha256()
    for value in begun.state_dict().values():
        found.update(value.numpy().tobytes())
    for tunes in groups:
        for tune in tunes:
            found.update(
                f"{tune.name}\n".encode("utf-8", "surrogatepass") + tune.symbol.tobytes() + tune.told.tobytes()
            )
        found.update(b"-")
    return found.hexdigest()


def _checkpoint(order: Order) -> Path:
    return order.beside(f"{order.seed}.pt")


def _rate(order: Order) -> float:
    return RATE_FROM_NOTHING if order.start == NOTHING else RATE


def _asked(order: Order) -> str:
    """What follows --corpus in the command that the card tells."""
    corpora = " --corpus ".join(shlex.quote(source) for source in order.corpora)
    return f"{corpora} --from {shlex.quote(order.start or SHIPPED)}"


def _found(tunes: Divided) -> str:
    told = ", ".join(f"{len(found)} to {what}" for found, what in zip(tunes.lessons.values(), _PURPOSES, strict=True))
    for name, reason in tunes.passed_over.items():
        return f"tunes: {told}; {len(tunes.passed_over)} pieces are none, such as {name}: {reason}"
    return f"tunes: {told}"
