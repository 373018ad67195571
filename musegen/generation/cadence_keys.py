"""The key of each cadence, foretold from the melody alone: log-linear weights learned from Bach's chorales.

P(key) is proportional to the exponential of a sum of weights, one for each feature of the melody read in that key: the
last notes of the phrase as degrees, the notes that it holds, how the key lies to the signature and to the last note of
the piece. `data/cadence_keys.toml` says what the weights were learned from, and with which command.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.generation.melody import Melody
from musegen.theory.keys import Key

CadenceCosts = Mapping[int, Mapping[Key, float]]
"""By number of the slot that ends a phrase: -log P(key of the cadence)."""

_WEIGHTS = Path(__file__).parent / "data" / "cadence_keys.npz"
_NEAREST = range(-3, 4)
_TURN = 4  # slots of the melody that a turn into the cadence is told by
_TAIL = 6  # its last notes that are looked at one by one
_PLACES = ("signature", "signature at this phrase", "final note", "last", "turn of 2", "turn of 3", "turn of 4",
           "near the end", "in the phrase", "next", "first")  # fmt: skip
_CLIP, _BASE = 8, 18


@dataclass(frozen=True, eq=False)
class CadenceKeys:
    """Weights by feature: `codes` ascending, as `feature_codes` makes them."""

    codes: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]

    def costs(self, melody: Melody) -> CadenceCosts:
        """What each key near the signature costs at each phrase end of a melody, in nats."""
        return {slot: self._costs_at(melody, slot, start) for slot, start in phrase_spans(melody)}

    def _costs_at(self, melody: Melody, slot: int, start: int) -> dict[Key, float]:
        keys = near_keys(melody)
        total = np.array([self._weight(feature_codes(melody, start, slot, key)) for key in keys])
        peak = total.max()
        logarithm = total - peak - np.log(np.exp(total - peak).sum())
        return {key: -float(value) for key, value in zip(keys, logarithm, strict=True)}

    def _weight(self, codes: list[int]) -> float:
        place = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        return float(self.weights[place][self.codes[place] == codes].sum())


@cache
def cadence_keys() -> CadenceKeys:
    """The shipped weights."""
    with np.load(_WEIGHTS, allow_pickle=False) as loaded:
        return CadenceKeys(loaded["codes"], loaded["weights"])


def near_keys(melody: Melody) -> list[Key]:
    """The keys that are weighed: major and minor, up to three fifths from the signature."""
    fifths = melody.score.measures[0].key_signature.fifths
    return [Key.of_signature(fifths + step, minor=minor) for minor in (False, True) for step in _NEAREST]


def phrase_spans(melody: Melody) -> Iterator[tuple[int, int]]:
    """(last slot, first slot) of every phrase."""
    start = 0
    for number, slot in enumerate(melody.slots):
        if slot.is_phrase_end:
            yield number, start
            start = number + 1


def feature_codes(melody: Melody, start: int, end: int, key: Key) -> list[int]:
    """The features of a phrase, from slot to slot, as they look in a key."""
    slots, fifths = melody.slots, melody.notes["fifths"]
    rows = list(dict.fromkeys(row for slot in slots[start : end + 1] for row in slot.rows))
    notes = [_degree(int(fifths[row]), key) for row in rows]
    turn = [_degree(int(fifths[slot.rows[0]]), key) for slot in slots[max(start, end - _TURN + 1) : end + 1]][::-1]
    relation = _degree(key.signature, Key(melody.score.measures[0].key_signature.fifths))
    found: list[tuple[str, tuple[int, ...]]] = [
        ("signature", (relation,)),
        ("signature at this phrase", (relation, _stage(melody, start, end))),
        ("final note", (_degree(int(fifths[-1]), key),)),
        ("last", (turn[0],)),
        *((f"turn of {length}", tuple(turn[:length])) for length in range(2, len(turn) + 1)),
        *(("near the end", (note,)) for note in notes[-_TAIL:]),
        *(("in the phrase", (note,)) for note in sorted(set(notes))),
        ("first", (notes[0],)),
    ]
    if end + 1 < len(slots):
        found.append(("next", (_degree(int(fifths[slots[end + 1].rows[0]]), key),)))
    return [_code(_PLACES.index(name), key.minor, values) for name, values in found]


def _degree(fifths: int, key: Key) -> int:
    """Places on the line of fifths above the tonic, clipped and made positive."""
    return min(max(fifths - key.tonic, -_CLIP), _CLIP) + _CLIP + 1


def _stage(melody: Melody, start: int, end: int) -> int:
    """1 for the last phrase, 2 for the first, 3 for the last but one, 4 for the rest."""
    later = sum(slot.is_phrase_end for slot in melody.slots[end + 1 :])
    if not later:
        return 1
    return 2 if start == 0 else 3 if later == 1 else 4


def _code(place: int, minor: bool, values: tuple[int, ...]) -> int:
    code = 2 * place + minor
    for value in (*values, *([0] * (_TURN - len(values)))):
        code = code * _BASE + value
    return code


def as_arrays(model: CadenceKeys) -> dict[str, npt.NDArray[Any]]:
    """What the weight file holds."""
    return {"codes": model.codes, "weights": model.weights}
