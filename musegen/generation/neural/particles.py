"""Particles: the settings that are being drawn; what each remembers, what it has sung, and its weight."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from musegen.generation.neural.chord_columns import harmony_of
from musegen.generation.neural.frames import VOICES, Bools, Frames
from musegen.generation.neural.listening import LOWEST, Listener
from musegen.generation.neural.network import LAYERS
from musegen.generation.neural.said import UNSAID
from musegen.theory.sonority import Harmony, Sonority

Array = npt.NDArray[Any]

_FEW = 0.6
"""Particles are drawn again where their weights leave fewer of them in effect than this share."""


class Particles:
    """The rows that still go on, those of one task side by side, the longest task first."""

    def __init__(self, tasks: int, each: int, width: int, elapsed: Array) -> None:
        self.each = each
        self.owner: Array = np.repeat(np.arange(tasks), each)
        rows = len(self.owner)
        self.listener = Listener(rows, np.repeat(elapsed, each))
        self.state = np.zeros((LAYERS, rows, width), dtype=np.float32)
        self.weight: Array = np.zeros(rows)
        self.likely: Array = np.zeros(rows)
        self.cost: Array = np.zeros(rows)
        self.stuck: Array = np.zeros(rows, dtype=np.int64)
        self.lack = np.zeros((rows, 0), dtype=bool)
        self.sung = silence(rows, harmony_of(np.zeros(rows, dtype=np.int64), np.full(rows, UNSAID)))

    def __len__(self) -> int:
        return len(self.owner)

    def keep(self, chosen: Array) -> None:
        """Go on with these rows, in this order."""
        self.listener.keep(chosen)
        self.state, self.sung, self.lack = self.state[:, chosen], self.sung[chosen], self.lack[chosen]
        self.owner, self.weight, self.likely, self.cost, self.stuck = (
            column[chosen] for column in (self.owner, self.weight, self.likely, self.cost, self.stuck)
        )

    def sing(self, now: Sonority) -> None:
        """Take a frame as sung: a voice that rests has still sung its note before last.

        The chord is that of the last frame in which something began, as `check` reads it.
        """
        before, begins = self.sung, np.asarray(now.attack.any(axis=1))
        self.sung = Sonority(
            np.where(now.sounds, now.pitch, before.pitch), np.where(now.sounds, now.fifths, before.fifths),
            now.sounds | before.sounds, now.attack, _chosen(begins, now.harmony, before.harmony),
        )  # fmt: skip

    def draw_again(self, rng: Generator) -> Array | None:
        """Draw the particles of each task again by weight where their weights lie far apart; the rows that go on."""
        weight = self.weight.reshape(-1, self.each)
        peak = weight.max(axis=1, keepdims=True)
        share = np.exp(weight - peak)
        mean = np.log(share.mean(axis=1, keepdims=True)) + peak
        share /= share.sum(axis=1, keepdims=True)
        going = 1 / (share**2).sum(axis=1, keepdims=True) < _FEW * self.each
        if not going.any():
            return None
        points = (rng.random((len(share), 1)) + np.arange(self.each)) / self.each
        picked = (np.cumsum(share, axis=1)[:, None, :] < points[:, :, None]).sum(axis=2).clip(max=self.each - 1)
        base = np.arange(len(share))[:, None] * self.each
        chosen = (base + np.where(going, picked, np.arange(self.each))).ravel()
        self.weight = np.where(going, mean, weight).ravel()
        self.keep(chosen)
        return chosen


class Record:
    """What every particle has drawn: (frames, rows, ...)."""

    def __init__(self, frames: int, rows: int) -> None:
        shape = (frames, rows, VOICES)
        self.note, self.fifths = np.zeros(shape, dtype=np.int16), np.zeros(shape, dtype=np.int16)
        self.attack = np.zeros(shape, dtype=bool)
        self.local = np.full(shape[:2], UNSAID, dtype=np.int16)
        self.figure = np.full(shape[:2], UNSAID, dtype=np.int16)

    def keep(self, frames: int, chosen: Array) -> None:
        """In so many frames the first rows become the chosen ones."""
        for column in (self.note, self.fifths, self.attack, self.local, self.figure):
            column[:frames, : len(chosen)] = column[:frames, chosen]

    def frames(self, row: int, length: int) -> Frames:
        """The notes of one row."""
        note = self.note[:length, row]
        pitch = np.where(note > 0, note + LOWEST, 0).astype(np.int16)
        return Frames(pitch, self.fifths[:length, row].copy(), self.attack[:length, row].copy())


def _chosen(where: Bools, one: Harmony | None, other: Harmony | None) -> Harmony | None:
    """The chords of one where that is so, else those of the other."""
    if one is None or other is None:
        return one
    columns = {}
    for name in Harmony.__dataclass_fields__:
        here, there = getattr(one, name), getattr(other, name)
        columns[name] = np.where(where.reshape(-1, *[1] * (here.ndim - 1)), here, there)
    return Harmony(**columns)


def silence(rows: int, harmony: Harmony | None) -> Sonority:
    """Rows in which nothing sounds yet."""
    shape = (rows, VOICES)
    pitch, fifths = np.zeros(shape, np.int16), np.zeros(shape, np.int16)
    return Sonority(pitch, fifths, np.zeros(shape, np.bool_), np.zeros(shape, np.bool_), harmony)
