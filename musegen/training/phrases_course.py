"""Generator and critic on their way: what each learns from a batch, the slowly moving mean, checkpoints."""

from __future__ import annotations

import copy
import io
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, softplus

from musegen.errors import UnreadableFile
from musegen.generation.phrases.encoding import STARTS, Phrases
from musegen.score.files import regular_file
from musegen.score.whole_files import write_atomically
from musegen.training.phrases_data import Batch, drawn, moved, shuffled
from musegen.training.phrases_network import LATENT, Critic, Encoder, Generator, Sung
from musegen.training.phrases_theory import Theory

RATE, JUDGED_RATE, CRITIC_RATE = 1e-3, 2e-4, 4e-4
"""Of the generator while it copies, while it is judged, and of the critic."""
DECAY, FOLLOWS, STEEPEST = 1e-4, 0.998, 5.0
WIDTH_OF_LATENTS, FREE = 1.0, 0.35
"""What a nat of the latent costs while the generator copies, and nats of each of its numbers that cost nothing."""
FORGOTTEN = 0.3
"""How often, while it copies, a note is not shown to those that follow: the latent must know it."""
SLOPE, EVERY = 10.0, 2
"""Weight of the gradient penalty, and how often it is taken (Karras et al. 2020: lazily, as much heavier)."""
ANCHOR, MATCH = 0.005, 1.0
"""What copying weighs while the generator is judged, and how far the means of what theory tells are from Bach's."""
LEAST = 0.003
"""The least deviation that counts: what hardly ever happens shall not weigh most."""
FORGERS, CALM = (0.5, 0.3, 0.2), 0.3
"""How often the judge is shown what each forger made, and what a steep slope costs it."""
_MOST_BYTES = 1 << 28
_ANEW = "remove it to train anew, or name another place with -o"


class Copied(NamedTuple):
    """How well phrases are copied through the latent: nats a note, nats a kept note's stroke, nats of the latent."""

    notes: Tensor
    strokes: Tensor
    latent: Tensor

    @property
    def total(self) -> Tensor:
        """What is made small, in nats a phrase."""
        return 64 * self.notes + 16 * self.strokes + WIDTH_OF_LATENTS * self.latent


class Judged(NamedTuple):
    """What the critic told of real and made phrases."""

    apart: float  # the Wasserstein estimate: how much better the real ones look
    slope: float  # the length of its gradient between them; NaN where it was not taken


class Course:
    """A generator, its encoder and its critic. What is kept of the generator in the end is `mean`."""

    def __init__(self, columns: Tensor | None = None) -> None:
        """`columns` (phrases, numbers): what theory tells of the phrases that are learned from, if that is matched."""
        self._wanted = None if columns is None else (columns.mean(0), columns.std(0).clamp(min=LEAST))
        self.generator, self.encoder, self.critic = Generator(), Encoder(), Critic()
        self.mean = copy.deepcopy(self.generator)
        copies = [*self.generator.parameters(), *self.encoder.parameters()]
        self._copying = torch.optim.AdamW(copies, lr=RATE, weight_decay=DECAY)
        self._judged = torch.optim.Adam(copies, lr=JUDGED_RATE, betas=(0.0, 0.95))
        self._critic = torch.optim.Adam(self.critic.parameters(), lr=CRITIC_RATE, betas=(0.0, 0.95))
        self.passes = self.steps = 0

    def copy(self, batch: Batch) -> Copied:
        """The generator learns to copy phrases through the encoder's latents (Kingma & Welling 2014)."""
        found = copied(self.generator, self.encoder, batch, forgotten=FORGOTTEN)
        self._step(self._copying, found.total, self.generator, self.encoder)
        self._follow()
        return Copied(*(value.detach() for value in found))

    def begin(self) -> None:
        """The judging begins: what is kept of the generator is what it has learned by copying."""
        self.mean.load_state_dict(self.generator.state_dict())

    def slow_down(self, part: float) -> None:
        """Generator and critic learn at this part of their rates."""
        for optimizer, rate in ((self._judged, JUDGED_RATE), (self._critic, CRITIC_RATE)):
            for group in optimizer.param_groups:
                group["lr"] = rate * part

    def judge(self, real: Batch) -> Judged:
        """The critic learns to tell phrases from those that the generator makes of the same wishes (Gulrajani 2017)."""
        with torch.no_grad():
            made = self.generator(torch.randn(len(real.note), LATENT), real.wish)
        apart = self.critic(*real).mean() - self.critic(*made, real.wish).mean()
        loss, slope = -apart, torch.full((), float("nan"))
        if self.steps % EVERY == 0:
            slope = slopes(self.critic, real, made)
            loss = loss + SLOPE * EVERY * (slope - 1).square().mean()
        self.steps += 1
        self._step(self._critic, loss, self.critic)
        return Judged(float(apart.detach()), float(slope.detach().mean()))

    def answer(self, real: Batch) -> float:
        """The generator learns to please the critic, and not to forget how phrases are copied; what the critic told."""
        made = self.generator(torch.randn(len(real.note), LATENT), real.wish)
        pleased = self.critic(*made, real.wish).mean()
        loss = -pleased
        loss = loss + ANCHOR * copied(self.generator, self.encoder, real).total + MATCH * self._unlike(made)
        self._step(self._judged, loss, self.generator, self.encoder)
        self._follow()
        return float(pleased.detach())

    def _unlike(self, made: Sung) -> Tensor:
        """How far the means of what theory tells are from Bach's, in his squared deviations (Salimans et al. 2016)."""
        if self._wanted is None:
            return torch.zeros(())
        mean, spread = self._wanted
        return ((columns_of(self.critic.theory, made).mean(0) - mean) / spread).square().mean()

    def _step(self, optimizer: torch.optim.Optimizer, loss: Tensor, *networks: nn.Module) -> None:
        optimizer.zero_grad()
        loss.backward()
        for network in networks:
            nn.utils.clip_grad_norm_(network.parameters(), STEEPEST)
        optimizer.step()

    def _follow(self) -> None:
        with torch.no_grad():
            for mean, weight in zip(self.mean.parameters(), self.generator.parameters(), strict=True):
                mean.lerp_(weight, 1 - FOLLOWS)

    def save(self, path: Path) -> None:
        """Write a checkpoint, whole or not at all.

        Raises:
            EngravingError: the place cannot be written.
        """
        written = io.BytesIO()
        parts = {name: part.state_dict() for name, part in self._parts().items()}
        torch.save(parts | {"passes": self.passes, "steps": self.steps}, written)
        write_atomically(path, written.getvalue())

    def restore(self, path: Path) -> None:
        """Go on from a checkpoint, if there is one.

        Raises:
            UnreadableFile: it is none of these networks.
        """
        if not path.exists():
            return
        content = regular_file(path, _MOST_BYTES)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of what is no checkpoint: an error follows
                kept: dict[str, Any] = torch.load(io.BytesIO(content), weights_only=True)
            for name, part in self._parts().items():
                part.load_state_dict(kept[name])
            self.passes, self.steps = int(kept["passes"]), int(kept["steps"])
        except Exception as error:  # torch has no error of its own for what is no checkpoint
            what = f"this is no checkpoint of this network ({type(error).__name__})"
            raise UnreadableFile(what, file=str(path), hint=_ANEW) from None

    def _parts(self) -> dict[str, Any]:
        return {
            "generator": self.generator, "encoder": self.encoder, "critic": self.critic, "mean": self.mean,
            "copying": self._copying, "judged": self._judged, "judging": self._critic,
        }  # fmt: skip


