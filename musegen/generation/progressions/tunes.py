"""A melody as the network that sets chords over it hears it: slot by slot, from the tonic, with what came before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musegen.score.model import Score
from musegen.theory.keys import Key
from musegen.theory.progressions.chords import Ints
from musegen.theory.progressions.encoding import Floats
from musegen.theory.songs.learning import sheet_of
from musegen.theory.songs.slots import EVERY, SECTION, STRESSES, Every, Slot, slots_of
from musegen.theory.songs.song_statistics import STATES

LAGS = (1, 2, 4, 8, 12, 16, 24, 32)
"""So many slots ago the melody may have been the same."""
_TO_END, _LONGEST = 8, 4.0
"""Slots to the end, and quarters of singing, that are told apart."""
HEARD = 3 * 12 + STRESSES + SECTION + 2 + len(EVERY) + 2 + 1
"""What is heard of a slot."""
_ALIKE = 0.5
"""How alike two slots are: half by what is sung in all, half by whether it is the same."""


@dataclass(frozen=True, eq=False)
class Tune:
    """A melody in slots. Chords are states of `theory.songs.song_statistics`, counted from the home tonic."""

    every: Every
    heard: Floats  # (slot, HEARD)
    alike: Floats  # (slot, lag): how alike the slot is to the one so many slots ago, 0 to 1
    own: Ints  # (slot,): the chord that the sheet has there; -1 where none is known

    def __len__(self) -> int:
        return len(self.heard)


def tunes_of(score: Score) -> tuple[Tune, ...]:
    """The melody of a lead sheet with its own chords, cut in every way that has slots."""
    found = []
    for every in EVERY:
        sheet = sheet_of(score, every)
        if not sheet.slots:
            continue
        own = [
            -1 if here is None else (here[1] + 7 * (here[0].tonic - sheet.home.tonic)) % 12 + here[1] // 12 * 12
            for here in sheet.heard
        ]
        found.append(tune_of(sheet.slots, sheet.home, every, np.array(own)))
    return tuple(found)


def melody_tune(score: Score, key: Key, every: Every) -> Tune:
    """The melody of any score in a key, without chords."""
    return tune_of(slots_of(score, every), key, every)


def tune_of(slots: list[Slot], home: Key, every: Every, own: Ints | None = None) -> Tune:
    """Slots as columns."""
    count = len(slots)
    sung = np.stack([np.roll(slot.sung, -(7 * home.tonic % 12), 1) for slot in slots])
    length = sung[:, 0]
    total = length.sum(axis=1, keepdims=True)
    columns = [
        length / np.maximum(total, 0.25), sung[:, 1], sung[:, 2],
        np.eye(STRESSES)[[slot.stress for slot in slots]], np.eye(SECTION)[[slot.place for slot in slots]],
        np.array([[float(slot.ends_phrase)] for slot in slots]),
        np.minimum(np.arange(count)[::-1, None], _TO_END) / _TO_END,
        np.eye(len(EVERY))[[EVERY.index(every)] * count], np.tile(np.eye(2)[int(not home.minor)], (count, 1)),
        np.minimum(total, _LONGEST) / _LONGEST,
    ]  # fmt: skip
    heard = np.concatenate(columns, axis=1).astype(np.float32)
    return Tune(every, heard, _likeness(length), np.full(count, -1) if own is None else own)


def _likeness(length: npt.NDArray[np.float64]) -> Floats:
    """(slot, lag)."""
    sized = length / np.maximum(np.linalg.norm(length, axis=1, keepdims=True), 1e-6)
    found = np.zeros((len(length), len(LAGS)), np.float32)
    for number, lag in enumerate(LAGS):
        if lag < len(length):
            equal = (np.abs(length[lag:] - length[:-lag]).sum(axis=1) < 1e-6) & (length[lag:].sum(axis=1) > 0)
            found[lag:, number] = _ALIKE * (sized[lag:] * sized[:-lag]).sum(axis=1) + (1 - _ALIKE) * equal
    return found


def before_of(own: Ints) -> Ints:
    """(slot,): the chord of the slot before; STATES where there is none."""
    known = np.where(own < 0, STATES, own)
    return np.concatenate([[STATES], known[:-1]])


def lagged(own: Ints) -> Ints:
    """(slot, lag): the chord so many slots ago; STATES where there is none."""
    known = np.where(own < 0, STATES, own)
    places = np.arange(len(own))[:, None] - np.array(LAGS)[None, :]
    return np.where(places >= 0, known[np.maximum(places, 0)], STATES)
