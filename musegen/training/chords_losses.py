"""What the network of progressions pays for pieces, in nats: bare, with latents, and both as one mixture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from musegen.training.chords_batches import BARE, SIZE, batch
from musegen.training.chords_lessons import Lesson, chords_in
from musegen.training.chords_network import Batch, ChordNetwork, at_pulses

FORGOTTEN = 0.3
"""Where a latent speaks, so many of the chords before are not told."""


class Losses(NamedTuple):
    """(piece,) each, in nats."""

    told: Tensor  # the chords and when they begin
    latent: Tensor  # how far the latents are from a standard Gaussian


def losses_of(network: ChordNetwork, one: Batch, spoken: Tensor, *, forgets: bool = False) -> Losses:
    """The losses of a batch; `spoken` is (piece,) 1 where latents, drawn anew, speak for a piece."""
    mean, spread = network.latents(one)
    latent = mean + torch.randn_like(mean) * (0.5 * spread).exp()
    known = spoken[:, None, None].expand(-1, one.chord.shape[1], 1)
    before = one.before
    if forgets:
        nothing = torch.full_like(before, network.decoder.common.shape[0] - 1)
        before = torch.where((torch.rand(before.shape) < FORGOTTEN) & (known[..., 0] > 0), nothing, before)
    state = network.decoder.blank(len(before))
    change, chord, _ = network.decoder(
        before, one.held, one.lag, one.agreed, one.position, one.said, at_pulses(latent, one.measure), known, state
    )
    begins = (one.chord != one.before).float()
    gate = nn.functional.binary_cross_entropy_with_logits(change, begins, reduction="none") * (one.held > 0)
    picked = -chord.gather(-1, one.chord.unsqueeze(-1)).squeeze(-1) * begins
    real = (one.means.sum(-1) > 0).float()
    far = 0.5 * (mean * mean + spread.exp() - 1 - spread).sum(-1) * real
    return Losses(((gate + picked) * one.real).sum(-1), far.sum(-1) * spoken)


class Bits(NamedTuple):
    """Bits a chord of held-out pieces; when chords begin is paid for, too."""

    bare: float  # without latents
    latent: float  # the evidence lower bound with them
    told: float  # of that, what is left to tell once the latents are known
    mixture: float  # a bound for the whole network: a piece is bare or has latents, by the toss of a coin

    def __str__(self) -> str:
        return "  ".join(f"{name} {value:.3f}" for name, value in self._asdict().items())


def bits(network: ChordNetwork, pieces: Sequence[Lesson]) -> Bits:
    """The bits a chord of pieces, told only style and mode."""
    network.eval()
    rows: list[Tensor] = []
    torch.manual_seed(0)
    with torch.no_grad():
        for start in range(0, len(pieces), SIZE):
            chosen = pieces[start : start + SIZE]
            one = batch(chosen, [BARE] * len(chosen))
            bare = losses_of(network, one, torch.zeros(len(chosen)))
            latent = losses_of(network, one, torch.ones(len(chosen)))
            rows.append(torch.stack([bare.told, latent.told, latent.latent]))
    bare_nats, told, far = torch.cat(rows, -1).double()
    mixed = -torch.logaddexp(-bare_nats, -(told + far)) + math.log(2)
    chords = chords_in(pieces) * math.log(2)
    return Bits(*(float(nats.sum()) / chords for nats in (bare_nats, told + far, told, mixed)))