def judge_of(course: Course, learnt: Phrases, rng: np.random.Generator, steps: int, size: int) -> Critic:
    """The critic as a judge of phrases that anybody made: it learns on, a copy of it, from more than one forger.

    It has only seen what this generator made last, and may hold worse things for better. What it is shown now is the
    generator's, Bach's with some notes moved, and Bach's with the steps in another order; it learns the odds of either
    (Goodfellow et al. 2014), for a distance in Wasserstein's sense would be spent on what is farthest off.
    """
    judge = copy.deepcopy(course.critic)
    optimizer = torch.optim.Adam(judge.parameters(), lr=CRITIC_RATE / 2, betas=(0.0, 0.95))
    for _ in range(steps):
        real, other = drawn(learnt, size, rng), drawn(learnt, size, rng)
        with torch.no_grad():
            made = course.mean(torch.randn(size, LATENT), real.wish)
        shown = [made, moved(other, rng), shuffled(other, rng)]
        kind = torch.as_tensor(rng.choice(len(shown), size, p=FORGERS))
        note, attack = (torch.stack([one[part] for one in shown])[kind, torch.arange(size)] for part in (0, 1))
        forged = Sung(note, attack)
        wish = torch.where((kind == 0)[:, None], real.wish, other.wish)
        slope = slopes(judge, real, forged)
        loss = softplus(judge(*forged, wish)).mean() + softplus(-judge(*real)).mean() + CALM * slope.square().mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(judge.parameters(), STEEPEST)
        optimizer.step()
    return judge


def columns_of(theory: Theory, sung: Sung) -> Tensor:
    """(phrases, numbers): what theory tells, and how many notes are struck, on the mean over the steps."""
    start = torch.zeros(len(sung.note), STARTS)
    return torch.cat([theory(sung.note, start).mean(1), sung.attack.mean(1)], -1)


def copied(generator: Generator, encoder: Encoder, batch: Batch, forgotten: float = 0.0) -> Copied:
    """How well phrases are copied through the latent, some notes being hidden from those that follow them."""
    mean, spread = encoder(*batch)
    latent = mean + torch.randn_like(mean) * (spread / 2).exp()
    shown = batch.note
    if forgotten:
        shown = shown * (torch.rand(shown.shape[:-1]) >= forgotten)[..., None]
    logits, strokes = generator.told(latent, batch.wish, Sung(shown, batch.attack))
    notes = cross_entropy(logits.flatten(0, 2), batch.note.argmax(-1).flatten())
    kept = torch.zeros_like(batch.attack)
    kept[:, 1:] = (batch.note[:, 1:] * batch.note[:, :-1]).sum(-1)
    again = binary_cross_entropy_with_logits(strokes, batch.attack, reduction="none")
    each = 0.5 * (mean.square() + spread.exp() - 1 - spread)
    return Copied(notes, (again * kept).sum() / kept.sum().clamp(min=1), each.mean(0).clamp(min=FREE).sum())


def slopes(critic: Critic, real: Batch, made: Sung) -> Tensor:
    """(phrases,): how steep the critic is somewhere between real and made phrases."""
    part = torch.rand(len(real.note), 1, 1)
    note = (part[..., None] * real.note + (1 - part[..., None]) * made.note).requires_grad_(True)
    attack = (part * real.attack + (1 - part) * made.attack).requires_grad_(True)
    told = critic(note, attack, real.wish).sum()
    steep = torch.autograd.grad(told, (note, attack), create_graph=True)
    found: Tensor = (steep[0].flatten(1).square().sum(1) + steep[1].flatten(1).square().sum(1) + 1e-9).sqrt()
    return found
