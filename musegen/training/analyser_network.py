"""The analyser's network in torch: the same small network looks at the notes about every tonic in turn."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax, relu

from musegen.theory.encoding import CHANNELS, CONTEXT
from musegen.theory.joint import MAJORS, MINORS
from musegen.theory.neural import SPAN


class AnalyserNetwork(nn.Module):
    """Windows of notes about each tonic to scores of every (tonic, figure), and of a change of chord and of key.

    Because the tonics share their weights, a transposed piece gives the same scores in other places: no key has to be
    learned twice. Nearby notes go through convolutions, the long context through two layers of GRUs in both directions.
    """

    def __init__(self, near: int = 96, far: int = 64, mixed: int = 128, dropout: float = 0.2) -> None:
        super().__init__()
        self.inp = nn.Linear(len(CHANNELS) * SPAN + len(CONTEXT), near)
        self.c1 = nn.Conv1d(near, near, 3, padding=1)
        self.c2 = nn.Conv1d(near, near, 5, padding=4, dilation=2)
        self.g1 = nn.GRU(near, far, batch_first=True, bidirectional=True)
        self.g2 = nn.GRU(2 * far, far, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(dropout)
        self.mix = nn.Linear(near + 4 * far, mixed)
        self.out = nn.Linear(mixed, MAJORS + MINORS)
        self.key = nn.Linear(4 * far, 2)
        self.bound = nn.Linear(2 * (near + 4 * far), 2)

    def forward(self, windows: Tensor) -> tuple[Tensor, Tensor]:
        """(piece, tonic, frame, feature) to logs of chances (piece, tonic, frame, figure) and logits (piece, frame, 2).

        The probabilities of all tonics and figures at a frame sum to one.
        """
        pieces, tonics, frames, features = windows.shape
        local = relu(self.inp(self.drop(windows.reshape(pieces * tonics, frames, features))))
        near = relu(self.c1(local.transpose(1, 2)))
        near = self.drop(relu(self.c2(near)).transpose(1, 2) + local)
        first, _ = self.g1(near)
        second, _ = self.g2(self.drop(first))
        far = self.drop(torch.cat([first, second], dim=-1))
        whole = torch.cat([near, far], dim=-1)
        figure = self.out(self.drop(relu(self.mix(whole))))
        key = self.key(far)
        major = log_softmax(figure[..., :MAJORS], dim=-1) + key[..., :1]
        minor = log_softmax(figure[..., MAJORS:], dim=-1) + key[..., 1:]
        scores = torch.cat([major, minor], dim=-1).reshape(pieces, tonics, frames, MAJORS + MINORS)
        total = torch.logsumexp(torch.logsumexp(scores, dim=-1), dim=1)
        pooled = whole.reshape(pieces, tonics, frames, -1)
        return scores - total[:, None, :, None], self.bound(torch.cat([pooled.mean(dim=1), pooled.amax(dim=1)], dim=-1))
