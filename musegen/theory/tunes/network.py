"""The melody network at run time: one event after the other, for several melodies side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musegen.models.networks import Arrays, Parts, shipped
from musegen.theory.tunes.hearing import Heard
from musegen.theory.tunes.symbols import Ints
from musegen.theory.tunes.telling import Told

NAME = "melody"
Floats = npt.NDArray[np.float32]
_MEMORY = 256
_LAYERS = 4
_EXACT = 1 << 10
"""Logits are rounded to so many parts of one: the last bits of a machine decide nothing."""


class MelodyMemory:
    """What the network remembers of some melodies; the shipped one, or one of a user's own."""

    def __init__(self, tunes: int, weights: Parts | None = None) -> None:
        self._parts = weights or shipped(NAME)
        self._state: npt.NDArray[Any] = np.zeros((_LAYERS, tunes, _MEMORY), dtype=np.float32)
        self._thought: npt.NDArray[Any] = np.zeros(0)

    def symbols(self, heard: Heard, told: Told) -> Floats:
        """(tunes, SYMBOLS): logits of the next symbol; what is heard and told has a row a tune."""
        one = Heard(*(column[:, None] for column in heard))
        found = _step(self._parts, one, np.stack(told, axis=-1)[:, None], self._state)
        self._state, self._thought = found["new_state"], found["thought"]
        return _rounded(found["logits"][:, 0])

    def lengths(self, heard: Heard, chosen: Ints) -> Floats:
        """(tunes, LENGTHS): logits of the length of the symbols that are chosen."""
        one = Heard(*(column[:, None] for column in heard))
        return _rounded(_lengths(self._parts, one, self._thought, chosen[:, None])[:, 0])


def whole_tune(heard: Heard, told: Told, symbol: Ints, weights: Parts | None = None) -> tuple[Floats, Floats]:
    """(events, SYMBOLS) and (events, LENGTHS): logits of every event of one tune, and of the length of each symbol."""
    parts = weights or shipped(NAME)
    one, found = _all_of(parts, heard, told)
    return np.asarray(found["logits"][0]), _lengths(parts, one, found["thought"], symbol[None])[0]


def thoughts_of(heard: Heard, told: Told, weights: Parts | None = None) -> Floats:
    """(events, thought): what the network thinks before every event of one tune, from which all logits are made."""
    return np.asarray(_all_of(weights or shipped(NAME), heard, told)[1]["thought"][0])


def _all_of(parts: Parts, heard: Heard, told: Told) -> tuple[Heard, Arrays]:
    """A tune as one row, and what the network makes of it."""
    one = Heard(*(column[None] for column in heard))
    state = np.zeros((_LAYERS, 1, _MEMORY), dtype=np.float32)
    return one, _step(parts, one, np.stack(told, axis=-1)[None], state)


def _step(parts: Parts, heard: Heard, told: Ints, state: npt.NDArray[Any]) -> Arrays:
    """What the network thinks at some events; all but the state is (tunes, events, ...)."""
    return parts["step"].run(told=told, state=state, **heard._asdict())


def _lengths(parts: Parts, heard: Heard, thought: npt.NDArray[Any], chosen: Ints) -> Floats:
    found = parts["length"].run(thought=thought, symbol=heard.symbol, length=heard.length, chosen=chosen)
    return np.asarray(found["logits"])


def _rounded(logits: npt.NDArray[Any]) -> Floats:
    return np.asarray(np.round(logits * _EXACT) / _EXACT, dtype=np.float32)
