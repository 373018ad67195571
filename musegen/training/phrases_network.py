"""Generator, encoder and critic of phrases, in torch."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import gumbel_softmax, leaky_relu, relu

from musegen.generation.neural.frames import VOICES
from musegen.generation.phrases.encoding import COLUMNS, NOTES, STARTS, STEPS
from musegen.training.phrases_theory import COUNT, Theory, metre, same_as_before

LATENT, WIDTH, HEAD, STRIKE = 32, 96, 96, 32
"""Sizes: what a phrase is made from, a step in its draught, what a voice thinks, what strikes notes anew."""
GROUP = 8
"""Phrases of a batch that are compared."""
_METRE = 8
_BEGIN = 3
"""The first of the columns that say on which beat a phrase begins."""


class Sung(NamedTuple):
    """Notes and strokes, certain or as chances."""

    note: Tensor  # (phrases, STEPS, voices, NOTES)
    attack: Tensor  # (phrases, STEPS, voices)


class Block(nn.Module):
    """Two convolutions over the steps, and what went in."""

    def __init__(self, width: int, reach: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv1d(width, width, 3, padding=reach, dilation=reach)
        self.second = nn.Conv1d(width, width, 3, padding=reach, dilation=reach)

    def forward(self, steps: Tensor) -> Tensor:
        """(phrases, width, steps)."""
        found: Tensor = steps + self.second(leaky_relu(self.first(leaky_relu(steps, 0.2)), 0.2))
        return found


class Draught(nn.Module):
    """From a latent and wishes to what each step shall be."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Linear(LATENT + COLUMNS, WIDTH * STEPS // 4)
        self.said = nn.Linear(COLUMNS + _METRE, WIDTH)
        self.place = nn.Parameter(0.1 * torch.randn(STEPS, WIDTH))
        self.blocks = nn.Sequential(*(Block(WIDTH, reach) for reach in (1, 2, 4)))

    def forward(self, latent: Tensor, wish: Tensor) -> Tensor:
        """(phrases, STEPS, WIDTH)."""
        bars = self.enter(torch.cat([latent, wish], -1)).unflatten(-1, (STEPS // 4, WIDTH))
        position = metre(wish[:, _BEGIN : _BEGIN + STARTS])
        said = self.said(torch.cat([wish[:, None].expand(-1, STEPS, -1), position], -1))
        steps = bars.repeat_interleave(4, 1) + said + self.place
        found: Tensor = self.blocks(steps.transpose(1, 2)).transpose(1, 2)
        return found


class Voice(nn.Module):
    """One voice at one step: it knows the draught, all notes before, and those of the voices above it."""

    def __init__(self, above: int) -> None:
        super().__init__()
        self.draught = nn.Linear(WIDTH, HEAD)
        self.before = nn.Linear(VOICES * NOTES, HEAD, bias=False)
        self.above = nn.Linear(above * NOTES, HEAD, bias=False) if above else None
        self.leave = nn.Linear(HEAD, NOTES)

    def forward(self, draught: Tensor, before: Tensor, above: Tensor) -> Tensor:
        """Logits (..., NOTES); `before` (..., voices * NOTES), `above` the notes of the upper voices side by side."""
        thought = self.draught(draught) + self.before(before)
        if self.above is not None:
            thought = thought + self.above(above)
        found: Tensor = self.leave(relu(thought))
        return found


class Strokes(nn.Module):
    """Whether a voice that keeps its note strikes it anew."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Linear(WIDTH + 2 * VOICES * NOTES, STRIKE)
        self.leave = nn.Linear(STRIKE, VOICES)

    def forward(self, draught: Tensor, before: Tensor, now: Tensor) -> Tensor:
        """Logits (..., voices)."""
        found: Tensor = self.leave(relu(self.enter(torch.cat([draught, before, now], -1))))
        return found


class Generator(nn.Module):
    """A draught of the whole phrase, and voices that sing it from the top, step by step."""

    def __init__(self) -> None:
        super().__init__()
        self.draught = Draught()
        self.voices = nn.ModuleList(Voice(above) for above in range(VOICES))
        self.strokes = Strokes()

    def told(self, latent: Tensor, wish: Tensor, sung: Sung) -> tuple[Tensor, Tensor]:
        """Logits of notes (phrases, STEPS, voices, NOTES) and strokes, the notes before and above being those sung."""
        draught, now = self.draught(latent, wish), sung.note.flatten(2)
        before = torch.cat([torch.zeros_like(now[:, :1]), now[:, :-1]], 1)
        logits = [voice(draught, before, now[..., : number * NOTES]) for number, voice in enumerate(self.voices)]
        return torch.stack(logits, 2), self.strokes(draught, before, now)

    def forward(self, latent: Tensor, wish: Tensor, warmth: float = 1.0) -> Sung:
        """Drawn phrases, certain; the gradient is that of chances (straight-through Gumbel softmax)."""
        draught = self.draught(latent, wish)
        before = draught.new_zeros(len(draught), VOICES * NOTES)
        notes, strokes = [], []
        for step in range(STEPS):
            here, now = draught[:, step], draught.new_zeros(len(draught), 0)
            for voice in self.voices:
                logits = voice(here, before, now)
                now = torch.cat([now, gumbel_softmax(logits, warmth, hard=True)], -1)
            strike = self.strokes(here, before, now)
            both = torch.stack([strike, torch.zeros_like(strike)], -1)
            strokes.append(gumbel_softmax(both, warmth, hard=True)[..., 0])
            notes.append(now.unflatten(-1, (VOICES, NOTES)))
            before = now
        note = torch.stack(notes, 1)
        return Sung(note, struck(note, torch.stack(strokes, 1)))


def struck(note: Tensor, stroke: Tensor) -> Tensor:
    """(phrases, STEPS, voices): a new note is struck in any case."""
    return 1 - same_as_before(note) * (1 - stroke)


class Encoder(nn.Module):
    """From a phrase to the latent that it might be made from: mean and log-variance."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Linear(VOICES * (NOTES + 1) + COLUMNS, WIDTH)
        self.blocks = nn.ModuleList(Block(WIDTH) for _ in range(2))
        self.leave = nn.Linear(WIDTH * STEPS // 4, 2 * LATENT)

    def forward(self, note: Tensor, attack: Tensor, wish: Tensor) -> tuple[Tensor, Tensor]:
        """(phrases, LATENT) each."""
        said = wish[:, None].expand(-1, STEPS, -1)
        steps = self.enter(torch.cat([note.flatten(2), attack, said], -1)).transpose(1, 2)
        for block in self.blocks:
            steps = nn.functional.avg_pool1d(block(steps), 2)
        mean, spread = self.leave(leaky_relu(steps, 0.2).flatten(1)).chunk(2, -1)
        return mean, spread.clamp(-6, 2)


class Critic(nn.Module):
    """How real a phrase looks; it reads the notes, and what theory says of them."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.theory = Theory()
        self.enter = nn.Linear(VOICES * (NOTES + 1) + COUNT + COLUMNS, width)
        self.place = nn.Parameter(0.1 * torch.randn(STEPS, width))
        self.blocks = nn.ModuleList(Block(width) for _ in range(3))
        self.leave = nn.Sequential(nn.Linear(width * STEPS // 4 + 1, width), nn.LeakyReLU(0.2), nn.Linear(width, 1))

    def forward(self, note: Tensor, attack: Tensor, wish: Tensor) -> Tensor:
        """(phrases,): the higher, the more real; how different the phrases of a batch are counts, too."""
        thought = self.thought(note, attack, wish)
        return self.judged(thought, variety(thought))

    def thought(self, note: Tensor, attack: Tensor, wish: Tensor) -> Tensor:
        """(phrases, numbers): what it makes of each."""
        said, told = wish[:, None].expand(-1, STEPS, -1), self.theory(note, wish[:, _BEGIN : _BEGIN + STARTS])
        steps = (self.enter(torch.cat([note.flatten(2), attack, told, said], -1)) + self.place).transpose(1, 2)
        first, second, third = self.blocks
        steps = nn.functional.avg_pool1d(first(steps), 2)
        steps = third(nn.functional.avg_pool1d(second(steps), 2))
        return leaky_relu(steps, 0.2).flatten(1)

    def judged(self, thought: Tensor, alike: Tensor) -> Tensor:
        """(phrases,): by what it makes of each, and by how different its batch is, (phrases,)."""
        found: Tensor = self.leave(torch.cat([thought, alike[:, None]], -1))[:, 0]
        return found


def variety(told: Tensor, group: int = GROUP) -> Tensor:
    """(phrases,): how much numbers of phrases differ in groups of a batch (Karras et al. 2018)."""
    if len(told) % group:
        return told.new_zeros(len(told))
    each = told.unflatten(0, (group, -1))
    spread = (each.var(0, unbiased=False) + 1e-6).sqrt().mean(-1)
    return spread.repeat(group)
