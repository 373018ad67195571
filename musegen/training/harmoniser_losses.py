"""How far the harmoniser is from Bach: notes, chords and struck notes of a batch, and nats a note of whole pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, pad

from musegen.generation.neural.frames import VOICES
from musegen.generation.neural.listening import UNKNOWN
from musegen.generation.neural.network import NOT_GIVEN
from musegen.training.chorales import Lesson
from musegen.training.harmoniser_batches import BARE, OVER_SOPRANO, Batch, batch, whole
from musegen.training.harmoniser_network import HarmoniserNetwork

CHORD_SHARE, STRUCK_SHARE = 0.25, 0.25
"""What a frame's chord, and which notes are struck, weigh beside its notes."""


class Losses(NamedTuple):
    """Of one batch, in nats: a note, a frame's chord, a voice that keeps its note."""

    notes: Tensor
    chords: Tensor
    struck: Tensor

    @property
    def total(self) -> Tensor:
        """What is made small."""
        return self.notes + CHORD_SHARE * self.chords + STRUCK_SHARE * self.struck


class Remembered(NamedTuple):
    """What the heads read at every frame."""

    memory: Tensor
    context: Tensor
    chord: Tensor
    roles: Tensor


def remembered(network: HarmoniserNetwork, batch: Batch) -> Remembered:
    """Encoder and memory over whole passages, all frames before being those of the piece."""
    context = network.encoder(batch.given, batch.given_struck, batch.said, batch.home, batch.local, batch.figure)
    state = torch.zeros(2, len(batch.note), network.sizes.memory)
    local, figure = (pad(column[:, :-1], (1, 0)) for column in (batch.drawn_local, batch.drawn_figure))
    memory, _ = network.memory(batch.heard, local, figure, context, state)
    return Remembered(memory, context, *network.chords(batch.drawn_local, batch.drawn_figure))


def note_losses(network: HarmoniserNetwork, batch: Batch, seen: Remembered) -> Tensor:
    """(piece, frame, voice): nats of every note, given or not."""
    told = torch.cat([seen.memory, seen.context, seen.chord], dim=-1)
    before = batch.heard[0]
    chord = seen.roles, batch.drawn_local, batch.drawn_figure, batch.home
    lost = []
    for voice, head in enumerate(network.voices):
        known = torch.cat([batch.note[..., :voice], batch.given[..., voice:]], dim=-1)
        logits = head(told, *chord, before[..., voice], known)
        lost.append(_cross_entropy(logits, batch.note[..., voice]))
    return torch.stack(lost, dim=-1)


def losses_of(network: HarmoniserNetwork, batch: Batch) -> Losses:
    """How far the network is from the passages of a batch, where it is asked to draw."""
    with torch.autocast("cpu", dtype=torch.bfloat16):  # a third faster; sums and logs stay in 32 bits
        seen = remembered(network, batch)
        notes = note_losses(network, batch, seen)
        struck = network.struck(seen.memory, seen.context, batch.heard[0], batch.note).float()
    free = batch.real[..., None] & (batch.given == NOT_GIVEN)
    keeps = free & (batch.note == batch.heard[0]) & (batch.note > 0) & (batch.heard[4] != UNKNOWN)
    again = binary_cross_entropy_with_logits(struck, batch.struck.float(), reduction="none")
    return Losses(_mean(notes, free), _chords(network, batch, seen), _mean(again, keeps))


def _chords(network: HarmoniserNetwork, batch: Batch, seen: Remembered) -> Tensor:
    """Nats of each frame's chord where chords are drawn and this one is not given."""
    local, figure = batch.drawn_local, batch.drawn_figure
    asked = batch.real & (local > 0) & (batch.local == 0)
    if not asked.any():
        return torch.zeros(())
    before = pad(local[:, :-1], (1, 0)), pad(figure[:, :-1], (1, 0))
    memory, context = seen.memory[asked], seen.context[asked]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        given = batch.given[asked]
        chord = before[0][asked], before[1][asked]
        begin, key, told = network.chord.change(memory, context, *chord, given, batch.home[asked])
        fresh = ((local != before[0]) | (figure != before[1]))[asked]
        name = network.chord.figure(told[fresh], local[asked][fresh], given[fresh])
    nats = binary_cross_entropy_with_logits(begin.float(), fresh.float(), reduction="sum")
    nats = nats + cross_entropy(key.float()[fresh], local[asked][fresh] - 1, reduction="sum")
    known = figure[asked][fresh]
    nats = nats + cross_entropy(name.float()[known > 0], known[known > 0], reduction="sum")
    return nats / asked.sum()


def _cross_entropy(logits: Tensor, wanted: Tensor) -> Tensor:
    return cross_entropy(logits.float().flatten(0, 1), wanted.flatten(), reduction="none").view(wanted.shape)


def _mean(values: Tensor, where: Tensor) -> Tensor:
    return (values * where).sum() / where.sum().clamp(min=1)


class Likelihood(NamedTuple):
    """Nats a note, each piece counting alike."""

    bare: float  # of all four voices, from the pitches of earlier frames alone
    over_soprano: float  # of alto, tenor and bass, given the pitches of the soprano

    def __str__(self) -> str:
        return f"{self.bare:.4f} nats a note, {self.over_soprano:.4f} under a given soprano"


def likelihood(network: HarmoniserNetwork, pieces: Sequence[Lesson]) -> Likelihood:
    """Nats a note of whole pieces with every condition dropped: the figure to compare between systems."""
    network.eval()
    found: dict[int, list[float]] = {BARE: [], OVER_SOPRANO: []}
    with torch.no_grad():
        for piece in pieces:
            for kind, nats in found.items():
                one = batch([whole(piece, kind)])
                lost = note_losses(network, one, remembered(network, one))[0]
                nats.append(float(lost[:, VOICES - 3 if kind == OVER_SOPRANO else 0 :].mean()))
    return Likelihood(float(np.mean(found[BARE])), float(np.mean(found[OVER_SOPRANO])))
