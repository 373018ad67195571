"""The analyser's network in torch: one view of the notes about every tonic, another about every root."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax, relu

from musegen.theory.neural.decoding import MAJORS, MINORS
from musegen.theory.neural.encoding import CHANNELS, CONTEXT
from musegen.theory.neural.reading import AROUND_ROOT, AROUND_TONIC, ROOTS, Span
from musegen.training.sounds import SOUNDS, sounds_of_states

LOST = 0.25
"""The share of what is heard that gets lost in learning."""


class AnalyserNetwork(nn.Module):
    """Notes on the line of fifths to scores of every (tonic, figure), and of a change of chord and of key.

    The root view looks at the notes about each place of the line with the same weights and says which chord may stand
    on it. The tonic view looks at the notes, and at what the root view found, about each tonic with the same weights
    through the whole piece, and says how probable the key is and what each figure has for it beside its sound. Because
    places share their weights, a transposed piece gives the same scores in other places: no key, and no root, has to be
    learned twice.
    """

    def __init__(self, near: int = 96, far: int = 64, mixed: int = 128, root: int = 64) -> None:
        super().__init__()
        told = 8
        self.root_view = NearView(AROUND_ROOT, root, (1, 2, 4))
        self.sound = nn.Linear(root, len(SOUNDS))
        self.tell = nn.Linear(root, told)
        self.tonic_view = NearView(AROUND_TONIC, near, (1, 2))
        self.first = nn.GRU(near + told * ROOTS.size, far, batch_first=True, bidirectional=True)
        self.second = nn.GRU(2 * far, far, batch_first=True, bidirectional=True)
        self.drop = Lost(LOST)
        self.mix = nn.Linear(near + 4 * far, mixed)
        self.figure = nn.Linear(mixed, MAJORS + MINORS)
        self.key = nn.Linear(4 * far, 2)
        self.change = nn.Linear(2 * (near + 4 * far + root), 2)

    def forward(self, notes: Tensor, context: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(piece, frame, place, channel) and (piece, frame, context) to what is heard.

        Back come logs of chances (piece, frame, tonic * figures), which sum to one at each frame; logits of each sound
        on each root (piece, frame, root * sounds); logits of a change of chord and of key (piece, frame, 2). The
        places are those of `reading.places`.
        """
        pieces, _, places, _ = notes.shape
        tonics = places - ROOTS.size - AROUND_ROOT.size + 2
        every = torch.arange(tonics)[:, None]
        notes = self.drop(notes)
        heard = self.root_view(notes, context, torch.arange(tonics + ROOTS.size - 1), self.drop)
        sounds = self.sound(heard).permute(0, 2, 1, 3).flatten(2)
        told = relu(self.tell(heard))[:, every + torch.arange(ROOTS.size)]  # (piece, tonic, root, frame, told)
        told = told.permute(0, 1, 3, 2, 4).flatten(3).flatten(0, 1)
        lowest = AROUND_TONIC.first - ROOTS.first - AROUND_ROOT.first
        near = self.tonic_view(notes, context, every[:, 0] + lowest, self.drop).flatten(0, 1)
        first, _ = self.first(self.drop(torch.cat([near, told], dim=-1)))
        second, _ = self.second(self.drop(first))
        far = self.drop(torch.cat([first, second], dim=-1))
        whole = torch.cat([near, far], dim=-1)
        figure = self.figure(self.drop(relu(self.mix(whole)))).unflatten(0, (pieces, tonics)).transpose(1, 2)
        figure = figure + sounds[:, :, sounds_of_states(every[:, 0])].unflatten(2, (tonics, MAJORS + MINORS))
        key = self.key(far).unflatten(0, (pieces, tonics)).transpose(1, 2)
        scores = _inside_keys(figure, log_softmax(key.flatten(2), dim=-1).unflatten(2, (tonics, 2)))
        seen = torch.cat([_pooled(whole.unflatten(0, (pieces, tonics))), _pooled(heard)], dim=-1)
        return scores.flatten(2), sounds, self.change(seen)


class NearView(nn.Module):
    """The notes about some places, a few frames to both sides."""

    def __init__(self, span: Span, width: int, reach: tuple[int, ...]) -> None:
        super().__init__()
        self.register_buffer("about", torch.arange(span.size), persistent=False)
        self.notes = nn.Linear(span.size * len(CHANNELS), width, bias=False)
        self.context = nn.Linear(len(CONTEXT), width)
        self.layers = nn.ModuleList(
            nn.Conv1d(width, width, 5 if step > 1 else 3, padding=2 * step if step > 1 else 1, dilation=step)
            for step in reach
        )

    def forward(self, notes: Tensor, context: Tensor, places: Tensor, drop: nn.Module) -> Tensor:
        """(piece, place, frame, width)."""
        seen = notes[:, :, places[:, None] + self.about].flatten(3)
        heard = relu(self.notes(seen) + self.context(context)[:, :, None]).transpose(1, 2)
        found = heard.flatten(0, 1).transpose(1, 2)
        for number, layer in enumerate(self.layers):
            further = relu(layer(found if number == 0 else drop(found)))
            found = further if number < 2 else further + found
        return drop(found.transpose(1, 2).unflatten(0, heard.shape[:2]) + heard)


class Lost(nn.Module):
    """`torch.nn.Dropout` by one random byte a number: several times faster without a GPU, where it took a fifth."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.least = round(share * 256)

    def forward(self, heard: Tensor) -> Tensor:
        """What is left in training, made louder so that the mean stays; everything otherwise."""
        if not self.training:
            return heard
        drawn = torch.empty(heard.numel() // 8 + 1, dtype=torch.int64).random_(-(2**63), None).view(torch.uint8)
        kept = (drawn[: heard.numel()] >= self.least).view(heard.shape)
        return heard * kept * (256 / (256 - self.least))


def _inside_keys(figure: Tensor, key: Tensor) -> Tensor:
    """Logs of chances: of each figure among those of its tonic and mode, and of the key."""
    major = log_softmax(figure[..., :MAJORS], dim=-1) + key[..., :1]
    minor = log_softmax(figure[..., MAJORS:], dim=-1) + key[..., 1:]
    return torch.cat([major, minor], dim=-1)


def _pooled(seen: Tensor) -> Tensor:
    """(piece, frame, ...): the mean and the most over all places."""
    return torch.cat([seen.mean(dim=1), seen.amax(dim=1)], dim=-1)


class Averaged(nn.Module):
    """Networks that were trained alike from other beginnings, heard as one: the mean of what they find probable."""

    def __init__(self, networks: list[AnalyserNetwork]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, notes: Tensor, context: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As `AnalyserNetwork` does."""
        heard = [network(notes, context) for network in self.networks]
        scores, sounds, changes = (torch.stack(found) for found in zip(*heard, strict=True))
        mean = scores.exp().mean(dim=0).clamp(min=1e-12).log()
        return mean, sounds.mean(dim=0), changes.mean(dim=0)
