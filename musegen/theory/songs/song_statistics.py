"""Song statistics: how chords follow each other and sit under melodies in lead sheets, learned once, shipped small.

Made by `musegen.theory.songs.learning`; the card `data/song_statistics.toml` beside it says from what. Chords are
states: a root in semitones above the tonic and a kind (`KINDS`), 72 in all: `state_of(7, "7")` is V7. Tables are by
mode (0 major, 1 minor) and by how often a chord may change (`slots.EVERY`).

| table | shape | what |
|---|---|---|
| `follow` | (every, mode, stress, state, state) | counts of slots whose chord came after another, in one key |
| `weights` | (feature, state) of whole measures, each mode | a softmax: what `features` of a slot say for a chord |
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.theory.keys import Key
from musegen.theory.songs.slots import EVERY, SECTION, STRESSES, Slot
from musegen.theory.statistics import DATA

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int32]

KINDS = ("M", "m", "7", "h", "o", "+")
"""Major (sixths, major sevenths, suspensions too), minor (sevenths too), dominant, half-diminished, diminished, aug."""
_KIND_OF = {"M": "M", "M7": "M", "s": "M", "m": "m", "m7": "m", "7": "7", "h": "h", "d": "o", "d7": "o", "+": "+"}
SHELLS = {"M": (0, 4, 7), "m": (0, 3, 7), "7": (0, 4, 7, 10), "h": (0, 3, 6, 10), "o": (0, 3, 6, 9), "+": (0, 4, 8)}
"""The members of each kind, in semitones above the root."""
STATES = 12 * len(KINDS)
FOLLOW = (len(EVERY), 2, STRESSES, STATES, STATES)
LEARNED = EVERY[:1]
"""Ways of cutting for which weights are learned; shorter slots are read by those of whole measures."""
RARE = 60
"""Slots of a mode, all ways of cutting together, in which a chord must have been counted to be proposed."""
_ALONE = 6.0


def state_of(semitones: int, kind: str) -> int:
    """The number of a chord.

    >>> state_of(7, "7"), state_of(0, "M")
    (31, 0)
    """
    return semitones % 12 + 12 * KINDS.index(kind)


def kind_of(quality: str) -> str:
    """The kind of a `SheetChord.quality`."""
    return _KIND_OF[quality]


def features(slots: list[Slot], keys: list[Key]) -> Floats:
    """(slot, feature): what is sung in and around each slot, from the tonic, and where the slot stands."""
    sung = np.stack([np.roll(slot.sung, -(7 * key.tonic % 12), 1) for slot, key in zip(slots, keys, strict=True)])
    sung[:, 0] /= np.maximum(sung[:, 0].sum(axis=1, keepdims=True), 0.25)
    silent = np.zeros((1, *sung.shape[1:]))
    before, after = np.concatenate([silent, sung[:-1]]), np.concatenate([sung[1:], silent])
    ends = np.array([slot.ends_phrase for slot in slots], dtype=float)
    edges = np.zeros((len(slots), 2))
    edges[0, 0] = edges[-1, 1] = 1.0
    columns = [
        sung.reshape(len(slots), -1), before[:, 0], after[:, 0], after[:, 1],
        np.eye(SECTION)[[slot.place for slot in slots]], np.eye(STRESSES)[[slot.stress for slot in slots]],
        ends[:, None], np.append(ends[1:], 0.0)[:, None], edges, np.ones((len(slots), 1)),
    ]  # fmt: skip
    return np.concatenate(columns, axis=1)


@dataclass(frozen=True, eq=False)
class SongStatistics:
    """Counts of successions, and the weights that read a melody."""

    follow: Counts
    weights: dict[tuple[int, int], Floats]  # (every, mode) to (feature, state of `states`)

    def states(self, mode: int) -> npt.NDArray[np.intp]:
        """The chords that may be proposed in a mode."""
        return common_states(self.follow, mode)

    def unigram(self, every: int, mode: int) -> Floats:
        """(chord,): log P(chord)."""
        counted = self.follow[every, mode].sum(axis=(0, 1))[self.states(mode)] + 1.0
        return np.asarray(np.log(counted / counted.sum()))

    def successions(self, every: int, mode: int) -> Floats:
        """(stress, before, chord): log P(chord, chord before)."""
        states = self.states(mode)
        counted = self.follow[every, mode][:, states][:, :, states].astype(float)
        alone = counted.sum(axis=1, keepdims=True) + 0.5
        mixed = counted + _ALONE * alone / alone.sum(axis=2, keepdims=True)
        return np.asarray(np.log(mixed / mixed.sum(axis=2, keepdims=True)))

    def heard(self, slots: list[Slot], key: Key, every: int) -> Floats:
        """(slot, chord): log P(chord, what is sung in and around the slot)."""
        said = features(slots, [key] * len(slots)) @ self.weights[min(every, len(LEARNED) - 1), int(key.minor)]
        said -= said.max(axis=1, keepdims=True)
        return np.asarray(said - np.log(np.exp(said).sum(axis=1, keepdims=True)))


def common_states(follow: Counts, mode: int) -> npt.NDArray[np.intp]:
    """The chords that are counted often enough in a mode."""
    return np.flatnonzero(follow[:, mode].sum(axis=(0, 1, 2)) >= RARE)


@cache
def song_statistics() -> SongStatistics:
    """What is shipped.

    >>> learned = song_statistics()
    >>> table = learned.successions(EVERY.index("measure"), 0)[1]
    >>> states = learned.states(0).tolist()
    >>> tonic, dominant = states.index(state_of(0, "M")), states.index(state_of(7, "7"))
    >>> bool(np.exp(table[dominant, tonic]) > 0.4)
    True
    """
    with np.load(DATA / "song_statistics.npz", allow_pickle=False) as loaded:
        follow = np.zeros(int(np.prod(FOLLOW)), dtype=np.int32)
        follow[loaded["follow"][0]] = loaded["follow"][1]
        pairs = [(every, mode) for every in range(len(LEARNED)) for mode in (0, 1)]
        weights = {pair: loaded[weights_name(*pair)].astype(np.float64) for pair in pairs}
    return SongStatistics(follow.reshape(FOLLOW), weights)


def weights_name(every: int, mode: int) -> str:
    """The name of a table of weights in the file."""
    return f"weights_{EVERY[every]}_{('major', 'minor')[mode]}"


def packed(learned: SongStatistics) -> dict[str, Any]:
    """What is written: the counts as (place, count), the weights in half precision."""
    flat = learned.follow.ravel()
    held = np.flatnonzero(flat)
    tables: dict[str, Any] = {"follow": np.stack([held, flat[held]]).astype(np.int32)}
    return tables | {weights_name(*pair): table.astype(np.float16) for pair, table in learned.weights.items()}
