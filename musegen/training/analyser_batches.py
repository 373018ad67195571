"""The analyser's examples as batches: passages of pieces, what is to be said of them, how far off a reading is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, nll_loss

from musegen.theory.neural.decoding import MAJORS, MINORS
from musegen.theory.neural.reading import TONICS, lowest_tonic, places
from musegen.training.augmentation import Passage, changed
from musegen.training.examples import NOWHERE, Example
from musegen.training.sounds import sounds_of_states

LENGTH, SIZE = 192, 8
"""Frames of a passage, and passages of a batch."""
TRIED, ELSEWHERE = 15, 3
"""Tonics that are tried in learning, and how far from the middle of the notes they may lie."""
SHORTEST = 16
KEY_SHARE, CHORD_SHARE, CHANGE_SHARE, SOUND_SHARE = 0.5, 0.5, 0.3, 0.3
"""What the other tasks weigh beside the joint one."""
_NOTHING = -100
_FIGURES = MAJORS + MINORS

Row = tuple[npt.NDArray[Any], ...]


class Batch(NamedTuple):
    """Passages: what the network sees and what it should say; _NOTHING where nobody knows."""

    notes: Tensor  # (passage, frame, place, channel)
    context: Tensor  # (passage, frame, context)
    state: Tensor  # (passage, frame) tonic * figures + figure
    key: Tensor  # (passage, frame) tonic * 2 + minor
    sound: Tensor  # (passage, frame) root * sounds + sound
    changes: Tensor  # (passage, frame, 2) of chord, of key


class Losses(NamedTuple):
    """Of one batch: losses of the tasks, and the shares of frames that are right."""

    joint: Tensor
    key: Tensor
    chord: Tensor
    change: Tensor
    sound: Tensor
    right: Tensor
    right_key: Tensor
    right_chord: Tensor

    @property
    def total(self) -> Tensor:
        """What is made small."""
        shares = KEY_SHARE * self.key + CHORD_SHARE * self.chord + CHANGE_SHARE * self.change
        return self.joint + shares + SOUND_SHARE * self.sound


def batches(pieces: list[Example], rng: np.random.Generator) -> Iterator[Batch]:
    """Every piece once, in passages that begin elsewhere each time, some of them changed, shuffled.

    What is too little for one batch is one; else what is left over is left out.
    """
    begun = [(item, start) for item in pieces for start in _starts(len(item.piece), rng)]
    order = rng.permutation(len(begun))
    for at in range(0, max(len(order) - SIZE, 0) + 1, SIZE):
        yield _batch([_drawn(begun[number], rng) for number in order[at : at + SIZE]])


def count(pieces: list[Example]) -> int:
    """About how many batches there are."""
    return sum(len(item.piece) // LENGTH + 1 for item in pieces) // SIZE + 1


def whole(item: Example) -> Batch:
    """A piece as it is, from its first frame to its last."""
    passage = _passage(item, 0, len(item.piece))
    return _batch([_row(passage, len(item.piece), lowest_tonic(passage.notes), TONICS)])


def _starts(length: int, rng: np.random.Generator) -> list[int]:
    if length <= LENGTH:
        return [0]
    starts = range(-int(rng.integers(0, LENGTH)), length, LENGTH)
    return [max(0, min(start, length - LENGTH)) for start in starts if start + LENGTH > SHORTEST]


def _passage(item: Example, start: int, last: int) -> Passage:
    return Passage(item.piece.notes, item.piece.context, item.tonic, item.minor, item.figure).cut(start, last)


def _drawn(begun: tuple[Example, int], rng: np.random.Generator) -> Row:
    """A passage, perhaps changed, and with the tonics that are tried not always in the middle of its notes."""
    item, start = begun
    passage = changed(_passage(item, start, start + 2 * LENGTH), LENGTH, rng)
    lowest = lowest_tonic(passage.notes) + (TONICS - TRIED) // 2 + int(rng.integers(-ELSEWHERE, ELSEWHERE + 1))
    named = passage.tonic[passage.tonic > NOWHERE]
    if len(named) and np.ptp(named) < TRIED:
        lowest = int(np.clip(lowest, named.max() - TRIED + 1, named.min()))
    return _row(passage, LENGTH, lowest, TRIED)


def _row(passage: Passage, length: int, lowest: int, tonics: int) -> Row:
    """The arrays of a `Batch` for one passage, filled up with silence where it is shorter."""
    number, figure = passage.tonic - lowest, passage.minor * MAJORS + passage.figure
    tried = (number >= 0) & (number < tonics)
    known = tried & (passage.figure >= 0)
    state = np.where(known, number * _FIGURES + figure, _NOTHING)
    sound = np.where(known, sounds_of_states(torch.arange(tonics)).numpy()[state], _NOTHING)
    key = np.where(tried, number * 2 + passage.minor, _NOTHING)
    named = np.stack(passage[2:], axis=1)
    fresh = [np.diff(columns, axis=0, prepend=columns[:1]).any(axis=1) for columns in (named, named[:, :2])]
    seen = (places(passage.notes, lowest, tonics), passage.context)
    said = (_filled(column, length, _NOTHING) for column in (state, key, sound))
    changes = np.stack(fresh, axis=1).astype(np.float32)
    return (*(_filled(column, length) for column in seen), *said, _filled(changes, length))


def _filled(column: npt.NDArray[Any], length: int, value: int = 0) -> npt.NDArray[Any]:
    room = ((0, length - len(column)), *[(0, 0)] * (column.ndim - 1))
    return np.pad(column, room, constant_values=value)


def _batch(rows: list[Row]) -> Batch:
    return Batch(*(torch.as_tensor(np.stack(column)) for column in zip(*rows, strict=True)))


def losses_of(network: nn.Module, batch: Batch) -> Losses:
    """How far the network is from what people say of the state, of its key and its chord, and of what sounds."""
    scores, sounds, changes = network(batch.notes, batch.context)
    flat, on_roots = scores.flatten(0, 1), sounds.flatten(0, 1)
    state, key, sound = (column.flatten() for column in (batch.state, batch.key, batch.sound))
    keys, chords = _marginals(flat, on_roots.shape[1])
    pairs = ((flat, state), (keys, key), (chords, sound))
    joint, of_key, of_chord = (nll_loss(found, wanted, ignore_index=_NOTHING) for found, wanted in pairs)
    heard = cross_entropy(on_roots, sound, ignore_index=_NOTHING)
    known = key >= 0
    change = binary_cross_entropy_with_logits(changes.flatten(0, 1)[known], batch.changes.flatten(0, 1)[known])
    right = ((found.argmax(dim=-1) == wanted)[wanted >= 0].float().mean() for found, wanted in pairs)
    return Losses(joint, of_key, of_chord, change, heard, *right)


def _marginals(flat: Tensor, chords: int) -> tuple[Tensor, Tensor]:
    """Logs of the chances of each key, and of each sound on each root, from those of the states."""
    chances = flat.exp()
    tonics = chances.shape[1] // _FIGURES
    by_mode = chances.unflatten(1, (tonics, _FIGURES)).split((MAJORS, MINORS), dim=-1)
    keys = torch.stack([mode.sum(dim=-1) for mode in by_mode], dim=-1).flatten(1)
    found = chances.new_zeros(len(chances), chords).index_add_(1, sounds_of_states(torch.arange(tonics)), chances)
    return (keys + 1e-7).log(), (found + 1e-7).log()
