"""What may stand on a root, as the analyser's root view tells it, and where the sound of each state lies among that."""

from __future__ import annotations

import torch
from torch import Tensor

from musegen.theory.neural.reading import ROOTS
from musegen.theory.vocabulary import numerals

_EVERY = [
    (numeral.root, (numeral.quality, numeral.inversion)) for minor in (False, True) for numeral in numerals(minor)
]
SOUNDS = tuple(sorted({sound for _, sound in _EVERY}))
"""A quality in an inversion."""


def sounds_of_states(tonics: Tensor) -> Tensor:
    """(tonic * figures,): the place of every state's sound among the sounds on all roots.

    `tonics` are numbers from that of the lowest tonic, 0; the figures of minor come after those of major.

    >>> SOUNDS[int(sounds_of_states(torch.arange(1))[0]) % len(SOUNDS)]
    ('major', 0)
    """
    roots = torch.tensor([root - ROOTS.first for root, _ in _EVERY])
    sounds = torch.tensor([SOUNDS.index(sound) for _, sound in _EVERY])
    return ((tonics[:, None] + roots) * len(SOUNDS) + sounds).flatten()
