"""What theory says of soft phrases, so that a gradient passes through: intervals, moves, parallels, chords.

Every number is exact where notes are certain, and for chances of notes that do not hang together their expectation.
"""

from __future__ import annotations

from itertools import combinations

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from musegen.generation.phrases.encoding import LOWEST, NOTES, STARTS, STEPS

PAIRS = tuple(combinations(range(4), 2))
FARTHEST = 7
"""Semitones of the widest move that is told apart."""
CHORDS = ((0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 7, 10), (0, 3, 7, 10), (0, 3, 6, 10))
"""Major, minor and diminished triads, dominant, minor and half-diminished sevenths."""
PERFECT = (7, 0)
_MEASURE = 8
COUNT = 4 * 12 + len(PAIRS) * (12 + 2) + 3 + 4 * (2 * FARTHEST + 1) + 4 + 12 + 12 * len(CHORDS) + _MEASURE
"""Numbers that are told of a step."""


class Theory(nn.Module):
    """From chances of notes to what theory says of every step; nothing in it is learned."""

    classes: Tensor
    interval: Tensor
    chord: Tensor
    pitch: Tensor
    shifts: Tensor

    def __init__(self) -> None:
        super().__init__()
        lowest = torch.tensor(LOWEST)
        pitch = lowest[:, None] + torch.arange(NOTES)
        pitch_class = torch.arange(12)
        apart = (pitch_class[None, :] - pitch_class[:, None]) % 12
        roots = [[(root + member) % 12 for member in chord] for chord in CHORDS for root in range(12)]
        self.register_buffer("pitch", pitch.float() / 12, persistent=False)
        self.register_buffer("classes", one_hot(pitch % 12, 12).float(), persistent=False)
        ways = [torch.diag(torch.ones(NOTES - abs(way)), -way) for way in range(-FARTHEST, FARTHEST + 1)]
        self.register_buffer("shifts", torch.cat(ways, 1), persistent=False)
        self.register_buffer("interval", one_hot(apart, 12).float().flatten(0, 1), persistent=False)
        self.register_buffer(
            "chord", torch.stack([one_hot(torch.tensor(each), 12).sum(0) for each in roots]).float(), persistent=False
        )

    def forward(self, note: Tensor, start: Tensor) -> Tensor:
        """(phrases, STEPS, COUNT) of notes (phrases, STEPS, voices, NOTES) and the beat of the beginning, if said."""
        sung = torch.einsum("stvn,vnc->stvc", note, self.classes)
        apart = [self._interval(sung[:, :, low], sung[:, :, high]) for high, low in PAIRS]
        same = same_as_before(note)
        height = torch.einsum("stvn,vn->stv", note, self.pitch)
        silent = torch.einsum("stvc,kc->stvk", sung, 1 - self.chord)
        parts = [sung.flatten(2), *apart, self._parallels(apart, same), height[..., :-1] - height[..., 1:]]
        parts += [self._moves(note), self._led(sung), 1 - _product(1 - sung), _product(1 - silent), metre(start)]
        return torch.cat(parts, -1)

    def _interval(self, low: Tensor, high: Tensor) -> Tensor:
        return (low[..., :, None] * high[..., None, :]).flatten(-2) @ self.interval

    def _parallels(self, apart: list[Tensor], same: Tensor) -> Tensor:
        """(phrases, STEPS, pairs * 2): fifths and octaves from step to step where both voices move."""
        found = []
        for (high, low), here in zip(PAIRS, apart, strict=True):
            moved = (1 - same[..., high]) * (1 - same[..., low])
            found += [_after(here)[..., size] * here[..., size] * moved for size in PERFECT]
        return torch.stack(found, -1)

    def _moves(self, note: Tensor) -> Tensor:
        """(phrases, STEPS, voices * moves): each move from the step before, in semitones; wider ones are lost."""
        room = (note @ self.shifts).unflatten(-1, (2 * FARTHEST + 1, NOTES))
        return (room @ _after(note)[..., None])[..., 0].flatten(2)

    def _led(self, sung: Tensor) -> Tensor:
        """(phrases, STEPS, voices): the leading note of the home key goes to the tonic."""
        return _after(sung)[..., 11] * sung[..., 0]


def same_as_before(note: Tensor) -> Tensor:
    """(phrases, STEPS, voices): the chance that a voice has the note of the step before."""
    return (note * _after(note)).sum(-1)


def metre(start: Tensor) -> Tensor:
    """(phrases, STEPS, 8): which eighth of the measure each step is; zeros where it is not said."""
    eighths = torch.arange(STEPS)[:, None] + 2 * torch.arange(STARTS)
    return torch.einsum("sb,tbe->ste", start, one_hot(eighths % _MEASURE, _MEASURE).float())


def _product(column: Tensor) -> Tensor:
    """Over the voices, (phrases, STEPS, voices, ...): torch's own has a slow second derivative."""
    first, second, third, fourth = column.unbind(2)
    return first * second * third * fourth


def _after(column: Tensor) -> Tensor:
    """The column a step later, with nothing at the first."""
    return torch.cat([torch.zeros_like(column[:, :1]), column[:, :-1]], 1)
