"""The network of chord progressions: an encoder with a latent for every measure, a decoder that may do without."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from musegen.theory.progressions.encoding import HELD, LAGS, POSITION, SAID, chord_features
from musegen.theory.progressions.progression import MOST_PULSES

CHORD, LAGGED, MEMORY, READ, LATENT = 96, 24, 256, 96, 64
"""Sizes: a chord, one of a lag, the decoder's memory, the encoder's in each direction, a measure's latent."""
DROPPED = 0.2
NEVER = -30.0


class Batch(NamedTuple):
    """Progressions side by side; rows beyond the end of a shorter one are not real."""

    chord: Tensor  # (piece, pulse)
    before: Tensor  # (piece, pulse): the chord before
    held: Tensor  # (piece, pulse)
    lag: Tensor  # (piece, pulse, lag)
    agreed: Tensor  # (piece, pulse, lag)
    position: Tensor  # (piece, pulse, POSITION)
    said: Tensor  # (piece, pulse, SAID)
    real: Tensor  # (piece, pulse)
    means: Tensor  # (piece, measure, pulse)
    measure: Tensor  # (piece, pulse)


class Chords(nn.Module):
    """Chords as vectors: by what they are made of, and each by itself."""

    def __init__(self, size: int) -> None:
        super().__init__()
        features = torch.from_numpy(chord_features())
        self.register_buffer("features", features)
        self.made = nn.Linear(features.shape[1], size, bias=False)
        self.own = nn.Embedding(len(features), size)
        nn.init.normal_(self.own.weight, std=0.05)

    def forward(self, chord: Tensor) -> Tensor:
        """Chords by their places."""
        return self.table()[chord]

    def table(self) -> Tensor:
        """(chord, size): every chord, and last that there is none."""
        return self.made(self.features) + self.own.weight


class Encoder(nn.Module):
    """What each measure holds: mean and log-variance of its latent."""

    def __init__(self) -> None:
        super().__init__()
        self.chords = Chords(CHORD)
        self.read = nn.GRU(CHORD + HELD + 1 + POSITION, READ, batch_first=True, bidirectional=True)
        self.hold = nn.Linear(MOST_PULSES * (2 * READ + CHORD), 2 * LATENT)
        self.drop = nn.Dropout(DROPPED)

    def forward(self, chord: Tensor, held: Tensor, position: Tensor, means: Tensor) -> tuple[Tensor, Tensor]:
        """(piece, measure, LATENT) each."""
        shown = nn.functional.one_hot(held, HELD + 1).float()
        made = self.chords(chord)
        heard, _ = self.read(torch.cat([self.drop(made), shown, position], -1))
        placed = (position[..., :MOST_PULSES, None] * torch.cat([heard, made], -1)[..., None, :]).flatten(-2)
        mean, spread = self.hold(means @ placed).chunk(2, -1)
        return mean, spread.clamp(-8, 2)


class Decoder(nn.Module):
    """One pulse after the other: whether a new chord begins, and which."""

    def __init__(self) -> None:
        super().__init__()
        self.chords = Chords(CHORD)
        self.lagged = nn.Linear(CHORD, LAGGED, bias=False)
        given = 2 * CHORD + len(LAGS) * (LAGGED + 1) + HELD + 1 + POSITION + SAID + 2 * LATENT + 1
        self.enter = nn.Linear(given, MEMORY)
        self.memory = nn.GRU(MEMORY, MEMORY, batch_first=True)
        self.leave = nn.Linear(2 * MEMORY, MEMORY)
        self.change = nn.Linear(MEMORY, 1)
        self.choose = nn.Linear(MEMORY, CHORD)
        self.recall = nn.Linear(LATENT, MOST_PULSES * CHORD)
        self.common = nn.Parameter(torch.zeros(len(self.chords.features)))
        self.drop = nn.Dropout(DROPPED)

    def blank(self, pieces: int) -> Tensor:
        """The state before the first pulse."""
        return torch.zeros(1, pieces, MEMORY)

    def forward(
        self, before: Tensor, held: Tensor, lag: Tensor, agreed: Tensor, position: Tensor, said: Tensor,
        latent: Tensor, known: Tensor, state: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
        """Scores of every pulse, the state after the last; `known` (piece, pulse, 1) is 0 where no latent speaks."""
        shown = nn.functional.one_hot(held, HELD + 1).float()
        table = self.chords.table()
        echoes = (self.lagged(table)[lag]).flatten(-2)
        places = self.recall(latent[..., :LATENT]).unflatten(-1, (MOST_PULSES, CHORD))
        recalled = (places * position[..., :MOST_PULSES, None]).sum(-2) * known
        parts = [table[before], recalled, echoes, agreed, shown, position, said, latent * known, known]
        entered = torch.relu(self.enter(self.drop(torch.cat(parts, -1))))
        kept, state = self.memory(entered, state)
        left = torch.relu(self.leave(self.drop(torch.cat([kept, entered], -1))))
        scores = (self.choose(left) + recalled) @ table.T + self.common
        hidden = nn.functional.one_hot(before, len(table)).float()
        hidden[..., -1] = 1
        return self.change(left).squeeze(-1), torch.log_softmax(scores + NEVER * hidden, -1)[..., :-1], state


class ChordNetwork(nn.Module):
    """Encoder and decoder."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()

    def latents(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """(piece, measure, LATENT): mean and log-variance."""
        held = nn.functional.pad(batch.held[:, 1:], (0, 1))  # how long each chord has lasted with this pulse
        mean, spread = self.encoder(batch.chord, held, batch.position, batch.means)
        return mean, spread


def at_pulses(latent: Tensor, measure: Tensor) -> Tensor:
    """(piece, pulse, 2 LATENT): the latents of each pulse's measure and of the next."""
    after = torch.cat([latent[:, 1:], torch.zeros_like(latent[:, :1])], 1)
    both = torch.cat([latent, after], -1)
    return both.gather(1, measure.unsqueeze(-1).expand(-1, -1, both.shape[-1]))
