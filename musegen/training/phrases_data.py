"""Phrases to learn from: those of Bach's chorales, in the split of the JSB chorales; a few drawn, moved, half asked."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from musegen.corpora import Split
from musegen.generation.neural.said import UNSAID
from musegen.generation.phrases.encoding import LOWEST, NOTES, Ints, Phrases, Wish, phrases_in, wish_numbers
from musegen.generation.voicings import LIMITS
from musegen.training.chorales import lessons

MOVED = 3
"""Semitones by which a phrase may be heard higher or lower."""
FAR = 7
"""Semitones by which a note is moved at most where a phrase is forged."""
UNASKED = 0.15
"""How often each thing that can be said is left out."""


class Batch(NamedTuple):
    """Phrases as the networks read them."""

    note: Tensor  # (phrases, STEPS, voices, NOTES): one of them 1
    attack: Tensor  # (phrases, STEPS, voices)
    wish: Tensor  # (phrases, COLUMNS)


def phrases_of(corpus: str, split: Split) -> list[Phrases]:
    """The phrases of each piece that has any."""
    found = (phrases_in(piece.frames, piece.said) for piece in lessons(corpus, split))
    return [one for one in found if len(one.note)]


def drawn(phrases: Phrases, size: int, rng: np.random.Generator) -> Batch:
    """So many of the phrases, at other heights where singers reach them, with some of the wishes left out."""
    some = phrases.rows(rng.integers(0, len(phrases.note), size))
    pitch = some.note + np.array(LOWEST) + some.wish.shift[:, None, None]
    low, high = np.array(LIMITS).T
    room = (low - pitch.min(axis=1)).max(axis=1), (high - pitch.max(axis=1)).min(axis=1)
    lowest, highest = np.clip(room[0], -MOVED, 0), np.clip(room[1], 0, MOVED)
    shift = some.wish.shift + rng.integers(lowest, highest + 1)
    left = {name: np.where(rng.random(size) < UNASKED, UNSAID, getattr(some.wish, name))
            for name in Wish._fields if name != "shift"}  # fmt: skip
    return as_batch(some._replace(wish=Wish(shift=np.clip(shift, -6, 6), **left)))


def moved(batch: Batch, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Notes and strokes of phrases in which notes are moved by a few semitones: some, or nearly all."""
    place = batch.note.argmax(-1).numpy()
    often = rng.choice([0.05, 0.2, 0.9], (len(place), 1, 1))
    far = np.where(rng.random(place.shape) < often, rng.integers(-FAR, FAR + 1, place.shape), 0)
    return _struck(np.clip(place + far, 0, NOTES - 1), batch.attack)


def shuffled(batch: Batch, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """The same of phrases whose steps come in another order: of all voices together, or of each by itself."""
    place = batch.note.argmax(-1).numpy()
    order = rng.random(place.shape)
    order = np.where(rng.random((len(place), 1, 1)) < 0.5, order, order[..., :1]).argsort(axis=1)
    attack = torch.as_tensor(np.take_along_axis(batch.attack.numpy(), order, axis=1))
    return _struck(np.take_along_axis(place, order, axis=1), attack)


def _struck(place: Ints, attack: Tensor) -> tuple[Tensor, Tensor]:
    new = torch.as_tensor(np.diff(place, axis=1, prepend=-1) != 0)
    return one_hot(torch.as_tensor(place), NOTES).float(), torch.where(new, 1.0, attack)


def as_batch(phrases: Phrases) -> Batch:
    """Phrases as tensors."""
    note = one_hot(torch.as_tensor(phrases.note), NOTES).float()
    return Batch(note, torch.as_tensor(phrases.attack).float(), torch.as_tensor(wish_numbers(phrases.wish)))
