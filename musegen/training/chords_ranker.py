"""The network that sets chords over a melody: it hears all of the tune, and recalls the chords that it has set."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from musegen.generation.progressions.tunes import HEARD, LAGS
from musegen.theory.songs.song_statistics import STATES

HEARS, RECALLS, CHORD, ECHO, JOINED = 96, 128, 32, 16, 128
"""Sizes: what is heard in each direction, what is recalled, a chord, one of a lag, all together."""
DROPPED = 0.4
_TWO_MEASURES = 3
"""The lag whose chord the memory is told of."""


class Hearing(nn.Module):
    """All of a tune, forwards and backwards: what each slot is told of it."""

    def __init__(self) -> None:
        super().__init__()
        self.read = nn.GRU(HEARD + len(LAGS), HEARS, batch_first=True, bidirectional=True)

    def forward(self, heard: Tensor, alike: Tensor) -> Tensor:
        """(tune, slot, 2 HEARS)."""
        found, _ = self.read(torch.cat([heard, alike], -1))
        return torch.as_tensor(found)


class Setting(nn.Module):
    """One slot after the other: which chord it has."""

    def __init__(self) -> None:
        super().__init__()
        self.chord = nn.Embedding(STATES + 1, CHORD)
        self.recall = nn.GRU(2 * CHORD, RECALLS, batch_first=True)
        self.echo = nn.Linear(CHORD + 1, ECHO)
        joined = 2 * HEARS + RECALLS + ECHO * len(LAGS) + HEARD + 1
        self.join = nn.Sequential(nn.Linear(joined, JOINED), nn.ReLU(), nn.Dropout(DROPPED), nn.Linear(JOINED, STATES))
        self.plain = nn.Linear(HEARD, STATES)
        self.copy = nn.Linear(2 * HEARS + HEARD, len(LAGS))
        self.drop = nn.Dropout(DROPPED)

    def forward(
        self, told: Tensor, heard: Tensor, alike: Tensor, before: Tensor, lag: Tensor, known: Tensor, state: Tensor
    ) -> tuple[Tensor, Tensor]:
        """(tune, slot, state): log-probabilities of chords, and the memory.

        `known` (tune, slot, 1) is 0 where the chords before are not told.
        """
        nothing = torch.full_like(before, STATES)
        before = torch.where(known[..., 0] > 0, before, nothing)
        lag = torch.where(known > 0, lag, nothing.unsqueeze(-1))
        shown = self.chord(lag)
        kept, state = self.recall(torch.cat([self.chord(before), shown[..., _TWO_MEASURES, :]], -1), state)
        echoes = torch.relu(self.echo(torch.cat([shown, alike.unsqueeze(-1)], -1))).flatten(-2)
        told = self.drop(told)
        scores = self.join(torch.cat([told, self.drop(kept), echoes, heard, known], -1)) + self.plain(heard)
        copied = nn.functional.softplus(self.copy(torch.cat([told, heard], -1))) * alike
        same = nn.functional.one_hot(lag, STATES + 1)[..., :STATES].float()
        return torch.log_softmax(scores + (copied.unsqueeze(-1) * same).sum(-2), -1), state


class Ranker(nn.Module):
    """Hearing and setting."""

    def __init__(self) -> None:
        super().__init__()
        self.hearing, self.setting = Hearing(), Setting()

    def forward(self, heard: Tensor, alike: Tensor, before: Tensor, lag: Tensor, known: Tensor) -> Tensor:
        """(tune, slot, state): log-probabilities of chords."""
        state = torch.zeros(1, len(heard), RECALLS)
        scores, _ = self.setting(self.hearing(heard, alike), heard, alike, before, lag, known, state)
        return torch.as_tensor(scores)
